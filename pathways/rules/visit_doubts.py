"""What is asked before a visit is booked: a day off, or a second visit, may be a slip of the hand."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

SATURDAY = 5


class DoubtKind(StrEnum):
    """Why somebody may not have meant this visit."""

    WEEKEND = "weekend"
    SHUT = "shut"
    SAME = "same"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit of the same person that stands, on the clinic's clocks."""

    ref: int
    starts_at: datetime
    minutes: int
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One question; the day, or the other visit and what both would serve."""

    kind: DoubtKind
    day: date
    other: Booked | None = None
    codes: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What an answer to it names, so that the answer to another question is none to this."""
        return f"{self.kind}:{self.other.ref if self.other else self.day}"


def doubts(
    wanted: Booked, *, days_off: Container[date], booked: Iterable[Booked]
) -> Iterator[Doubt]:
    """Yield what is to be asked about a wanted visit, given the person's others that stand."""
    day = wanted.starts_at.date()
    if day.weekday() >= SATURDAY:
        yield Doubt(DoubtKind.WEEKEND, day)
    elif day in days_off:
        yield Doubt(DoubtKind.SHUT, day)
    for other in booked:
        if other.codes & wanted.codes:
            yield Doubt(DoubtKind.SAME, day, other, other.codes & wanted.codes)
        elif other.starts_at < _end(wanted) and wanted.starts_at < _end(other):
            yield Doubt(DoubtKind.OVERLAP, day, other)


def _end(visit: Booked) -> datetime:
    return visit.starts_at + timedelta(minutes=visit.minutes)
