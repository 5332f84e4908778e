"""What saving a neurological exam will do to its screening, said before it is saved.

The rules are asked with the exam added to the person's results; nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pathways import clock
from pathways.models import Enrolment, Message, NeuroExam, Observation, Patient
from pathways.rules.exam_words import ScoringMode
from pathways.rules.lifecycles import ReminderState, ResultStatus
from pathways.rules.satisfaction import Sample
from pathways.services import results
from pathways.services.errors import Refused
from pathways.services.message_rows import RECALLABLE
from pathways.services.result_rows import Result
from pathways.services.schedule_inputs import ROW_FIELDS, Definitions, Person, load
from pathways.services.schedule_wanted import FIRST_WRITTEN, desired

EXAM = "neuro-exam"
_DUE = ROW_FIELDS.index("due_on")


@dataclass(frozen=True, slots=True)
class Foresight:
    """What follows from a neurological exam on a day, scored by a clinician or by the patient.

    `refused` says why no exam of that day can be saved. `owed` is false where the screening is not
    owed now. `counts` says whether this exam would be the one that the next date is counted from;
    an earlier or a later one may stay it, and a self-report never is.
    """

    performed_on: date
    mode: ScoringMode
    refused: str = ""
    owed: bool = False
    counts: bool = False
    due_on: date | None = None
    next_due_on: date | None = None
    messages: int = 0


def foresee(
    *,
    patient: Patient,
    performed_on: date,
    mode: ScoringMode = ScoringMode.CLINICIAN,
    replaces: NeuroExam | None = None,
) -> Foresight:
    """Return what an exam of that day would close, when the next is due, which mail stops.

    An exam that it corrects is thought away: saving withdraws that one.
    """
    exam = Result(patient=patient, code=EXAM, performed_on=performed_on, status=ResultStatus.FINAL)
    try:
        results.check(exam, today=clock.today(patient.clinic))
    except Refused as refusal:
        return Foresight(performed_on, mode, refused=refusal.message)
    ids = list(Enrolment.objects.running().filter(patient=patient).values_list("pk", flat=True))
    if not ids:
        return Foresight(performed_on, mode)
    person = load(ids[:1])[ids[0]]
    by_phase = Definitions().of(person.version_id)
    definition = by_phase.get(person.phase, {}).get(EXAM)
    row = person.open_rows.get(EXAM)
    if definition is None or row is None:
        return Foresight(performed_on, mode)
    if replaces is not None:
        _think_away(person, replaces)
    if mode is ScoringMode.CLINICIAN:
        person.samples.setdefault(EXAM, []).append(Sample(EXAM, performed_on, -1, final=True))
    answer = desired(person, definition, row, by_phase)
    waiting = Message.objects.filter(
        state__in=RECALLABLE,
        reminders__screening=row[0],
        reminders__state=ReminderState.PLANNED,
    ).distinct()
    next_due_on = answer.values[_DUE - FIRST_WRITTEN] if answer.values else None
    return Foresight(
        performed_on,
        mode,
        owed=True,
        counts=mode is ScoringMode.CLINICIAN and answer.last_done_on == performed_on,
        due_on=row[_DUE],
        next_due_on=next_due_on,
        messages=waiting.count() if next_due_on != row[_DUE] else 0,
    )


def _think_away(person: Person, exam: NeuroExam) -> None:
    own = set(Observation.objects.final().filter(exam=exam).values_list("pk", flat=True))
    for code, samples in person.samples.items():
        person.samples[code] = [sample for sample in samples if sample.ref not in own]
