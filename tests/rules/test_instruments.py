"""Totals and changes of neurological instruments: the five software traps of the clinical facts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathways.rules.exam_words import ItemState
from pathways.rules.instruments import (
    Answer,
    Change,
    Counted,
    How,
    Move,
    Reach,
    Threshold,
    Total,
    Worse,
    change,
    landmarks,
    move,
    total,
)
from pathways.rules.observations import Reading

NOT_TESTABLE = Answer(ItemState.NOT_TESTABLE)
EIGHT, TWENTY_EIGHT = (
    Threshold(Decimal(8), Counted.POINTS),
    Threshold(Decimal(28), Counted.PERCENT),
)


def scored(*values: str) -> list[Answer | None]:
    return [Answer(ItemState.SCORED, Decimal(value)) for value in values]


def reading(value: str | None, day: int = 0, code: str = "onls", **more: str) -> Reading:
    on = date(2026, 1, 1) + timedelta(days=day)
    return Reading(day, code, on, Decimal(value) if value is not None else None, **more)


def test_a_sum_adds_its_items() -> None:
    assert total(How.SUM, scored("1", "2")) == Total(Decimal(3), 2, 2)


@pytest.mark.parametrize("gap", [None, NOT_TESTABLE, Answer(ItemState.NOT_DONE)])
def test_a_missing_item_leaves_the_sum_uncomputed_and_never_scaled_up(gap: Answer | None) -> None:
    eleven = total(How.SUM, [*scored(*["5"] * 11), gap])
    assert eleven == Total(None, 11, 12)
    assert eleven.words == "not computed, 11 of 12 tested"


def test_nothing_answered_is_not_recorded_and_not_nought() -> None:
    assert total(How.SUM, [None, None]) == Total(None, 0, 2)
    assert total(How.SUM, [None, None]).words == "not recorded"


def test_a_total_there_is_needs_no_words() -> None:
    assert total(How.SUM, scored("1", "2")).words == ""


@pytest.mark.parametrize(
    "gap", [Answer(ItemState.NOT_TESTABLE, Decimal(3)), Answer(ItemState.SCORED)]
)
def test_an_item_counts_only_with_a_value_and_as_scored(gap: Answer) -> None:
    assert total(How.SUM, [*scored("1"), gap]) == Total(None, 1, 2)


def test_an_instrument_without_items_has_no_total() -> None:
    for how in (How.SUM, How.MEAN):
        assert total(how, []) == Total(None, 0, 0)


@pytest.mark.parametrize(
    ("tries", "mean"),
    [(("65", "67", "66"), "66"), (("70", "70", "71"), "70.3"), (("0", "0", "0"), "0")],
)
def test_grip_is_the_mean_of_three_tries(tries: tuple[str, ...], mean: str) -> None:
    assert total(How.MEAN, scored(*tries)).value == Decimal(mean)


def test_two_tries_are_no_mean_of_three() -> None:
    assert total(How.MEAN, [*scored("65", "67"), None]).words == "not computed, 2 of 3 tested"


@pytest.mark.parametrize(
    ("worse", "before", "after", "moved"),
    [
        (Worse.UP, "3", "4", Move.WORSE),
        (Worse.UP, "4", "3", Move.BETTER),
        (Worse.UP, "3", "3", Move.SAME),
        (Worse.DOWN, "55", "53", Move.WORSE),
        (Worse.DOWN, "53", "55", Move.BETTER),
        (Worse.DOWN, "55", "55", Move.SAME),
    ],
)
def test_the_direction_is_the_instruments_own(
    worse: Worse, before: str, after: str, moved: Move
) -> None:
    assert move(worse, Decimal(before), Decimal(after)) is moved


@pytest.mark.parametrize(
    ("threshold", "before", "after", "reach"),
    [
        (EIGHT, "60", "52", Reach.REACHED),
        (EIGHT, "60", "52.1", Reach.BELOW),
        (EIGHT, "60", "67.9", Reach.BELOW),
        (EIGHT, "60", "68", Reach.REACHED),
        (TWENTY_EIGHT, "10", "12.8", Reach.REACHED),
        (TWENTY_EIGHT, "10", "12.79", Reach.BELOW),
        (TWENTY_EIGHT, "10", "7.2", Reach.REACHED),
        (TWENTY_EIGHT, "10", "7.21", Reach.BELOW),
        (TWENTY_EIGHT, "0", "0", Reach.BELOW),
        (None, "3", "9", Reach.NOT_PUBLISHED),
    ],
)
def test_a_threshold_is_reached_at_its_own_amount(
    threshold: Threshold | None, before: str, after: str, reach: Reach
) -> None:
    said = change(Worse.DOWN, threshold, reading(before), reading(after, 90))
    assert said.reach is reach
    assert said.why_not == ""


def test_a_change_says_points_percent_and_direction() -> None:
    said = change(Worse.UP, TWENTY_EIGHT, reading("9.8"), reading("9.4", 90))
    assert said == Change(Decimal("-0.4"), Decimal(-4), Move.BETTER, Reach.BELOW)


@pytest.mark.parametrize(
    ("before", "after", "why_not"),
    [
        (None, reading("3"), "no earlier value"),
        (reading(None), reading("3"), "no earlier value"),
        (reading("3"), None, "no total now"),
        (reading("3"), reading(None), "no total now"),
        (reading("55", code="mrc-sum-60"), reading("60", code="mrc-sum-70"), "another scale"),
        (reading("3", code="onls"), reading("4", code="onls-self"), "another scale or version"),
        (reading("60", unit="kPa"), reading("30", unit="kg"), "another unit"),
        (reading("9", method="ELISA"), reading("8", method="bead"), "another method"),
        (
            reading("9", code="walk-10m", method="no aid"),
            reading("8", code="walk-10m", method="two sticks"),
            "another aid",
        ),
        (
            reading("9", code="i-rods", method="2011"),
            reading("8", code="i-rods", method="2013"),
            "another version of the conversion",
        ),
        (reading("9", comparator=">"), reading("8"), "a bound is no number"),
        (reading("9"), reading("8", comparator="<"), "a bound is no number"),
    ],
)
def test_what_cannot_be_compared_says_why_and_gives_no_number(
    before: Reading | None, after: Reading | None, why_not: str
) -> None:
    said = change(Worse.UP, EIGHT, before, after)
    assert why_not in said.why_not
    assert (said.points, said.percent, said.move, said.reach) == (None, None, None, None)


@pytest.mark.parametrize(("worse", "best"), [(Worse.UP, "2"), (Worse.DOWN, "6")])
def test_the_best_is_the_lowest_where_up_is_worse_and_the_highest_where_down_is(
    worse: Worse, best: str
) -> None:
    series = [reading("4", 0), reading("2", 30), reading("6", 60), reading("5", 90)]
    found = landmarks(worse, series)
    assert found.best is not None
    assert found.best.value == Decimal(best)
    assert (found.baseline, found.last) == (series[0], series[2])


@pytest.mark.parametrize(
    ("worse", "values", "best"),
    [
        (Worse.DOWN, ("6", "2", "4", "5"), 0),
        (Worse.UP, ("2", "6", "4", "5"), 0),
        (Worse.DOWN, ("6", "6", "4", "5"), 1),  # the latest of equals
        (Worse.UP, ("2", "2", "4", "5"), 1),
    ],
)
def test_the_best_may_lie_long_ago(worse: Worse, values: tuple[str, ...], best: int) -> None:
    series = [reading(value, 30 * at) for at, value in enumerate(values)]
    assert landmarks(worse, series).best == series[best]


def test_a_bound_is_no_landmark() -> None:
    bound, exact, newest = reading("9", 0, comparator=">"), reading("4", 30), reading("5", 60)
    for series in ([bound, exact, newest], [exact, bound, newest]):
        assert landmarks(Worse.DOWN, series) == (exact, exact, exact)


def test_the_newest_reading_is_not_its_own_landmark() -> None:
    assert landmarks(Worse.UP, [reading("4")]) == (None, None, None)
