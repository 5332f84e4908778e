"""Cycles as bars on one time axis: planned against given, delays hatched, held, stopped.

Places are per cent of the axis, so one drawing serves a wide panel and a phone. Classes only, no
style attribute, so a strict policy holds. A bar carries no opinion: there is no colour by response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pathways.rules.due_phrase import MONTHS

HEIGHT = 88
_TOP, _BAR = 22, 30
_MOST_MONTHS = 10
_LEAST_GAP = 4.0  # two months' names closer than this, in per cent, would run into one another


@dataclass(frozen=True, slots=True)
class CycleBar:
    """One cycle: the day it followed on, day 1, its last day, and what it is.

    `kind` is given, planned, held or stopped, which is also its class in the drawing.
    """

    number: int
    first_planned_on: date
    day_1: date
    until_on: date
    kind: str


def cycle_bars(bars: Sequence[CycleBar], today: date, name: str) -> SafeString:
    """Return the drawing, with the same in words as its title. `name` is unique on the page."""
    if not bars:
        return mark_safe("")
    start = min(min(bar.first_planned_on, bar.day_1) for bar in bars) - timedelta(days=2)
    end = max(bar.until_on for bar in bars) + timedelta(days=2)
    axis = _Axis(start, end)
    parts = [
        f'<svg class="cy" role="img" height="{HEIGHT}"><title>{escape(_words(bars))}</title>',
        (
            f'<defs><pattern id="cy-hatch-{escape(name)}" width="6" height="6" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<line class="cy-hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
        ),
    ]
    parts += _months(axis)
    for bar in bars:
        parts += _bar(bar, axis, name)
    if start <= today <= end:
        at = axis.at(today)
        anchor = "end" if at > 88 else "start"
        shift = -3 if at > 88 else 3
        parts.append(
            f'<line class="cy-now" x1="{at:g}%" x2="{at:g}%" y1="18" y2="76"/>'
            f'<text class="cy-name" x="{at:g}%" dx="{shift}" y="84" text-anchor="{anchor}">today'
            "</text>"
        )
    parts.append("</svg>")
    # Safe: every part above is a number, a fixed word, or was escaped.
    return mark_safe("".join(parts))  # noqa: S308


@dataclass(frozen=True, slots=True)
class _Axis:
    start: date
    end: date

    def at(self, day: date) -> float:
        return round((day - self.start).days * 100 / (self.end - self.start).days, 2)


def _months(axis: _Axis) -> list[str]:
    parts, year, month = [], axis.start.year, axis.start.month
    firsts: list[date] = []
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        first = date(year, month, 1)
        if first > axis.end:
            break
        firsts.append(first)
    every = -(-len(firsts) // _MOST_MONTHS) or 1
    for place, first in enumerate(firsts):
        at = axis.at(first)
        parts.append(f'<line class="cy-tick" x1="{at:g}%" x2="{at:g}%" y1="16" y2="58"/>')
        if place % every == 0 and at < 100 - _LEAST_GAP:
            words = MONTHS[first.month - 1]
            words = f"{words} {first.year}" if first.month == 1 else words
            parts.append(f'<text class="cy-name" x="{at:g}%" dx="3" y="70">{words}</text>')
    return parts


def _bar(bar: CycleBar, axis: _Axis, name: str) -> list[str]:
    left, right = axis.at(bar.day_1), axis.at(bar.until_on + timedelta(days=1))
    parts = [
        (
            f'<rect class="cy-{escape(bar.kind)}" x="{left:g}%" y="{_TOP}" '
            f'width="{round(max(right - left - 0.3, 0.2), 2):g}%" height="{_BAR}"/>'
        )
    ]
    late = (bar.day_1 - bar.first_planned_on).days
    if late > 0:
        from_at = axis.at(bar.first_planned_on)
        parts.append(
            f'<rect class="cy-late" fill="url(#cy-hatch-{escape(name)})" x="{from_at:g}%" '
            f'y="{_TOP}" width="{round(left - from_at, 2):g}%" height="{_BAR}"/>'
            f'<text class="cy-note" x="{from_at:g}%" y="{_TOP - 6}">+{late} d</text>'
        )
    middle = round((left + right) / 2, 2)
    parts.append(
        f'<text class="cy-number" x="{middle:g}%" y="{_TOP + 20}" text-anchor="middle">'
        f"{bar.number}</text>"
    )
    return parts


def _words(bars: Sequence[CycleBar]) -> str:
    return "Cycles on a time axis. " + "; ".join(_said(bar) for bar in bars) + "."


def _said(bar: CycleBar) -> str:
    late = (bar.day_1 - bar.first_planned_on).days
    delay = f", {late} days later than it followed" if late > 0 else ""
    day = f"{bar.day_1.day} {MONTHS[bar.day_1.month - 1]} {bar.day_1.year}"
    if bar.kind == "held":
        return f"cycle {bar.number} held, no day planned"
    word = "planned for" if bar.kind == "planned" else "given"
    stopped = ", stopped early" if bar.kind == "stopped" else ""
    return f"cycle {bar.number} {word} {day}{delay}{stopped}"
