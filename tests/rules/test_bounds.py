"""A value, or a bound that a laboratory printed for one, beside an edge."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathways.rules.bounds import as_read, is_beyond, is_under, limit_words, within_limit
from pathways.rules.observations import Reading
from tests.rules.alerting import DAY

EDGE = Decimal(100)


def read(text: str, **more: Decimal | None) -> Reading:
    """A reading as printed: "100", "<=100", "" for no number."""
    number = text.lstrip("<>=")
    return Reading(
        1,
        "vegf",
        DAY,
        Decimal(number) if number else None,
        text[: len(text) - len(number)],
        **more,
    )


@pytest.mark.parametrize(
    ("text", "beyond", "under"),
    [
        ("99.9", False, True),
        ("100", False, False),
        ("100.1", True, False),
        ("", None, None),
        # ">": above what is printed, so an edge that is printed is passed for sure.
        (">99.9", None, None),
        (">100", True, False),
        (">100.1", True, False),
        # ">=": what is printed may be the value itself.
        (">=99.9", None, None),
        (">=100", None, False),
        (">=100.1", True, False),
        ("<99.9", False, True),
        ("<100", False, True),
        ("<100.1", None, None),
        ("<=99.9", False, True),
        ("<=100", False, None),
        ("<=100.1", None, None),
    ],
)
def test_a_bound_tells_only_what_it_bounds(
    text: str, beyond: bool | None, under: bool | None
) -> None:
    assert is_beyond(read(text), EDGE) is beyond
    assert is_under(read(text), EDGE) is under


@pytest.mark.parametrize("sign", ["", "<", ">", "<=", ">="])
def test_without_a_number_no_sign_tells_anything(sign: str) -> None:
    assert is_beyond(read(sign), EDGE) is None
    assert is_under(read(sign), EDGE) is None


@pytest.mark.parametrize(
    ("text", "limit", "within"),
    [
        ("115", Decimal(115), True),
        ("115.1", Decimal(115), False),
        ("<115", Decimal(115), True),
        ("<116", Decimal(115), False),
        (">20", Decimal(115), False),
        ("", Decimal(115), False),
        ("20", None, False),
    ],
)
def test_within_the_limit_is_said_only_where_it_is_known(
    text: str, limit: Decimal | None, within: bool
) -> None:
    assert within_limit(read(text, limit_high=limit)) is within


@pytest.mark.parametrize(
    ("text", "words"), [("131.0", "131"), ("<0.050", "<0.05"), ("", "no number")]
)
def test_a_value_is_said_as_it_was_read(text: str, words: str) -> None:
    assert as_read(read(text)) == words


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Decimal("115.0"), "the laboratory's limit is 115"),
        (None, "the laboratory printed no limit"),
    ],
)
def test_the_limit_is_said_in_words(limit: Decimal | None, words: str) -> None:
    assert limit_words(read("1", limit_high=limit)) == words
