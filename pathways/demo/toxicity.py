"""What the demo's people suffered from their treatment, as clinicians graded it.

Written as rows with their own dates, because a service would date years of it today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pathways.demo.history import History
from pathways.demo.people import Story
from pathways.demo.stamps import Pen
from pathways.models import Clinic, Patient, TherapyCourse, Toxicity, User
from pathways.rules.disease_words import CtcaeVersion, ToxicityAction, ToxicityCause
from pathways.rules.lifecycles import Role


@dataclass(frozen=True, slots=True)
class Suffered:
    """One adverse event of a story, counted from the first day of the person's latest course."""

    term: str
    grade: int
    baseline: int
    cause: ToxicityCause
    action: ToxicityAction
    after_days: int
    lasted_days: int | None = None
    note: str = ""


SUFFERED = {
    Story.SHOWPIECE: Suffered(
        "neutrophils-low",
        2,
        0,
        ToxicityCause.DRUG,
        ToxicityAction.DELAYED,
        after_days=98,
        lasted_days=14,
        note="Back in the printed range before the next cycle",
    ),
    Story.STOPPED: Suffered(
        "sensory-neuropathy",
        2,
        1,
        ToxicityCause.BOTH,
        ToxicityAction.STOPPED,
        after_days=30,
        note="More tingling up to the knees than before treatment",
    ),
    Story.THALIDOMIDE: Suffered(
        "sensory-neuropathy",
        1,
        1,
        ToxicityCause.DISEASE,
        ToxicityAction.OBSERVED,
        after_days=20,
    ),
}


def write(
    histories: list[History],
    people: dict[str, Patient],
    clinic: Clinic,
    team: dict[Role, User],
    today: date,
) -> None:
    """Write one adverse event for each person whose story has one."""
    rows = []
    for history in histories:
        suffered = SUFFERED.get(history.person.story)
        if suffered is None:
            continue
        patient = people[history.person.mrn]
        course = TherapyCourse.objects.filter(patient=patient).order_by("planned_on").last()
        if course is None:
            continue
        pen = Pen(clinic, patient, team)
        began_on = min(
            today, (course.began_on or course.planned_on) + timedelta(suffered.after_days)
        )
        lasted = suffered.lasted_days
        rows.append(
            Toxicity(
                patient=patient,
                course=course,
                term=suffered.term,
                list_version=CtcaeVersion.V5,
                grade=suffered.grade,
                baseline_grade=suffered.baseline,
                cause=suffered.cause,
                action=suffered.action,
                began_on=began_on,
                ended_on=min(today, began_on + timedelta(lasted)) if lasted else None,
                note=suffered.note,
                **pen.of(began_on),
            )
        )
    Toxicity.objects.bulk_create(rows)
