"""Totals of neurological instruments, and what a change of one is and is not.

The direction differs from instrument to instrument, published thresholds come from CIDP and not
from POEMS, and a sum with a missing item is no sum (clinical facts, section 2, software traps).
So a total is computed or it is not, never scaled up; and a change is a number, a direction and
whether it reaches what was printed. What it means is a clinician's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from pathways.rules.exam_words import ItemState, Side
from pathways.rules.observations import Reading, not_comparable, percent_change


class Worse(StrEnum):
    """Which way an instrument moves when the person gets worse."""

    UP = "up"
    DOWN = "down"
    WORDS = "words"  # a finding in words has no direction of its own


class How(StrEnum):
    """How a total is made of its items."""

    SUM = "sum"
    MEAN = "mean"
    VALUE = "value"


class Counted(StrEnum):
    """In what a published change is counted: the instrument's own points, or percent of before."""

    POINTS = "points"
    PERCENT = "percent"


class Threshold(NamedTuple):
    """A published change, from CIDP."""

    amount: Decimal
    counted: Counted

    def reached_by(self, before: Decimal, after: Decimal) -> bool:
        """Whether the change is at least this much, either way; computed without rounding."""
        step = abs(after - before)
        if self.counted is Counted.POINTS:
            return step >= self.amount
        return step * 100 >= self.amount * abs(before)


@dataclass(frozen=True, slots=True)
class ExamAnswer:
    """The answer to one item: a value, a word, or why there is neither."""

    instrument: str
    item: str
    side: Side = Side.NONE
    state: ItemState = ItemState.SCORED
    value: Decimal | None = None
    word: str = ""
    reason: str = ""


class Answer(NamedTuple):
    """What was entered for one item; the two states without a value are answers too."""

    state: ItemState
    value: Decimal | None = None


class Total(NamedTuple):
    """A total, or how far it is from one. Without any answer it was simply not recorded."""

    value: Decimal | None
    tested: int
    of: int

    @property
    def words(self) -> str:
        """Why there is no total, empty where there is one."""
        if self.value is not None:
            return ""
        if self.tested == 0:
            return "not recorded"
        return f"not computed, {self.tested} of {self.of} tested"


class Move(StrEnum):
    """Which way a total moved, in the sense of its instrument."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no change"


class Reach(StrEnum):
    """Whether a change is as large as the published one."""

    REACHED = "at least the published CIDP threshold"
    BELOW = "below the published CIDP threshold"
    NOT_PUBLISHED = "no published threshold"


class Change(NamedTuple):
    """A change in points and percent; `why_not` says why none can be told, and then all is empty."""

    points: Decimal | None = None
    percent: Decimal | None = None
    move: Move | None = None
    reach: Reach | None = None
    why_not: str = ""


class Landmarks(NamedTuple):
    """The earlier readings that a new one is set beside; None where there is none."""

    baseline: Reading | None
    last: Reading | None
    best: Reading | None


def total(how: How, answers: Sequence[Answer | None]) -> Total:
    """Return the total of these items; None stands for one that was left open.

    One missing or untestable item leaves the total uncomputed: it is never scaled up or guessed.
    A mean is kept to one decimal.
    """
    values = [
        each.value
        for each in answers
        if each is not None and each.state is ItemState.SCORED and each.value is not None
    ]
    tested, of = len(values), len(answers)
    if tested < of or not values:
        return Total(None, tested, of)
    summed = sum(values, Decimal(0))
    if how is How.MEAN:
        summed = (summed / of).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Total(summed, tested, of)


def move(worse: Worse, before: Decimal, after: Decimal) -> Move:
    """Return which way a total moved, in the sense of its instrument."""
    if before == after:
        return Move.SAME
    risen = after > before
    return Move.WORSE if risen is (worse is Worse.UP) else Move.BETTER


def change(
    worse: Worse, threshold: Threshold | None, before: Reading | None, after: Reading | None
) -> Change:
    """Return the change from one total to another of the same instrument, or why there is none."""
    if before is None or before.value is None:
        return Change(why_not="no earlier value")
    if after is None or after.value is None:
        return Change(why_not="no total now")
    if before.code != after.code:
        return Change(why_not="another scale or version")
    reasons = not_comparable(after, before)
    if reasons:
        return Change(why_not=f"not comparable: {' and '.join(reasons)}")
    if not before.exact or not after.exact:
        return Change(why_not="a bound is no number")
    if threshold is None:
        reach = Reach.NOT_PUBLISHED
    elif threshold.reached_by(before.value, after.value) and before.value != after.value:
        reach = Reach.REACHED
    else:
        reach = Reach.BELOW
    return Change(
        points=after.value - before.value,
        percent=percent_change(after.value, before.value),
        move=move(worse, before.value, after.value),
        reach=reach,
    )


def landmarks(worse: Worse, series: Sequence[Reading]) -> Landmarks:
    """Return baseline, last and best before the newest of a series (oldest first).

    Baseline is the first value; best is the one furthest from worse, the latest of equals.
    """
    earlier = [each for each in series[:-1] if each.exact]
    if not earlier:
        return Landmarks(None, None, None)
    sign = -1 if worse is Worse.UP else 1
    best = max(enumerate(earlier), key=lambda pair: (sign * (pair[1].value or 0), pair[0]))[1]
    return Landmarks(baseline=earlier[0], last=earlier[-1], best=best)
