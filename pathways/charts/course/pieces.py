"""From readings to the pieces of a log panel: what may be joined, what is bounded, what is left out.

A piece is a series of `rules/observations.py`. What cannot stand on the axis (no number, another
unit or none, nought on a log scale) is named with its reason, so that nothing goes quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from pathways.charts.course.data import Limit, LogPanel, NextDue, Piece, Point, PointKind
from pathways.rules.due_phrase import short_date
from pathways.rules.observation_words import in_words
from pathways.rules.observations import (
    Period,
    Reading,
    SeriesKey,
    interfered,
    lowest,
    not_comparable,
    series_key,
    series_of,
)
from pathways.rules.quantities import written

CRITERION = Decimal("1.5")  # 50 % above the lowest: the published one (clinical facts, section 1c)
_CHANGED = {
    "another specimen": "specimen",
    "another laboratory": "laboratory",
    "another method": "method",
}


class LeftOut(NamedTuple):
    """A reading that no axis can hold, and why."""

    reading: Reading
    reason: str


def left_out(reading: Reading, unit: str) -> str:
    """Return why a reading cannot stand on an axis in this unit; nothing if it can."""
    if reading.value is None:
        return "no number was recorded"
    if not reading.unit:
        return "no unit was recorded"
    if reading.unstated:
        return "no specimen was recorded"
    if reading.unit != unit:
        return f"recorded in {reading.unit}, for which no exact factor to {unit} is known"
    if reading.value <= 0:
        return "a log scale has no place for nought"
    return ""


def log_panel_of(
    title: str,
    unit: str,
    readings: Sequence[Reading],
    *,
    voided: Sequence[Reading] = (),
    interfering: Sequence[Period] = (),
    href: Callable[[Reading], str] = lambda reading: "",
    alerts: Mapping[int, str] = MappingProxyType({}),
    due: NextDue | None = None,
) -> tuple[LogPanel, tuple[LeftOut, ...]]:
    """Return the panel of one analyte, newest series first, and what it leaves out with reasons.

    `alerts` says which readings an open alert is about, and what it says.
    """
    out = [LeftOut(each, reason) for each in readings if (reason := left_out(each, unit))]
    kept = [each for each in readings if not left_out(each, unit)]
    series = series_of(kept)
    newest_first = sorted(series, key=lambda key: series[key][-1].on, reverse=True)

    def point(reading: Reading) -> Point:
        plain = _point(title, reading, interfering, href(reading))
        return under_alert(plain, alerts.get(reading.ref, ""))

    pieces = [_piece(key, series[key], interfering, point) for key in newest_first]
    breaks = _breaks(kept)
    if breaks:  # lines of an ended series stop where the next begins
        pieces = [_ended(piece, pieces[0], breaks) for piece in pieces]
    struck = tuple(
        replace(
            _point(title, each, interfering, href(each)),
            kind=PointKind.VOIDED,
            words=f"{said(title, each)}, entered in error",
        )
        for each in voided
        if not left_out(each, unit)
    )
    apart = tuple(
        replace(point(each), words=f"{point(each).words}: {reason}")
        for each, reason in out
        if each.value is not None
    )
    return LogPanel(title, unit, tuple(pieces), struck, tuple(breaks), due, apart), tuple(out)


def under_alert(point: Point, alert: str) -> Point:
    """Return a point that an open alert is about, if one is; its words say so."""
    if not alert:
        return point
    return replace(point, alert=alert, words=f"{point.words}; open alert: {alert}")


def said(title: str, reading: Reading, *, has_unit: bool = True) -> str:
    """Return a reading in full: "VEGF, plasma, 131 pg/mL, 16 Nov 2026, Central Reference, limit 115"."""
    value = in_words(reading.value, reading.comparator, reading.unit, has_unit=has_unit)
    parts = [title, reading.specimen, value]
    parts += [short_date(reading.on, date.min), reading.lab, reading.method]
    if reading.limit_high is not None:
        parts.append(f"limit {written(reading.limit_high)}")
    return ", ".join(part for part in parts if part)


def name_of(key: SeriesKey) -> str:
    """Return what a series is called on the chart: "Plasma, Central Reference"."""
    parts = [part for part in (key.specimen, key.lab, key.method) if part]
    name = ", ".join(parts) or "specimen and laboratory not recorded"
    return name[0].upper() + name[1:]


def _point(title: str, reading: Reading, interfering: Sequence[Period], href: str) -> Point:
    words, kind = said(title, reading), PointKind.PLAIN
    if interfered(reading, interfering):
        kind = PointKind.UNREADABLE
        words += ", not interpretable: bevacizumab within six weeks"
    elif not reading.exact:
        kind = PointKind.BOUND
    value = reading.value or Decimal(0)
    return Point(reading.on, value, words, href, kind, reading.comparator, reading.number)


def _piece(
    key: SeriesKey,
    series: Sequence[Reading],
    interfering: Sequence[Period],
    point: Callable[[Reading], Point],
) -> Piece:
    low = lowest(series, interfering)
    # Half above a bound is half above nothing that was measured.
    criterion = low.value * CRITERION if low and low.exact and low.value is not None else None
    return Piece(
        name=name_of(key),
        points=tuple(point(each) for each in series),
        limits=tuple(_limits(series)),
        lowest=point(low) if low else None,
        criterion=criterion,
    )


def _limits(series: Sequence[Reading]) -> list[Limit]:
    """The limits as printed over time; a laboratory that changes its limit gets a new line."""
    found: list[Limit] = []
    for each in series:
        if each.limit_high is None or each.limit_high <= 0:
            continue
        if found and found[-1].value == each.limit_high:
            continue
        if found:
            found[-1] = replace(found[-1], until_on=each.on)
        found.append(Limit(each.on, None, each.limit_high))
    return found


def _breaks(readings: Sequence[Reading]) -> list[tuple[date, str]]:
    """Midway between the last value before a new series and its first: the day, and what changed."""
    found: list[tuple[date, str]] = []
    known: set[SeriesKey] = set()
    before: Reading | None = None
    for each in sorted(readings, key=lambda reading: (reading.on, reading.ref)):
        key = series_key(each)
        if before is not None and key not in known:
            changed = [_CHANGED[why] for why in not_comparable(each, before) if why in _CHANGED]
            on = before.on + timedelta(days=(each.on - before.on).days // 2)
            found.append((on, f"{' and '.join(changed)} changed:"))
        known.add(key)
        before = each
    return found


def _ended(piece: Piece, newest: Piece, breaks: Sequence[tuple[date, str]]) -> Piece:
    """A series that gave way stops at the next rule, and so do its limit and its +50 % line."""
    if piece is newest:
        return piece
    last = piece.points[-1].on
    return replace(piece, ends_on=next((on for on, _ in breaks if on >= last), last))
