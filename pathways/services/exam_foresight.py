"""What saving a neurological exam will do to its screening, said before it is saved.

The rules are asked with the exam added to the person's results; nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pathways.models import Enrolment, Message, Patient
from pathways.rules.lifecycles import ReminderState
from pathways.rules.satisfaction import Sample
from pathways.services.message_rows import RECALLABLE
from pathways.services.schedule_inputs import ROW_FIELDS, Definitions, load
from pathways.services.schedule_wanted import FIRST_WRITTEN, desired

EXAM = "neuro-exam"
_DUE = ROW_FIELDS.index("due_on")


@dataclass(frozen=True, slots=True)
class Foresight:
    """What follows from a neurological exam on a day.

    `owed` is false where the screening is not owed now. `counts` says whether this exam would be
    the one that the next date is counted from; an earlier or a later one may stay it.
    """

    owed: bool
    counts: bool = False
    due_on: date | None = None
    next_due_on: date | None = None
    messages: int = 0


def foresee(*, patient: Patient, performed_on: date) -> Foresight:
    """Return what an exam of that day would close, when the next is due, which mail stops."""
    ids = list(Enrolment.objects.running().filter(patient=patient).values_list("pk", flat=True))
    if not ids:
        return Foresight(owed=False)
    person = load(ids[:1])[ids[0]]
    by_phase = Definitions().of(person.version_id)
    definition = by_phase.get(person.phase, {}).get(EXAM)
    row = person.open_rows.get(EXAM)
    if definition is None or row is None:
        return Foresight(owed=False)
    person.samples.setdefault(EXAM, []).append(Sample(EXAM, performed_on, -1, final=True))
    answer = desired(person, definition, row, by_phase)
    waiting = Message.objects.filter(
        state__in=RECALLABLE,
        reminders__screening=row[0],
        reminders__state=ReminderState.PLANNED,
    ).distinct()
    next_due_on = answer.values[_DUE - FIRST_WRITTEN] if answer.values else None
    return Foresight(
        owed=True,
        counts=answer.last_done_on == performed_on,
        due_on=row[_DUE],
        next_due_on=next_due_on,
        messages=waiting.count() if next_due_on != row[_DUE] else 0,
    )
