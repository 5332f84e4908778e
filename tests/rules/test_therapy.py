"""Cycles that follow one another, the cycle whose record is owed, milestones."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathways.rules.dates import Interval
from pathways.rules.rule_types import AnchorMode, Cycle, Performed, RecurrenceKind, Rule
from pathways.rules.therapy import (
    PlannedCycle,
    grams,
    last_number,
    lay_out,
    milestones,
    owed_cycle,
    runs_until,
)

JUNE = date(2026, 6, 1)
FOUR_WEEKS = timedelta(days=28)
RULE = Rule(
    "pre-cycle-record",
    1,
    "active-treatment",
    RecurrenceKind.EVERY,
    AnchorMode.CYCLE,
    Interval(),
    Interval(),
    soon_days=7,
    lead_days=3,
)


def planned(number: int, on: date, *, late: int = 0, given: date | None = None) -> PlannedCycle:
    return PlannedCycle(number, on, on + timedelta(days=late), given)


def test_cycles_follow_from_the_day_1_before() -> None:
    laid = lay_out([planned(1, JUNE)], 28, 3)
    assert [cycle.day_1 for cycle in laid] == [JUNE, JUNE + FOUR_WEEKS, JUNE + 2 * FOUR_WEEKS]


def test_a_late_day_1_moves_what_follows_by_as_much() -> None:
    late = JUNE + timedelta(days=7)
    laid = lay_out([planned(1, JUNE, given=late), planned(2, JUNE + FOUR_WEEKS)], 28, 2)
    assert [cycle.day_1 for cycle in laid] == [late, late + FOUR_WEEKS]
    assert [cycle.days_late for cycle in laid] == [7, 0]


def test_a_cycle_given_stays_whatever_is_put_right_before_it() -> None:
    second = planned(2, JUNE + FOUR_WEEKS, given=JUNE + FOUR_WEEKS)
    early = JUNE - timedelta(days=2)
    laid = lay_out([planned(1, JUNE, given=early), second], 28, 2)
    assert laid[1] == second


def test_a_cycle_brought_forward_keeps_its_lead_and_stands_beyond_the_last_planned() -> None:
    rows = [planned(1, JUNE), planned(2, JUNE + FOUR_WEEKS, late=-2)]
    laid = lay_out(rows, 28, 1)
    assert [cycle.days_late for cycle in laid] == [0, -2]
    assert laid[1].day_1 == JUNE + FOUR_WEEKS - timedelta(days=2)


def test_each_cycle_follows_the_one_right_before_it() -> None:
    late = JUNE + timedelta(days=7)
    rows = [planned(number, JUNE) for number in (1, 2, 3)]
    rows[0] = planned(1, JUNE, given=late)
    assert [cycle.day_1 for cycle in lay_out(rows, 28, 3)] == [
        late,
        late + FOUR_WEEKS,
        late + 2 * FOUR_WEEKS,
    ]


def test_a_cycle_given_is_kept_beyond_the_last_planned() -> None:
    second = planned(2, JUNE + FOUR_WEEKS, given=JUNE + FOUR_WEEKS)
    assert lay_out([planned(1, JUNE, given=JUNE), second], 28, 1)[-1] == second


def test_a_course_without_a_first_cycle_has_none() -> None:
    assert lay_out([], 28, 3) == ()


def test_a_delayed_cycle_is_kept_beyond_the_last_planned() -> None:
    rows = [planned(1, JUNE), planned(2, JUNE + FOUR_WEEKS), planned(3, JUNE, late=5)]
    assert [cycle.number for cycle in lay_out(rows, 28, 1)] == [1, 2, 3]
    assert [cycle.number for cycle in lay_out(rows[:2], 28, 1)] == [1]


@pytest.mark.parametrize(
    ("first", "plan", "given", "last"),
    [(1, None, (), 3), (1, None, (1, 2), 5), (4, None, (), 6), (1, 6, (1,), 6), (4, 3, (), 4)],
)
def test_the_number_of_the_last_cycle(
    first: int, plan: int | None, given: tuple[int, ...], last: int
) -> None:
    assert last_number(first, plan, given) == last


def test_a_cycle_runs_to_its_last_day_or_the_day_it_was_ended() -> None:
    cycle = planned(1, JUNE, given=JUNE)
    assert runs_until(cycle, 28) == date(2026, 6, 28)
    assert runs_until(cycle._replace(ended_on=date(2026, 6, 20)), 28) == date(2026, 6, 20)


def done(*days: date) -> tuple[Performed, ...]:
    return tuple(Performed(day, number) for number, day in enumerate(days))


FIRST, SECOND = Cycle(1, JUNE, JUNE), Cycle(2, JUNE + FOUR_WEEKS)


@pytest.mark.parametrize(
    ("records", "number"),
    [((), 1), ((JUNE - timedelta(days=4),), 1), ((JUNE - timedelta(days=3),), 2), ((JUNE,), 2)],
)
def test_the_next_cycle_is_owed_once_this_one_has_its_record(
    records: tuple[date, ...], number: int
) -> None:
    found, _ = owed_cycle(RULE, done(*records), (FIRST, SECOND))
    assert found is not None
    assert found.number == number


def test_a_given_cycle_passes_the_debt_of_the_one_before_on() -> None:
    second = Cycle(2, SECOND.planned_on, SECOND.planned_on)
    found, last = owed_cycle(RULE, (), (FIRST, second))
    assert (found, last) == (second, None)


def test_a_held_cycle_is_owed_only_where_no_other_course_runs() -> None:
    held = Cycle(1, JUNE - FOUR_WEEKS, held=True)
    assert owed_cycle(RULE, (), (held, SECOND))[0] == SECOND
    assert owed_cycle(RULE, (), (held,))[0] == held


def test_an_ended_course_owes_nothing_and_keeps_its_records() -> None:
    over = Cycle(1, JUNE, JUNE, over=True)
    found, last = owed_cycle(RULE, done(JUNE), (over,))
    assert found is None
    assert last is not None
    assert last.on == JUNE


def test_where_every_cycle_has_its_record_the_last_of_them_is_told() -> None:
    found, last = owed_cycle(RULE, done(JUNE, SECOND.planned_on), (FIRST, SECOND))
    assert found == SECOND
    assert last == Performed(JUNE, 0)


def test_of_cycles_none_of_which_was_given_the_first_is_owed() -> None:
    assert owed_cycle(RULE, (), (Cycle(1, JUNE), SECOND))[0] == Cycle(1, JUNE)


def test_a_given_cycle_without_a_record_leaves_the_last_record_as_it_was() -> None:
    days_1 = (JUNE, JUNE + FOUR_WEEKS, JUNE + 2 * FOUR_WEEKS)
    given = [Cycle(number, day, day) for number, day in enumerate(days_1, start=1)]
    records = done(JUNE)
    assert owed_cycle(RULE, records, given) == (given[2], records[0])


def test_nothing_is_owed_where_no_cycle_stands() -> None:
    assert owed_cycle(RULE, done(JUNE), ()) == (None, None)


def test_the_last_record_of_an_earlier_cycle_is_the_one_of_the_latest_day() -> None:
    third = Cycle(3, JUNE + 2 * FOUR_WEEKS, JUNE + 2 * FOUR_WEEKS)
    second = Cycle(2, SECOND.planned_on, SECOND.planned_on)
    records = done(JUNE, SECOND.planned_on)
    assert owed_cycle(RULE, records, (FIRST, second, third)) == (third, records[1])


def test_the_amount_taken_in_all_is_a_sum() -> None:
    assert grams([(Decimal(100), 150), (Decimal("50.5"), 100)]) == Decimal("20.05")


def test_nothing_taken_is_no_grams() -> None:
    assert grams([]) == Decimal(0)


@pytest.mark.parametrize(
    ("through", "last"),
    [("2027-08-02", "1 year"), ("2027-08-03", "2 years"), ("2029-08-03", "4 years")],
)
def test_milestones_go_up_to_the_first_after_the_day(through: str, last: str) -> None:
    found = milestones(date(2026, 8, 3), through=date.fromisoformat(through))
    assert found[-1].words == last
    assert found[-1].on > date.fromisoformat(through)


def test_milestones_of_a_transplant_are_fixed_days() -> None:
    found = milestones(date(2026, 8, 3), through=date(2026, 11, 25))
    assert [(each.words, each.on) for each in found] == [
        ("Day +100", date(2026, 11, 11)),
        ("1 year", date(2027, 8, 3)),
    ]
