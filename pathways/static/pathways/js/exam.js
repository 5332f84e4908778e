/* The exam form: a digit moves on, N says not testable, totals count along.
   The server counts again on saving and its answer stands; without script the form works as it is. */
"use strict";

(() => {
  const form = document.querySelector("[data-exam]");
  if (!form) return;
  const valueOf = (name) => (form.elements[name]?.value || "").trim();
  const number = (text) => (/^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : null);
  const fitting = (name) => {
    const value = number(valueOf(name));
    const most = form.elements[name]?.dataset?.most;
    return most !== undefined && value > Number(most) ? null : value;
  };
  const chosen = (choices) => choices.split(" ").filter(Boolean).every((choice) => {
    const [name, value] = choice.split("=");
    return valueOf(name) === value;
  });
  const rounded = (value) => Math.round((value + Number.EPSILON) * 10) / 10;
  const written = (value) => String(Math.round(value * 100) / 100).replace("-", "−");
  const say = (row, where, words) => { row.querySelector(`[data-${where}]`).textContent = words; };

  /* Tab stops in the order of the page, for "moves on". A row of grades is one stop. */
  function stops() {
    const all = [...form.querySelectorAll("[data-box], [data-grades], select, textarea, input[type=text], button[type=submit]")];
    return all.filter((each) => each.getClientRects().length > 0);
  }

  function moveOn(from) {
    const all = stops();
    const next = all[all.indexOf(from) + 1];
    if (!next) return;
    const target = next.matches("[data-grades]") ? next.querySelector("input:checked, input") : next;
    target.focus();
    if (target.select) target.select();
    target.scrollIntoView({ block: "nearest" });
  }

  function computed(row) {
    const names = row.dataset.total.split(" ");
    const texts = names.map(valueOf);
    const values = names.map(fitting).filter((value) => value !== null);
    const entered = texts.filter((text) => text && !/^d$/i.test(text)).length;
    if (values.length < texts.length) return { value: null, tested: values.length, of: texts.length, entered };
    const sum = values.reduce((all, value) => all + value, 0);
    const value = row.dataset.how === "mean" ? rounded(sum / values.length) : sum;
    return { value, tested: values.length, of: texts.length, entered };
  }

  function whyNone(row, tested, of) {
    const wrong = row.dataset.total.split(" ").some((name) => !/^([nd]|)$/i.test(valueOf(name)) && fitting(name) === null);
    if (wrong) return "one value to correct";
    return of === 1 ? "not tested" : `not computed, ${tested} of ${of} tested`;
  }

  function changed(row, value) {
    const { last, noChange, worse, threshold, counted, reached, methodBox, method, otherMethod } = row.dataset;
    const none = last && methodBox && valueOf(methodBox) !== method ? otherMethod : noChange;
    if (none) return [none, ""];
    const before = Number(last);
    const step = value - before;
    if (Math.abs(step) < 1e-9) return ["no change", ""];
    const better = (step > 0) === (worse === "down");
    const percent = counted === "percent" && before !== 0;
    const amount = percent ? Math.round((step / before) * 100) : step;
    const words = `${amount > 0 ? "+" : ""}${written(amount)}${percent ? " %" : ""}, ${better ? "better" : "worse"}`;
    if (!threshold) return [words, "no published threshold"];
    const reaches = (percent ? Math.abs(step) * 100 : Math.abs(step)) + 1e-9 >= Number(threshold) * (percent ? Math.abs(before) : 1);
    return [words, reaches ? reached : "below the published CIDP threshold"];
  }

  function count() {
    form.querySelectorAll("[data-total]").forEach((row) => {
      const { value, tested, of, entered } = computed(row);
      const meant = chosen(row.dataset.choices);
      row.hidden = !meant || (!entered && row.dataset.always === undefined);
      say(row, "now", value === null ? "–" : `${written(value)} ${row.dataset.unit}`.trim());
      say(row, "told", value === null && entered ? whyNone(row, tested, of) : "");
      const [change, reach] = value === null ? ["", ""] : changed(row, value);
      say(row, "change", change);
      say(row, "reach", reach);
    });
    form.querySelectorAll("[data-only]").forEach((row) => { row.hidden = !chosen(row.dataset.only); });
  }

  function askWhy() {
    form.querySelectorAll("[data-why-not]").forEach((group) => {
      const panel = group.closest(".panel");
      const inside = [...panel.querySelectorAll("[data-box], select, [data-grades] input:checked")];
      const open = inside.some((each) => each.value.toUpperCase() === "N" && groupOf(each.name) === group.dataset.whyNot);
      group.hidden = !open && !group.querySelector("input").value && !group.querySelector(".error");
    });
  }

  const SIGNS = /^(romberg|gait|reflexes|light-touch|pinprick|proprioception|monofilament)-/;
  function groupOf(name) {
    if (SIGNS.test(name)) return "signs";
    return ["onls", "mrc", "grip", "vibration", "walk-10m", "pain-nrs", "incat", "mrs", "i-rods"].find((group) => name.startsWith(`${group}-`));
  }

  form.addEventListener("input", (event) => {
    const box = event.target;
    if (box.matches("[data-box]")) {
      if (/^[nd]$/i.test(box.value)) box.value = box.value.toUpperCase();
      const most = Number(box.dataset.digit);
      const fits = /^\d$/.test(box.value) && Number(box.value) <= most;
      if (box.dataset.digit && (fits || /^[ND]$/.test(box.value))) moveOn(box);
    }
    count();
    askWhy();
  });
  form.addEventListener("change", () => { count(); askWhy(); });

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const grades = event.target.closest("[data-grades]");
    if (grades && /^[0-9nd]$/i.test(event.key)) {
      const radio = grades.querySelector(`input[value="${event.key.toUpperCase()}"]`);
      if (!radio) return;
      event.preventDefault();
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
      moveOn(grades);
    } else if (event.key === "Enter" && event.target.matches("[data-box], input[type=radio]")) {
      event.preventDefault();
      moveOn(grades || event.target);
    }
  });

  count();
  askWhy();
})();
