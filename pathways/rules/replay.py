"""The facts about a person as they stood on an earlier day, so that a rule can be tried on the past.

What carries a day is cut at that day. Screenings, addresses and the pathway are known only as they
stand now: a rule on them is tried on those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from pathways.rules.course_states import CourseState, CycleState
from pathways.rules.dates import ONE_DAY
from pathways.rules.observations import Period
from pathways.rules.person_facts import Cycle, Exposure, PersonFacts

WEEK = timedelta(days=7)
# A cycle is taken to be over so long after its day 1: when it ended is kept nowhere.
CYCLE_LASTS = timedelta(days=28)


def as_of(facts: PersonFacts, day: date) -> PersonFacts:
    """Return the facts without what came after a day; today's are known, so they stand as they are."""
    if day == facts.today:
        return facts
    return replace(
        facts,
        today=day,
        readings=tuple(each for each in facts.readings if each.on <= day),
        said=tuple(each for each in facts.said if each.on <= day),
        samples=tuple(each for each in facts.samples if each.on <= day),
        signs=tuple(each for each in facts.signs if each.on <= day),
        exposures=tuple(
            _exposed(each, day)
            for each in facts.exposures
            if each.period is None or each.period.from_on <= day
        ),
        treatment_days=tuple(each for each in facts.treatment_days if each <= day),
        cycles=tuple(_cycle(each, day) for each in facts.cycles),
        entries=tuple(each for each in facts.entries if each.period.from_on <= day),
        adverse=tuple(each for each in facts.adverse if each.period.from_on <= day),
        visits=tuple(each for each in facts.visits if each.on <= day),
        reviews=tuple(each for each in facts.reviews if each <= day),
        records=tuple(each for each in facts.records if each <= day),
        check_ins=tuple(each for each in facts.check_ins if each.at.date() <= day),
    )


def _exposed(exposure: Exposure, day: date) -> Exposure:
    period = exposure.period
    if period is None:
        return exposure
    runs = period.within(day)
    open_until = period.until_on if period.until_on and period.until_on <= day else None
    return replace(exposure, period=Period(period.from_on, open_until), running=runs)


def _cycle(cycle: Cycle, day: date) -> Cycle:
    if cycle.given_on is not None and cycle.given_on > day:
        return replace(
            cycle, given_on=None, state=CycleState.PLANNED, course_state=CourseState.RUNNING
        )
    if cycle.given_on is not None and cycle.given_on >= day - CYCLE_LASTS:
        return replace(cycle, state=CycleState.STARTED, course_state=CourseState.RUNNING)
    return cycle


def telling_days(facts: PersonFacts, since: date) -> list[date]:
    """Return the days on which a rule may say something new: each change, and once a week.

    What ends is a change on the day after its last: a prophylaxis that lapsed for two days was
    missing on them.
    """
    days = {since + WEEK * number for number in range(((facts.today - since).days // 7) + 1)}
    days.add(facts.today)
    days.update(_days(facts))
    return sorted(day for day in days if since <= day <= facts.today)


def _days(facts: PersonFacts) -> Iterable[date]:
    for dated in (facts.readings, facts.said, facts.samples, facts.signs, facts.visits):
        yield from (each.on for each in dated)
    for cycle in facts.cycles:
        yield from (cycle.planned_on, cycle.day_1)
    for adverse in facts.adverse:
        yield adverse.period.from_on
    for entry in facts.entries:
        if entry.period.until_on is not None:
            yield entry.period.until_on + ONE_DAY
    for each in facts.exposures:
        if each.period is not None:
            yield each.period.from_on
    yield from (each.at.date() for each in facts.check_ins)
