"""Cycles that follow one another, days on a drug, and the milestones of a transplant.

Everything here is counting of days. What a count means, and whether anything is given, is never
said here.

What we decided where the documents are silent:

- A cycle is planned `cycle_days` after the day 1 before it (as given, or as planned until then). A
  delay belongs to the cycle that was delayed: what follows moves with it and stays in step.
- A cycle that was given keeps the day it was planned for, whatever is put right before it.
- Cycle 2 cannot begin while cycle 1 runs. A cycle that was ended early ends there.
- A day on a drug is a day inside its dates, outside every hold, not written down as not given; of
  a drug with planned days, only those days of cycles that began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from pathways.rules.anchors import record_of
from pathways.rules.dates import Interval
from pathways.rules.observations import Period
from pathways.rules.rule_types import Cycle, Performed, Rule

ONE_DAY = timedelta(days=1)
# Where nobody said how many cycles are planned, this many stand ahead of the last one given.
AHEAD = 3
MG_A_GRAM = 1000


class PlannedCycle(NamedTuple):
    """Day 1 of a numbered cycle: as it followed from the one before, as planned, as given."""

    number: int
    first_planned_on: date
    planned_on: date
    given_on: date | None = None
    ended_on: date | None = None

    @property
    def day_1(self) -> date:
        """Return day 1 as given, or as planned until then."""
        return self.given_on or self.planned_on

    @property
    def days_late(self) -> int:
        """Return how many days after its first plan day 1 lies; negative if before."""
        return (self.day_1 - self.first_planned_on).days


def lay_out(
    cycles: Sequence[PlannedCycle], cycle_days: int, last_number: int
) -> tuple[PlannedCycle, ...]:
    """Return the cycles up to `last_number`, each planned from the day 1 before it.

    Cycles given stay as they are; each planned one keeps its own delay, and one that was delayed
    is kept even beyond `last_number`.
    """
    kept = [cycle.number for cycle in cycles if cycle.given_on or cycle.days_late]
    last_number = max([last_number, *kept])
    laid: list[PlannedCycle] = []
    for cycle in cycles:
        if cycle.number > last_number:
            break
        if laid and cycle.given_on is None:
            follows_on = laid[-1].day_1 + timedelta(days=cycle_days)
            delay = cycle.planned_on - cycle.first_planned_on
            cycle = cycle._replace(first_planned_on=follows_on, planned_on=follows_on + delay)
        laid.append(cycle)
    while laid and laid[-1].number < last_number:
        follows_on = laid[-1].day_1 + timedelta(days=cycle_days)
        laid.append(PlannedCycle(laid[-1].number + 1, follows_on, follows_on))
    return tuple(laid)


def last_number(first: int, planned: int | None, given: Iterable[int]) -> int:
    """Return the number of the last cycle that is planned; `planned` is the number of the last."""
    if planned is not None:
        return max(first, planned)
    return max(given, default=first - 1) + AHEAD


def runs_until(cycle: PlannedCycle, cycle_days: int) -> date:
    """Return the last day of a cycle: the day it was ended, or the last of its days."""
    return cycle.ended_on or cycle.day_1 + timedelta(days=cycle_days - 1)


def day_of(day_1: date, cycle_day: int) -> date:
    """Return the calendar day of a cycle day; day 1 is the day the cycle begins."""
    return day_1 + timedelta(days=cycle_day - 1)


# ---------- what the recall engine is told ----------


def owed_cycle(
    rule: Rule, performed: Sequence[Performed], cycles: Sequence[Cycle]
) -> tuple[Cycle | None, Performed | None]:
    """Return the cycle whose record is owed, and the last result that satisfied an earlier one.

    `cycles` are a person's in order of day 1. Owed is the first, from the last one given on, that
    has no record of its own; the last of them where all have. None where no course goes on.
    """
    going_on = [cycle for cycle in cycles if not cycle.over]
    given = [place for place, cycle in enumerate(going_on) if cycle.given_on is not None]
    candidates = going_on[given[-1] if given else 0 :]
    # A course on hold has no day; beside one that runs it keeps silent.
    candidates = [cycle for cycle in candidates if not cycle.held] or candidates
    found = next(
        (cycle for cycle in candidates if record_of(rule, performed, cycle) is None),
        candidates[-1] if candidates else None,
    )
    last: Performed | None = None
    for cycle in cycles:
        if cycle is found:
            break
        record = record_of(rule, performed, cycle)
        if record is not None:  # never before the record of an earlier day 1
            last = record
    return found, last


# ---------- days on a drug ----------


class Taken(NamedTuple):
    """One drug of a course: from when to when, how it is planned, and a daily amount if kept."""

    period: Period
    days: tuple[int, ...] = ()
    daily_mg: Decimal | None = None


def without(period: Period, holds: Iterable[Period]) -> tuple[Period, ...]:
    """Return what is left of a period when the holds are taken out of it."""
    left = [period]
    for hold in sorted(holds):
        left = [piece for each in left for piece in _cut(each, hold)]
    return tuple(left)


def _cut(period: Period, hold: Period) -> Iterator[Period]:
    begins_after = hold.until_on is not None and hold.until_on < period.from_on
    ends_before = period.until_on is not None and period.until_on < hold.from_on
    if begins_after or ends_before:
        yield period
        return
    if period.from_on < hold.from_on:
        yield Period(period.from_on, hold.from_on - ONE_DAY)
    if hold.until_on is not None and (period.until_on is None or hold.until_on < period.until_on):
        yield Period(hold.until_on + ONE_DAY, period.until_on)


def days_taken(
    drug: Taken,
    *,
    until_on: date,
    holds: Sequence[Period] = (),
    days_1: Iterable[date] = (),
    missed: Iterable[date] = (),
) -> int:
    """Return on how many days to `until_on` a drug was taken, as far as the record says.

    `days_1` are the days on which cycles of the course began; they matter for planned days only.
    """
    period = drug.period
    end = until_on if period.until_on is None else min(until_on, period.until_on)
    if end < period.from_on:
        return 0
    pieces = without(Period(period.from_on, end), holds)
    not_taken = set(missed)
    if drug.days:
        planned = {day_of(day_1, number) for day_1 in days_1 for number in drug.days}
        return sum(any(piece.within(day) for piece in pieces) for day in planned - not_taken)
    whole = sum(((piece.until_on or end) - piece.from_on).days + 1 for piece in pieces)
    return whole - sum(any(piece.within(day) for piece in pieces) for day in not_taken)


def grams(amounts: Iterable[tuple[Decimal, int]]) -> Decimal:
    """Return the sum of daily milligrams times days, in grams."""
    return sum((mg * days for mg, days in amounts), Decimal(0)) / MG_A_GRAM


# ---------- transplant ----------


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day counted from day 0 that no late visit moves."""

    words: str
    on: date


def before_day_0(on: date, days_0: Iterable[date]) -> date | None:
    """Return the first day 0 if what follows a day 0 lies before every one that is known."""
    first = min(days_0, default=None)
    return first if first is not None and on < first else None


def milestones(day_0: date, *, through: date) -> tuple[Milestone, ...]:
    """Return day +100 and each year's day, up to the first that lies after `through`."""
    found = [Milestone("Day +100", day_0 + timedelta(days=100))]
    year = 1
    while True:
        on = Interval(12 * year, 0).after(day_0)
        found.append(Milestone("1 year" if year == 1 else f"{year} years", on))
        if on > through:
            return tuple(found)
        year += 1
