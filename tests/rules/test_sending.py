"""May this message leave now? The truth table, one line a reason, and the order of the reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pathways.rules.sending import GO, SendFacts, Verdict, Way, Why, may_leave

NOW = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
TOMORROW = datetime(2026, 7, 6, 23, 0, tzinfo=UTC)  # midnight in London
USEFUL = SendFacts(useful_until=NOW + timedelta(days=14), is_invitation=True, capped=True)


def verdict(**changes: Any) -> Verdict:
    """The verdict on a message about which only this much is unusual."""
    return may_leave(replace(USEFUL, **changes), now=NOW, today=TODAY, tomorrow=TOMORROW)


def days_ago(*days: int) -> list[date]:
    """The clinic days so many days back."""
    return [TODAY - timedelta(days=count) for count in days]


def test_a_message_about_which_nothing_is_wrong_goes() -> None:
    assert verdict() == GO


@pytest.mark.parametrize(
    ("changes", "way", "why"),
    [
        ({"alive": False}, Way.CANCEL, Why.DECEASED),
        ({"booking_stands": False}, Way.CANCEL, Why.SUPERSEDED),
        ({"enrolled": False}, Way.CANCEL, Why.NOT_ENROLLED),
        ({"on_hold": True}, Way.CANCEL, Why.ON_HOLD),
        ({"wanted_reminders": 0}, Way.CANCEL, Why.NOT_WANTED),
        ({"useful_until": NOW}, Way.EXPIRE, Why.TOO_LATE),
        ({"has_address": False}, Way.WITHHOLD, Why.NO_ADDRESS),
        ({"suspended": True}, Way.WITHHOLD, Why.ADDRESS_SUSPENDED),
        ({"verified": False}, Way.WITHHOLD, Why.ADDRESS_UNVERIFIED),
        ({"consented": False}, Way.WITHHOLD, Why.NO_CONSENT),
        ({"allowed_recipient": False}, Way.WITHHOLD, Why.TEST),
        ({"retired": True}, Way.CANCEL, Why.ADDRESS_RETIRED),
        ({"retired": True, "is_invitation": False}, Way.WITHHOLD, Why.ADDRESS_RETIRED),
    ],
)
def test_a_reason_that_no_waiting_mends(changes: dict[str, Any], way: Way, why: Why) -> None:
    assert (verdict(**changes).way, verdict(**changes).why) == (way, why)


@pytest.mark.parametrize(
    "changes",
    [
        {"booking_stands": True},
        {"wanted_reminders": 1},
        {"wanted_reminders": None},
        {"useful_until": NOW + timedelta(seconds=1)},
        {"opens_at": NOW},
        {"is_invitation": False, "enrolled": False},
        {"is_invitation": False, "on_hold": True},
        {"sent_days": days_ago(1)},
        {"sent_days": days_ago(1, 2)},
        {"sent_days": days_ago(1, 2, 7)},
        {"capped": False, "sent_days": days_ago(0, 0, 1, 2)},
        {"capped": False, "other_on_its_way": True},
    ],
)
def test_the_near_side_of_each_boundary_goes(changes: dict[str, Any]) -> None:
    assert verdict(**changes) == GO


@pytest.mark.parametrize(
    ("changes", "why", "until"),
    [
        ({"links_open": False}, Why.LINKS_DEAD, NOW + timedelta(hours=1)),
        ({"signed": False}, Why.NOT_SIGNED, NOW + timedelta(hours=1)),
        ({"opens_at": NOW + timedelta(hours=2)}, Why.CLOSED_HOURS, NOW + timedelta(hours=2)),
        ({"sent_days": days_ago(0)}, Why.CAPPED, TOMORROW),
        ({"sent_days": days_ago(1, 2, 6)}, Why.CAPPED, TOMORROW),
        ({"other_on_its_way": True}, Why.CAPPED, NOW + timedelta(minutes=1)),
    ],
)
def test_a_reason_that_time_mends(changes: dict[str, Any], why: Why, until: datetime) -> None:
    assert verdict(**changes) == Verdict(Way.WAIT, why, until)


def test_those_who_wait_for_another_message_do_not_all_come_back_at_once() -> None:
    spread = timedelta(seconds=40)
    waits = verdict(other_on_its_way=True, spread=spread)
    assert waits.until == NOW + timedelta(minutes=1) + spread


@pytest.mark.parametrize(("seconds", "way"), [(0, Way.EXPIRE), (1, Way.WAIT)])
def test_a_wait_must_end_before_the_message_stops_being_useful(seconds: int, way: Way) -> None:
    opens_at = NOW + timedelta(hours=2)
    assert verdict(opens_at=opens_at, useful_until=opens_at + timedelta(seconds=seconds)).way is way


def test_a_message_that_is_always_useful_waits_as_long_as_it_takes() -> None:
    assert verdict(useful_until=None).way is Way.GO
    assert verdict(useful_until=None, opens_at=NOW + timedelta(days=90)).way is Way.WAIT


def test_a_wait_that_ends_too_late_is_an_end_at_once() -> None:
    late = verdict(opens_at=NOW + timedelta(days=2), useful_until=NOW + timedelta(days=2))
    assert late == Verdict(Way.EXPIRE, Why.TOO_LATE)


def test_a_death_outweighs_everything_else() -> None:
    assert verdict(alive=False, consented=False, useful_until=NOW).why is Why.DECEASED


def test_what_nobody_wants_is_cancelled_rather_than_expired() -> None:
    assert verdict(wanted_reminders=0, useful_until=NOW).way is Way.CANCEL
