/* Keys, toasts and focus for the staff pages. Everything here is also reachable without it. */
"use strict";

(() => {
  const typing = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const currentRow = () =>
    document.activeElement.closest("[data-row]") || document.querySelector("[data-row][data-current]");
  const shown = (element) => element && element.getClientRects().length > 0;
  let afterG = false;

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(currentRow());
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function press(selector) {
    const target = currentRow()?.querySelector(selector);
    if (target) target.click();
    return Boolean(target);
  }

  function goTo(key) {
    const link = document.querySelector(`.places a[data-key="${CSS.escape(key)}"]`);
    if (link) window.location.assign(link.href);
  }

  function showKeys() {
    const dialog = document.getElementById("keys");
    if (dialog && !dialog.open) dialog.showModal();
  }

  function clear() {
    document.querySelectorAll("[data-choose]:checked").forEach((box) => { box.checked = false; });
    document.querySelectorAll("details.me[open]").forEach((menu) => { menu.open = false; });
    countChosen();
  }

  const keys = {
    "/": () => document.getElementById("find")?.focus(),
    "?": showKeys,
    g: () => { afterG = true; window.setTimeout(() => { afterG = false; }, 1500); },
    j: () => move(1),
    k: () => move(-1),
    w: () => press("[data-why]"),
    x: () => press("[data-choose]"),
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) {
      target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Escape") { clear(); return; }
    if (typing(target) && target.type !== "checkbox") return;
    if (document.documentElement.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
    if (key === "Enter" && target.matches("[data-row]")) { press("[data-open]"); return; }
    if (afterG) { afterG = false; event.preventDefault(); goTo(key); return; }
    if (keys[key]) { event.preventDefault(); keys[key](); }
  });

  function countChosen() {
    const number = document.querySelectorAll("[data-choose]:checked").length;
    document.querySelectorAll("[data-bulk]").forEach((bar) => {
      bar.hidden = number === 0;
      bar.querySelector("[data-chosen]").textContent = String(number);
    });
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose]")) countChosen();
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest("[data-toast]").remove();
    if (event.target.closest("[data-clear]")) { event.preventDefault(); clear(); }
    if (event.target.closest("[data-print]")) window.print();
    document.querySelectorAll("details.me[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  function revealScripted(root) {
    root.querySelectorAll("[data-dismiss], [data-print]").forEach((button) => { button.hidden = false; });
  }

  /* A why-due panel that arrives in place takes the focus, and any other open one leaves. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const panel = event.target.querySelector("[data-focus]") || event.target.closest("[data-focus]");
    revealScripted(document);
    if (panel && shown(panel)) panel.focus({ preventScroll: false });
  });

  document.addEventListener("DOMContentLoaded", () => {
    revealScripted(document);
    countChosen();
    const first = document.querySelector("main [data-focus]");
    if (first) first.focus();
  });
})();
