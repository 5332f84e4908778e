"""Cycle days as people write them."""

from __future__ import annotations

import pytest

from pathways.rules.cycle_days import read_days, write_days


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", ()),
        ("8", (8,)),
        ("1, 8, 15", (1, 8, 15)),
        ("1 8;15", (1, 8, 15)),
        ("1-4", (1, 2, 3, 4)),
        ("1 – 3, 8", (1, 2, 3, 8)),
        ("8, 1, 8", (1, 8)),
    ],
)
def test_days_are_read_in_order_and_once(typed: str, days: tuple[int, ...]) -> None:
    assert read_days(typed) == days


@pytest.mark.parametrize("typed", ["0", "91", "4-1", "one", "1-", "1.5"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="day"):
        read_days(typed)


@pytest.mark.parametrize("text", ["", "8", "1, 2", "1–3", "1, 8, 15, 22", "1–21, 25"])
def test_what_is_written_is_read_again(text: str) -> None:
    assert write_days(read_days(text)) == text
