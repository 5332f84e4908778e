"""A birth date is read as people write it, and nothing else is taken for one."""

from __future__ import annotations

from datetime import date

import pytest

from pathways.forms.birth_date import BirthDateForm, NotADate, parse

BORN = date(1961, 3, 27)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("27", "3", "1961"),
        ("27", "03", "1961"),
        ("27", "Mar", "1961"),
        ("27", "March", "1961"),
        ("27", "MARCH", "1961"),
        ("27", "mar.", "1961"),
        (" 27 ", " 3 ", " 1961 "),
        ("27th", "March", "1961"),
        ("27.", "3.", "1961"),
        ("２７", "３", "１９６１"),
        ("27日", "3月", "1961年"),
        ("27", "3", "昭和36年"),
        ("27", "3", "昭和３６"),
        ("27", "3", "昭和 36 年"),
        ("27", "3", "S36"),
        ("27", "3", "s.36"),
        ("27", "marzo", "1961"),
        ("27", "mars", "1961"),
    ],
)
def test_one_date_is_written_in_many_ways(day: str, month: str, year: str) -> None:
    assert parse(day, month, year) == BORN


@pytest.mark.parametrize(
    ("month", "which"),
    [
        ("Jan", 1),
        ("ene", 1),
        ("février", 2),
        ("fevrier", 2),
        ("abril", 4),
        ("avr", 4),
        ("mai", 5),
        ("juin", 6),
        ("juil", 7),
        ("août", 8),
        ("Sep", 9),
        ("Sept", 9),
        ("septiembre", 9),
        ("déc.", 12),
        ("dic", 12),
        ("12月", 12),
    ],
)
def test_months_have_names_in_four_languages(month: str, which: int) -> None:
    assert parse("1", month, "1961").month == which


@pytest.mark.parametrize(
    ("year", "which"),
    [
        ("明治45", 1912),
        ("大正元年", 1912),
        ("大正15年", 1926),
        ("昭和元年", 1926),
        ("昭和64年", 1989),
        ("平成元年", 1989),
        ("H31", 2019),
        ("令和元年", 2019),
        ("R2", 2020),
        ("Ｓ３６", 1961),
    ],
)
def test_japanese_years_count_from_their_era(year: str, which: int) -> None:
    assert parse("1", "1", year).year == which


@pytest.mark.parametrize(
    ("day", "month", "year", "box"),
    [
        ("", "3", "1961", "day"),
        ("0", "3", "1961", "day"),
        ("32", "3", "1961", "day"),
        ("31", "4", "1961", "day"),
        ("29", "2", "1961", "day"),
        ("x", "3", "1961", "day"),
        ("27", "", "1961", "month"),
        ("27", "0", "1961", "month"),
        ("27", "13", "1961", "month"),
        ("27", "ma", "1961", "month"),
        ("27", "jui", "1961", "month"),
        ("27", "smarch", "1961", "month"),
        ("27", "3", "", "year"),
        ("27", "3", "61", "year"),
        ("27", "3", "1879", "year"),
        ("27", "3", "19611", "year"),
        ("27", "3", "慶応3年", "year"),
        ("27", "3", "昭和", "year"),
        ("27", "3", "1961\x00", "year"),
        ("²7", "③", "１９６１年年", "year"),
    ],
)
def test_what_is_no_date_is_refused_at_its_box(day: str, month: str, year: str, box: str) -> None:
    with pytest.raises(NotADate) as caught:
        parse(day, month, year)
    assert caught.value.box == box


def test_a_leap_day_is_a_day() -> None:
    assert parse("29", "2", "1960") == date(1960, 2, 29)


def test_the_form_gives_the_date() -> None:
    form = BirthDateForm({"day": "27", "month": "Mar", "year": "昭和36年"})
    assert form.is_valid()
    assert form.cleaned_data["birth_date"] == BORN


@pytest.mark.parametrize("missing", ["day", "month", "year"])
def test_the_form_names_an_empty_box(missing: str) -> None:
    boxes = {"day": "27", "month": "3", "year": "1961"} | {missing: " "}
    assert list(BirthDateForm(boxes).errors) == [missing]


def test_the_form_refuses_a_very_long_box() -> None:
    assert "year" in BirthDateForm({"day": "27", "month": "3", "year": "1" * 10_000}).errors
