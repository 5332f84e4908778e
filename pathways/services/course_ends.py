"""How a course ends: given to its last day, stopped early; and an ending taken back."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pathways.models import CourseDrug, CourseHold, TherapyCourse, TherapyCycle
from pathways.rules.course_states import COURSE_OPEN, CourseState, CycleState
from pathways.services import therapy_rows
from pathways.services.actors import Actor
from pathways.services.course_deeds import keep_reason
from pathways.services.course_overlap import check_given_apart
from pathways.services.errors import Refused
from pathways.services.therapy_plan import check_alone, regimen_of
from pathways.services.therapy_rows import check_reason, locked, words


def complete_course(*, course: TherapyCourse, on: date, by: Actor) -> TherapyCourse:
    """The course was given as planned, to its last day."""
    return _end(course, CourseState.COMPLETED, on, "", by)


def stop_course(*, course: TherapyCourse, on: date, reason: str, by: Actor) -> TherapyCourse:
    """The course ends early; what was not begun is discontinued, a hold stays as it is."""
    return _end(course, CourseState.STOPPED, on, check_reason(reason), by)


def _end(
    course: TherapyCourse, state: CourseState, on: date, reason: str, by: Actor
) -> TherapyCourse:
    with transaction.atomic():
        course = locked(course)
        therapy_rows.check_past(on, course.patient, "on")
        if course.began_on is not None and on < course.began_on:
            raise Refused(
                f"The course began on {words(course.began_on)}; it cannot end before.", field="on"
            )
        given = TherapyCycle.objects.filter(course=course, given_on__isnull=False)
        last = given.order_by("-number").first()
        if last is not None and last.given_on is not None and on < last.given_on:
            raise Refused(
                f"Cycle {last.number} began on {words(last.given_on)}, after that day. "
                "Put its day 1 right first.",
                field="on",
            )
        changed = CourseDrug.objects.filter(course=course, from_on__gt=on).first()
        if changed is not None and changed.from_on is not None:
            raise Refused(
                f"The course was changed on {words(changed.from_on)}, after that day.", field="on"
            )
        therapy_rows.become(course, state)
        course.ended_on, course.end_reason = on, reason
        course.save()
        taken = CourseDrug.objects.filter(course=course, from_on__isnull=False)
        taken.filter(until_on__isnull=True).update(until_on=on)
        waiting = TherapyCycle.objects.filter(course=course, given_on__isnull=True)
        waiting.update(state=CycleState.DISCONTINUED, reason=reason)
        if last is not None and last.state == CycleState.STARTED and state == CourseState.STOPPED:
            last.state, last.reason = CycleState.DISCONTINUED, reason
            last.ended_on = last.ended_on or on
            last.save()
        verb = "stopped a course" if state is CourseState.STOPPED else "completed a course"
        therapy_rows.told(course, verb, by, {"on": on.isoformat(), "reason": reason})
    return course


def reopen_course(*, course: TherapyCourse, reason: str, by: Actor) -> TherapyCourse:
    """The ending was written down in error: the course goes on as it was."""
    reason = check_reason(reason)
    with transaction.atomic():
        course = locked(course)
        ended_on = course.ended_on
        if ended_on is None or course.state in COURSE_OPEN:
            raise Refused(f"This course is {course.state}; it has not ended.")
        check_alone(course.patient, regimen_of(course.regimen))
        was = course.state
        held = CourseHold.objects.filter(course=course, until_on__isnull=True).exists()
        begun = CourseState.PLANNED if course.began_on is None else CourseState.RUNNING
        therapy_rows.become(course, CourseState.ON_HOLD if held else begun)
        why = f", {was}: {course.end_reason}" if course.end_reason else f", {was}"
        said = f"ending of {words(ended_on)}{why}, taken back"
        keep_reason(course, said, on=ended_on, reason=reason, by=by)
        course.ended_on, course.end_reason = None, ""
        course.save()
        CourseDrug.objects.filter(course=course, until_on=ended_on).update(until_on=None)
        for row in therapy_rows.cycles_in(course, CycleState.DISCONTINUED):
            waiting = CycleState.HELD if held else CycleState.PLANNED
            row.state = waiting if row.given_on is None else CycleState.STARTED
            row.ended_on = None if row.ended_on == ended_on else row.ended_on
            row.reason = ""
            row.save()
        check_given_apart(course, field="reason")
        therapy_rows.lay(course)
        detail = {"was": ended_on.isoformat(), "reason": reason}
        therapy_rows.told(course, "took back an ending", by, detail)
    return course
