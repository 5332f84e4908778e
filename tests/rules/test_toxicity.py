"""A grade is read against its baseline, and never across lists."""

from __future__ import annotations

import pytest

from pathways.rules.disease_words import CtcaeVersion, ToxicityCause
from pathways.rules.toxicity import (
    BASELINE_UNKNOWN,
    cause_words,
    change_from_baseline,
    change_words,
    comparable,
)


@pytest.mark.parametrize(
    ("grade", "baseline", "change", "words"),
    [
        (2, 1, 1, "1 above its baseline, grade 1"),
        (2, 0, 2, "2 above its baseline, none"),
        (2, 2, 0, "as at baseline, grade 2"),
        (1, 3, -2, "2 below its baseline, grade 3"),
        (2, None, None, BASELINE_UNKNOWN),
    ],
)
def test_a_grade_is_read_against_its_baseline(
    grade: int, baseline: int | None, change: int | None, words: str
) -> None:
    assert change_from_baseline(grade, baseline) == change
    assert change_words(grade, baseline) == words


@pytest.mark.parametrize("one", CtcaeVersion)
@pytest.mark.parametrize("other", CtcaeVersion)
def test_grades_of_two_lists_are_never_compared(one: CtcaeVersion, other: CtcaeVersion) -> None:
    assert comparable(one, other) is (one is other)


def test_every_cause_is_said() -> None:
    assert len({cause_words(cause) for cause in ToxicityCause}) == len(ToxicityCause)
