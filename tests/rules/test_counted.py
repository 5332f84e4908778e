"""Shares of small groups."""

from __future__ import annotations

import pytest

from pathways.rules.counted import share


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "–"), (0, 1, "0/1"), (9, 9, "9/9"), (9, 10, "9/10 (90 %)"), (1, 30, "1/30 (3 %)")],
)
def test_a_share_has_no_percentage_under_ten(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words
