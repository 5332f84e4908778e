"""A course paused without a planned day, and taken up again."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from pathways import clock
from pathways.models import CourseHold, TherapyCourse
from pathways.rules.course_states import CourseState, CycleState
from pathways.services import therapy_rows
from pathways.services.actors import Actor
from pathways.services.course_deeds import keep_reason
from pathways.services.course_overlap import check_plan_apart
from pathways.services.errors import Refused
from pathways.services.therapy_rows import check_reason, locked, words

ONE_DAY = timedelta(days=1)


def hold_course(*, course: TherapyCourse, from_on: date, reason: str, by: Actor) -> TherapyCourse:
    """Pause a course without a planned day; cycles not begun have no day until it is resumed."""
    reason = check_reason(reason)
    with transaction.atomic():
        course = locked(course)
        if course.ended_on is not None:  # only taking the ending back leads from there to a hold
            raise Refused(f"This course is {course.state}. Take its ending back first.")
        therapy_rows.check_plan(from_on, course.patient, "from_on")
        if course.began_on is not None and from_on < course.began_on:
            raise Refused(
                f"The course began on {words(course.began_on)}; it cannot be held before.",
                field="from_on",
            )
        last = CourseHold.objects.filter(course=course).order_by("-from_on").first()
        if last is not None and last.until_on is not None and from_on <= last.until_on:
            raise Refused(f"It was on hold until {words(last.until_on)}.", field="from_on")
        therapy_rows.become(course, CourseState.ON_HOLD)
        course.save()
        CourseHold.objects.create(
            clinic=course.clinic,
            course=course,
            from_on=from_on,
            reason=reason,
            recorded_at=clock.now(),
            recorded_by=by.name,
        )
        therapy_rows.cycles_in(course, CycleState.PLANNED).update(
            state=CycleState.HELD, reason=reason
        )
        detail = {"from_on": from_on.isoformat(), "reason": reason}
        therapy_rows.told(course, "held a course", by, detail)
    return course


def resume_course(
    *, course: TherapyCourse, on: date, by: Actor, next_on: date | None = None
) -> TherapyCourse:
    """Go on with a held course from a day.

    `next_on` is day 1 of the next cycle where the hold moves it; what follows moves with it.
    """
    with transaction.atomic():
        course = locked(course)
        if course.state != CourseState.ON_HOLD:
            raise Refused(f"This course is {course.state}, not on hold.")
        hold = CourseHold.objects.get(course=course, until_on__isnull=True)
        if on < hold.from_on:
            raise Refused(
                f"The hold began on {words(hold.from_on)}; it cannot end before.", field="on"
            )
        therapy_rows.check_plan(on, course.patient, "on")
        if on == hold.from_on:
            said = "held and resumed on the same day"
            keep_reason(course, said, on=on, reason=hold.reason, by=by)
            hold.delete()  # it took no day away; why it was is kept
        else:
            hold.until_on = on - ONE_DAY
            hold.save()
        begun = course.began_on is not None
        therapy_rows.become(course, CourseState.RUNNING if begun else CourseState.PLANNED)
        course.save()
        therapy_rows.cycles_in(course, CycleState.HELD).update(state=CycleState.PLANNED, reason="")
        if next_on is not None:
            _move_next(course, next_on, hold.reason, by)
        therapy_rows.lay(course)
        detail = {"on": on.isoformat(), "next_on": next_on.isoformat() if next_on else None}
        therapy_rows.told(course, "resumed a course", by, detail)
    return course


def _move_next(course: TherapyCourse, next_on: date, reason: str, by: Actor) -> None:
    therapy_rows.check_plan(next_on, course.patient, "next_on")
    row = therapy_rows.cycles_in(course, CycleState.PLANNED).order_by("number").first()
    if row is None:
        raise Refused("No cycle is planned any more. Leave the day out.", field="next_on")
    earliest = row.first_planned_on
    if row.number != course.first_cycle and next_on < earliest:
        raise Refused(
            f"Cycle {row.number} follows on {words(earliest)} at the earliest.", field="next_on"
        )
    if next_on > row.planned_on:
        said = f"delayed from {words(row.planned_on)} to {words(next_on)} by a hold"
        keep_reason(course, said, on=row.planned_on, reason=reason, by=by, cycle=row.number)
    if next_on != row.first_planned_on:
        row.reason = reason
    row.planned_on = next_on
    row.save()
    check_plan_apart(course, row, field="next_on")
