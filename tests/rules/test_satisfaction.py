"""Which results make a screening done (recall rule 21): one that suffices, or a set within a week."""

from __future__ import annotations

import pytest

from pathways.rules.rule_types import Collected, Performed
from pathways.rules.satisfaction import Sample, satisfaction
from tests.rules.making import d

ANY = frozenset({"m-protein"})
ALL = frozenset({"spep", "ife"})


def final(code: str, on: str, ref: int = 1, *, early: bool = False) -> Sample:
    """A result that counts."""
    return Sample(code, d(on), ref, final=True, counts_early=early)


def taken(code: str, on: str, ref: int = 1, expected: str = "") -> Sample:
    """A sample whose result is awaited."""
    return Sample(code, d(on), ref, final=False, expected_on=d(expected) if expected else None)


def performed(*samples: Sample) -> list[str]:
    """The days on which the screening counts as done."""
    return [event.on.isoformat() for event in satisfaction(samples, ANY, ALL).performed]


@pytest.mark.parametrize(
    ("samples", "done_on"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([final("vegf", "2026-06-01")], [], id="a code of neither list"),
        pytest.param([final("m-protein", "2026-06-01")], ["2026-06-01"], id="one that suffices"),
        pytest.param([final("spep", "2026-06-01")], [], id="half a set"),
        pytest.param(
            [final("spep", "2026-06-01"), final("spep", "2026-06-02", 2)], [], id="one half twice"
        ),
        pytest.param(
            [final("spep", "2026-06-01"), final("ife", "2026-06-01", 2)],
            ["2026-06-01"],
            id="both on a day",
        ),
        pytest.param(
            [final("ife", "2026-06-08", 2), final("spep", "2026-06-01")],
            ["2026-06-01"],
            id="seven days apart, in any order: the earliest day counts",
        ),
        pytest.param(
            [final("spep", "2026-06-01"), final("ife", "2026-06-09", 2)], [], id="eight days apart"
        ),
        pytest.param(
            [
                final("spep", "2026-06-01"),
                final("spep", "2026-06-05", 2),
                final("ife", "2026-06-10", 3),
            ],
            ["2026-06-05"],
            id="a half too old does not spoil the set after it",
        ),
        pytest.param(
            [
                final("spep", "2026-06-01"),
                final("ife", "2026-06-03", 2),
                final("spep", "2026-06-05", 3),
            ],
            ["2026-06-01"],
            id="no half is lent to a second set",
        ),
        pytest.param(
            [
                final("spep", "2026-06-01"),
                final("spep", "2026-06-02", 2),
                final("ife", "2026-06-03", 3),
                final("ife", "2026-06-04", 4),
            ],
            ["2026-06-01"],
            id="what was taken while a set came in begins no other",
        ),
        pytest.param(
            [
                final("spep", "2026-06-01"),
                final("ife", "2026-06-01", 2),
                final("spep", "2026-09-01", 3),
                final("ife", "2026-09-02", 4),
            ],
            ["2026-06-01", "2026-09-01"],
            id="two sets",
        ),
        pytest.param(
            [final("spep", "2026-06-01"), taken("ife", "2026-06-01", 2)], [], id="half still away"
        ),
        pytest.param(
            [
                taken("spep", "2026-06-01"),
                final("spep", "2026-06-02", 2),
                final("ife", "2026-06-03", 3),
            ],
            ["2026-06-02"],
            id="a final result stands before a sample of its code that still waits",
        ),
    ],
)
def test_it_is_done_on_these_days(samples: list[Sample], done_on: list[str]) -> None:
    assert performed(*samples) == done_on


def test_a_set_is_known_by_its_last_result_and_by_whether_any_of_it_counts_early() -> None:
    found = satisfaction(
        [final("spep", "2026-06-01", 8, early=True), final("ife", "2026-06-03", 5)], ANY, ALL
    )
    assert found.performed == (Performed(d("2026-06-01"), 5, True),)


def test_what_is_done_is_not_on_its_way_as_well() -> None:
    done = [
        final("m-protein", "2026-06-01"),
        final("spep", "2026-06-01"),
        final("ife", "2026-06-01"),
    ]
    assert satisfaction(done, ANY, ALL).collected == ()


def test_one_sample_of_a_code_that_suffices_is_on_its_way() -> None:
    found = satisfaction([taken("m-protein", "2026-06-01", 4, "2026-06-08")], ANY, ALL)
    assert found.performed == ()
    assert found.collected == (Collected(d("2026-06-01"), d("2026-06-08"), 4, False),)


def test_a_set_is_on_its_way_until_the_latest_day_on_which_a_part_is_expected() -> None:
    found = satisfaction(
        [taken("spep", "2026-06-01", 1, "2026-06-10"), taken("ife", "2026-06-02", 2, "2026-06-05")],
        ANY,
        ALL,
    )
    assert found.collected == (Collected(d("2026-06-01"), d("2026-06-10"), 2, False),)


def test_half_a_set_taken_leaves_the_screening_owed() -> None:
    found = satisfaction([taken("spep", "2026-06-01")], ANY, ALL)
    assert (found.performed, found.collected) == ((), ())
