/* The course chart by keyboard: one stop for Tab, then point to point with the arrows, in time order
   as they are drawn. Without this file every point is a stop of its own. */
"use strict";

document.querySelectorAll("[data-chart] svg").forEach((sheet) => {
  const points = Array.from(sheet.querySelectorAll("a.cc-point"));
  points.forEach((point, place) => point.setAttribute("tabindex", place ? "-1" : "0"));
  sheet.addEventListener("keydown", (event) => {
    const here = points.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = points[here + step];
    if (here < 0 || !next) return;
    event.preventDefault();
    points[here].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
});
