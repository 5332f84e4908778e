"""The facts about a person as they stood on an earlier day, and the days worth asking about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.rules.exam_words import ScoringMode
from pathways.rules.lifecycles import AppointmentState, ResultStatus
from pathways.rules.observations import Period
from pathways.rules.person_facts import (
    Adverse,
    Answers,
    Cycle,
    Entry,
    Exposure,
    PersonFacts,
    Said,
    Sample,
    Sign,
    Visit,
)
from pathways.rules.replay import as_of, telling_days
from tests.rules.alerting import DAY, ago, period, reading

THEN = ago(30)
FIRST = ago(363)


def drug(taken: Period | None, *, running: bool = False) -> Exposure:
    return Exposure(1, "bortezomib", "Bortezomib", (), True, taken, running)


def cycle(planned: int, given: int | None, state: CycleState = CycleState.COMPLETED) -> Cycle:
    day_1 = ago(given) if given is not None else None
    return Cycle(1, "Rd", CourseState.STOPPED, 3, ago(planned), day_1, state)


def instant(days: int) -> datetime:
    return datetime.combine(ago(days), datetime.max.time(), UTC)


def dated(days: int) -> dict[str, Any]:
    """One of each thing that carries a day, on that day."""
    return {
        "readings": reading("131", days),
        "said": Said(1, "spep", ago(days), "negative"),
        "samples": Sample(1, "vegf", "VEGF", ago(days), ResultStatus.COLLECTED),
        "signs": Sign(1, ago(days), ScoringMode.CLINICIAN, "negative"),
        "exposures": drug(period(days), running=True),
        "treatment_days": ago(days),
        "entries": Entry(1, EntryKind.THROMBOSIS_PROPHYLAXIS, "Aspirin", period(days)),
        "adverse": Adverse(1, "term", "Term", 3, None, "5.0", period(days)),
        "visits": Visit(1, ago(days), AppointmentState.ATTENDED),
        "reviews": ago(days),
        "records": ago(days),
        "check_ins": Answers(1, instant(days), ()),
    }


@pytest.mark.parametrize("name", list(dated(0)))
def test_what_was_there_that_day_is_told_and_what_came_the_day_after_is_not(name: str) -> None:
    on_the_day, day_after = dated(30)[name], dated(29)[name]
    known = PersonFacts(today=DAY, **{name: (on_the_day, day_after)})
    told = as_of(known, THEN)
    assert told.today == THEN
    assert getattr(told, name) == (on_the_day,)


def test_today_is_told_as_it_stands() -> None:
    known = PersonFacts(today=DAY, exposures=(drug(period(5)),), cycles=(cycle(5, 5),))
    assert as_of(known, DAY) is known


@pytest.mark.parametrize(
    ("sentence", "taken", "until_on", "running"),
    [
        ("it goes on", period(90), None, True),
        ("it was begun that day", period(30), None, True),
        ("it ended the day before", period(90, 31), ago(31), False),
        ("it ended that day", period(90, 30), THEN, True),
        ("nobody knew yet that it would end the day after", period(90, 29), None, True),
    ],
)
def test_a_drug_is_told_as_far_as_it_was_taken(
    sentence: str, taken: Period, until_on: date | None, running: bool
) -> None:
    known = PersonFacts(today=DAY, exposures=(drug(taken, running=not running),))
    (told,) = as_of(known, THEN).exposures
    assert told == drug(Period(taken.from_on, until_on), running=running)


@pytest.mark.parametrize("running", [True, False])
def test_a_drug_without_days_is_told_as_it_stands(running: bool) -> None:
    known = PersonFacts(today=DAY, exposures=(drug(None, running=running),))
    assert as_of(known, THEN).exposures == known.exposures


@pytest.mark.parametrize(
    ("sentence", "planned", "given", "told"),
    [
        ("given the day after: it was still planned", 40, 29, (CycleState.PLANNED, None)),
        ("given that day", 30, 30, (CycleState.STARTED, 30)),
        ("given 28 days before, however late", 90, 58, (CycleState.STARTED, 58)),
        ("given 28 days before, earlier than planned", 50, 58, (CycleState.STARTED, 58)),
    ],
)
def test_a_cycle_waits_until_it_is_given_and_then_runs_four_weeks(
    sentence: str, planned: int, given: int, told: tuple[CycleState, int | None]
) -> None:
    known = PersonFacts(today=DAY, cycles=(cycle(planned, given),))
    (then,) = as_of(known, THEN).cycles
    day_1 = ago(told[1]) if told[1] is not None else None
    assert (then.state, then.given_on) == (told[0], day_1)
    assert (then.planned_on, then.course_state) == (ago(planned), CourseState.RUNNING)


@pytest.mark.parametrize(
    ("sentence", "made"),
    [
        ("given 29 days before", cycle(59, 59)),
        ("given 29 days before, though planned for later", cycle(40, 59)),
        ("never given", cycle(40, None, CycleState.DISCONTINUED)),
    ],
)
def test_any_other_cycle_is_told_as_it_stands(sentence: str, made: Cycle) -> None:
    assert as_of(PersonFacts(today=DAY, cycles=(made,)), THEN).cycles == (made,)


def weeks(since: date = FIRST) -> set[date]:
    """Once a week, and today."""
    found, day = {DAY}, since
    while day <= DAY:
        found.add(day)
        day += timedelta(days=7)
    return found


@pytest.mark.parametrize("length", [0, 1, 6, 7, 13, 14, 15])
def test_a_rule_is_asked_once_a_week_and_today(length: int) -> None:
    assert telling_days(PersonFacts(today=DAY), ago(length)) == sorted(weeks(ago(length)))


def test_the_first_day_is_asked_and_none_before_it_or_after_today() -> None:
    made = tuple(reading("131", days) for days in (364, 363, 0, -1))
    asked = telling_days(PersonFacts(today=DAY, readings=made), FIRST)
    assert (asked[0], asked[-1]) == (FIRST, DAY)


# 31 and 39 days ago are neither today nor a week's beginning.
@pytest.mark.parametrize(
    ("name", "each", "changes"),
    [
        ("readings", reading("131", 31), {31}),
        ("said", Said(1, "spep", ago(31), "negative"), {31}),
        ("samples", Sample(1, "vegf", "VEGF", ago(31), ResultStatus.REJECTED), {31}),
        ("signs", Sign(1, ago(31), ScoringMode.CLINICIAN, "positive"), {31}),
        ("visits", Visit(1, ago(31), AppointmentState.NOT_ATTENDED), {31}),
        ("cycles", cycle(39, 31), {39, 31}),
        ("cycles", cycle(39, None), {39}),
        ("adverse", Adverse(1, "term", "Term", 3, None, "5.0", period(31)), {31}),
        ("exposures", drug(period(31)), {31}),
        ("exposures", drug(None), set()),
        ("check_ins", Answers(1, instant(31), ()), {31}),
        (
            "entries: what lapsed is missing from the day after",
            Entry(1, EntryKind.THROMBOSIS_PROPHYLAXIS, "Aspirin", period(90, 32)),
            {31},
        ),
        (
            "entries: what goes on is missing on no day",
            Entry(1, EntryKind.THROMBOSIS_PROPHYLAXIS, "Aspirin", period(31)),
            set(),
        ),
    ],
)
def test_a_rule_is_asked_on_each_change(name: str, each: Any, changes: set[int]) -> None:
    known = PersonFacts(today=DAY, **{name.partition(":")[0]: (each,)})
    assert set(telling_days(known, FIRST)) - weeks() == {ago(days) for days in changes}
