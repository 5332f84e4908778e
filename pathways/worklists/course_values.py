"""The measured panels of the course chart: which values count, what was taken back, nerve scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from pathways.catalogue import find_analyte, has_unit, load_instruments
from pathways.charts.course.data import NextDue, Point, PointKind, Score
from pathways.charts.course.pieces import said, under_alert
from pathways.charts.scales import score_ends
from pathways.models import Observation
from pathways.rules.due_phrase import short_date
from pathways.rules.instruments import Counted, Worse
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.observations import Reading, series_of
from pathways.rules.quantities import written

VEGF = "vegf"
# The usual examination interval; after it without an exam the chart says so. Proposed.
SILENT_AFTER_DAYS = 183
# One score a row: the first of each group that was ever recorded.
SHOWN = (
    ("onls", "incat"),
    ("i-rods",),
    ("mrc-sum-60", "mrc-sum-70"),
    ("grip-kpa-right", "grip-kg-right"),
)


# From the key of a result to the address of its page; the view knows addresses.
Source = Callable[[int], str]


def final(rows: Sequence[Observation], *codes: str) -> list[Observation]:
    """Return the final values of these codes that count, oldest first."""
    kept = [
        row
        for row in rows
        if row.code in codes and row.superseded_by_id is None and row.status == ResultStatus.FINAL
    ]
    return sorted(kept, key=lambda row: (row.performed_on, row.pk))


def taken_back(rows: Sequence[Observation], code: str) -> list[Reading]:
    """Return the readings of one code that were entered in error, with what stood there."""
    by_successor = {row.superseded_by_id: row for row in rows if row.superseded_by_id is not None}
    found = []
    for row in rows:
        if row.code != code or row.status != ResultStatus.ENTERED_IN_ERROR:
            continue
        earlier: Observation | None = row
        while earlier is not None and earlier.value is None:
            earlier = by_successor.get(earlier.pk)
        if earlier is not None:
            found.append(earlier.reading)
    return found


def scores_of(
    rows: Sequence[Observation],
    today: date,
    source: Source,
    alerts: Mapping[int, str],
    due: NextDue | None = None,
) -> tuple[Score, ...]:
    """Return one panel for the first score of each group that is on record.

    The next exam stands in the first panel, for one exam fills them all.
    """
    found = []
    for group in SHOWN:
        for code in group:
            readings = newest_series(rows, code)
            if readings:
                found.append(_score(code, readings, today, source, alerts))
                break
    if found:
        found[0] = replace(found[0], due=due)
    # Said once where several panels fell silent on the same day.
    return tuple(
        replace(score, silence="") if score.silence == after.silence else score
        for score, after in pairwise(found)
    ) + tuple(found[-1:])


def newest_series(rows: Sequence[Observation], code: str) -> list[Reading]:
    """Return the exact readings of the series of a code that was added to last, oldest first.

    A value in another unit than the catalogue's, or in none, is no place on its scale.
    """
    entry = find_analyte(code)
    unit = entry.unit if entry else ""
    readings = (row.reading for row in final(rows, code))
    series = series_of(each for each in readings if each.exact and each.unit == unit)
    return max(series.values(), key=lambda each: each[-1].on, default=[])


def _score(
    code: str,
    readings: Sequence[Reading],
    today: date,
    source: Source,
    alerts: Mapping[int, str],
) -> Score:
    facts = score_facts(code)
    values = [each.value for each in readings if each.value is not None]
    low, high = score_ends(values, facts.change, lowest=facts.lowest, highest=facts.highest)
    first, last = readings[0], readings[-1]
    points = tuple(
        under_alert(
            Point(
                each.on,
                each.value or Decimal(0),
                f"{said(facts.short, each, has_unit=has_unit(code))}, {facts.worse}",
                source(each.ref),
                PointKind.PLAIN,
                shown=each.number,
            ),
            alerts.get(each.ref, ""),
        )
        for each in readings
    )
    silent = (today - last.on).days > SILENT_AFTER_DAYS
    return Score(
        title=facts.short,
        scale=facts.scale,
        worse=f"{facts.worse} {facts.arrow}",
        points=points,
        low=low,
        high=high,
        change=facts.change,
        last=(f"{last.number} {facts.of}".strip(), *difference(first, last)),
        longest_gap_days=2 * SILENT_AFTER_DAYS,
        silence=f"no exam since {short_date(last.on, today)}" if silent else "",
    )


def difference(first: Reading, last: Reading) -> tuple[str, ...]:
    """Return how far the last value lies from the first, in words and without a verdict."""
    if first.ref == last.ref or first.value is None or last.value is None:
        return ()
    since = short_date(first.on, date.min).split(" ", 1)[1]
    moved = last.value - first.value
    if not moved:
        return ("as it was", f"in {since}")
    return (f"{written(abs(moved))} {'higher' if moved > 0 else 'lower'}", f"than {since}")


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """What must stand beside a score: its name, its range or unit, and which way is worse."""

    short: str
    scale: str
    of: str
    worse: str
    arrow: str
    lowest: Decimal | None
    highest: Decimal | None
    change: Decimal | None


# How a chart names a score in a narrow column: its range or unit, and what follows the last value.
_CAPTIONS = {
    "onls": ("ONLS", "0–12", "of 12"),
    "incat": ("INCAT", "0–10", "of 10"),
    "i-rods": ("I-RODS", "0–100, Rasch", "centile"),
    "mrc-sum-60": ("MRC sum", "0–60, 6 pairs", "of 60"),
    "mrc-sum-70": ("MRC sum", "0–70, 7 pairs", "of 70"),
    "grip-kpa-right": ("Grip, right", "kPa, vigorimeter", "kPa"),
    "grip-kg-right": ("Grip, right", "kg, Jamar", "kg"),
}


def score_facts(code: str) -> ScoreFacts:
    """Return what must stand beside a score on the chart, from the reviewed instruments."""
    short, scale, of = _CAPTIONS[code]
    instrument, total = next(
        (instrument, total)
        for instrument in load_instruments().values()
        for total in instrument.totals
        if total.code == code
    )
    up = instrument.worse is Worse.UP
    # A change counted in percent is another length on every value, so no bar can show it.
    published = total.threshold
    return ScoreFacts(
        short=short,
        scale=scale,
        of=of,
        worse="up is worse" if up else "down is worse",
        arrow="↑" if up else "↓",
        lowest=total.analyte.lowest,
        highest=total.analyte.highest,
        change=published.amount if published and published.counted is Counted.POINTS else None,
    )
