"""What the recall engine is told and what it answers, as plain values.

A `Rule` is one screening definition of one published version. A `History` is everything about
one person that can move that screening's dates. An `Occurrence` is the one open obligation.

`Performed`, `History` and `Occurrence` are named tuples: a whole cohort makes a million of
each in one run, and a frozen dataclass takes six times as long to make.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pathways.rules.dates import Interval


class AnchorMode(StrEnum):
    """From which day the next due date is counted (recall rule 7)."""

    ACTUAL = "actual"
    FIXED = "fixed"
    GRID = "grid"
    CYCLE = "cycle"


class RecurrenceKind(StrEnum):
    """How often a screening is owed (recall rule 6a)."""

    EVERY = "every"
    ONCE = "once"
    AT_START = "at_start"
    ON_REQUEST = "on_request"


class Basis(StrEnum):
    """What the due date rests on."""

    RESULT = "result"
    FLOOR = "floor"
    BASELINE = "baseline"
    GRID = "grid"
    CYCLE = "cycle"
    EARLY_RECALL = "early_recall"


_KINDS_OF_MODE = {
    AnchorMode.ACTUAL: frozenset(RecurrenceKind),
    AnchorMode.FIXED: frozenset({RecurrenceKind.EVERY, RecurrenceKind.ONCE}),
    AnchorMode.GRID: frozenset({RecurrenceKind.EVERY}),
    AnchorMode.CYCLE: frozenset({RecurrenceKind.EVERY}),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One screening definition of one published version (recall rules 3, 4 and 6a).

    Raises ValueError, naming the code and the cure, if the numbers contradict one another.
    """

    code: str
    version: int
    phase: str
    kind: RecurrenceKind
    anchor_mode: AnchorMode
    opens_after: Interval
    due_after: Interval
    soon_days: int = 0
    grace_days: int = 0
    min_gap_days: int = 0
    # once, at_start: a result from this many days before the phase's first day counts.
    lookback_days: int = 0
    # cycle: may be done from this many days before day 1.
    lead_days: int = 0
    # collected: the result is expected within this many days.
    expected_days: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", RecurrenceKind(self.kind))
        object.__setattr__(self, "anchor_mode", AnchorMode(self.anchor_mode))
        for name in ("soon_days", "grace_days", "min_gap_days", "lookback_days", "lead_days"):
            if getattr(self, name) < 0:
                raise ValueError(f"{self.code}: {name} cannot be negative.")
        if self.expected_days is not None and self.expected_days < 0:
            raise ValueError(f"{self.code}: expected_days cannot be negative.")
        if self.kind not in _KINDS_OF_MODE[self.anchor_mode]:
            raise ValueError(
                f"{self.code}: {self.kind} cannot be anchored by {self.anchor_mode}. "
                "Use anchor mode actual, or kind every."
            )
        repeats = self.kind in (RecurrenceKind.EVERY, RecurrenceKind.AT_START)
        if repeats and self.anchor_mode is not AnchorMode.CYCLE and not self.due_after:
            raise ValueError(f"{self.code}: {self.kind} needs a due interval longer than nothing.")
        if not self.opens_after.fits_within(self.due_after):
            raise ValueError(
                f"{self.code}: it opens {self.opens_after} after its anchor, "
                f"later than it is due ({self.due_after})."
            )


def counts_alike(one: Rule, other: Rule) -> bool:
    """Tell whether two rules give the same dates, for whatever reason they are two.

    A version's number moves no date, and the days of "due soon" and of an expected result make
    nothing owed or late.
    """
    return all(getattr(one, name) == getattr(other, name) for name in _MOVES_DATES)


_MOVES_DATES = (
    "kind",
    "anchor_mode",
    "opens_after",
    "due_after",
    "grace_days",
    "min_gap_days",
    "lookback_days",
    "lead_days",
)


class Performed(NamedTuple):
    """A final result, exam or report that would satisfy, on the day it was performed.

    `counts_early` is a clinician's tick that a result before the minimum gap counts; the
    service also sets it on a result that answered an earlier, now replaced, early recall.
    `min_gap_days` is the gap of the phase it was performed in, where another than today's.
    """

    on: date
    ref: int | str | None = None
    counts_early: bool = False
    min_gap_days: int | None = None


class Collected(NamedTuple):
    """A sample taken and not yet reported. Without `expected_on` the rule's days decide."""

    on: date
    expected_on: date | None = None
    ref: int | str | None = None
    counts_early: bool = False


@dataclass(frozen=True, slots=True)
class Floors:
    """The days before which nothing of this enrolment may fall due (recall rule 19)."""

    enrolled_on: date
    phase_since: date
    # The day an adopted version brought another rule for this screening; None where none did.
    version_adopted_on: date | None = None
    resumed_on: date | None = None
    returned_on: date | None = None
    # The latest of them all, and the day a screening never done before is first owed.
    latest: date = field(init=False, compare=False)
    first_owed_on: date = field(init=False, compare=False)

    def __post_init__(self) -> None:
        first_owed_on = max(self.enrolled_on, self.phase_since)
        latest = first_owed_on
        for day in (self.version_adopted_on, self.resumed_on, self.returned_on):
            if day is not None and day > latest:
                latest = day
        object.__setattr__(self, "first_owed_on", first_owed_on)
        object.__setattr__(self, "latest", latest)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A therapy cycle; day 1 is as planned until it is given.

    `held`: the course is on hold, so a day planned for it is no day. `over`: it was given, and its
    course has ended; nothing is owed for it any more.
    """

    number: int
    planned_on: date
    given_on: date | None = None
    held: bool = False
    over: bool = False

    @property
    def day_1(self) -> date:
        return self.given_on or self.planned_on


@dataclass(frozen=True, slots=True)
class EarlyRecall:
    """A clinician asked for the next one sooner (recall rule 6b)."""

    until_on: date
    asked_on: date


@dataclass(frozen=True, slots=True)
class Requested:
    """An on-request screening, turned on for this person; a zero interval asks for one."""

    since_on: date
    interval: Interval


@dataclass(frozen=True, slots=True)
class StillLate:
    """A screening that was overdue on the day its rule changed (recall rule 12).

    Holds only while the anchor is the same: any newly counted or voided result ends it.
    """

    first_due_on: date
    anchor_on: date | None


class History(NamedTuple):
    """All that moves one screening of one person. Performed events may come in any order."""

    performed: tuple[Performed, ...]
    floors: Floors
    baseline_on: date | None = None
    cycle: Cycle | None = None
    collected: tuple[Collected, ...] = ()
    early_recall: EarlyRecall | None = None
    requested: Requested | None = None
    postponed_until: date | None = None
    still_late: StillLate | None = None


class Occurrence(NamedTuple):
    """The one open obligation, with what is needed to show the same screen again (rule 22).

    `overdue_from` already counts a postponement. `first_due_on` is the due date before any
    floor. All dates are None where `not_assessable` gives the reason.
    """

    code: str
    phase: str
    rule_version: int
    basis: Basis
    anchor_on: date | None
    anchor_ref: int | str | None
    soon_on: date | None
    opens_on: date | None
    due_on: date | None
    overdue_from: date | None
    first_due_on: date | None
    collected_on: date | None = None
    result_expected_on: date | None = None
    not_assessable: str | None = None
    cycle_number: int | None = None
