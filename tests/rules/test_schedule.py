"""What becomes of an open screening when the rules want another than the one that stands."""

from __future__ import annotations

from datetime import date

import pytest

from pathways.rules.schedule import Standing, Step, Wanted, next_step

MARCH, JUNE, JULY = date(2026, 3, 1), date(2026, 6, 1), date(2026, 7, 1)
WRITTEN = date(2026, 6, 10)
DAY_BEFORE, DAY_AFTER = date(2026, 6, 9), date(2026, 6, 11)
SAME, OTHER = 7, 8


def step(before: date | None, done: date | None, *, owed: bool = True, by: int = SAME) -> Step:
    """The step of a row written on 10 June under definition 7."""
    return next_step(Standing(SAME, before, WRITTEN), Wanted(by if owed else None, done, owed))


@pytest.mark.parametrize(
    ("sentence", "before", "done", "expected"),
    [
        ("nothing was done before and nothing since", None, None, Step.KEEP),
        ("the same day stands", MARCH, MARCH, Step.KEEP),
        ("done after the row was written", MARCH, DAY_AFTER, Step.COMPLETE),
        ("done on the day it was written", MARCH, WRITTEN, Step.COMPLETE),
        ("done the day before, loaded afterwards", MARCH, DAY_BEFORE, Step.KEEP),
        ("the first ever, after it was written", None, JULY, Step.COMPLETE),
        ("the first ever, the day before, loaded afterwards", None, DAY_BEFORE, Step.KEEP),
        ("the day it hung on is gone, an earlier one is the last", JUNE, MARCH, Step.TAKE_BACK),
        ("the day it hung on is gone, and there is no other", JUNE, None, Step.TAKE_BACK),
    ],
)
def test_what_a_change_of_the_last_satisfying_day_does_to_the_row(
    sentence: str, before: date | None, done: date | None, expected: Step
) -> None:
    assert step(before, done) is expected


@pytest.mark.parametrize(
    ("sentence", "before", "done", "expected"),
    [
        ("nothing was done", MARCH, MARCH, Step.CANCEL),
        ("nothing was ever done", None, None, Step.CANCEL),
        ("a later one closed it for good", MARCH, JULY, Step.COMPLETE),
        ("one of before it was written closed it for good", MARCH, DAY_BEFORE, Step.COMPLETE),
        ("the first ever closed it for good", None, DAY_BEFORE, Step.COMPLETE),
        ("the day it hung on is gone", JUNE, MARCH, Step.CANCEL),
        ("the day it hung on is gone, and there is no other", JUNE, None, Step.CANCEL),
    ],
)
def test_what_becomes_of_a_row_when_nothing_is_owed_any_more(
    sentence: str, before: date | None, done: date | None, expected: Step
) -> None:
    assert step(before, done, owed=False) is expected


@pytest.mark.parametrize(
    ("sentence", "before", "done", "expected"),
    [
        ("nothing else changed", MARCH, MARCH, Step.SUPERSEDE),
        ("history was loaded", MARCH, DAY_BEFORE, Step.SUPERSEDE),
        ("it was done: that is what happened to it", MARCH, JULY, Step.COMPLETE),
        ("what it hung on is gone: so is it", JUNE, MARCH, Step.TAKE_BACK),
    ],
)
def test_another_phase_or_version_takes_the_row_over_unless_its_end_came_first(
    sentence: str, before: date | None, done: date | None, expected: Step
) -> None:
    assert step(before, done, by=OTHER) is expected
