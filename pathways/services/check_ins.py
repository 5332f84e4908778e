"""What a person answered to the check-in questions: kept as given, with the level of each answer.

A question that was skipped is kept as unanswered, never as "no". The alert that follows is raised in
the same transaction; an urgent one is told to staff at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pathways import clock
from pathways.catalogue import AskedIf, QuestionEntry, load_check_in
from pathways.models import Alert, CheckIn, Clinic, CourseDrug, Patient
from pathways.rules import triage
from pathways.rules.course_states import CourseState
from pathways.rules.lifecycles import LifeStatus
from pathways.rules.triage import Answered, Level, Triaged
from pathways.services import alerts, audit, records
from pathways.services.actors import Actor
from pathways.services.errors import Refused

CHANNELS = ("phone", "visit", "form")
STEROID, IMID = "steroid", "imid"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides which questions are asked, and how two of the answers count."""

    nerve_drug: bool = False
    steroid: bool = False
    treatment: bool = False
    harmful_to_babies: bool = False
    staffed_line: bool = False

    def asks(self, question: QuestionEntry) -> bool:
        """Say whether a question is asked."""
        return {
            AskedIf.ALWAYS: True,
            AskedIf.STEROID: self.steroid,
            AskedIf.TREATMENT: self.treatment,
            AskedIf.HARMFUL_TO_BABIES: self.harmful_to_babies,
            AskedIf.STAFFED_LINE: self.staffed_line,
        }[question.asked_if]


def circumstances(*, patient: Patient) -> Circumstances:
    """Return what is recorded of the person's drugs today. One query."""
    today = clock.today(patient.clinic)
    taken = [
        drug
        for drug in CourseDrug.objects.filter(
            course__patient=patient, course__state=CourseState.RUNNING, from_on__isnull=False
        )
        if drug.period.within(today)
    ]
    return Circumstances(
        nerve_drug=any(drug.neurotoxic for drug in taken),
        steroid=any(STEROID in drug.classes for drug in taken),
        treatment=bool(taken),
        harmful_to_babies=any(IMID in drug.classes for drug in taken),
        # Asked only where a line is staffed day and night.
        staffed_line=bool(patient.clinic.day_night_phone),
    )


def questions(*, patient: Patient) -> tuple[QuestionEntry, ...]:
    """Return the questions this person is asked, in their order."""
    known = circumstances(patient=patient)
    return tuple(each for each in load_check_in().questions if known.asks(each))


def record_check_in(
    *,
    patient: Patient,
    answers: Mapping[str, str],
    channel: str,
    by: Actor,
    note: str = "",
    answered_at: datetime | None = None,
) -> CheckIn:
    """Keep the answers (question → answer, by their keys) and raise what they lead to."""
    if channel not in CHANNELS:
        raise Refused("Say how the answers were given.", field="channel")
    if patient.life_status != LifeStatus.ALIVE:
        raise Refused("The person has died.")
    now = clock.now()
    answered_at = answered_at or now
    if answered_at > now:
        raise Refused("That time has not come yet.", field="answered_at")
    known = circumstances(patient=patient)
    kept = _kept(answers, patient.clinic, known)
    if not kept:
        raise Refused("Answer at least one question.", field="answers")
    judged = judge(kept)
    with transaction.atomic():
        row = CheckIn.objects.create(
            clinic=patient.clinic,
            patient=patient,
            answered_at=answered_at,
            channel=channel,
            answers=kept,
            severity=judged.severity or "",
            note=note.strip(),
            recorded_at=now,
            recorded_by=by.name,
        )
        audit.record(
            by=by,
            verb="recorded a check-in",
            subject=row,
            clinic=patient.clinic,
            patient=patient,
            detail={"level": judged.level, "channel": channel, "answered": len(kept)},
        )
        alerts.assess([patient.pk], by=by)
    return row


def withdraw(*, check_in: CheckIn, reason: str, by: Actor) -> CheckIn:
    """The answers were another person's, or never given: what was raised on them is in error too."""
    with transaction.atomic():
        row = records.withdraw(check_in, reason=reason, by=by)
        alerts.assess([row.patient_id], by=by)
    return row


def judge(kept: Mapping[str, Mapping[str, Any]]) -> Triaged:
    """Return the level of answers as they were kept."""
    return triage.judge(
        [Answered(one["question"], one["answer"], Level(one["level"])) for one in kept.values()]
    )


def alert_of(check_in: CheckIn) -> Alert | None:
    """Return the alert that a check-in led to, if there is one."""
    return Alert.objects.filter(
        patient=check_in.patient_id, rule="check-in", evidence=f"check-in:{check_in.pk}"
    ).first()


def _kept(
    answers: Mapping[str, str], clinic: Clinic, known: Circumstances
) -> dict[str, dict[str, str]]:
    """Return the answers in the words they were given in, with their levels."""
    by_key = load_check_in().by_key
    kept: dict[str, dict[str, str]] = {}
    for key, said in answers.items():
        question = by_key.get(key)
        if question is None:
            raise Refused(f"There is no question “{key}”.", field=key)
        if not said:
            continue
        answer = question.find(said)
        if answer is None:
            raise Refused(f"“{said}” is no answer to “{question.text}”.", field=key)
        kept[key] = {
            "question": question.text,
            "answer": answer.text.replace("{fever}", clinic.fever_threshold),
            "key": answer.key,
            "level": answer.level_for(nerve_drug=known.nerve_drug).value,
        }
    return kept
