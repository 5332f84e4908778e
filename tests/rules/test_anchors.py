"""Which results satisfied, and the window counted from them before any floor: mode by mode."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pathways.rules.anchors import CYCLE_HELD, NO_CYCLE, Next, milestone, next_window, record_of
from pathways.rules.dates import Interval
from pathways.rules.rule_types import (
    AnchorMode,
    Cycle,
    History,
    Performed,
    RecurrenceKind,
    Requested,
    Rule,
)
from tests.rules.making import (
    DAY_100,
    PRE_CYCLE,
    THREE_MONTHS,
    VEGF,
    YEARLY,
    YEARLY_FIXED,
    d,
    done,
    floors,
)

GRID = replace(VEGF, anchor_mode=AnchorMode.GRID)
ASKED_FOR = replace(VEGF, kind=RecurrenceKind.ON_REQUEST, opens_after=Interval(1))
AT_ONCE = replace(DAY_100, opens_after=Interval(), due_after=Interval())
BASE = d("2026-01-01")


def window(
    rule: Rule, performed: tuple[Performed, ...], *, whole: bool = False, **more: Any
) -> Next:
    return next_window(rule, History(performed, floors(), **more), whole=whole)


def after(days: int, **more: Any) -> Performed:
    """A result so many days after the first of January."""
    return Performed(BASE + timedelta(days=days), f"day {days}", **more)


def refs(found: Next) -> list[object]:
    return [each.ref for each in found.satisfied_by]


def test_two_results_may_come_in_any_order() -> None:
    first, second = done("2026-01-10", "2026-06-10")
    for performed in ((first, second), (second, first)):
        assert window(VEGF, performed).anchor_on == second.on


def test_the_first_in_time_answers_what_is_owed_once_whatever_order_they_came_in() -> None:
    once = replace(VEGF, kind=RecurrenceKind.ONCE)
    assert refs(window(once, done("2026-01-10", "2026-06-10")[::-1])) == [1]


def test_two_of_one_day_with_references_of_different_kinds_stand_in_order() -> None:
    early = Performed(d("2026-01-10"), "z")
    by_number, by_name = Performed(d("2026-06-10"), 1), Performed(d("2026-06-10"), "a")
    rule = replace(YEARLY, min_gap_days=0)
    for performed in ((by_name, by_number, early), (by_number, early, by_name)):
        assert refs(window(rule, performed, whole=True)) == ["z", 1, "a"]


def test_the_whole_history_is_told_where_it_is_asked_for() -> None:
    performed = done("2026-01-10", "2026-06-10", "2026-06-11", "2026-11-10")
    assert refs(window(VEGF, performed, whole=True)) == [1, 2, 4]
    assert refs(window(VEGF, performed))[-1:] == [4]


def test_without_a_minimum_gap_the_last_one_is_the_anchor() -> None:
    assert window(YEARLY, done("2026-01-10", "2026-01-11")).anchor_on == d("2026-01-11")
    three = done("2026-01-10", "2026-01-11", "2026-01-12")
    assert window(YEARLY, three).anchor_on == d("2026-01-12")


def test_a_window_may_open_some_days_before_it_is_due_in_the_same_month() -> None:
    rule = replace(VEGF, due_after=Interval(3, 10))
    found = window(rule, done("2026-01-10"))
    assert (found.opens_on, found.due_on) == (d("2026-04-10"), d("2026-04-20"))


@pytest.mark.parametrize(
    ("interval", "opens", "due"),
    [
        (THREE_MONTHS, "2026-02-10", "2026-04-10"),
        (Interval(2), "2026-03-10", "2026-03-10"),
    ],
)
def test_the_opening_of_the_rule_belongs_to_its_own_interval(
    interval: Interval, opens: str, due: str
) -> None:
    asked = Requested(d("2026-01-01"), interval)
    found = window(ASKED_FOR, done("2026-01-10"), requested=asked)
    assert (found.opens_on, found.due_on) == (d(opens), d(due))


def test_what_was_asked_for_every_so_often_counts_from_the_last_one() -> None:
    asked = Requested(d("2026-01-01"), THREE_MONTHS)
    performed = done("2026-01-10", "2026-06-10")
    assert window(ASKED_FOR, performed, whole=True, requested=asked).anchor_on == d("2026-06-10")


def test_what_was_asked_for_once_is_answered_by_the_first_from_that_day_on() -> None:
    asked = Requested(d("2026-02-01"), Interval())
    performed = done("2026-01-31", "2026-02-01", "2026-02-02")
    found = window(ASKED_FOR, performed, requested=asked)
    assert (refs(found), found.due_on) == ([2], None)


# --- fixed: milestones at baseline + k x interval ---------------------------------------------

MONTHLY_FIXED = replace(
    YEARLY_FIXED, opens_after=Interval(days=30), due_after=Interval(days=30), soon_days=2
)


@pytest.mark.parametrize(
    ("sentence", "gap", "performed", "satisfied", "due_in"),
    [
        ("too soon after the one before: it waits", 42, [30, 60], [30], 60),
        ("far enough", 30, [30, 60], [30, 60], 90),
        ("in between: it closes none", 0, [30, 45], [30], 60),
        ("a day before it is due soon: it closes none", 0, [30, 57], [30], 60),
        ("the day it is due soon", 0, [30, 58], [30, 58], 90),
        ("after three had come: it closes the latest of them", 0, [95], [95], 120),
    ],
)
def test_a_visit_closes_the_latest_milestone_whose_time_had_come(
    sentence: str, gap: int, performed: list[int], satisfied: list[int], due_in: int
) -> None:
    rule = replace(MONTHLY_FIXED, min_gap_days=gap)
    found = window(rule, tuple(after(day) for day in performed), baseline_on=BASE)
    assert refs(found) == [f"day {day}" for day in satisfied]
    assert found.due_on == after(due_in).on
    assert found.opens_on == found.due_on


@pytest.mark.parametrize(
    ("sentence", "day", "closed", "due_in"),
    [
        ("in between", 10, True, 60),
        ("on the day of the baseline", 0, True, 60),
        ("the day before the baseline", -1, False, 30),
        ("after three had come: the latest of them, as any other", 95, True, 120),
    ],
)
def test_a_ticked_visit_closes_the_next_milestone_but_none_before_the_baseline(
    sentence: str, day: int, closed: bool, due_in: int
) -> None:
    found = window(MONTHLY_FIXED, (after(day, counts_early=True),), baseline_on=BASE)
    assert (bool(found.satisfied_by), found.due_on) == (closed, after(due_in).on)


@pytest.mark.parametrize(
    ("sentence", "lookback", "day", "closed"),
    [
        ("due soon ten days before", 0, 90, True),
        ("eleven days before", 0, 89, False),
        ("as early as it looks back", 20, 80, True),
        ("a day earlier than it looks back", 20, 79, False),
    ],
)
def test_a_single_milestone_may_look_further_back_than_it_is_due_soon(
    sentence: str, lookback: int, day: int, closed: bool
) -> None:
    rule = replace(DAY_100, lookback_days=lookback)
    found = window(rule, (after(day),), baseline_on=BASE)
    assert (bool(found.satisfied_by), found.due_on is None) == (closed, closed)


@pytest.mark.parametrize(("day", "closed"), [(-11, False), (-10, True), (0, True), (40, True)])
def test_a_single_milestone_may_be_the_baseline_itself(day: int, closed: bool) -> None:
    assert bool(window(AT_ONCE, (after(day),), baseline_on=BASE).satisfied_by) is closed


# --- grid: kept inside the window, moved outside it --------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "visit", "base"),
    [
        ("long before the base: nothing moves", "2026-01-15", "2026-02-16"),
        ("a day before the base is due soon: nothing moves", "2026-02-01", "2026-02-16"),
        ("as early as the base is due soon", "2026-02-02", "2026-02-16"),
        ("on the last day of its grace", "2026-02-19", "2026-02-16"),
        ("a day after it", "2026-02-20", "2026-02-20"),
    ],
)
def test_a_visit_about_the_base_serves_the_base_or_becomes_it(
    sentence: str, visit: str, base: str
) -> None:
    rule = replace(GRID, grace_days=3)
    found = window(rule, done(visit), baseline_on=d("2026-02-16"))
    assert found.anchor_on == d(base)
    assert found.due_on == THREE_MONTHS.after(d(base))


def test_the_window_of_a_grid_point_opens_by_its_own_opening_interval() -> None:
    rule = replace(GRID, opens_after=Interval(2))
    found = window(rule, done("2026-05-10"), baseline_on=d("2026-02-16"))
    assert (found.opens_on, found.due_on) == (d("2026-07-16"), d("2026-08-16"))


@pytest.mark.parametrize(
    ("sentence", "rule", "first_due", "k"),
    [
        ("the first", YEARLY_FIXED, "2027-01-01", 1),
        ("the second", YEARLY_FIXED, "2028-01-01", 2),
        ("a day later is the one after", YEARLY_FIXED, "2028-01-02", 3),
        ("of a grid", replace(YEARLY, anchor_mode=AnchorMode.GRID), "2028-01-01", 2),
        ("from the last result there is only one", YEARLY, "2028-01-01", 1),
        ("no interval to count", AT_ONCE, "2028-01-01", 1),
    ],
)
def test_a_milestone_is_counted_from_its_anchor(
    sentence: str, rule: Rule, first_due: str, k: int
) -> None:
    assert milestone(rule, BASE, d(first_due)) == k


# --- cycles -----------------------------------------------------------------------------------


def cycle(planned: int, given: int | None = None, **more: bool) -> Cycle:
    return Cycle(3, after(planned).on, after(given).on if given is not None else None, **more)


@pytest.mark.parametrize(
    ("sentence", "cycle", "why", "due"),
    [
        ("none is recorded", None, NO_CYCLE, None),
        ("planned", cycle(50), None, 50),
        ("planned, the course on hold", cycle(50, held=True), CYCLE_HELD, None),
        ("given, the course on hold since", cycle(50, 52, held=True), None, 52),
    ],
)
def test_a_cycle_is_owed_its_record_on_day_1_unless_nobody_knows_that_day(
    sentence: str, cycle: Cycle | None, why: str | None, due: int | None
) -> None:
    found = window(PRE_CYCLE, (), cycle=cycle)
    assert found.not_assessable == why
    due_on = after(due).on if due is not None else None
    assert (found.due_on, found.anchor_on) == (due_on, due_on)
    assert found.opens_on == (due_on - timedelta(days=3) if due_on else None)


@pytest.mark.parametrize(
    ("sentence", "day", "ticked", "counts"),
    [
        ("three days before day 1", 47, False, True),
        ("four days before", 46, False, False),
        ("four days before, ticked", 46, True, True),
        ("ticked on the first day it is due soon", 40, True, True),
        ("ticked a day before that", 39, True, False),
        ("written down late", 60, False, True),
    ],
)
def test_a_record_counts_from_the_lead_on_and_a_ticked_one_from_when_it_is_due_soon(
    sentence: str, day: int, ticked: bool, counts: bool
) -> None:
    record = after(day, counts_early=ticked)
    assert record_of(PRE_CYCLE, (record,), cycle(50)) == (record if counts else None)


def test_the_first_record_that_counts_is_the_cycles() -> None:
    records = (Performed(after(49).on, "a"), Performed(after(48).on, "b"), after(30))
    assert record_of(PRE_CYCLE, records, cycle(50)) == records[1]


def test_of_records_of_one_day_with_references_of_different_kinds_the_first_told_counts() -> None:
    records = (Performed(after(49).on, "a"), Performed(after(49).on, 1))
    assert record_of(PRE_CYCLE, records, cycle(50)) == records[0]
