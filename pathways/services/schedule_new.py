"""The first schedule of people nobody knew before: no results, no decisions, no rows to compare.

`scheduling.reschedule` asks the database for all of these; for a list of thousands of new people
the answers are known to be empty, so here only the rules are asked. One test holds the two to
the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pathways import clock
from pathways.models import Screening
from pathways.rules.lifecycles import ScreeningState
from pathways.rules.rule_types import Floors
from pathways.services import bulk, scheduling
from pathways.services.actors import Actor
from pathways.services.schedule_inputs import WRITTEN, Definition, Definitions, Person
from pathways.services.schedule_wanted import desired

_KEYS = ("clinic_id", "patient_id", "enrolment_id")
_SET = ("code", "state", "created_at", "created_on", "end_reason", "ended_by")
_COLUMNS = (*_KEYS, *_SET, *WRITTEN)


class Beginner(NamedTuple):
    """A person whose enrolment has just been written."""

    enrolment_id: int
    clinic_id: int
    patient_id: UUID
    version_id: int
    enrolled_on: date
    phase: str
    phase_since: date


def begin(people: Sequence[Beginner], *, today: date, by: Actor) -> None:
    """Write the first schedule of new people. Call it in the transaction that enrols them."""
    if not bulk.can_copy(Screening):
        scheduling.reschedule([person.enrolment_id for person in people], by=by)
        return
    # The whole list first: while a COPY is open, its connection answers nothing else.
    bulk.copy_lines(Screening, _COLUMNS, list(_lines(people, today)))


def _lines(people: Sequence[Beginner], today: date) -> Iterator[str]:
    definitions = Definitions()
    created_at = clock.now().isoformat()
    encode = bulk.encoders(Screening, WRITTEN)
    known: dict[tuple[Any, ...], list[str]] = {}
    for person in people:
        # People of one phase who began on the same days owe the same things on the same days.
        key = (person.version_id, person.phase, person.enrolled_on, person.phase_since)
        rows = known.get(key)
        if rows is None:
            rows = known[key] = [
                "\t".join(
                    [
                        code,
                        ScreeningState.PLANNED.value,
                        created_at,
                        today.isoformat(),
                        "",
                        "",
                        *(
                            bulk.ABSENT if value is None else write(value)
                            for value, write in zip(values, encode, strict=True)
                        ),
                    ]
                )
                for code, values in _owed(person, definitions)
            ]
        start = f"{person.clinic_id}\t{person.patient_id}\t{person.enrolment_id}\t"
        for row in rows:
            yield start + row


def _owed(person: Beginner, definitions: Definitions) -> Iterator[tuple[str, tuple[Any, ...]]]:
    by_phase: dict[str, dict[str, Definition]] = definitions.of(person.version_id)
    history = Person(
        enrolment_id=person.enrolment_id,
        clinic_id=person.clinic_id,
        patient_id=person.patient_id,
        version_id=person.version_id,
        ended_on=None,
        transplant_on=None,
        floors=Floors(person.enrolled_on, person.phase_since),
        phase=person.phase,
        phases=[(person.phase_since, person.phase)],
    )
    for code, definition in by_phase.get(person.phase, {}).items():
        values = desired(history, definition, None, by_phase).values
        if values is not None:
            yield code, values
