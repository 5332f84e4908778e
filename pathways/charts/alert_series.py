"""The short line of values behind one alert: a few points on true time, the limits they are held to.

Drawn at one width, 1:1, for a column of the alert's page. Values stand on a log scale, because the
criterion is a ratio: +50 % is the same height wherever it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pathways.rules.due_phrase import MONTHS

WIDTH, HEIGHT = 324, 168
_LEFT, _RIGHT, _TOP, _BOTTOM = 20, 216, 26, 142
# Words closer together than this would touch; those of the first, lowest and last point win.
_APART = 46
POINTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the series, as it is written, and whether it was printed as a bound.

    A `struck` one was replaced or entered in error since the alert was raised: it stands crossed
    out and no line leads to it.
    """

    on: date
    value: float
    words: str
    bound: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A level that the values are held to, with its words; `criterion` is the one that was met."""

    value: float
    words: str
    criterion: bool = False


def series_svg(points: Sequence[Point], edges: Sequence[Edge], title: str) -> SafeString:
    """Return the drawing; `title` says all of it in words."""
    shown = [point for point in points if point.value > 0][-POINTS_SHOWN:]
    if not shown:
        return mark_safe("")
    lines = [edge for edge in edges if edge.value > 0]
    levels = [log(value) for value in (*(p.value for p in shown), *(e.value for e in lines))]
    low, high = min(levels), max(levels)
    first, last = shown[0].on.toordinal(), shown[-1].on.toordinal()

    def across(point: Point) -> float:
        if first == last:
            return (_LEFT + _RIGHT) / 2
        share = (point.on.toordinal() - first) / (last - first)
        return round(_LEFT + 12 + share * (_RIGHT - _LEFT - 24), 1)

    def down(value: float) -> float:
        if high == low:
            return (_TOP + _BOTTOM) / 2
        return round(_BOTTOM - 20 - (log(value) - low) / (high - low) * (_BOTTOM - _TOP - 20), 1)

    parts = [
        f'<svg class="series" role="img" width="{WIDTH}" height="{HEIGHT}">',
        f"<title>{escape(title)}</title>",
        f'<path class="series-axis" d="M{_LEFT} {_BOTTOM + 2}H{_RIGHT}"/>',
    ]
    for edge, baseline in zip(lines, _baselines([down(each.value) for each in lines]), strict=True):
        kind = "series-criterion" if edge.criterion else "series-limit"
        parts.append(
            f'<path class="{kind}" d="M{_LEFT} {down(edge.value)}H{_RIGHT}"/>'
            f'<text class="{kind}-words" x="{_RIGHT + 6}" y="{baseline}">{escape(edge.words)}</text>'
        )
    steps = " ".join(f"{across(each)},{down(each.value)}" for each in shown if not each.struck)
    parts.append(f'<polyline class="series-line" points="{steps}"/>')
    worded = _worded([across(each) for each in shown], shown)
    least = min(each.value for each in shown)
    for place, point in enumerate(shown):
        x, y = across(point), down(point.value)
        hollow = " series-bound" if point.bound or point.struck else ""
        parts.append(f'<circle class="series-point{hollow}" cx="{x}" cy="{y}" r="4"/>')
        if point.struck:
            parts.append(f'<path class="series-struck" d="M{x - 7} {y + 7}L{x + 7} {y - 7}"/>')
        if place in worded:
            # The lowest stands under its point, clear of the lines that leave it upwards.
            at = y + 18 if point.value == least and len(shown) > 1 else y - 9
            parts.append(
                f'<text class="series-value" x="{x}" y="{at}">{escape(point.words)}</text>'
                f'<text class="series-day" x="{x}" y="{_BOTTOM + 20}">{_day(point.on)}</text>'
            )
    parts.append("</svg>")
    # Safe: every part above is a number, a fixed word, or was escaped.
    return mark_safe("".join(parts))  # noqa: S308


def _worded(places: Sequence[float], points: Sequence[Point]) -> set[int]:
    """Return which points carry words: first, last and lowest before any other, none touching."""
    order = sorted(
        range(len(points)),
        key=lambda at: (
            at != len(points) - 1,
            points[at].value != min(each.value for each in points),
            at != 0,
            at,
        ),
    )
    chosen: set[int] = set()
    for at in order:
        if all(abs(places[at] - places[other]) >= _APART for other in chosen):
            chosen.add(at)
    return chosen


def _baselines(heights: Sequence[float]) -> list[float]:
    """Return where the words of each level stand: beside it, pushed apart where two would touch."""
    found: dict[int, float] = {}
    lowest = 0.0
    for at in sorted(range(len(heights)), key=lambda each: heights[each]):
        found[at] = max(heights[at] + 4, lowest)
        lowest = found[at] + 15
    return [found[at] for at in range(len(heights))]


def _day(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1]}"
