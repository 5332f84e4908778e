"""Adverse events as clinicians graded them: term, grade, baseline, cause, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from pathways import clock
from pathways.catalogue import load_toxicity_terms
from pathways.catalogue.toxicity import HIGHEST_GRADE, TEXTS
from pathways.models import Patient, TherapyCourse, Toxicity
from pathways.rules.course_states import CourseState
from pathways.rules.disease_words import CtcaeVersion, ToxicityAction, ToxicityCause
from pathways.services import alerts, records
from pathways.services.actors import Actor
from pathways.services.errors import Refused


@dataclass(frozen=True, slots=True)
class Event:
    """One adverse event as it was graded. `baseline` is None where nobody recorded it."""

    patient: Patient
    term: str
    list_version: CtcaeVersion
    grade: int
    baseline: int | None
    cause: ToxicityCause
    action: ToxicityAction
    began_on: date
    ended_on: date | None = None
    course: TherapyCourse | None = None
    note: str = ""


def record(*, event: Event, by: Actor) -> Toxicity:
    """Write down one adverse event, and ask the alert rules about its person."""
    _check_days(event.patient, event.began_on, event.ended_on)
    _check_grades(event)
    _check_course(event)
    with transaction.atomic():
        row = Toxicity.objects.create(
            clinic=event.patient.clinic,
            patient=event.patient,
            course=event.course,
            term=event.term,
            list_version=event.list_version,
            grade=event.grade,
            baseline_grade=event.baseline,
            cause=event.cause,
            action=event.action,
            began_on=event.began_on,
            ended_on=event.ended_on,
            note=event.note.strip(),
            recorded_at=clock.now(),
            recorded_by=by.name,
        )
        records.wrote(
            row,
            "recorded an adverse event",
            by,
            {
                "term": event.term,
                "list": event.list_version,
                "grade": event.grade,
                "baseline": event.baseline,
                "began_on": event.began_on.isoformat(),
            },
        )
        alerts.assess([event.patient.pk], by=by)
    return row


def end(*, toxicity: Toxicity, ended_on: date, by: Actor) -> Toxicity:
    """Write down the last day of an adverse event that went on."""
    with transaction.atomic():
        row: Toxicity = Toxicity.objects.select_for_update(of=("self",)).get(pk=toxicity.pk)
        if row.withdrawn_at is not None:
            raise Refused("This was entered in error.")
        if row.ended_on is not None:
            raise Refused(f"It ended on {records.said(row.ended_on)} already.", field="ended_on")
        _check_days(row.patient, row.began_on, ended_on)
        row.ended_on = ended_on
        row.save()
        records.wrote(row, "ended an adverse event", by, {"ended_on": ended_on.isoformat()})
        alerts.assess([row.patient_id], by=by)
    return row


def withdraw(*, toxicity: Toxicity, reason: str, by: Actor) -> Toxicity:
    """The adverse event was entered in error; what was raised on it is looked at again."""
    with transaction.atomic():
        row = records.withdraw(toxicity, reason=reason, by=by)
        alerts.assess([row.patient_id], by=by)
    return row


def _check_days(patient: Patient, began_on: date, ended_on: date | None) -> None:
    records.check_day(began_on, patient, "began_on")
    if ended_on is None:
        return
    if ended_on < began_on:
        raise Refused(
            f"It began on {records.said(began_on)}; it cannot end before.", field="ended_on"
        )
    records.check_day(ended_on, patient, "ended_on")


def _check_grades(event: Event) -> None:
    """Refuse a grade that its term does not have; of other lists only the range is known here."""
    term = load_toxicity_terms().get(event.term)
    if term is None:
        raise Refused(f"“{event.term}” is not a term of the catalogue.", field="term")
    kept = event.list_version is TEXTS
    grades = tuple(term.grades) if kept else tuple(range(1, HIGHEST_GRADE + 1))
    allowed = ", ".join(str(grade) for grade in grades)
    if event.grade not in grades:
        raise Refused(
            f"{term.label} has no grade {event.grade} in list {event.list_version}. "
            f"Choose one of: {allowed}.",
            field="grade",
        )
    if event.baseline is not None and event.baseline not in (0, *grades):
        raise Refused(
            f"{term.label} has no grade {event.baseline} in list {event.list_version}. "
            f"Choose 0 for none, or one of: {allowed}.",
            field="baseline",
        )


def _check_course(event: Event) -> None:
    course = event.course
    if course is None:
        return
    if course.patient_id != event.patient.pk:
        raise Refused("That course belongs to another person.", field="course")
    if course.state == CourseState.ENTERED_IN_ERROR:
        raise Refused("That course was entered in error. Choose another.", field="course")
    first = course.began_on or course.planned_on
    if event.began_on < first:
        raise Refused(
            f"It began before the first day of that course, {records.said(first)}. "
            "Leave the course empty, or check the day.",
            field="course",
        )
