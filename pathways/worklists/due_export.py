"""The due list as a file: the one source for `due_list --format csv` and for *Export CSV*.

Query budget: four, whatever the number of rows, which are streamed. Dates stand as the rules
computed them, also while a result is awaited: such a row keeps the days on which it opened and
would have become overdue, because they count again the moment a sample is rejected.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.models import Clinic, DecisionKind, ScreeningDecision, ScreeningDefinition
from pathways.rules.dates import Interval
from pathways.rules.due_status import DueFacts, DueStatus, due_status
from pathways.rules.lifecycles import ScreeningState
from pathways.rules.recurrence import missed_intervals
from pathways.rules.rule_types import Rule
from pathways.worklists.open_screenings import ORDER, next_booking, screenings
from pathways.worklists.spreadsheets import quiet

COLUMNS = (
    "mrn",
    "code",
    "phase",
    "anchor_on",
    "opens_on",
    "due_on",
    "overdue_from",
    "status",
    "days_overdue",
    "missed_intervals",
    "booked_on",
    "rule_version",
)
# Long enough for every code and status; the hospital number may push a row to the right.
WIDTHS = (12, 18, 16, 10, 10, 10, 12, 15, 12, 16, 10, 12)

_FIELDS = (
    "patient__mrn",
    "code",
    "phase",
    "anchor_on",
    "soon_on",
    "opens_on",
    "due_on",
    "overdue_from",
    "closed_from",
    "held_from",
    "postponed_until",
    "collected_on",
    "result_expected_on",
    "not_assessable",
    "state",
    "rule_version",
    "definition_id",
    "enrolment_id",
    "booked_on",
)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One screening as it stands on the day; the fields are the columns, in their order."""

    mrn: str
    code: str
    phase: str
    anchor_on: date | None
    opens_on: date | None
    due_on: date | None
    overdue_from: date | None
    status: DueStatus
    days_overdue: int | None
    missed_intervals: int
    booked_on: date | None
    rule_version: int

    @property
    def cells(self) -> list[str]:
        """The row as text; what is absent is blank, and a spreadsheet runs no cell."""
        values = (getattr(self, name) for name in COLUMNS)
        return ["" if value is None else quiet(str(value)) for value in values]


def rows(clinic: Clinic, day: date, all: bool = False) -> Iterator[ExportRow]:
    """Yield one row per open screening of the clinic as of the day; with `all`, the closed too.

    Ordered by due date, hospital number and code; what has no date (not assessable) comes last.
    """
    found = screenings(clinic, day, closed=all).order_by(*ORDER, "id")
    found = found.annotate(booked_on=next_booking(day).values("appointment__on")[:1])
    versions = set(found.order_by().values_list("definition__version_id", flat=True).distinct())
    definitions = {
        row.pk: row
        for row in ScreeningDefinition.objects.filter(version__in=versions).select_related(
            "version"
        )
    }
    asked = _asked_intervals(clinic)
    for values in found.values_list(*_FIELDS).iterator(chunk_size=2000):
        cells = dict(zip(_FIELDS, values, strict=True))
        rule = definitions[cells["definition_id"]].rule
        yield _row(cells, rule, asked.get((cells["enrolment_id"], cells["code"])), day)


def csv_lines(found: Iterable[ExportRow]) -> Iterator[str]:
    """Yield the file line by line, the header first, for a stream or for standard output."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    yield _taken(out)
    for row in found:
        writer.writerow(row.cells)
        yield _taken(out)


def table_lines(found: Iterable[ExportRow]) -> Iterator[str]:
    """Yield the same rows in columns for a person at a terminal."""
    yield _columns(COLUMNS)
    yield _columns(["-" * len(name) for name in COLUMNS])
    for row in found:
        yield _columns(row.cells)


@dataclass(frozen=True, slots=True)
class _Dates:
    """What `missed_intervals` asks of a row."""

    anchor_on: date | None
    due_on: date | None
    overdue_from: date | None


def _row(cells: dict[str, Any], rule: Rule, asked: Interval | None, day: date) -> ExportRow:
    facts = DueFacts(
        soon_on=cells["soon_on"],
        opens_on=cells["opens_on"],
        due_on=cells["due_on"],
        overdue_from=cells["overdue_from"],
        closed_from=cells["closed_from"] if cells["state"] == ScreeningState.PLANNED else date.min,
        held_from=cells["held_from"],
        postponed_until=cells["postponed_until"],
        collected_on=cells["collected_on"],
        result_expected_on=cells["result_expected_on"],
        not_assessable=cells["not_assessable"] or None,
    )
    state = due_status(facts, day)
    dates = _Dates(cells["anchor_on"], cells["due_on"], cells["overdue_from"])
    is_overdue = state.status is DueStatus.OVERDUE
    return ExportRow(
        mrn=cells["patient__mrn"],
        code=cells["code"],
        phase=cells["phase"],
        anchor_on=cells["anchor_on"],
        opens_on=cells["opens_on"],
        due_on=cells["due_on"],
        overdue_from=cells["overdue_from"],
        status=state.status,
        days_overdue=state.days_overdue,
        missed_intervals=missed_intervals(rule, dates, day, asked) if is_overdue else 0,
        booked_on=cells["booked_on"],
        rule_version=cells["rule_version"],
    )


def _asked_intervals(clinic: Clinic) -> dict[tuple[int, str], Interval]:
    """Return the interval that a clinician asked for, by enrolment and code."""
    decided = (
        ScreeningDecision.objects.in_clinic(clinic)
        .filter(kind=DecisionKind.REQUESTED, withdrawn_at__isnull=True)
        .exclude(interval="")
    )
    return {
        (enrolment_id, code): Interval.parse(interval)
        for enrolment_id, code, interval in decided.values_list("enrolment_id", "code", "interval")
    }


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def _columns(cells: Iterable[str]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    return "  ".join(padded).rstrip() + "\n"
