"""Numbers as laboratories write them: read one way, or refused with what to write instead."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from pathways.rules.quantities import (
    COMPARATORS,
    Quantity,
    Unreadable,
    read_number,
    read_quantity,
    short,
    written,
)


@pytest.mark.parametrize(
    ("text", "value", "sign"),
    [
        ("12.5", "12.5", ""),
        ("<12.5", "12.5", "<"),
        ("> 12.5", "12.5", ">"),
        ("<=12.5", "12.5", "<="),
        (">=12.5", "12.5", ">="),
        ("≤12.5", "12.5", "<="),
        ("≥ 12.5", "12.5", ">="),
        ("−12.5", "-12.5", ""),
        ("+12.5", "12.5", ""),
        ("", None, ""),
    ],
)
def test_a_sign_before_the_number_is_kept_apart(text: str, value: str | None, sign: str) -> None:
    number = Decimal(value) if value is not None else None
    assert read_quantity(text) == Quantity(number, sign)


def test_a_column_of_signs_may_also_say_equal() -> None:
    assert COMPARATORS["="] == ""


@pytest.mark.parametrize("text", ["<", ">=", "≤ "])
def test_a_sign_without_a_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="a sign and no number"):
        read_quantity(text)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        # A comma is a decimal sign unless it might part thousands.
        ("1,25", "", "1.25"),
        ("1,2500", "", "1.2500"),
        ("0,125", "", "0.125"),
        ("-0,125", "", "-0.125"),
        ("1,250", "", None),
        ("10,250", "", None),
        # Where the commas are said to be decimal signs, or not to be, that is believed.
        ("1,250", "comma", "1.250"),
        ("1,25", "point", None),
        ("0,125", "point", None),
        ("1.250", "", "1.250"),
        ("1.250", "point", "1.250"),
        ("1.25", "comma", None),
        ("125", "comma", "125"),
        ("125", "point", "125"),
    ],
)
def test_what_a_comma_means_is_said_or_plain_and_never_guessed(
    text: str, decimal: str, value: str | None
) -> None:
    for read in (
        lambda: read_number(text, decimal=decimal),
        lambda: read_quantity(f"<{text}", decimal=decimal).value,
    ):
        if value is None:
            with pytest.raises(Unreadable):
                read()
        else:
            assert str(read()) == value


def test_the_cure_for_a_comma_is_the_callers() -> None:
    for read in (read_number, read_quantity):
        with pytest.raises(Unreadable, match=r"above a thousand\. Say which$"):
            read("1,250", cure="Say which")


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("0.123456", True),
        ("0.1234567", False),
        ("1234567.1", True),
        ("123456789012", True),
        ("1234567890123", False),
    ],
)
def test_six_decimals_fit_and_twelve_digits_before_them(text: str, fits: bool) -> None:
    if fits:
        assert read_number(text) == Decimal(text)
    else:
        with pytest.raises(Unreadable):
            read_number(text)


@pytest.mark.parametrize(
    ("text", "by", "plain"),
    [
        ("1.250,5", "a point", "1250,5"),
        ("1,250.5", "a comma", "1250.5"),
        ("1.250.000", "a point", "1250000"),
        ("1'250", "an apostrophe", "1250"),
        ("1’250", "an apostrophe", "1250"),
        ("1 250", "a space", "1250"),
        ("1\u00a0250 000,5", None, None),
        ("−1 250,5", "a space", "-1250,5"),
        ("12.50,5", None, None),
        ("1.250.5", None, None),
        ("1,250,5", None, None),
    ],
)
def test_grouped_thousands_are_named_by_their_sign(
    text: str, by: str | None, plain: str | None
) -> None:
    with pytest.raises(Unreadable) as refused:
        read_number(text)
    if by is None:
        assert "is not a number" in str(refused.value)
    else:
        assert str(refused.value).endswith(
            f"has {by} between the thousands. Write it without, as {plain}"
        )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (Decimal("131.000"), "131"),
        (Decimal("0.050"), "0.05"),
        (Decimal(1200), "1200"),
        (Decimal("-1.5"), "−1.5"),
        (Decimal("0.000"), "0"),
    ],
)
def test_a_number_is_written_without_needless_noughts(value: Decimal | None, words: str) -> None:
    assert written(value) == words


@pytest.mark.parametrize(("length", "kept"), [(0, 0), (37, 37), (40, 40), (41, 37), (400, 37)])
def test_a_long_text_is_quoted_cut(length: int, kept: int) -> None:
    text = "".join("abcdefghij"[at % 10] for at in range(length))
    cut = "…" if kept < length else ""
    assert re.fullmatch(r"'(.*)'", short(text))[1] == text[:kept] + cut  # type: ignore[index]
