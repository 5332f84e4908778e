"""What else could stand behind a finding, and what the record holds on each, including nothing.

An empty record is said as "not recorded", never as "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q

from pathways.models import CareEntry, CourseDrug, NeuroExam, Observation, Patient
from pathways.rules.course_states import CourseState, EntryKind
from pathways.rules.due_phrase import due_phrase, short_date
from pathways.rules.due_status import DueStatus, due_status
from pathways.rules.observations import INTERFERENCE_DAYS
from pathways.worklists.due_list import rows_of
from pathways.worklists.open_screenings import screenings
from pathways.worklists.result_words import value_words

LATELY = timedelta(days=42)  # six weeks, as the rule on bevacizumab: proposed
NOT_RECORDED = "not recorded"
EXAM = "neuro-exam"
_LUNGS = Q(label__icontains="copd") | Q(label__icontains="apnoea") | Q(label__icontains="apnea")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at first, and what the record holds on it."""

    label: str
    held: str
    weighty: bool = False
    late: bool = False


def checks(patient: Patient, day: date) -> tuple[Check, ...]:
    """Return what the record holds on the usual other reasons. Six questions."""
    entries = list(
        CareEntry.objects.standing()
        .filter(patient=patient)
        .filter(Q(kind=EntryKind.ILLNESS) | _LUNGS)
        .order_by("-from_on", "-id")
    )
    return (
        _infection(patient, entries, day),
        _ferritin(patient, day),
        _lungs(entries, day),
        _bevacizumab(patient, day),
        _exam(patient, day),
    )


def _infection(patient: Patient, entries: list[CareEntry], day: date) -> Check:
    since = day - LATELY
    recent = [
        each
        for each in entries
        if each.kind == EntryKind.ILLNESS and (each.until_on is None or each.until_on >= since)
    ]
    if not recent:
        return Check("Infection or illness, last 6 weeks", NOT_RECORDED)
    words = "; ".join(f"{each.label}, from {short_date(each.from_on, day)}" for each in recent[:3])
    return Check("Infection or illness, last 6 weeks", words, weighty=True)


def _ferritin(patient: Patient, day: date) -> Check:
    row = (
        Observation.objects.final()
        .filter(patient=patient, code="ferritin")
        .order_by("-performed_on", "-id")
        .first()
    )
    if row is None:
        return Check("Iron (ferritin)", NOT_RECORDED)
    value = value_words(row) or row.value_text
    return Check("Iron (ferritin)", f"{value}, {short_date(row.performed_on, day)}")


def _lungs(entries: list[CareEntry], day: date) -> Check:
    known = [each.label for each in entries if each.kind != EntryKind.ILLNESS or _names_lungs(each)]
    return Check("COPD, sleep apnoea", "; ".join(known) or NOT_RECORDED, weighty=bool(known))


def _names_lungs(entry: CareEntry) -> bool:
    return any(word in entry.label.lower() for word in ("copd", "apnoea", "apnea"))


def _bevacizumab(patient: Patient, day: date) -> Check:
    since = day - timedelta(days=INTERFERENCE_DAYS)
    row = (
        CourseDrug.objects.filter(course__patient=patient, drug="bevacizumab")
        .exclude(course__state=CourseState.ENTERED_IN_ERROR)
        .filter(from_on__lte=day)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=since))
        .order_by("-from_on")
        .first()
    )
    if row is None or row.from_on is None:
        return Check("Bevacizumab, last 6 weeks", "none recorded")
    until = f" to {short_date(row.until_on, day)}" if row.until_on else ", going on"
    return Check(
        "Bevacizumab, last 6 weeks", f"from {short_date(row.from_on, day)}{until}", weighty=True
    )


def _exam(patient: Patient, day: date) -> Check:
    label = "Last neurological exam"
    exams = NeuroExam.objects.standing().filter(patient=patient)
    notes = Observation.objects.final().filter(patient=patient, code=EXAM)
    days = [rows.aggregate(last=Max("performed_on"))["last"] for rows in (exams, notes)]
    last = max((each for each in days if each), default=None)
    said = short_date(last, day) if last else NOT_RECORDED
    owed = rows_of(
        screenings(patient.clinic, day).filter(patient=patient, code=EXAM), patient.clinic, day
    )
    if not owed:
        return Check(label, said)
    tag, _ = due_phrase(owed[0].facts, day)
    late = due_status(owed[0].facts, day).status is DueStatus.OVERDUE
    return Check(label, f"{said}, {tag[0].lower()}{tag[1:]}", weighty=late, late=late)
