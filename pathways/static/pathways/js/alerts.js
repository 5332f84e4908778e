/* Alerts: a wide window opens the first by itself; a, n and s answer the one that is open.
   Each key presses a control that stands on the page, so nothing here is the only way. */
"use strict";

(() => {
  const WIDE = "(min-width: 960px)";
  const doors = { a: "[data-acknowledge]", n: "[data-note]", s: "[data-snooze]" };
  const typing = (element) => /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && element.type !== "radio";
  let after = false;

  document.addEventListener("keydown", (event) => {
    const wasAfter = after; // g, then a letter, goes to a place (clinic.js)
    after = event.key === "g";
    if (wasAfter || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.documentElement.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
    const target = doors[event.key] && document.querySelector(doors[event.key]);
    if (!target) return;
    event.preventDefault();
    if (event.key === "n") target.focus();
    else target.click();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const first = document.querySelector("[data-open-first]");
    if (first && window.matchMedia(WIDE).matches) window.location.replace(first.href);
    document.querySelector("[data-current]")?.scrollIntoView({ block: "nearest" });
  });
})();
