"""What the verbs on courses and cycles share: locking, laying cycles out, days that cannot be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from pathways import clock
from pathways.models import CourseDrug, Enrolment, Patient, TherapyCourse, TherapyCycle
from pathways.rules.course_states import COURSE, CourseState, CycleState
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import LifeStatus, may_become
from pathways.rules.therapy import PlannedCycle, last_number, lay_out
from pathways.services import alerts, audit, reminders
from pathways.services.actors import Actor
from pathways.services.errors import Refused

# A slip in the year, not a plan: nothing is planned further ahead than this.
LONGEST_AHEAD_DAYS = 366


def words(day: date) -> str:
    """Return a day as it stands in a sentence, with its year."""
    return short_date(day, date.min)


def locked(course: TherapyCourse) -> TherapyCourse:
    """Return the course as it stands now, locked; two people never change it at once."""
    rows = TherapyCourse.objects.select_for_update(no_key=True, of=("self",))
    found: TherapyCourse = rows.select_related("patient", "clinic").get(pk=course.pk)
    return found


def check_reason(reason: str) -> str:
    """Return the reason without spaces around it, or refuse."""
    if not reason.strip():
        raise Refused("Say why.", field="reason")
    return reason.strip()


def length_of(course: TherapyCourse) -> int:
    """Return the days of a cycle, or refuse where the course has none."""
    if course.cycle_days is None:
        raise Refused("This course has no cycles.")
    return int(course.cycle_days)


def check_alive(patient: Patient) -> None:
    """Refuse to plan anything for a person who has died."""
    if patient.life_status == LifeStatus.DECEASED:
        raise Refused("This person has died. Take that back first if it is wrong.")


def check_past(day: date, patient: Patient, field: str) -> None:
    """Refuse a day that has not come, or that lies before the birth date."""
    if day > clock.today(patient.clinic):
        raise Refused(
            f"{words(day)} lies in the future. Write down what was given once it was; "
            "until then move the plan.",
            field=field,
        )
    check_born(day, patient, field)


def check_plan(day: date, patient: Patient, field: str) -> None:
    """Refuse a planned day before the birth date, or more than a year away."""
    if day > clock.today(patient.clinic) + timedelta(days=LONGEST_AHEAD_DAYS):
        raise Refused(f"{words(day)} is more than a year away. Check the year.", field=field)
    check_born(day, patient, field)


def check_born(day: date, patient: Patient, field: str) -> None:
    """Refuse a day before the birth date."""
    if day < patient.birth_date:
        raise Refused(f"{words(day)} lies before the birth date.", field=field)


def become(course: TherapyCourse, state: CourseState) -> None:
    """Set another state of a course, or refuse saying what it is."""
    current = CourseState(course.state)
    if not may_become(COURSE, current, state):
        raise Refused(f"This course is {current}; it cannot become {state}.")
    course.state = state


def cycles_of(course: TherapyCourse) -> list[TherapyCycle]:
    """Return the cycles of a course in order."""
    return list(TherapyCycle.objects.filter(course=course).order_by("number"))


def cycles_in(course: TherapyCourse, state: CycleState) -> QuerySet[TherapyCycle]:
    """Return the cycles of a course in one state."""
    return TherapyCycle.objects.filter(course=course, state=state)


def lay(course: TherapyCourse) -> list[TherapyCycle]:
    """Bring the planned cycles in line with those given: rows moved, made, taken away."""
    if course.cycle_days is None:
        return []
    rows = {row.number: row for row in cycles_of(course)}
    planned = [row.planned for row in rows.values()]
    if not planned:
        planned = [PlannedCycle(course.first_cycle, course.planned_on, course.planned_on)]
    given = [cycle.number for cycle in planned if cycle.given_on is not None]
    last = last_number(course.first_cycle, course.planned_cycles, given)
    laid = lay_out(planned, course.cycle_days, last)
    held = course.state == CourseState.ON_HOLD
    found = []
    for cycle in laid:
        row = rows.pop(cycle.number, None)
        if row is None:
            state = CycleState.HELD if held else CycleState.PLANNED
            row = TherapyCycle(
                clinic=course.clinic, course=course, number=cycle.number, state=state
            )
        if row.pk is None or row.planned != cycle:
            row.first_planned_on, row.planned_on = cycle.first_planned_on, cycle.planned_on
            row.save()
        found.append(row)
    TherapyCycle.objects.filter(pk__in=[row.pk for row in rows.values()]).delete()
    return found


def begin(course: TherapyCourse, on: date) -> None:
    """The course begins, or its beginning is put right: its drugs are taken from that day."""
    CourseDrug.objects.filter(course=course, from_on=course.began_on).update(from_on=on)
    course.began_on = on
    if course.state == CourseState.PLANNED:
        become(course, CourseState.RUNNING)
    course.save()


def unbegin(course: TherapyCourse) -> None:
    """The only day given was taken back: the course is planned again."""
    changed = CourseDrug.objects.filter(course=course, from_on__gt=course.began_on)
    if changed.exists():
        raise Refused(
            "The course was changed since it began, so its beginning cannot be taken back. "
            "Enter the course in error and plan it again."
        )
    CourseDrug.objects.filter(course=course).update(from_on=None)
    course.began_on = None
    become(course, CourseState.PLANNED)
    course.save()


def told(
    course: TherapyCourse, verb: str, by: Actor, detail: dict[str, Any], *, subject: Any = None
) -> None:
    """Write the audit event of a deed and compute again what the person owes."""
    audit.record(
        by=by,
        verb=verb,
        subject=subject or course,
        clinic=course.clinic,
        patient=course.patient,
        detail={"course": course.pk} | detail,
    )
    replan(course.patient, by)
    alerts.assess([course.patient_id], by=by)


def replan(patient: Patient, by: Actor) -> None:
    """Compute again what a person owes, if they are on the pathway."""
    ids = list(Enrolment.objects.running().filter(patient=patient).values_list("pk", flat=True))
    if ids:
        reminders.replan(ids, by=by)
