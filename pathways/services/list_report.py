"""What becomes of a list: how many lines brought something, what each changed, which were refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from pathways.rules.due_phrase import short_date
from pathways.rules.quantities import written
from pathways.services.errors import Refused


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing that becomes another: its column, what is recorded, what the line says."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a line would write: about whom, what it is, and every cell that becomes another.

    A line about something that is not recorded yet `is_new`; what it brings stands in `cells` too,
    with nothing before.
    """

    line: int
    mrn: str
    about: str
    is_new: bool
    cells: tuple[Cell, ...] = ()


Hear = Callable[[Iterable[LineChange]], None]


@dataclass(slots=True)
class ListReport:
    """What became of the rows of a list; the numbers beside refusals and notes are their lines."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: list[LineChange] = field(default_factory=list)
    refused: list[tuple[int, Refused]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    @property
    def recorded(self) -> int:
        """How many rows were new or changed something."""
        return self.created + self.updated

    def note_change(self, change: LineChange) -> None:
        """Count a line that brought something, and keep what."""
        if change.is_new:
            self.created += 1
        else:
            self.updated += 1
        self.changes.append(change)

    def add(self, other: Self) -> None:
        """Count another batch in."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.changes.extend(other.changes)
        self.refused.extend(other.refused)
        self.notes.extend(other.notes)


def cell(column: str, before: Any, after: Any) -> Cell:
    """Return a change of one cell in words."""
    return Cell(column, in_words(before), in_words(after))


def in_words(value: Any) -> str:
    """Return a recorded value as a reader knows it: a day with its year, a number as printed.

    An instant is read in the zone it is given in.
    """
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, datetime):
        return f"{short_date(value, date.min)}, {value:%H:%M}"
    if isinstance(value, date):
        return short_date(value, date.min)
    if isinstance(value, Decimal):
        return written(value)
    return str(value)


def broken_rule(error: Exception) -> Refused:
    """Name the rule a row broke without repeating the person's data, which the database quotes."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or type(error).__name__
    return Refused(
        f"the database refuses this line ({name}). Check its cells, or tell your administrator",
        field="line",
    )


def nobody(mrn: str, clinic_code: str) -> Refused:
    """Say that a line is about a number that nobody has here."""
    return Refused(
        f"{mrn!r} is nobody's number in {clinic_code}. Load the person first, in a file of people",
        field="mrn",
    )
