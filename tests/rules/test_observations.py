"""Which values may stand in one line, which is the lowest, and what may be computed from two."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pathways.rules.observations import (
    NO_UNIT,
    Reading,
    interfered,
    lowest,
    not_comparable,
    percent_change,
    series_of,
    specimen_said,
)
from tests.rules.alerting import period, reading


@pytest.mark.parametrize(
    ("code", "specimen", "said"),
    [
        ("vegf", "serum", "serum"),
        ("vegf", "", "specimen not recorded"),
        ("iga", "", ""),
        ("iga", "serum", "serum"),
    ],
)
def test_a_specimen_is_missed_only_where_it_must_be_stated(
    code: str, specimen: str, said: str
) -> None:
    assert specimen_said(code, specimen) == said


@pytest.mark.parametrize(
    ("value", "exact"), [("131", True), ("<131", False), (">131", False), (None, False)]
)
def test_only_a_number_without_a_sign_is_exact(value: str | None, exact: bool) -> None:
    assert reading(value).exact is exact


def test_a_series_is_told_oldest_first_and_of_one_day_as_it_was_recorded() -> None:
    old, first, second = reading("3", 9, ref=9), reading("1", ref=1), reading("2", ref=2)
    (series,) = series_of([second, first, old]).values()
    assert series == [old, first, second]


@pytest.mark.parametrize(
    ("code", "days_after", "bound"),
    [("vegf", 42, True), ("vegf", 43, False), ("iga", 42, False)],
)
def test_bevacizumab_disturbs_vegf_alone_for_six_weeks(
    code: str, days_after: int, bound: bool
) -> None:
    given = [period(100, days_after)]
    assert interfered(reading("80", code=code), given) is bound


@pytest.mark.parametrize(
    ("code", "other", "why"),
    [
        ("vegf", {"specimen": "serum"}, "another specimen"),
        ("vegf", {"lab": "Elsewhere"}, "another laboratory"),
        ("vegf", {"method": "bead"}, "another method"),
        ("walk-10m", {"method": "two sticks"}, "another aid"),
        ("i-rods", {"method": "2013"}, "another version of the conversion"),
        ("iga", {"unit": ""}, "another unit, or none"),
        ("vegf", {"unit": ""}, NO_UNIT),
    ],
)
def test_why_two_values_may_not_be_compared(code: str, other: dict[str, Any], why: str) -> None:
    pair = reading("80", code=code), reading("80", 90, code, **other)
    assert not_comparable(*pair) == (why,)
    assert not_comparable(*pair[::-1]) == (why,)


@pytest.mark.parametrize("given", [(50, 42), (150, 132)])
def test_bevacizumab_before_either_of_two_keeps_them_apart(given: tuple[int, int]) -> None:
    pair = reading("80"), reading("80", 90)
    assert not_comparable(*pair, [period(*given)]) == ("bevacizumab within six weeks",)
    assert not_comparable(*pair, [period(200, 133)]) == ()


@pytest.mark.parametrize(
    ("sentence", "values", "place"),
    [
        ("the lowest number", ["90", "80", "131"], 1),
        ("the earliest of equals", ["90", "80", "80"], 1),
        ("a bound before the number it equals", ["80", "<80", "90"], 1),
        ("what is no number is passed over", [None, "90", "80"], 2),
        ("nothing has a number", [None, None], None),
    ],
)
def test_the_lowest_of_a_series(sentence: str, values: list[str | None], place: int | None) -> None:
    series = [reading(value, 90 - 10 * at) for at, value in enumerate(values)]
    expected: Reading | None = series[place] if place is not None else None
    for order in (series, series[::-1]):
        assert lowest(order) == expected


@pytest.mark.parametrize(
    ("value", "base", "percent"),
    [
        ("120", "80", "50"),
        ("80", "120", "-33"),
        ("100.5", "100", "1"),
        ("99.5", "100", "-1"),
        ("100.4", "100", "0"),
        ("80", "80", "0"),
        ("5", "0", None),
    ],
)
def test_a_change_is_in_whole_percent_with_halves_away_from_nought(
    value: str, base: str, percent: str | None
) -> None:
    found = percent_change(Decimal(value), Decimal(base))
    assert (str(found) if found is not None else None) == percent
