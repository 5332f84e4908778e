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
        pytest.param(
            [
                taken("spep", "2026-06-01"),
                final("ife", "2026-06-02", 2),
                final("spep", "2026-06-03", 3),
            ],
            ["2026-06-02"],
            id="the earliest day is that of the results, not of the sample one stands before",
        ),
        pytest.param(
            [
                taken("spep", "2026-06-01"),
                final("spep", "2026-06-03", 2),
                final("ife", "2026-06-09", 3),
            ],
            ["2026-06-03"],
            id="a sample too old does not take the result after it away",
        ),
        pytest.param(
            [
                final("spep", "2026-06-01"),
                final("vegf", "2026-06-01", 2),
                final("ife", "2026-06-01", 3),
            ],
            ["2026-06-01"],
            id="what belongs to no set spoils none",
        ),
        pytest.param(
            [
                final("ife", "2026-06-10", 1),
                final("spep", "2026-06-02", 2),
                final("spep", "2026-06-05", 3),
                final("ife", "2026-06-01", 4),
            ],
            ["2026-06-01", "2026-06-05"],
            id="sets follow the days, whatever order they were recorded in",
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


def test_of_results_of_one_day_the_one_recorded_last_names_the_set() -> None:
    for refs in ((5, 8), (8, 5)):
        pair = [final("spep", "2026-06-01", refs[0]), final("ife", "2026-06-01", refs[1])]
        assert satisfaction(pair, ANY, ALL).performed == (Performed(d("2026-06-01"), 8, False),)


def test_of_samples_that_wait_the_first_of_its_code_stands() -> None:
    for refs in ((1, 2), (2, 1)):
        found = satisfaction(
            [
                taken("spep", "2026-06-01", refs[0], "2026-06-10"),
                taken("spep", "2026-06-02", refs[1], "2026-06-20"),
                taken("ife", "2026-06-02", 3, "2026-06-05"),
            ],
            ANY,
            ALL,
        )
        assert found.collected == (Collected(d("2026-06-01"), d("2026-06-10"), 3, False),)


@pytest.mark.parametrize(("expected", "until"), [("2026-06-10", "2026-06-10"), ("", None)])
def test_a_set_half_in_waits_for_the_half_that_is_not(expected: str, until: str | None) -> None:
    found = satisfaction(
        [taken("spep", "2026-06-01", 1, expected), final("ife", "2026-06-02", 2)], ANY, ALL
    )
    expected_on = d(until) if until else None
    assert found.collected == (Collected(d("2026-06-01"), expected_on, 1, False),)


def test_a_part_without_an_expected_day_leaves_the_day_to_the_other() -> None:
    found = satisfaction(
        [taken("spep", "2026-06-01", 1, "2026-06-10"), taken("ife", "2026-06-02", 2)], ANY, ALL
    )
    assert found.collected == (Collected(d("2026-06-01"), d("2026-06-10"), 2, False),)


def test_without_a_set_only_what_suffices_counts() -> None:
    samples = [final("m-protein", "2026-06-01", 4), final("spep", "2026-06-01")]
    found = satisfaction(samples, ANY, frozenset())
    assert found.performed == (Performed(d("2026-06-01"), 4, False),)


def test_a_set_of_three_ends_with_its_last_part() -> None:
    three = frozenset({"spep", "ife", "flc"})
    samples = [
        final("spep", "2026-06-01", 1),
        final("ife", "2026-06-02", 2),
        final("spep", "2026-06-03", 3),
        final("flc", "2026-06-04", 4),
        final("ife", "2026-06-05", 5),
        final("flc", "2026-06-06", 6),
    ]
    found = satisfaction(samples, ANY, three)
    assert found.performed == (Performed(d("2026-06-01"), 4, False),)
