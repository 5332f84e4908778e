"""The function that closes the loop: what is owed, computed from the rules and written down.

Enrolment, result, decision, change of phase, hold and new version all end in `reschedule`.
Calling it twice changes nothing; a batch costs the same number of queries whatever its size.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from pathways import clock
from pathways.models import Clinic, Enrolment
from pathways.rules.lifecycles import ScreeningState
from pathways.rules.schedule import Standing, Step, Wanted, next_step
from pathways.services.actors import Actor
from pathways.services.schedule_check import Memo, may_differ
from pathways.services.schedule_inputs import FIRST_WRITTEN, Definitions, Person, load
from pathways.services.schedule_wanted import LAST_DONE, Desired, Row, desired
from pathways.services.schedule_writer import Changes, Closing, Work, write

__all__ = ["Changes", "reschedule"]

BATCH = 2000
FEW = 100  # below this the general path alone is as fast


def reschedule(enrolments: Iterable[Enrolment | int], *, by: Actor) -> Changes:
    """Recompute the whole plan of these enrolments and apply the difference.

    Takes enrolments or their ids. One audit event per person changed; nothing changed, no event.
    """
    ids = [item if isinstance(item, int) else item.pk for item in enrolments]
    definitions = Definitions()
    clinics: dict[int, tuple[Clinic, date]] = {}
    changes = Changes()
    memo = Memo()
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            batch = ids[start : start + BATCH]
            if len(batch) > FEW:
                batch = may_differ(batch, definitions, memo)
            if batch:
                _reschedule_batch(batch, definitions, clinics, changes, by)
    return changes


def _reschedule_batch(
    ids: list[int],
    definitions: Definitions,
    clinics: dict[int, tuple[Clinic, date]],
    changes: Changes,
    by: Actor,
) -> None:
    people = load(ids)
    for clinic_id in {person.clinic_id for person in people.values()} - clinics.keys():
        clinic = Clinic.objects.get(pk=clinic_id)
        clinics[clinic_id] = (clinic, clock.today(clinic))
    work = Work(today_of={key: today for key, (_, today) in clinics.items()})
    for person in people.values():
        _compare(person, definitions, work)
    write(work, people, changes, now=clock.now(), by=by)


def _compare(person: Person, definitions: Definitions, work: Work) -> None:
    """Add to `work` what differs between the rules' answer and this person's open rows."""
    by_phase = definitions.of(person.version_id)
    in_phase = by_phase.get(person.phase, {})
    for code, definition in in_phase.items():
        row = person.open_rows.get(code)
        answer = desired(person, definition, row, by_phase)
        if row is None:
            if answer.values is not None:
                work.owe(person, code, answer.values)
        elif answer.values != row[FIRST_WRITTEN:]:
            _step(person, row, answer, work)
    for code, row in person.open_rows.items():
        if code not in in_phase:
            reason = f"not part of {person.phase}"
            work.close(person, Closing(row[0], ScreeningState.CANCELLED, reason))


def _step(person: Person, row: Row, answer: Desired, work: Work) -> None:
    """Decide what becomes of an open row that is not as the rules want it."""
    row_id, code, values = row[0], row[2], answer.values
    wanted = Wanted(values[0] if values else None, answer.last_done_on, values is not None)
    step = next_step(Standing(row[FIRST_WRITTEN], row[LAST_DONE], row[3]), wanted)
    if step is Step.KEEP and values is not None:
        work.move(person, code, values, row_id)
        return
    closing = Closing(row_id, answer.end_state, answer.end_reason)
    if step is Step.COMPLETE:
        closing = Closing(
            row_id, ScreeningState.COMPLETED, "", answer.last_done_on, answer.last_ref
        )
    elif step is Step.SUPERSEDE:
        closing = Closing(row_id, ScreeningState.CANCELLED, "the phase or the version changed")
    elif step is Step.TAKE_BACK:
        closing = Closing(
            row_id, ScreeningState.ENTERED_IN_ERROR, "it hung on a result that no longer counts"
        )
    work.close(person, closing)
    if values is not None:
        work.owe(person, code, values, replaces=closing)
