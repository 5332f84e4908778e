"""How a person's time on the pathway went: the phases, and the days on which they were seen.

Worked out backwards from the day the next exam falls due, so that a person meant to be eleven days
late today is eleven days late today, whatever the day. Pure: a person, a day and chance go in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from pathways.demo.people import Awkward, Invented
from pathways.rules.dates import add_months
from pathways.rules.lifecycles import Phase
from pathways.rules.reminders import WHEN_TO_CALL_MONTHS

ROUTINE_MONTHS = {Phase.REMISSION: 6}  # 3 in every other phase
SATURDAY = 5
DAY_100 = 98


@dataclass(frozen=True, slots=True)
class Course:
    """Phases with their first days, earliest first, and the days of the visits."""

    phases: tuple[tuple[Phase, date], ...]
    visits: tuple[date, ...]
    next_due_on: date

    @property
    def enrolled_on(self) -> date:
        """The first day on the pathway."""
        return self.phases[0][1]

    @property
    def phase(self) -> Phase:
        """The phase of today."""
        return self.phases[-1][0]

    def since(self, phase: Phase) -> date | None:
        """Return the first day of a phase, or None if the person never was in it."""
        return next((day for one, day in self.phases if one is phase), None)

    def phase_on(self, day: date) -> Phase:
        """Return the phase of a day; before the first one, the first one."""
        return [phase for phase, since in self.phases if since <= day or phase is self.first][-1]

    @property
    def first(self) -> Phase:
        """The phase the person came in with."""
        return self.phases[0][0]


def course_of(person: Invented, today: date, chance: Random) -> Course:
    """Return the person's course up to today."""
    phases = _phases(person, today, chance)
    if person.phase is Phase.WORK_UP:
        return _of_work_up(phases, today)
    due_on = _due_on(person, today, chance)
    course = Course(phases, (), due_on)
    return Course(phases, tuple(_visits(course, person, today, chance)), due_on)


def _phases(person: Invented, today: date, chance: Random) -> tuple[tuple[Phase, date], ...]:
    since = add_months(today, -person.months) - timedelta(days=person.days)
    if person.when_to_call:
        since = add_months(today, -WHEN_TO_CALL_MONTHS[person.phase])
    elif person.days == 0:
        since -= timedelta(days=chance.randrange(9))
    phases = [(person.phase, since)]
    if person.phase is Phase.RELAPSE:
        phases.insert(0, (Phase.REMISSION, _before(since, 7, 10, chance)))
    if phases[0][0] is Phase.REMISSION:
        transplanted = person.awkward is Awkward.EARLY_RECALL or chance.random() < 0.7
        earlier = Phase.POST_TRANSPLANT if transplanted else Phase.ACTIVE_TREATMENT
        phases.insert(0, (earlier, _before(phases[0][1], 10, 13, chance)))
    if phases[0][0] is Phase.POST_TRANSPLANT:
        phases.insert(0, (Phase.ACTIVE_TREATMENT, _before(phases[0][1], 5, 7, chance)))
    if phases[0][0] is Phase.ACTIVE_TREATMENT:
        started = phases[0][1]
        phases.insert(0, (Phase.WORK_UP, started - timedelta(days=chance.randrange(25, 60))))
    return tuple(phases)


def _before(day: date, least: int, most: int, chance: Random) -> date:
    return add_months(day, -chance.randint(least, most)) - timedelta(days=chance.randrange(20))


def _due_on(person: Invented, today: date, chance: Random) -> date:
    if person.due_in is not None:
        return today + timedelta(days=person.due_in)
    if person.phase is Phase.REMISSION:
        return today + timedelta(days=chance.randrange(30, 140))
    return today + timedelta(days=chance.randrange(20, 65))


def _of_work_up(phases: tuple[tuple[Phase, date], ...], today: date) -> Course:
    """In the work-up people come twice within the first weeks."""
    enrolled_on = phases[0][1]
    days = [on_weekday(enrolled_on + timedelta(days=after)) for after in (2, 9)]
    visits = tuple(sorted({max(day, enrolled_on) for day in days if day < today}))
    return Course(phases, visits, enrolled_on)


def _visits(course: Course, person: Invented, today: date, chance: Random) -> list[date]:
    first_on = course.enrolled_on + timedelta(days=2)
    months = ROUTINE_MONTHS.get(course.phase, 3)
    last_on = min(add_months(course.next_due_on, -months), today - timedelta(days=1))
    if course.phase is Phase.RELAPSE:
        last_on = min(course.phases[-1][1] + timedelta(days=2), today - timedelta(days=1))
    visits = [on_weekday(max(last_on, first_on))]
    while True:
        back = ROUTINE_MONTHS.get(course.phase_on(visits[-1] - timedelta(days=30)), 3)
        day = on_weekday(add_months(visits[-1], -back) + timedelta(days=chance.randrange(-6, 5)))
        if day < first_on + timedelta(days=20):
            break
        visits.append(day)
    visits.append(on_weekday(first_on))
    transplant_on = course.since(Phase.POST_TRANSPLANT)
    if transplant_on is not None:
        day_100 = on_weekday(transplant_on + timedelta(days=DAY_100))
        near = any(abs((day_100 - day).days) <= 10 for day in visits)
        if day_100 < min(today, visits[0]) and not near:
            visits.append(day_100)
    return sorted(set(visits))


def on_weekday(day: date) -> date:
    """Return the day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))


def following(course: Course) -> dict[date, date]:
    """Return for each visit the day of the next one; for the last, the day that one is due."""
    days = [*course.visits, max(course.next_due_on, course.visits[-1])] if course.visits else []
    return dict(pairwise(days))
