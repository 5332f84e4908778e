"""The phase and the therapy on record may disagree, never in silence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pathways.rules.lifecycles import Phase
from pathways.rules.phase_hints import not_taken_up, without_checks

ASKING = frozenset({Phase.ACTIVE_TREATMENT})
SINCE, TODAY = date(2026, 3, 1), date(2026, 11, 20)
DAY = timedelta(days=1)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("courses", [[], ["Rd"], ["Rd", "Bev"]])
def test_courses_in_a_phase_that_has_no_screening_before_a_cycle_are_named(
    phase: Phase, courses: list[str]
) -> None:
    said = without_checks(phase, courses, ASKING)
    assert bool(said) is (bool(courses) and phase not in ASKING)
    assert all(label in said for label in courses if said)


@pytest.mark.parametrize(
    ("day_0", "said"),
    [
        (None, False),
        (SINCE - DAY, False),  # the phase was chosen after it
        (SINCE, True),
        (TODAY, True),
        (TODAY + DAY, False),
    ],
)
def test_a_day_0_since_the_phase_began_is_said(day_0: date | None, said: bool) -> None:
    assert bool(not_taken_up(Phase.REMISSION, SINCE, day_0, TODAY)) is said
    assert not_taken_up(Phase.POST_TRANSPLANT, SINCE, day_0, TODAY) == ""


def test_a_hint_asks_and_gives_the_facts() -> None:
    assert not_taken_up(Phase.REMISSION, SINCE, date(2026, 8, 3), TODAY) == (
        "Day 0 of a transplant was 3 Aug; the phase is Remission since 1 Mar. "
        "Does the phase still fit?"
    )
    assert without_checks(Phase.RELAPSE, ["Rd"], ASKING) == (
        "Rd goes on, and the phase Suspected relapse has no screening due before a cycle. "
        "Does the phase still fit?"
    )
