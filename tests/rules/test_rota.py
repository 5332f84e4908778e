"""Gaps and overlaps of a rota, to the day."""

from __future__ import annotations

from datetime import date

import pytest

from pathways.rules.observations import Period
from pathways.rules.rota import ahead, gaps, overlap


def d(day: int) -> date:
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("held", "missing"),
    [
        ([], [(1, 28)]),
        ([(1, None)], []),
        ([(1, 28)], []),
        ([(1, 27)], [(28, 28)]),
        ([(2, 28)], [(1, 1)]),
        ([(1, 10), (11, 28)], []),
        ([(1, 10), (12, 28)], [(11, 11)]),
        ([(12, None), (1, 10)], [(11, 11)]),
        ([(1, 20), (5, 10)], [(21, 28)]),
        ([(1, 5), (1, None)], []),
        ([(1, None), (1, 5)], []),
        ([(28, None)], [(1, 27)]),
    ],
)
def test_a_gap_is_every_day_on_which_nobody_stands(
    held: list[tuple[int, int | None]], missing: list[tuple[int, int]]
) -> None:
    periods = [Period(d(first), d(last) if last else None) for first, last in held]
    assert gaps(periods, d(1), d(28)) == [Period(d(first), d(last)) for first, last in missing]


def test_what_lies_before_and_after_the_days_looked_at_counts_nothing() -> None:
    periods = [Period(date(2026, 10, 1), d(3)), Period(date(2026, 12, 5), None)]
    assert gaps(periods, d(1), d(28)) == [Period(d(4), d(28))]


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ((1, 5), (5, 9), True),
        ((1, 5), (6, 9), False),
        ((6, 9), (1, 5), False),
        ((5, 9), (1, 5), True),
        ((1, None), (20, 21), True),
        ((20, 21), (1, None), True),
        ((1, 5), (6, None), False),
    ],
)
def test_two_stretches_overlap_from_the_first_shared_day(
    one: tuple[int, int | None], other: tuple[int, int | None], shared: bool
) -> None:
    def period(days: tuple[int, int | None]) -> Period:
        return Period(d(days[0]), d(days[1]) if days[1] else None)

    assert overlap(period(one), period(other)) is shared


def test_a_gap_is_looked_for_four_weeks_ahead() -> None:
    assert ahead(date(2026, 11, 20)) == date(2026, 12, 18)
