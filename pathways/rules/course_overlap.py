"""When two courses of one person give the same drug on the same days.

What we decided where the documents are silent: courses of different drugs may run side by side. One
drug in two courses on one day would be counted twice, or was written down for the wrong course; so it
is asked about. Only days count: a cycle that has no day (held) and one that never comes (its course
ended) stand in nobody's way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from pathways.rules.observations import Period
from pathways.rules.therapy import PlannedCycle, runs_until


class Stretch(NamedTuple):
    """One drug on some days of a course: of one cycle, or as far as a course without cycles went."""

    drug: str
    period: Period
    cycle: int | None = None
    given: bool = True


class Taking(NamedTuple):
    """One drug of a course; from and until are empty where it was not begun or not ended."""

    drug: str
    from_on: date | None = None
    until_on: date | None = None


def cycle_period(cycle: PlannedCycle, cycle_days: int, ended_on: date | None = None) -> Period:
    """Return the days of a cycle; the end of its course ends it too."""
    last_on = runs_until(cycle, cycle_days)
    return Period(cycle.day_1, min(last_on, ended_on) if ended_on else last_on)


def stretches(
    drugs: Iterable[Taking], period: Period, cycle: int | None = None, *, given: bool = True
) -> list[Stretch]:
    """Return the part of a period for which each drug belongs to the course."""
    found = []
    for each in drugs:
        ends = [day for day in (period.until_on, each.until_on) if day is not None]
        until_on = min(ends, default=None)
        from_on = max(period.from_on, each.from_on or period.from_on)
        if until_on is None or from_on <= until_on:
            found.append(Stretch(each.drug, Period(from_on, until_on), cycle, given))
    return found


def overlapping(
    mine: Sequence[Stretch], theirs: Iterable[Stretch]
) -> list[tuple[Stretch, Stretch]]:
    """Return each pair in which one drug falls on one day, in the order of theirs."""
    return [
        (own, other)
        for other in theirs
        for own in mine
        if own.drug == other.drug and _meet(own.period, other.period)
    ]


def _meet(one: Period, other: Period) -> bool:
    return one.within(other.from_on) or other.within(one.from_on)
