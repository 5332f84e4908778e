"""Writes the difference that scheduling found: rows closed, moved, given back and made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pathways.models import Screening
from pathways.rules.lifecycles import ScreeningState
from pathways.services import audit, bulk
from pathways.services.actors import Actor
from pathways.services.schedule_inputs import WRITTEN, Person

Row = tuple[Any, ...]

_LAST_DONE = WRITTEN.index("last_done_on")
_make = bulk.Maker(Screening)
_COLUMNS = [name.removesuffix("_id") for name in WRITTEN]
_ENDING = ["state", "satisfied_on", "satisfied_by", "end_reason", "ended_at", "ended_by"]


@dataclass(slots=True)
class Changes:
    """Ids of the screenings that a run changed."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)

    @property
    def touched(self) -> list[int]:
        """Every row whose dates or state are not what they were."""
        return [*self.created, *self.updated, *self.closed, *self.reopened]


@dataclass(slots=True)
class Closing:
    """An open row that ends, how, and which row takes its place."""

    row_id: int
    state: ScreeningState
    reason: str
    satisfied_on: date | None = None
    satisfied_by_id: int | None = None
    new_row: Screening | None = None


@dataclass(slots=True)
class Work:
    """What a batch will write, gathered before anything is written."""

    today_of: dict[int, date]
    moved: list[Screening] = field(default_factory=list)
    given_back: list[Screening] = field(default_factory=list)
    made: list[Screening] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    owed: list[tuple[Person, str, Row, Closing | None]] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)

    def move(self, person: Person, code: str, values: Row, row_id: int) -> None:
        """The same obligation, with other dates."""
        self.moved.append(_screening(person, code, values, row_id))
        self.changed.add(person.enrolment_id)

    def close(self, person: Person, closing: Closing) -> None:
        """An open row ends."""
        self.closings.append(closing)
        self.changed.add(person.enrolment_id)

    def owe(self, person: Person, code: str, values: Row, replaces: Closing | None = None) -> None:
        """An obligation without an open row: a closed one given back, or a new one."""
        self.owed.append((person, code, values, replaces))
        self.changed.add(person.enrolment_id)


def write(
    work: Work, people: dict[int, Person], changes: Changes, *, now: datetime, by: Actor
) -> None:
    """Write the batch: first endings (one open row a code), then the rest, then the audit."""
    if not work.changed:
        return
    _find_rows_to_give_back(work, now)
    _write_closings(work.closings, now, by)
    Screening.objects.bulk_update(work.moved, _COLUMNS, batch_size=200)
    Screening.objects.bulk_update(work.given_back, [*_COLUMNS, *_ENDING], batch_size=200)
    bulk.insert(work.made)
    _link_successors(work.closings)
    changes.closed.extend(closing.row_id for closing in work.closings)
    changes.updated.extend(row.pk for row in work.moved)
    changes.reopened.extend(row.pk for row in work.given_back)
    changes.created.extend(row.pk for row in work.made)
    _tell_audit(work, people, by)


def _screening(person: Person, code: str, values: Row, row_id: int | None) -> Screening:
    return _make(
        id=row_id,
        clinic_id=person.clinic_id,
        patient_id=person.patient_id,
        enrolment_id=person.enrolment_id,
        code=code,
        **dict(zip(WRITTEN, values, strict=True)),
    )


def _find_rows_to_give_back(work: Work, now: datetime) -> None:
    """Give back the closed row that this obligation was, where there is one; else make a row.

    So a result entered in error, a phase taken back or a cessation withdrawn restores the same
    row with its reminders, and nobody is written to twice for it.
    """
    closed: dict[tuple[int, str, int, date | None], int] = {}
    rows = (
        Screening.objects.filter(enrolment_id__in={item[0].enrolment_id for item in work.owed})
        .exclude(state=ScreeningState.PLANNED)
        .order_by("id")
        .values_list("id", "enrolment_id", "code", "definition_id", "last_done_on")
    )
    for row_id, *key in rows.iterator():
        closed[tuple(key)] = row_id
    for person, code, values, replaces in work.owed:
        row_id = closed.get((person.enrolment_id, code, values[0], values[_LAST_DONE]))
        taken_back = replaces is not None and replaces.state is ScreeningState.ENTERED_IN_ERROR
        if row_id is None and replaces is not None and taken_back:
            # The result had moved this very row in place, so its loss moves it back in place.
            work.closings.remove(replaces)
            work.moved.append(_screening(person, code, values, replaces.row_id))
            continue
        row = _screening(person, code, values, row_id)
        if row_id is not None:
            work.given_back.append(row)
        else:
            row.created_at = now
            row.created_on = work.today_of[person.clinic_id]
            work.made.append(row)
        if replaces is not None and replaces.state is ScreeningState.CANCELLED:
            replaces.new_row = row


def _write_closings(closings: list[Closing], now: datetime, by: Actor) -> None:
    rows = [
        Screening(
            pk=closing.row_id,
            state=closing.state,
            satisfied_on=closing.satisfied_on,
            satisfied_by_id=closing.satisfied_by_id,
            end_reason=closing.reason[:200],
            ended_at=now,
            ended_by=by.name,
        )
        for closing in closings
    ]
    Screening.objects.bulk_update(rows, _ENDING, batch_size=500)


def _link_successors(closings: list[Closing]) -> None:
    linked = [
        Screening(pk=closing.row_id, superseded_by=closing.new_row)
        for closing in closings
        if closing.new_row is not None
    ]
    Screening.objects.bulk_update(linked, ["superseded_by"], batch_size=500)


def _tell_audit(work: Work, people: dict[int, Person], by: Actor) -> None:
    """One event for each person whose plan changed, with the new due date of each screening."""
    due: dict[int, dict[str, str]] = defaultdict(dict)
    for row in [*work.moved, *work.given_back, *work.made]:
        due[row.enrolment_id][row.code] = row.due_on.isoformat() if row.due_on else "no date"
    audit.record_all(
        audit.event_of(
            by=by,
            verb="rescheduled",
            subject_type="Enrolment",
            subject_id=str(key),
            clinic_id=people[key].clinic_id,
            patient_id=people[key].patient_id,
            detail={"due": due.get(key, {})},
        )
        for key in sorted(work.changed)
    )
