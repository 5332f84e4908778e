"""One cell at a time: dates, numbers and words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pathways.exchange.cells import (
    BadCell,
    Dates,
    Quantity,
    UnusableFormat,
    read_quantity,
    read_word,
)

TODAY = date(2026, 11, 21)


def test_an_iso_date_is_read() -> None:
    assert Dates().read("2025-12-31", today=TODAY) == date(2025, 12, 31)


def test_a_blank_date_is_absent() -> None:
    assert Dates().read("", today=TODAY) is None


def test_today_is_not_in_the_future_but_tomorrow_is() -> None:
    assert Dates().read("2026-11-21", today=TODAY) == TODAY
    with pytest.raises(BadCell, match="in the future"):
        Dates().read("2026-11-22", today=TODAY)


@pytest.mark.parametrize("cell", ["31/12/2025", "12/31/2025", "1.2.2025", "01-02-25"])
def test_a_date_that_could_be_read_two_ways_is_refused_with_the_cure(cell: str) -> None:
    with pytest.raises(BadCell, match=r"ambiguous.*--date-format '%d/%m/%Y'"):
        Dates().read(cell, today=TODAY)


def test_a_named_format_settles_it() -> None:
    assert Dates("%d/%m/%Y").read("03/04/2025", today=TODAY) == date(2025, 4, 3)
    with pytest.raises(BadCell, match="not a date written as %d/%m/%Y"):
        Dates("%d/%m/%Y").read("2025-04-03", today=TODAY)


@pytest.mark.parametrize("cell", ["2025-02-29", "2025-13-01", "45678", "yesterday"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(BadCell):
        Dates().read(cell, today=TODAY)


@pytest.mark.parametrize("date_format", ["%d/%m/%y", "%d/%m", "%H:%M", "day"])
def test_a_format_that_cannot_tell_days_apart_is_refused(date_format: str) -> None:
    with pytest.raises(UnusableFormat, match="%d/%m/%Y"):
        Dates(date_format)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1250", Quantity(Decimal(1250))),
        ("12.5", Quantity(Decimal("12.5"))),
        ("12,5", Quantity(Decimal("12.5"))),
        ("0,125", Quantity(Decimal("0.125"))),
        ("<0.05", Quantity(Decimal("0.05"), "<")),
        ("< 0,05", Quantity(Decimal("0.05"), "<")),
        ("≥10", Quantity(Decimal(10), ">=")),
    ],
)
def test_a_number_is_read(cell: str, expected: Quantity) -> None:
    assert read_quantity(cell) == expected


def test_a_comma_before_three_digits_is_not_guessed_at() -> None:
    with pytest.raises(BadCell, match="--decimal comma"):
        read_quantity("1,250")
    assert read_quantity("1,250", decimal="comma") == Quantity(Decimal("1.250"))


@pytest.mark.parametrize("cell", ["abc", "1.2.3", "1 250", "1e5", "--1", "0.1234567"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(BadCell):
        read_quantity(cell)


def test_a_word_is_known_whatever_its_case_and_spaces() -> None:
    assert read_word("Entered in error", ["final", "entered-in-error"]) == "entered-in-error"
    with pytest.raises(BadCell, match="final, entered-in-error"):
        read_word("done", ["final", "entered-in-error"])


@pytest.mark.parametrize("decimal", ["", "comma", "point"])
@pytest.mark.parametrize(
    ("cell", "by", "plain"),
    [
        ("1.250,5", "a point", "1250,5"),
        ("-1.250.000,5", "a point", "-1250000,5"),
        ("1,250.5", "a comma", "1250.5"),
        ("1.250.000", "a point", "1250000"),
        ("<1,250,000", "a comma", "1250000"),
        ("1 250,5", "a space", "1250,5"),
        ("1\u202f250", "a space", "1250"),
        ("1'250.5", "an apostrophe", "1250.5"),
        ("1’250", "an apostrophe", "1250"),
    ],
)
def test_thousands_that_are_grouped_are_refused_by_the_sign(
    cell: str, by: str, plain: str, decimal: str
) -> None:
    with pytest.raises(BadCell, match=f"has {by} between the thousands. .* as {plain}$"):
        read_quantity(cell, decimal=decimal)


@pytest.mark.parametrize("cell", ["12.50,5", "1.250.5", "1.250,5,5", "1250.000,5", "1..250"])
def test_what_only_looks_grouped_is_no_number(cell: str) -> None:
    with pytest.raises(BadCell, match="is not a number"):
        read_quantity(cell, decimal="comma")
