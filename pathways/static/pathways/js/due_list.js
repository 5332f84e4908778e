/* Why due? opens under its row and closes again, one at a time; htmx fetches the panel.
   Without script the same link loads the list with the panel open. */
"use strict";

(() => {
  const closeAll = () => {
    document.querySelectorAll(".why-row").forEach((row) => row.remove());
    document.querySelectorAll('[data-why][aria-expanded="true"]').forEach((link) => {
      link.setAttribute("aria-expanded", "false");
      link.querySelector("[data-word]").textContent = "Why?";
    });
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.target.closest("[data-why]");
    if (!link) return;
    const wasOpen = link.getAttribute("aria-expanded") === "true";
    closeAll();
    if (wasOpen) {
      event.preventDefault();
      const row = link.closest("[data-row]");
      row.tabIndex = -1;
      row.focus();
      return;
    }
    link.setAttribute("aria-expanded", "true");
    link.querySelector("[data-word]").textContent = "Hide why";
  });

  document.addEventListener("htmx:load", (event) => {
    if (event.target.matches(".why-row")) event.target.querySelector(".why-due").focus();
  });

  /* Signed out or gone: the plain address says which. */
  ["htmx:responseError", "htmx:sendError"].forEach((trouble) => {
    document.addEventListener(trouble, (event) => {
      const link = event.target.closest("[data-why]");
      if (link) window.location.assign(link.href);
    });
  });
})();
