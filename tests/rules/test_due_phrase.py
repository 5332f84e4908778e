"""The due phrase as the design writes it, on Monday 23 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pathways.rules.due_phrase import distance, due_phrase
from pathways.rules.due_status import DueFacts
from tests.rules.making import d

MONDAY = d("2026-11-23")


def window(opens: str, due: str, grace: int = 14, soon: int = 14) -> DueFacts:
    return DueFacts(
        soon_on=d(opens) - timedelta(days=soon),
        opens_on=d(opens),
        due_on=d(due),
        overdue_from=d(due) + timedelta(days=grace + 1),
    )


def vegf(due: str) -> DueFacts:
    return window(due, due)


@pytest.mark.parametrize(
    ("facts", "tag", "line"),
    [
        (window("2026-07-06", "2026-10-06"), "Overdue 48 days", "was due 6 Oct"),
        (window("2026-08-20", "2026-11-20", grace=0), "Overdue 3 days", "was due 20 Nov"),
        (window("2026-08-22", "2026-11-22", grace=0), "Overdue 1 day", "was due 22 Nov"),
        (vegf("2026-08-25"), "Overdue 90 days", "was due 25 Aug"),
        (vegf("2026-08-24"), "Overdue 3 months", "was due 24 Aug"),
        (vegf("2025-11-23"), "Overdue 12 months", "was due 23 Nov 2025"),
        (vegf("2026-11-12"), "Due, 3 days left", "was due 12 Nov"),
        (vegf("2026-11-10"), "Due, 1 day left", "was due 10 Nov"),
        (vegf("2026-11-09"), "Due, last day", "was due 9 Nov"),
        (vegf("2026-11-16"), "Due", "since 16 Nov, to 30 Nov"),
        (vegf("2026-11-15"), "Due, 6 days left", "was due 15 Nov"),
        (window("2026-08-16", "2026-11-16"), "Due, 7 days left", "was due 16 Nov"),
        (vegf("2026-11-23"), "Due today", "to 7 Dec"),
        (
            window("2026-08-23", "2026-11-23", 0),
            "Due today",
            "open since 23 Aug, overdue from 24 Nov",
        ),
        (window("2026-09-04", "2026-12-04"), "Due", "open since 4 Sep, to 4 Dec"),
        (vegf("2026-12-01"), "Due in 8 days", "due 1 Dec, to 15 Dec"),
        (vegf("2026-11-24"), "Due in 1 day", "due 24 Nov, to 8 Dec"),
        (window("2026-12-01", "2026-12-01", 0), "Due in 8 days", "due 1 Dec"),
        (
            window("2026-12-01", "2027-03-01", 0),
            "Opens in 8 days",
            "may be done from 1 Dec, due 1 Mar 2027",
        ),
        (vegf("2027-02-21"), "Not due", "due 21 Feb 2027, to 7 Mar 2027"),
    ],
)
def test_the_state_is_said_first_and_then_the_day(facts: DueFacts, tag: str, line: str) -> None:
    assert due_phrase(facts, MONDAY) == (tag, line)


@pytest.mark.parametrize(
    ("facts", "reason", "tag", "line"),
    [
        (
            replace(vegf("2026-11-09"), postponed_until=d("2026-12-14")),
            "in hospital",
            "Postponed",
            "to 14 Dec: in hospital. Was due 9 Nov",
        ),
        (
            replace(vegf("2026-12-01"), postponed_until=d("2026-12-14")),
            "",
            "Postponed",
            "to 14 Dec. Due 1 Dec",
        ),
        (
            replace(vegf("2026-11-09"), held_from=d("2026-10-01")),
            "away",
            "On hold",
            "since 1 Oct: away. Was due 9 Nov",
        ),
        (
            replace(vegf("2026-11-09"), closed_from=d("2026-11-01")),
            "transferred",
            "Closed",
            "since 1 Nov: transferred",
        ),
        (
            replace(vegf("2026-11-09"), not_assessable="No cycle recorded"),
            "",
            "No cycle recorded",
            "not assessable",
        ),
        (
            replace(
                vegf("2026-11-09"),
                collected_on=d("2026-10-30"),
                result_expected_on=d("2026-11-20"),
            ),
            "",
            "Result past its day",
            "collected 30 Oct, expected 20 Nov",
        ),
        (
            replace(
                vegf("2026-11-09"),
                collected_on=d("2026-11-20"),
                result_expected_on=d("2026-12-11"),
            ),
            "",
            "Awaiting result",
            "collected 20 Nov, expected 11 Dec",
        ),
    ],
)
def test_the_states_that_have_a_reason_say_it(
    facts: DueFacts, reason: str, tag: str, line: str
) -> None:
    assert due_phrase(facts, MONDAY, reason=reason) == (tag, line)


def test_a_due_date_that_was_moved_says_when_it_was_first_due() -> None:
    moved = replace(vegf("2026-10-06"), first_due_on=d("2026-07-10"))
    assert due_phrase(moved, MONDAY)[1] == "was due 6 Oct, originally due 10 Jul"
    unmoved = replace(moved, first_due_on=moved.due_on)
    assert due_phrase(unmoved, MONDAY)[1] == "was due 6 Oct"


def test_a_booking_stands_beside_the_state_with_its_weekday() -> None:
    tag, line = due_phrase(vegf("2026-10-06"), MONDAY, booked_on=d("2026-12-03"))
    assert (tag, line) == ("Overdue 48 days", "was due 6 Oct; booked Thu 3 Dec")


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 day"), (2, "2 days"), (90, "90 days"), (91, "3 months"), (200, "7 months")],
)
def test_distances_are_days_to_ninety_and_then_months(days: int, words: str) -> None:
    assert distance(days) == words
