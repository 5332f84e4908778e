"""Days on a drug: inside its dates, outside every hold, not written down as missed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pathways.rules.observations import Period
from pathways.rules.therapy import Taken, day_of, days_taken, without

JUNE = date(2026, 6, 1)
FOUR_WEEKS = timedelta(days=28)


@pytest.mark.parametrize(
    ("holds", "left"),
    [
        ((), [(1, 30)]),
        (((10, 12),), [(1, 9), (13, 30)]),
        (((1, 3),), [(4, 30)]),
        (((28, 30),), [(1, 27)]),
        (((1, 30),), []),
        (((5, 6), (20, 22)), [(1, 4), (7, 19), (23, 30)]),
        (((20, 22), (5, 6)), [(1, 4), (7, 19), (23, 30)]),
        (((5, 9), (8, 12)), [(1, 4), (13, 30)]),
        (((1, 1),), [(2, 30)]),
        (((30, 30),), [(1, 29)]),
        (((2, 29),), [(1, 1), (30, 30)]),
    ],
)
def test_holds_are_taken_out_of_a_period(
    holds: tuple[tuple[int, int], ...], left: list[tuple[int, int]]
) -> None:
    def june(pair: tuple[int, int]) -> Period:
        return Period(date(2026, 6, pair[0]), date(2026, 6, pair[1]))

    assert list(without(june((1, 30)), [june(each) for each in holds])) == [june(x) for x in left]


def test_a_hold_without_an_end_ends_what_goes_on() -> None:
    held = Period(date(2026, 6, 10))
    assert without(Period(JUNE), [held]) == (Period(JUNE, date(2026, 6, 9)),)


@pytest.mark.parametrize(
    ("sentence", "hold", "left"),
    [
        ("ended the day before", Period(date(2026, 5, 1), date(2026, 5, 31)), [Period(JUNE)]),
        (
            "ended on the first day",
            Period(date(2026, 5, 1), JUNE),
            [Period(date(2026, 6, 2))],
        ),
        ("began on the first day, without an end", Period(JUNE), []),
        (
            "in the midst of what goes on",
            Period(date(2026, 6, 2), date(2026, 6, 3)),
            [Period(JUNE, JUNE), Period(date(2026, 6, 4))],
        ),
    ],
)
def test_what_goes_on_is_cut_by_a_hold(sentence: str, hold: Period, left: list[Period]) -> None:
    assert list(without(Period(JUNE), [hold])) == left


@pytest.mark.parametrize(
    ("sentence", "hold"),
    [
        ("begun the day after the end", Period(date(2026, 7, 1), date(2026, 7, 9))),
        ("begun the day after the end, without an end", Period(date(2026, 7, 1))),
        ("over the day before the beginning", Period(date(2026, 5, 1), date(2026, 5, 31))),
        ("over long before the beginning", Period(date(2026, 5, 1), date(2026, 5, 9))),
    ],
)
def test_a_hold_outside_a_period_cuts_nothing(sentence: str, hold: Period) -> None:
    june = Period(JUNE, date(2026, 6, 30))
    assert without(june, [hold]) == (june,)


@pytest.mark.parametrize(
    ("sentence", "missed", "days"),
    [
        ("none", [], 30),
        ("the first and the last day", [JUNE, date(2026, 6, 30)], 28),
        ("one day said twice", [JUNE, JUNE], 29),
        ("days outside its own", [date(2026, 5, 31), date(2026, 7, 1)], 30),
    ],
)
def test_a_missed_day_counts_once_and_only_inside_the_days_of_the_drug(
    sentence: str, missed: list[date], days: int
) -> None:
    drug = Taken(Period(JUNE, date(2026, 6, 30)))
    assert days_taken(drug, until_on=date(2026, 12, 31), missed=missed) == days


def test_a_drug_that_goes_on_is_counted_to_the_day_and_missed_days_after_it_are_not() -> None:
    missed = [date(2026, 6, 2), date(2026, 6, 11)]
    assert days_taken(Taken(Period(JUNE)), until_on=date(2026, 6, 10), missed=missed) == 9
    assert days_taken(Taken(Period(JUNE)), until_on=JUNE) == 1


@pytest.mark.parametrize(
    ("sentence", "until", "holds", "missed", "days"),
    [
        ("up to the day of a dose", 22, [], [], 4),
        ("up to the day before", 21, [], [], 3),
        ("a dose missed", 22, [], [8], 3),
        ("a day missed on which none was planned", 22, [], [9], 4),
        ("a dose in a hold", 22, [(8, 14)], [], 3),
        ("a dose missed in a hold", 22, [(8, 14)], [8], 3),
        ("a hold about the end", 22, [(20, 30)], [], 3),
    ],
)
def test_planned_days_leave_holds_and_missed_doses_out(
    sentence: str, until: int, holds: list[tuple[int, int]], missed: list[int], days: int
) -> None:
    def june(day: int) -> date:
        return date(2026, 6, day)

    counted = days_taken(
        Taken(Period(JUNE), days=(1, 8, 15, 22)),
        until_on=june(until),
        holds=[Period(june(first), june(last)) for first, last in holds],
        days_1=[JUNE, JUNE + FOUR_WEEKS],
        missed=map(june, missed),
    )
    assert counted == days


def test_a_planned_day_before_the_drug_began_is_none_of_its_days() -> None:
    drug = Taken(Period(date(2026, 6, 8), date(2026, 6, 15)), days=(1, 8, 15, 22))
    assert days_taken(drug, until_on=date(2026, 6, 30), days_1=[JUNE]) == 2


@pytest.mark.parametrize(
    ("number", "day"), [(1, JUNE), (2, date(2026, 6, 2)), (28, date(2026, 6, 28))]
)
def test_day_1_of_a_cycle_is_the_day_it_begins(number: int, day: date) -> None:
    assert day_of(JUNE, number) == day


def test_days_on_a_daily_drug_leave_holds_and_missed_days_out() -> None:
    drug = Taken(Period(JUNE, date(2026, 6, 30)))
    hold = Period(date(2026, 6, 10), date(2026, 6, 14))
    missed = [date(2026, 6, 2), date(2026, 6, 11)]  # the second lies in the hold already
    assert days_taken(drug, until_on=date(2026, 7, 9), holds=[hold], missed=missed) == 24
    assert days_taken(drug, until_on=date(2026, 6, 5)) == 5
    assert days_taken(drug, until_on=date(2026, 5, 31)) == 0
    assert days_taken(drug, until_on=date(2026, 5, 1)) == 0


def test_days_on_a_drug_with_planned_days_are_those_of_cycles_that_began() -> None:
    drug = Taken(Period(JUNE), days=(1, 8, 15, 22))
    days_1 = [JUNE, JUNE + FOUR_WEEKS]
    assert days_taken(drug, until_on=JUNE + timedelta(days=35), days_1=days_1) == 6
