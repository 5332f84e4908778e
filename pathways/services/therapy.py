"""Courses of therapy: planned from a regimen, begun, changed, entered in error.

The plan is copied from the catalogue when the course is planned, so a later catalogue changes
nothing. Doses are written down as they were prescribed; none is ever proposed. The verbs on cycles,
holds and endings stand in files of their own and are offered here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from pathways import clock
from pathways.models import CourseDrug, CourseHold, Patient, TherapyCourse
from pathways.rules.course_states import COURSE_OPEN, CourseState
from pathways.services import therapy_rows
from pathways.services.actors import Actor
from pathways.services.administrations import Given, record_administration
from pathways.services.course_deeds import changed_words, keep_reason
from pathways.services.course_ends import complete_course, reopen_course, stop_course
from pathways.services.course_holds import hold_course, resume_course
from pathways.services.course_overlap import check_given_apart, check_plan_apart
from pathways.services.cycles import (
    complete_cycle,
    delay_cycle,
    modify_cycle,
    start_cycle,
    take_back_day_1,
    take_back_delay,
)
from pathways.services.errors import Refused
from pathways.services.therapy_plan import (
    CoursePlan,
    DrugPlan,
    as_told,
    change_drugs,
    check_alone,
    check_drugs,
    check_numbers,
    new_drug,
    regimen_of,
)
from pathways.services.therapy_rows import check_reason, locked, words

__all__ = [
    "CoursePlan",
    "DrugPlan",
    "Given",
    "begin_course",
    "complete_course",
    "complete_cycle",
    "delay_cycle",
    "enter_course_in_error",
    "hold_course",
    "modify_course",
    "modify_cycle",
    "record_administration",
    "reopen_course",
    "resume_course",
    "start_course",
    "start_cycle",
    "stop_course",
    "take_back_beginning",
    "take_back_day_1",
    "take_back_delay",
]


def start_course(
    *, patient: Patient, plan: CoursePlan, by: Actor, source: str = "staff"
) -> TherapyCourse:
    """Plan a course of a regimen, with its cycles laid out from the planned day 1."""
    entry = regimen_of(plan.regimen)
    therapy_rows.check_alive(patient)
    therapy_rows.check_plan(plan.planned_on, patient, "planned_on")
    cycle_days = None if entry.continuous else (plan.cycle_days or entry.cycle_days)
    planned_cycles = None if entry.continuous else plan.planned_cycles
    check_numbers(entry, cycle_days, planned_cycles, plan.first_cycle)
    drugs = plan.drugs or tuple(DrugPlan(each.drug.key, each.days) for each in entry.drugs)
    check_drugs(entry, drugs, cycle_days)
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        check_alone(patient, entry)
        course = TherapyCourse.objects.create(
            clinic=patient.clinic,
            patient=patient,
            regimen=entry.key,
            regimen_version=entry.version,
            label=entry.short,
            cycle_days=cycle_days,
            planned_cycles=planned_cycles,
            first_cycle=plan.first_cycle,
            planned_on=plan.planned_on,
            dose_note=plan.dose_note.strip(),
            source=source,
            recorded_at=clock.now(),
            recorded_by=by.name,
        )
        for each in drugs:
            new_drug(course, entry, each, None)
        first = next(iter(therapy_rows.lay(course)), None)
        check_plan_apart(course, first, field="planned_on")
        detail = {"regimen": entry.key, "planned_on": plan.planned_on.isoformat()}
        therapy_rows.told(course, "planned a course", by, detail)
    return course


def begin_course(*, course: TherapyCourse, on: date, by: Actor) -> TherapyCourse:
    """Write down the first day of a course without cycles, or put it right."""
    with transaction.atomic():
        course = locked(course)
        if course.cycle_days is not None:
            raise Refused("This course has cycles: give day 1 of its first cycle.")
        if course.state not in (CourseState.PLANNED, CourseState.RUNNING):
            raise Refused(f"This course is {course.state}.")
        therapy_rows.check_past(on, course.patient, "on")
        before = course.began_on
        if before == on:
            raise Refused(f"It began on {words(on)} already.", field="on")
        _check_first_day(course, on)
        therapy_rows.begin(course, on)
        check_given_apart(course, field="on")
        detail = {"from": before.isoformat() if before else None, "to": on.isoformat()}
        therapy_rows.told(course, "began a course", by, detail)
    return course


def take_back_beginning(*, course: TherapyCourse, reason: str, by: Actor) -> TherapyCourse:
    """The first day of a course without cycles was written down in error: it is planned again."""
    reason = check_reason(reason)
    with transaction.atomic():
        course = locked(course)
        if course.cycle_days is not None or course.began_on is None:
            raise Refused("There is no first day to take back here.")
        before = course.began_on
        therapy_rows.unbegin(course)
        said = f"first day {words(before)} taken back"
        keep_reason(course, said, on=before, reason=reason, by=by)
        detail = {"was": before.isoformat(), "reason": reason}
        therapy_rows.told(course, "took back a beginning", by, detail)
    return course


def modify_course(
    *,
    course: TherapyCourse,
    on: date,
    reason: str,
    by: Actor,
    drugs: Sequence[DrugPlan] | None = None,
    cycle_days: int | None = None,
    planned_cycles: int | None = None,
    dose_note: str | None = None,
) -> TherapyCourse:
    """Change what a course is from a day on; what was true before it stays readable.

    `drugs` is the whole new plan: a drug left out ends the day before. Cycles given stay as they
    are, planned ones follow the new length.
    """
    reason = check_reason(reason)
    with transaction.atomic():
        course = locked(course)
        if course.state not in COURSE_OPEN:
            raise Refused(f"This course is {course.state}. Plan another one.")
        begun = course.began_on is not None
        check = therapy_rows.check_past if begun else therapy_rows.check_plan
        check(on, course.patient, "on")
        if course.began_on is not None and on < course.began_on:
            raise Refused(
                f"The course began on {words(course.began_on)}; a change cannot come before.",
                field="on",
            )
        entry = regimen_of(course.regimen)
        before = as_told(course)
        if course.cycle_days is not None:
            course.cycle_days = cycle_days or course.cycle_days
            course.planned_cycles = planned_cycles or course.planned_cycles
            check_numbers(entry, course.cycle_days, course.planned_cycles, course.first_cycle)
        if dose_note is not None:
            course.dose_note = dose_note.strip()
        course.save()
        if drugs is not None:
            check_drugs(entry, drugs, course.cycle_days)
            change_drugs(course, entry, drugs, on)
        therapy_rows.lay(course)
        check_given_apart(course, field="on")
        after = as_told(course)
        said = changed_words(before, after)
        if not said:
            raise Refused("All of that stands already; nothing would change.")
        keep_reason(course, said, on=on, reason=reason, by=by)
        detail = {"on": on.isoformat(), "reason": reason, "from": before, "to": after}
        therapy_rows.told(course, "changed a course", by, detail)
    return course


def enter_course_in_error(*, course: TherapyCourse, reason: str, by: Actor) -> TherapyCourse:
    """The course never was: it stays readable, and every date that hung on it is as before."""
    reason = check_reason(reason)
    with transaction.atomic():
        course = locked(course)
        therapy_rows.become(course, CourseState.ENTERED_IN_ERROR)
        course.end_reason = reason
        course.save()
        therapy_rows.told(course, "entered a course in error", by, {"reason": reason})
    return course


def _check_first_day(course: TherapyCourse, on: date) -> None:
    hold = CourseHold.objects.filter(course=course).order_by("from_on").first()
    changed = CourseDrug.objects.filter(course=course, from_on__gt=course.began_on or on)
    if (hold is not None and on > hold.from_on) or changed.filter(from_on__lte=on).exists():
        raise Refused("It was held or changed before that day. Put that right first.", field="on")
