"""Cycles of a course: day 1 given, delayed, taken back, ended."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from pathways.models import Administration, TherapyCourse, TherapyCycle
from pathways.rules.course_states import (
    CYCLE,
    CourseState,
    CycleState,
)
from pathways.rules.lifecycles import may_become
from pathways.rules.therapy import day_of, runs_until
from pathways.services import therapy_rows
from pathways.services.actors import Actor
from pathways.services.course_deeds import keep_reason
from pathways.services.course_overlap import check_given_apart, check_plan_apart
from pathways.services.errors import Refused
from pathways.services.therapy_rows import check_reason, length_of, locked, words

ONE_DAY = timedelta(days=1)


def start_cycle(*, cycle: TherapyCycle, given_on: date, by: Actor) -> TherapyCycle:
    """Write down the day on which day 1 was given, or put it right; what follows moves with it."""
    with transaction.atomic():
        course = locked(cycle.course)
        cycle = _fresh(cycle)
        if course.state not in (CourseState.PLANNED, CourseState.RUNNING):
            cure = "Resume it first." if course.state == CourseState.ON_HOLD else ""
            raise Refused(f"This course is {course.state}. {cure}".rstrip())
        therapy_rows.check_past(given_on, course.patient, "given_on")
        before = cycle.given_on
        if before == given_on:
            raise Refused(
                f"Day 1 of cycle {cycle.number} is {words(given_on)} already.", field="given_on"
            )
        _check_neighbours(course, cycle, given_on)
        cycle.given_on = given_on
        if cycle.state == CycleState.PLANNED:
            _become(cycle, CycleState.STARTED)
        if cycle.ended_on is not None and cycle.ended_on < given_on:
            raise Refused(
                f"Cycle {cycle.number} was ended on {words(cycle.ended_on)}, before that day.",
                field="given_on",
            )
        cycle.save()
        if cycle.number == course.first_cycle:
            therapy_rows.begin(course, given_on)
        check_given_apart(course, cycle, field="given_on")
        therapy_rows.lay(course)
        detail = _detail(cycle, before, given_on)
        therapy_rows.told(course, "recorded day 1 of a cycle", by, detail, subject=cycle)
    return cycle


def take_back_day_1(*, cycle: TherapyCycle, reason: str, by: Actor) -> TherapyCycle:
    """Day 1 was not given after all: the cycle is planned again, and what followed moves back.

    Days written down for it go too; the audit trail keeps them.
    """
    reason = check_reason(reason)
    with transaction.atomic():
        course = locked(cycle.course)
        cycle = _fresh(cycle)
        before = cycle.given_on
        if before is None or course.state not in (CourseState.PLANNED, CourseState.RUNNING):
            raise Refused("There is no day 1 to take back, or the course does not run.")
        later = course.cycles.filter(number__gt=cycle.number, given_on__isnull=False).first()
        if later is not None:
            raise Refused(
                f"Cycle {later.number} was given too. Take its day 1 back first, "
                "or put this one right."
            )
        days = Administration.objects.filter(cycle=cycle).select_related("drug")
        gone = [_of_day(day) for day in days]
        days.delete()
        cycle.given_on, cycle.ended_on, cycle.note = None, None, ""
        cycle.state = CycleState.PLANNED
        cycle.save()
        if cycle.number == course.first_cycle:
            therapy_rows.unbegin(course)
        therapy_rows.lay(course)
        said = "; ".join([f"day 1 of {words(before)} taken back", *gone])
        _keep(course, cycle, said, before, reason, by)
        detail = _detail(cycle, before, None) | {"reason": reason, "days": gone}
        therapy_rows.told(course, "took back day 1 of a cycle", by, detail, subject=cycle)
    return cycle


def delay_cycle(*, cycle: TherapyCycle, until_on: date, reason: str, by: Actor) -> TherapyCycle:
    """Plan day 1 later; later cycles and what is counted from them move with it, nothing else."""
    reason = check_reason(reason)
    with transaction.atomic():
        course = locked(cycle.course)
        cycle = _fresh(cycle)
        _check_waiting(course, cycle)
        before = cycle.planned_on
        if until_on <= before:
            raise Refused(
                f"Day 1 is planned on {words(before)}; a delay leads to a later day.",
                field="until_on",
            )
        therapy_rows.check_plan(until_on, course.patient, "until_on")
        cycle.planned_on, cycle.reason = until_on, reason
        cycle.save()
        check_plan_apart(course, cycle, field="until_on")
        therapy_rows.lay(course)
        said = f"delayed from {words(before)} to {words(until_on)}"
        _keep(course, cycle, said, before, reason, by)
        detail = _detail(cycle, before, until_on) | {"reason": reason}
        therapy_rows.told(course, "delayed a cycle", by, detail, subject=cycle)
    return cycle


def take_back_delay(*, cycle: TherapyCycle, reason: str, by: Actor) -> TherapyCycle:
    """The cycle is planned on the day it follows on again, and what comes after moves back."""
    reason = check_reason(reason)
    with transaction.atomic():
        course = locked(cycle.course)
        cycle = _fresh(cycle)
        _check_waiting(course, cycle)
        before = cycle.planned_on
        if before == cycle.first_planned_on:
            raise Refused(f"Cycle {cycle.number} is not delayed.")
        cycle.planned_on, cycle.reason = cycle.first_planned_on, ""
        cycle.save()
        therapy_rows.lay(course)
        _keep(course, cycle, f"delay to {words(before)} taken back", before, reason, by)
        detail = _detail(cycle, before, cycle.planned_on) | {"reason": reason}
        therapy_rows.told(course, "took back a delay", by, detail, subject=cycle)
    return cycle


def complete_cycle(*, cycle: TherapyCycle, on: date, by: Actor, reason: str = "") -> TherapyCycle:
    """The cycle ended on a day: its last, or an earlier one with the reason.

    Planned days stay as they are; the next cycle may begin on the day after.
    """
    with transaction.atomic():
        course = locked(cycle.course)
        cycle = _fresh(cycle)
        if cycle.given_on is None:
            raise Refused(f"Cycle {cycle.number} has not begun.")
        therapy_rows.check_past(on, course.patient, "on")
        if on < cycle.given_on:
            raise Refused(f"It began on {words(cycle.given_on)}; it cannot end before.", field="on")
        whole = cycle.planned._replace(ended_on=None)
        if on < runs_until(whole, length_of(course)) and not reason.strip():
            raise Refused("It ends before its last day. Say why.", field="reason")
        _become(cycle, CycleState.COMPLETED)
        cycle.ended_on, cycle.reason = on, reason.strip() or cycle.reason
        cycle.save()
        if reason.strip():
            _keep(course, cycle, f"ended {words(on)}", on, reason.strip(), by)
        detail = {"number": cycle.number, "on": on.isoformat(), "reason": reason.strip()}
        therapy_rows.told(course, "completed a cycle", by, detail, subject=cycle)
    return cycle


def modify_cycle(*, cycle: TherapyCycle, note: str, reason: str, by: Actor) -> TherapyCycle:
    """Write down that a cycle was given otherwise than planned, and why."""
    reason = check_reason(reason)
    if not note.strip():
        raise Refused("Say what was changed.", field="note")
    with transaction.atomic():
        course = locked(cycle.course)
        cycle = _fresh(cycle)
        if cycle.given_on is None:
            raise Refused(
                f"Cycle {cycle.number} has not begun. Change the course, or delay the cycle."
            )
        before = cycle.note
        cycle.note, cycle.reason = note.strip(), reason
        cycle.save()
        _keep(course, cycle, f"given otherwise: {cycle.note}", cycle.given_on, reason, by)
        detail = {"number": cycle.number, "from": before, "to": note.strip(), "reason": reason}
        therapy_rows.told(course, "changed a cycle", by, detail, subject=cycle)
    return cycle


def _of_day(day: Administration) -> str:
    why = f", {day.reason}" if day.reason else ""
    return f"{day.drug.label} day {day.cycle_day}: {day.state}{why}"


def _keep(
    course: TherapyCourse, cycle: TherapyCycle, said: str, on: date, reason: str, by: Actor
) -> None:
    keep_reason(course, said, on=on, reason=reason, by=by, cycle=cycle.number)


def _fresh(cycle: TherapyCycle) -> TherapyCycle:
    found: TherapyCycle = TherapyCycle.objects.select_related("course").get(pk=cycle.pk)
    return found


def _become(cycle: TherapyCycle, state: CycleState) -> None:
    current = CycleState(cycle.state)
    if not may_become(CYCLE, current, state):
        raise Refused(f"Cycle {cycle.number} is {current}; it cannot become {state}.")
    cycle.state = state


def _check_waiting(course: TherapyCourse, cycle: TherapyCycle) -> None:
    if course.state == CourseState.ON_HOLD:
        raise Refused("This course is on hold. Resume it with the day it goes on.")
    if cycle.state != CycleState.PLANNED:
        raise Refused(f"Cycle {cycle.number} is {cycle.state}; only a planned one is moved.")


def _check_neighbours(course: TherapyCourse, cycle: TherapyCycle, given_on: date) -> None:
    """Refuse a day 1 inside the cycle before, or after the one that follows, with the way on."""
    length = length_of(course)
    rows = {row.number: row for row in therapy_rows.cycles_of(course)}
    before, after = rows.get(cycle.number - 1), rows.get(cycle.number + 1)
    if before is not None:
        if before.given_on is None:
            raise Refused(f"Cycle {before.number} has no day 1 yet. Record that first.")
        last_on = runs_until(before.planned, length)
        if given_on <= last_on:
            raise Refused(
                f"Cycle {before.number} began on {words(before.given_on)} and runs to "
                f"{words(last_on)}; cycle {cycle.number} can begin on {words(last_on + ONE_DAY)}. "
                f"If cycle {before.number} was cut short, write down its last day first; "
                "if its day 1 is wrong, put that right.",
                field="given_on",
            )
    if after is not None and after.given_on is not None:
        last_on = day_of(given_on, length)
        if after.given_on <= last_on and (cycle.ended_on or last_on) >= after.given_on:
            raise Refused(
                f"Cycle {after.number} began on {words(after.given_on)}; from {words(given_on)} "
                f"cycle {cycle.number} would run to {words(last_on)}.",
                field="given_on",
            )


def _detail(cycle: TherapyCycle, before: date | None, after: date | None) -> dict[str, object]:
    return {
        "number": cycle.number,
        "from": before.isoformat() if before else None,
        "to": after.isoformat() if after else None,
    }
