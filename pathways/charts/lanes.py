"""A history on one axis: a lane a kind, what lasted as bars, what happened on a day as ticks.

The lines beneath say the same in words, so the drawing as a whole is one picture to a reader's
software and its marks are not read one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString, mark_safe

from pathways.charts import ink
from pathways.charts.time_axis import Span, TimeAxis, time_axis

_LANE, _FOOT, _NAME_APART = 24.0, 24.0, 52.0


@dataclass(frozen=True, slots=True)
class LaneSheet:
    """What the lanes are drawn on, one to one: its width in px, and where the axis begins."""

    name: str
    width: int
    left: float
    narrow: bool = False


WIDE = LaneSheet("wide", 1224, 140)
NARROW = LaneSheet("narrow", 358, 104, narrow=True)
# The width of A4 between its margins, so that the words keep their size when printed.
PAPER = LaneSheet("paper", 700, 112)


@dataclass(frozen=True, slots=True)
class Bar:
    """What lasted from a day to a day; one that is only planned is outlined."""

    from_on: date
    until_on: date
    words: str
    label: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind: its name, what lasted, and the days on which something happened."""

    title: str
    bars: tuple[Bar, ...] = ()
    days: tuple[date, ...] = ()

    @property
    def first_on(self) -> date | None:
        """The first day there is anything in it."""
        return min([*self.days, *(bar.from_on for bar in self.bars)], default=None)


def lanes_svg(lanes: tuple[Lane, ...], today: date, span: Span, sheet: LaneSheet) -> SafeString:
    """Draw the lanes over one time axis, to scale, today as a line through all of them."""
    firsts = [lane.first_on for lane in lanes if lane.first_on is not None]
    axis = time_axis(
        today,
        span,
        min(firsts, default=None),
        left=sheet.left,
        right=sheet.width - 8,
        narrow=sheet.narrow,
    )
    bottom = _LANE * len(lanes) + 4
    now = axis.x(today)
    drawn = [ink.rect(now, 0, axis.right - now, bottom, "cc-future")]
    for tick in axis.ticks(_NAME_APART):
        drawn.append(ink.line(tick.x, 0, tick.x, bottom, "cc-grid"))
        look = "cc-small cc-strong cc-mid" if tick.strong else "cc-small cc-mid"
        x = min(tick.x, axis.right - ink.width_of(tick.words) / 2)
        drawn.append(ink.text(x, bottom + 16, tick.words, look))
    for place, lane in enumerate(lanes):
        drawn += _lane(lane, axis, place * _LANE)
    drawn.append(ink.line(now, 0, now, bottom, "cc-today"))
    drawn.append(ink.line(axis.left, bottom, axis.right, bottom, "cc-axis"))
    said = f"The lines below on one axis, {axis.start_on:%-d %b %Y} to {axis.end_on:%-d %b %Y}"
    height = ink.number(bottom + _FOOT)
    # Safe: every part is a number, a word of ours, or was escaped by `ink`.
    return mark_safe(  # noqa: S308
        f'<svg class="cc cc-{sheet.name}" viewBox="0 0 {sheet.width} {height}" width="{sheet.width}" '
        f'height="{height}" role="img" aria-label="{ink.escaped(said)}">{"".join(drawn)}</svg>'
    )


def _lane(lane: Lane, axis: TimeAxis, top: float) -> list[str]:
    middle = top + _LANE / 2
    drawn = [ink.text(0, middle + 4, lane.title, "cc-small")]
    for bar in lane.bars:
        if not axis.touches(bar.from_on, bar.until_on):
            continue
        left, right = axis.inside(bar.from_on), axis.inside(bar.until_on)
        look = "cc-span cc-planned" if bar.planned else "cc-span"
        stroke = ink.rect(left, top + 3, max(right - left - 1, 3), _LANE - 6, look)
        drawn.append(f"<g>{ink.title(bar.words)}{stroke}</g>")
        if bar.label and ink.width_of(bar.label) + 6 < right - left:
            drawn.append(ink.text(left + 4, middle + 4, bar.label, "cc-small"))
    for day in sorted(set(lane.days)):
        if axis.holds(day):
            x = axis.x(day)
            drawn.append(ink.line(x, top + 6, x, top + _LANE - 6, "cc-tick"))
    return drawn
