"""Therapy behind the panels: pale cycles, hatched delays, outlined plans, heavy lines for transplant.

Bands carry no opinion: no colour says how a cycle went.
"""

from __future__ import annotations

from datetime import timedelta

from pathways.charts import ink
from pathways.charts.course.data import Band, Therapy
from pathways.charts.course.sheet import Sheet
from pathways.charts.time_axis import TimeAxis

_ROOM_FOR_A_NUMBER = 10.0


def bands(therapy: Therapy, axis: TimeAxis, sheet: Sheet, top: float, bottom: float) -> list[str]:
    """Draw the cycles through every panel from top to bottom, clipped to the plot."""
    drawn = []
    for band in therapy.bands:
        started = band.from_on - timedelta(days=band.delay)
        if not axis.touches(started, band.until_on):
            continue
        left, right = axis.inside(band.from_on), axis.inside(band.until_on)
        look = "cc-band cc-planned" if band.planned else "cc-band"
        if band.held:
            drawn.append(_hatched(left, right, top, bottom, sheet, band.words))
            continue
        stroke = ink.rect(left, top, max(right - left - 1, 1), bottom - top, look)
        drawn.append(f"<g>{ink.title(band.words)}{stroke}</g>")
        if band.delay:
            waited = axis.inside(started)
            drawn.append(_hatched(waited, left, top, bottom, sheet, band.words))
    return drawn


def _hatched(left: float, right: float, top: float, bottom: float, sheet: Sheet, words: str) -> str:
    # A delay of a day must still be seen: three px at least, growing to the left.
    left = min(left, right - 3)
    stroke = ink.rect(left, top, right - left, bottom - top, "cc-delay", fill=sheet.hatch)
    return f"<g>{ink.title(words)}{stroke}</g>"


def heads(therapy: Therapy, axis: TimeAxis, top: float) -> list[str]:
    """Write the delays, the regimens and the cycle numbers; of two that meet the older gives way."""
    drawn = [
        ink.text(x, top, words, "cc-small cc-mid")
        for x, words in _apart([_delay(band, axis) for band in therapy.bands if band.delay])
    ]
    names = [
        (axis.inside(from_on), words)  # a course that began before the axis is named at its edge
        for from_on, until_on, words in therapy.heads
        if axis.touches(from_on, until_on)
    ]
    drawn += [ink.text(x + 2, top + 18, words, "cc-small cc-strong") for x, words in _apart(names)]
    drawn += [_number(band, axis, top + 34) for band in therapy.bands]
    return drawn


def _delay(band: Band, axis: TimeAxis) -> tuple[float, str]:
    return axis.x(band.from_on - timedelta(days=band.delay // 2)), f"+{band.delay} d"


def _apart(names: list[tuple[float, str]]) -> list[tuple[float, str]]:
    kept: list[tuple[float, str]] = []
    for x, words in sorted(names):
        while kept and kept[-1][0] + ink.width_of(kept[-1][1]) > x:
            kept.pop()
        kept.append((x, words))
    return kept


def _number(band: Band, axis: TimeAxis, y: float) -> str:
    left, right = axis.inside(band.from_on), axis.inside(band.until_on)
    if not band.number or right - left < _ROOM_FOR_A_NUMBER:
        return ""
    return ink.text((left + right) / 2, y, band.number, "cc-small cc-mid")


def days(therapy: Therapy, axis: TimeAxis, top: float, bottom: float) -> list[str]:
    """Draw a transplant as one heavy line with its day."""
    drawn = []
    for on, words, day in therapy.days:
        if axis.holds(on):
            x = axis.x(on)
            drawn.append(ink.line(x, top, x, bottom, "cc-heavy"))
            drawn.append(ink.text(x + 4, top + 12, words, "cc-small cc-strong cc-halo"))
            drawn.append(ink.text(x + 4, top + 28, day, "cc-small cc-halo"))
    return drawn
