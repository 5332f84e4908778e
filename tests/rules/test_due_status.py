"""The one status function: rule 5, both sides of every boundary and its order of precedence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from pathways.rules.due_status import DueFacts, DueState, DueStatus, due_status
from tests.rules.making import d

FACTS = DueFacts(
    soon_on=d("2026-08-06"),
    opens_on=d("2026-08-20"),
    due_on=d("2026-11-20"),
    overdue_from=d("2026-12-05"),
)
# Weakest first: whatever stands later in this list wins over everything before it.
PRECEDENCE: list[tuple[DueStatus, dict[str, object]]] = [
    (DueStatus.OVERDUE, {}),
    (
        DueStatus.RESULT_OVERDUE,
        {"collected_on": d("2026-11-01"), "result_expected_on": d("2026-11-22")},
    ),
    (DueStatus.POSTPONED, {"postponed_until": d("2027-02-01")}),
    (DueStatus.NOT_ASSESSABLE, {"not_assessable": "No cycle recorded"}),
    (DueStatus.ON_HOLD, {"held_from": d("2026-10-01")}),
    (DueStatus.CLOSED, {"closed_from": d("2026-12-01")}),
]


@pytest.mark.parametrize(
    ("as_of", "status", "in_grace", "days_overdue"),
    [
        ("2026-08-05", "NOT_DUE", False, None),
        ("2026-08-06", "DUE_SOON", False, None),
        ("2026-08-19", "DUE_SOON", False, None),
        ("2026-08-20", "DUE", False, None),
        ("2026-11-20", "DUE", False, None),
        ("2026-11-21", "DUE", True, None),
        ("2026-12-04", "DUE", True, None),
        ("2026-12-05", "OVERDUE", False, 15),
        ("2027-12-05", "OVERDUE", False, 380),
    ],
)
def test_each_state_begins_on_its_day(
    as_of: str, status: str, in_grace: bool, days_overdue: int | None
) -> None:
    assert due_status(FACTS, d(as_of)) == DueState(DueStatus(status), days_overdue, in_grace)


@pytest.mark.parametrize("line", range(len(PRECEDENCE)), ids=[s for s, _ in PRECEDENCE])
def test_the_first_line_that_fits_wins(line: int) -> None:
    changes: dict[str, object] = {}
    for _, change in PRECEDENCE[: line + 1]:
        changes |= change
    assert due_status(replace(FACTS, **changes), d("2026-12-24")).status is PRECEDENCE[line][0]


@pytest.mark.parametrize(
    ("change", "day_before", "on_the_day"),
    [
        ({"closed_from": d("2026-12-24")}, "OVERDUE", "CLOSED"),
        ({"held_from": d("2026-12-24")}, "OVERDUE", "ON_HOLD"),
        ({"postponed_until": d("2026-12-24")}, "POSTPONED", "OVERDUE"),
        ({"collected_on": d("2026-12-24")}, "OVERDUE", "AWAITING_RESULT"),
        (
            {"collected_on": d("2026-12-01"), "result_expected_on": d("2026-12-23")},
            "AWAITING_RESULT",
            "RESULT_OVERDUE",
        ),
    ],
)
def test_what_is_dated_takes_effect_on_its_day(
    change: dict[str, date], day_before: str, on_the_day: str
) -> None:
    changed = replace(FACTS, **change)
    assert due_status(changed, d("2026-12-23")).status == day_before
    assert due_status(changed, d("2026-12-24")).status == on_the_day


def test_days_overdue_are_counted_only_while_overdue() -> None:
    collected = replace(FACTS, collected_on=d("2026-12-01"))
    assert due_status(collected, d("2026-12-24")).days_overdue is None


def test_a_row_without_dates_and_without_a_reason_stays_in_sight() -> None:
    nothing = DueFacts(soon_on=None, opens_on=None, due_on=None, overdue_from=None)
    assert due_status(nothing, d("2026-12-24")).status is DueStatus.NOT_ASSESSABLE


@pytest.mark.parametrize("missing", ["opens_on", "due_on", "overdue_from"])
def test_a_row_that_lacks_one_of_its_dates_stays_in_sight(missing: str) -> None:
    changes: dict[str, object] = {missing: None}
    row = replace(FACTS, **changes)
    assert due_status(row, d("2026-12-24")).status is DueStatus.NOT_ASSESSABLE


def test_a_row_without_a_day_on_which_it_is_due_soon_is_not_due_until_it_opens() -> None:
    row = replace(FACTS, soon_on=None)
    assert due_status(row, d("2026-08-19")).status is DueStatus.NOT_DUE
    assert due_status(row, d("2026-08-20")).status is DueStatus.DUE


def test_the_words_are_those_of_rule_5() -> None:
    assert [str(status) for status in DueStatus] == [status.name for status in DueStatus]


def test_the_precedence_of_this_file_covers_each_step() -> None:
    assert all(earlier != later for (earlier, _), (later, _) in pairwise(PRECEDENCE))
