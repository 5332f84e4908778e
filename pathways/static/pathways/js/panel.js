/* Entering a panel: Enter goes down a column, pasted lines go to the paste box. The page works without it. */
"use strict";

(() => {
  const form = document.querySelector("[data-panel-form]");
  if (!form) return;

  const cells = (column) => [...form.querySelectorAll(`[data-column="${CSS.escape(column)}"]`)];

  form.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key !== "Enter" || event.ctrlKey || event.metaKey || target.tagName !== "INPUT") return;
    event.preventDefault();
    const column = target.dataset.column;
    if (!column) return;
    const all = cells(column);
    const next = all[all.indexOf(target) + 1] || form.querySelector("[data-save]");
    next.focus();
    if (next.select) next.select();
  });

  /* Several lines pasted into one cell are a report, not a value. */
  form.addEventListener("paste", (event) => {
    if (!event.target.dataset.column) return;
    const text = event.clipboardData.getData("text/plain");
    if (!/[\n\t]/.test(text.trim())) return;
    event.preventDefault();
    const box = form.elements.paste;
    box.value = text;
    form.requestSubmit(form.querySelector("[data-read]"));
  });

  /* The first empty value is where one begins, unless the page has something to say first. */
  if (!document.querySelector("main [data-focus]")) {
    const first = cells("value").find((input) => !input.value);
    if (first) first.focus();
  }
})();
