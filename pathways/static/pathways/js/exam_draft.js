/* A half-typed exam keeps itself as a draft, and says what saving would do for the day typed.
   The server keeps and computes; without script the buttons of the form do the same. */
"use strict";

(() => {
  const form = document.querySelector("[data-exam]");
  if (!form) return;
  const PAUSE = 15_000; // after the last change
  const LONGEST = 60_000; // while somebody types on and on, and before trying again
  const PATIENCE = 20_000; // until a silent server counts as none
  const kept = form.querySelector("[data-kept]");
  const ahead = form.querySelector("[data-ahead]");
  let since = 0; // when the first change came that is not kept yet
  let timer = 0;
  let keeping = null;
  let asking = null;
  let elsewhere = null; // the version another window made: only the button replaces it
  let leaving = false;

  /* The same words again are not announced again, and the focus stays where it is. */
  function say(words) {
    if (kept.textContent !== words) kept.textContent = words;
  }

  /* Signing in again in another window changes the token; the cookie holds the present one. */
  function renewToken() {
    const token = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie);
    if (token) form.elements.csrfmiddlewaretoken.value = token[1];
  }

  const trouble = (words, again) => Object.assign(new Error(words), { again });

  async function send(deed, type, stop, more = {}) {
    renewToken();
    const body = new URLSearchParams(new FormData(form));
    body.set(deed, "1");
    const late = window.setTimeout(() => stop.abort(), PATIENCE);
    const answer = await fetch(window.location.pathname, {
      method: "POST", body, headers: { Accept: type }, redirect: "manual", signal: stop.signal, ...more,
    }).catch(() => null);
    window.clearTimeout(late);
    if (!answer) throw trouble("no answer from the server", true);
    /* No second try by itself: the next to sign in at this screen may be somebody else. */
    if (answer.type === "opaqueredirect") throw trouble("you are signed out. Sign in in another window, then press Save draft here", false);
    if (!answer.ok && answer.status !== 409) throw trouble(`the server answered ${answer.status}`, true);
    return answer;
  }

  function wait(time) {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, time);
  }

  function changed() {
    const now = Date.now();
    leaving = false;
    since ||= now;
    if (elsewhere === null) wait(Math.max(0, Math.min(PAUSE, since + LONGEST - now)));
  }

  async function keep(more) {
    if (keeping) { wait(1000); return; }
    window.clearTimeout(timer);
    keeping = new AbortController();
    since = 0;
    try {
      const answer = await send("draft", "application/json", keeping, more);
      const { said, seen } = await answer.json();
      if (answer.ok) form.elements.seen.value = seen;
      else elsewhere = seen === form.elements.seen.value ? null : seen;
      say(said);
    } catch (error) {
      if (leaving) return;
      since = Date.now();
      say(`Draft not kept: ${error.message}.`);
      if (error.again) wait(LONGEST);
    } finally {
      keeping = null;
    }
  }

  async function foresee() {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    try {
      const words = await (await send("ahead", "text/html", mine)).text();
      if (asking === mine) ahead.innerHTML = words;
    } catch (error) {
      if (asking === mine) ahead.innerHTML = "<li></li>";
      if (asking === mine) ahead.firstChild.textContent = `Not known for what is typed now: ${error.message}.`;
    }
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", (event) => {
    changed();
    if (/^(performed_on|mode)$/.test(event.target.name)) foresee();
  });

  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "draft") {
      event.preventDefault();
      if (elsewhere !== null) form.elements.seen.value = elsewhere;
      elsewhere = null;
      keep();
      return;
    }
    leaving = true;
    window.clearTimeout(timer);
    keeping?.abort();
    renewToken();
  });

  /* The tab is closed or another is opened: what is typed so far goes along. */
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && since && !leaving && elsewhere === null) keep({ keepalive: true });
  });

  if ("unkept" in form.dataset) changed();
})();
