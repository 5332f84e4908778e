"""The one status function: what a screening is on a given day.

Lateness is never stored. The list, the badge, the file, the email and the chart all ask here,
with the day said aloud (recall rule 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DueStatus(StrEnum):
    """The words of recall rule 5, and no others."""

    NOT_DUE = "NOT_DUE"
    DUE_SOON = "DUE_SOON"
    DUE = "DUE"
    OVERDUE = "OVERDUE"
    POSTPONED = "POSTPONED"
    AWAITING_RESULT = "AWAITING_RESULT"
    RESULT_OVERDUE = "RESULT_OVERDUE"
    ON_HOLD = "ON_HOLD"
    CLOSED = "CLOSED"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


@dataclass(frozen=True, slots=True)
class DueFacts:
    """What a screening row says about itself; each field is a column of that name.

    `overdue_from` is the effective day, a postponement already counted in. `closed_from` and
    `held_from` are the days on which the enrolment's ending or pause takes effect. A date in
    the future has no effect yet.
    """

    soon_on: date | None
    opens_on: date | None
    due_on: date | None
    overdue_from: date | None
    closed_from: date | None = None
    held_from: date | None = None
    postponed_until: date | None = None
    collected_on: date | None = None
    result_expected_on: date | None = None
    not_assessable: str | None = None
    first_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class DueState:
    """The status on one day. `days_overdue` counts from the due date, and only when overdue."""

    status: DueStatus
    days_overdue: int | None = None
    in_grace: bool = False


# States without a number are the same for everyone, so they are made once.
_CLOSED = DueState(DueStatus.CLOSED)
_ON_HOLD = DueState(DueStatus.ON_HOLD)
_NOT_ASSESSABLE = DueState(DueStatus.NOT_ASSESSABLE)
_POSTPONED = DueState(DueStatus.POSTPONED)
_AWAITING_RESULT = DueState(DueStatus.AWAITING_RESULT)
_RESULT_OVERDUE = DueState(DueStatus.RESULT_OVERDUE)
_DUE = DueState(DueStatus.DUE)
_IN_GRACE = DueState(DueStatus.DUE, in_grace=True)
_DUE_SOON = DueState(DueStatus.DUE_SOON)
_NOT_DUE = DueState(DueStatus.NOT_DUE)


def due_status(facts: DueFacts, as_of: date) -> DueState:
    """Return the state of a screening on the day `as_of`: the first line that fits (rule 5).

    A row without dates and without a reason is not assessable too: an obligation that the
    rules cannot date must stay in sight, and never read as "not due".
    """
    if facts.closed_from is not None and facts.closed_from <= as_of:
        return _CLOSED
    if facts.held_from is not None and facts.held_from <= as_of:
        return _ON_HOLD
    opens_on, due_on, overdue_from = facts.opens_on, facts.due_on, facts.overdue_from
    if facts.not_assessable or opens_on is None or due_on is None or overdue_from is None:
        return _NOT_ASSESSABLE
    if facts.postponed_until is not None and as_of < facts.postponed_until:
        return _POSTPONED
    if facts.collected_on is not None and facts.collected_on <= as_of:
        expected_on = facts.result_expected_on
        if expected_on is not None and as_of > expected_on:
            return _RESULT_OVERDUE
        return _AWAITING_RESULT
    if as_of >= overdue_from:
        return DueState(DueStatus.OVERDUE, days_overdue=(as_of - due_on).days)
    if as_of >= opens_on:
        return _IN_GRACE if as_of > due_on else _DUE
    if facts.soon_on is not None and as_of >= facts.soon_on:
        return _DUE_SOON
    return _NOT_DUE
