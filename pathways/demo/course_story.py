"""The courses of the demo's people, worked out from how their time on the pathway went. Pure.

Every course begins on a Tuesday, so that one delayed by nine days still falls on a working day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from pathways.demo.history import History
from pathways.demo.people import Story
from pathways.rules.course_states import CourseState, CycleState
from pathways.rules.lifecycles import Phase

TUESDAY = 1
AHEAD = 3  # cycles planned beyond the last one given
RD, BORTEZOMIB, MEL_DEX, LENALIDOMIDE, THALIDOMIDE = (
    "rd",
    "bor-cy-dex",
    "mel-dex",
    "lenalidomide-alone",
    "thalidomide-alone",
)
# Regimen, days of a cycle (0: none), cycles planned where no transplant follows.
CYCLES: Mapping[str, tuple[int, int]] = {
    RD: (28, 9),
    BORTEZOMIB: (21, 6),
    MEL_DEX: (28, 12),
    LENALIDOMIDE: (28, 8),
    THALIDOMIDE: (0, 0),
}
BEFORE_TRANSPLANT = 4
MAINTENANCE_AFTER = 105  # days after day 0
DELAY_DAYS = 9
STOPS_AFTER = 9  # days after day 1: day 11 of the cycle is then not given any more


@dataclass(frozen=True, slots=True)
class CycleStory:
    """One cycle: when its day 1 would have followed, when it was planned, when it was given."""

    number: int
    first_planned_on: date
    planned_on: date
    given_on: date | None
    state: CycleState
    reason: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class CourseStory:
    """One course. `held_on` is the first day of a hold that has not ended."""

    regimen: str
    planned_on: date
    state: CourseState
    cycles: tuple[CycleStory, ...] = ()
    cycle_days: int | None = None
    planned_cycles: int | None = None
    ended_on: date | None = None
    reason: str = ""
    held_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked of a course before its cycles are counted out."""

    regimen: str
    starts_on: date
    last_number: int
    stops_before: date  # no cycle begins on this day or later
    delays: Mapping[int, tuple[int, str]] = field(default_factory=dict)


def courses_of(
    history: History, began_on: date, today: date, chance: Random
) -> Iterator[CourseStory]:
    """Yield the courses of a person whose treatment began on that day."""
    began_on = _tuesday(began_on)
    course, story = history.course, history.person.story
    regimen = _regimen(story, chance)
    transplant_on = course.since(Phase.POST_TRANSPLANT)
    remission_on = course.since(Phase.REMISSION)
    days, planned = CYCLES[regimen]
    if not days:
        yield CourseStory(regimen, began_on, CourseState.RUNNING)
        return
    over_on = (transplant_on and transplant_on - timedelta(days=40)) or remission_on
    plan = _Plan(
        regimen,
        began_on,
        BEFORE_TRANSPLANT if transplant_on else planned,
        over_on or date.max,
        _delays(story, began_on, days, today),
    )
    yield _ended(_counted_out(plan, today), story, today)
    keeps_on = story is Story.SHOWPIECE or chance.random() < 0.5
    if transplant_on is not None and keeps_on:
        starts_on = _tuesday(transplant_on + timedelta(days=MAINTENANCE_AFTER))
        if starts_on < today:
            late = {5: (14, "Influenza; taken up again when well")}
            yield _counted_out(
                _Plan(
                    LENALIDOMIDE,
                    starts_on,
                    CYCLES[LENALIDOMIDE][1],
                    date.max,
                    late if story is Story.SHOWPIECE else {},
                ),
                today,
            )


def _regimen(story: Story, chance: Random) -> str:
    drawn = chance.choices((RD, BORTEZOMIB, MEL_DEX), (55, 30, 15))[0]
    return {
        Story.SHOWPIECE: RD,
        Story.DELAYED: RD,
        Story.ON_HOLD: RD,
        Story.UNPROTECTED: RD,
        Story.STOPPED: BORTEZOMIB,
        Story.THALIDOMIDE: THALIDOMIDE,
    }.get(story, drawn)


def _delays(story: Story, began_on: date, days: int, today: date) -> Mapping[int, tuple[int, str]]:
    if story is Story.SHOWPIECE:
        return {3: (DELAY_DAYS, "Neutrophils repeated first")}
    if story is Story.DELAYED:
        last = max(2, (today - began_on).days // days)
        return {last: (DELAY_DAYS, "Chest infection, treated at home")}
    return {}


def _counted_out(plan: _Plan, today: date) -> CourseStory:
    """Count the cycles out: each follows the day 1 before it, and a delay shifts what follows."""
    days, _ = CYCLES[plan.regimen]
    cycles: list[CycleStory] = []
    follows_on, ahead = plan.starts_on, 0
    for number in range(1, plan.last_number + 1):
        late, reason = plan.delays.get(number, (0, ""))
        planned_on = follows_on + timedelta(days=late)
        if planned_on >= plan.stops_before or ahead == AHEAD:
            break
        given_on = planned_on if planned_on < today else None
        over = given_on is not None and given_on + timedelta(days=days) <= today
        state = CycleState.PLANNED if given_on is None else CycleState.STARTED
        cycles.append(
            CycleStory(
                number,
                follows_on,
                planned_on,
                given_on,
                CycleState.COMPLETED if over else state,
                reason,
            )
        )
        ahead += given_on is None
        follows_on = planned_on + timedelta(days=days)
    last = cycles[-1]
    finished = last.state is CycleState.COMPLETED
    return CourseStory(
        plan.regimen,
        plan.starts_on,
        _state(cycles, finished=finished),
        tuple(cycles),
        days,
        last.number if finished else plan.last_number,
        last.planned_on + timedelta(days=days - 1) if finished else None,
        "As planned" if finished else "",
    )


def _state(cycles: list[CycleStory], *, finished: bool) -> CourseState:
    if finished:
        return CourseState.COMPLETED
    return CourseState.RUNNING if cycles[0].given_on else CourseState.PLANNED


def _ended(course: CourseStory, story: Story, today: date) -> CourseStory:
    """Turn a running course into one on hold or stopped, for the two of whom that is told."""
    if story not in (Story.ON_HOLD, Story.STOPPED) or course.state is not CourseState.RUNNING:
        return course
    long_ago = today - timedelta(days=STOPS_AFTER + 3 if story is Story.STOPPED else 1)
    given = [c for c in course.cycles if c.given_on is not None and c.given_on <= long_ago]
    last = given[-1]
    held_on = min(today, last.planned_on + timedelta(days=STOPS_AFTER))
    if story is Story.ON_HOLD:
        reason = "Pneumonia, in hospital elsewhere; to be looked at again"
        rest = (
            CycleStory(c.number, c.first_planned_on, c.planned_on, None, CycleState.HELD, reason)
            for c in course.cycles
            if c.given_on is None
        )
        return CourseStory(
            course.regimen,
            course.planned_on,
            CourseState.ON_HOLD,
            (*given, *rest),
            course.cycle_days,
            course.planned_cycles,
            reason=reason,
            held_on=held_on,
        )
    reason = "Tingling up to the knees since day 8; stopped by the hematologist"
    broken = CycleStory(
        last.number,
        last.first_planned_on,
        last.planned_on,
        last.given_on,
        CycleState.DISCONTINUED,
        reason,
        held_on,
    )
    return CourseStory(
        course.regimen,
        course.planned_on,
        CourseState.STOPPED,
        (*given[:-1], broken),
        course.cycle_days,
        last.number,
        held_on,
        reason,
    )


def _tuesday(day: date) -> date:
    return day + timedelta(days=(TUESDAY - day.weekday()) % 7)
