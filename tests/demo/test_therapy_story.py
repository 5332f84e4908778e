"""The invented therapy: possible on every day, and each told story told."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.catalogue import load_regimens
from pathways.demo.course_story import CYCLES, DELAY_DAYS
from pathways.demo.history import history_of
from pathways.demo.people import PEOPLE, Invented, Story
from pathways.demo.therapy_story import Therapy, therapy_of
from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.rules.lifecycles import Phase

DAY = date(2026, 11, 21)
days = st.dates(min_value=date(2026, 1, 1), max_value=date(2040, 12, 31))


def told(story: Story, today: date = DAY) -> Therapy:
    person = next(person for person in PEOPLE if person.story is story)
    return therapy_of(history_of(person, today), today)


def test_every_regimen_is_in_the_catalogue_with_its_cycle() -> None:
    regimens = load_regimens()
    printed = {key: regimens[key].cycle_days or 0 for key in CYCLES}
    assert printed == {key: length for key, (length, _) in CYCLES.items()}


@given(today=days, person=st.sampled_from(PEOPLE))
@settings(max_examples=150, deadline=None)
def test_on_any_day_the_therapy_is_possible(today: date, person: Invented) -> None:
    for course in therapy_of(history_of(person, today), today).courses:
        for cycle in course.cycles:
            assert cycle.first_planned_on <= cycle.planned_on
            assert cycle.given_on is None or cycle.given_on < today
            assert cycle.planned_on.weekday() < 5
        for one, other in pairwise(course.cycles):
            follows_on = one.planned_on + timedelta(days=course.cycle_days or 0)
            assert other.first_planned_on == follows_on
        over = course.state in (CourseState.COMPLETED, CourseState.STOPPED)
        assert over == (course.ended_on is not None)


@given(today=days)
@settings(max_examples=30, deadline=None)
def test_on_any_day_each_special_course_is_there(today: date) -> None:
    assert told(Story.ON_HOLD, today).courses[0].state is CourseState.ON_HOLD
    assert told(Story.STOPPED, today).courses[0].state is CourseState.STOPPED
    assert told(Story.THALIDOMIDE, today).courses[0].regimen == "thalidomide-alone"
    late = [
        (cycle.planned_on - cycle.first_planned_on).days
        for cycle in told(Story.DELAYED, today).courses[0].cycles
    ]
    assert sorted(late)[-2:] == [0, DELAY_DAYS]


def test_an_early_stop_leaves_its_last_cycle_broken_off() -> None:
    course = told(Story.STOPPED).courses[0]
    assert course.cycles[-1].state is CycleState.DISCONTINUED
    assert course.cycles[-1].ended_on == course.ended_on


def test_the_showpiece_has_a_transplant_between_two_courses() -> None:
    therapy = told(Story.SHOWPIECE)
    first, second = therapy.courses
    day_0 = next(e.from_on for e in therapy.entries if e.kind is EntryKind.DAY_0)
    assert first.ended_on is not None
    assert first.ended_on < day_0 < second.planned_on
    assert [c.number for c in first.cycles if c.reason] == [3]


@pytest.mark.parametrize("story", [Story.DELAYED, Story.SHOWPIECE])
def test_thrombosis_prophylaxis_is_on_record_for_most(story: Story) -> None:
    kinds = [entry.kind for entry in told(story).entries]
    assert EntryKind.THROMBOSIS_PROPHYLAXIS in kinds


def test_one_person_has_no_prophylaxis_and_no_last_record() -> None:
    therapy = told(Story.UNPROTECTED)
    assert EntryKind.THROMBOSIS_PROPHYLAXIS not in [entry.kind for entry in therapy.entries]
    begun = [c for course in therapy.courses for c in course.cycles if c.given_on]
    assert len(therapy.recorded_before) == len(begun) - 1


def test_nobody_in_the_work_up_is_treated() -> None:
    for person in PEOPLE:
        if person.phase is Phase.WORK_UP:
            assert therapy_of(history_of(person, DAY), DAY) == Therapy()
