"""What each answer of the mail server does to the message, to the address and to sending itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pathways import clock
from pathways.models import (
    Alert,
    Clinic,
    DeliveryAttempt,
    MessageBody,
    PathwayVersion,
    Patient,
    SendingControl,
)
from pathways.services import outbox
from pathways.services.sending_control import control
from tests import post
from tests.services.sending import deeds, point_at, serve, states
from tests.sink import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_morning(at: Callable[[str], None]) -> None:
    at(post.MONDAY_NINE)


@pytest.fixture
def maya(clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    """Somebody who is owed a neurological exam."""
    return post.person(clinic, pathway_version)


@pytest.fixture
def people_of_three_domains(clinic: Clinic, pathway_version: PathwayVersion) -> list[Patient]:
    """Three people whose addresses have nothing in common."""
    return [
        post.person(clinic, pathway_version, email=f"sam@{domain}.example")
        for domain in ("one", "two", "three")
    ]


@pytest.mark.parametrize(
    ("verb", "reply"),
    [
        ("RCPT", "450 mailbox busy"),
        ("RCPT", "451 greylisted, come back"),
        ("RCPT", "452 full"),
        ("RCPT", "421 closing"),
        ("MAIL", "451 later"),
        ("MAIL", "drop"),
        ("RCPT", "drop"),
        ("RCPT", "stall"),
        ("DATA", "451 later"),
        ("DATA", "452 full"),
    ],
)
def test_a_refusal_that_may_pass_comes_back_after_a_minute(
    settings: Any, maya: Patient, verb: str, reply: str
) -> None:
    message = post.invitation(maya)
    with serve(settings, {"verb": verb, "reply": reply}) as sink:
        report = outbox.send_batch(worker="w")
    assert (report.sent, report.later) == (0, 1)
    message.refresh_from_db()
    assert message.state == "queued"
    assert message.attempts == 1
    wait = message.next_attempt_at - clock.now()
    assert timedelta(seconds=60) <= wait <= timedelta(seconds=66)
    assert sink.taken == []
    assert deeds() == []


def test_the_waits_grow_and_a_greylisted_message_arrives_once(
    settings: Any, maya: Patient, at: Callable[[str], None]
) -> None:
    message = post.invitation(maya)
    with serve(settings, {"verb": "RCPT", "reply": "451 greylisted", "times": 2}) as sink:
        assert outbox.send_batch(worker="w").later == 1
        at("2026-07-06 09:00:30")
        assert outbox.send_batch(worker="w").claimed == 0
        at("2026-07-06 09:01:10")
        assert outbox.send_batch(worker="w").later == 1
        message.refresh_from_db()
        assert message.next_attempt_at - clock.now() >= timedelta(minutes=5)
        at("2026-07-06 09:08")
        assert outbox.send_batch(worker="w").sent == 1
    assert len(sink.taken) == 1
    outcomes = DeliveryAttempt.objects.filter(message=message).order_by("number")
    assert list(outcomes.values_list("number", "outcome")) == [
        (1, "temporary"),
        (2, "temporary"),
        (3, "sent"),
    ]


def test_every_try_sends_the_same_bytes(
    settings: Any, maya: Patient, at: Callable[[str], None]
) -> None:
    message = post.invitation(maya)
    with serve(settings, {"verb": "DATA", "reply": "451 later", "times": 1}) as sink:
        outbox.send_batch(worker="w")
        kept = bytes(MessageBody.objects.get(message=message).content)
        at("2026-07-06 09:02")
        outbox.send_batch(worker="w")
    assert sink.eye.contents == [kept]


def test_a_message_that_comes_back_too_late_expires_with_a_deed(
    settings: Any, maya: Patient
) -> None:
    message = post.invitation(maya, useful_until=clock.now() + timedelta(seconds=50))
    with serve(settings, {"verb": "RCPT", "reply": "451 later"}):
        outbox.send_batch(worker="w")
    message.refresh_from_db()
    assert message.state == "expired"
    assert deeds() == [("undeliverable", f"patient:{maya.pk}")]


def test_an_unknown_address_is_suspended_and_somebody_phones(
    settings: Any, clinic: Clinic, pathway_version: PathwayVersion, maya: Patient
) -> None:
    other = post.person(clinic, pathway_version)
    message, fine = post.invitation(maya), post.invitation(other)
    bad = post.address_of(maya)
    rule = {"verb": "RCPT", "to": bad.value, "reply": "550 5.1.1 no such user"}
    with serve(settings, rule) as sink:
        report = outbox.send_batch(worker="w")
    assert (report.sent, report.failed) == (1, 1)
    message.refresh_from_db()
    fine.refresh_from_db()
    bad.refresh_from_db()
    assert (message.state, fine.state) == ("failed", "sent")
    assert bad.suspended_at is not None
    assert len(sink.taken) == 1
    assert deeds() == [("call", f"patient:{maya.pk}:address")]
    bounced = Alert.objects.open().filter(rule="address-bounced")
    assert [alert.patient for alert in bounced] == [maya]


def test_three_domains_refused_in_a_row_mean_us_and_suspend_nobody(
    settings: Any, people_of_three_domains: list[Patient]
) -> None:
    messages = [post.invitation(person) for person in people_of_three_domains]
    with serve(settings, {"verb": "RCPT", "reply": "550 5.1.1 no such user"}) as sink:
        report = outbox.send_batch(worker="w")
    assert report.halted
    for person, message in zip(people_of_three_domains, messages, strict=True):
        message.refresh_from_db()
        assert (message.state, message.attempts) == ("queued", 0)
        assert post.address_of(person).suspended_at is None
    assert sink.taken == []
    assert deeds() == [("review", "sending:server")]
    assert control().breaker_until is not None


@pytest.mark.parametrize("reply", ["552 too large", "554 5.7.1 spam"])
def test_refused_content_is_set_aside_for_a_person(
    settings: Any, maya: Patient, reply: str
) -> None:
    message = post.invitation(maya)
    with serve(settings, {"verb": "DATA", "reply": reply}):
        outbox.send_batch(worker="w")
    message.refresh_from_db()
    assert message.state == "quarantined"
    assert post.address_of(maya).suspended_at is None
    assert deeds() == [("quarantined", f"message:{message.pk}")]


def test_a_refused_login_trips_the_breaker_and_counts_no_try(settings: Any, maya: Patient) -> None:
    message = post.invitation(maya)
    with serve(settings, {"verb": "MAIL", "reply": "530 5.7.0 authentication required"}):
        assert outbox.send_batch(worker="w").halted
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert deeds() == [("review", "sending:server")]
    with serve(settings) as sink:
        assert "Waiting for the mail server" in outbox.send_batch(worker="w").trouble
    assert sink.taken == []


def test_an_unreachable_server_counts_no_try_and_alarms_the_second_time(
    settings: Any, maya: Patient, at: Callable[[str], None]
) -> None:
    message = post.invitation(maya)
    point_at(settings, free_port())
    assert outbox.send_batch(worker="w").halted
    assert deeds() == []
    at("2026-07-06 09:02")
    assert outbox.send_batch(worker="w").halted
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert deeds() == [("review", "sending:server")]
    at("2026-07-06 09:10")
    with serve(settings):
        assert outbox.send_batch(worker="w").sent == 1
    assert SendingControl.objects.get().breaker_trips == 0
    assert deeds() == []


@pytest.mark.parametrize("reply", ["take then drop", "stall"])
def test_silence_after_the_last_octet_leaves_the_message_in_doubt(
    settings: Any, maya: Patient, reply: str
) -> None:
    message = post.invitation(maya)
    with serve(settings, {"verb": "DATA", "reply": reply}):
        assert outbox.send_batch(worker="w").unsure == 1
    message.refresh_from_db()
    assert message.state == "unknown"
    assert states(message) == ["claimed", "handed over", "unknown"]


def test_a_yes_and_then_a_dropped_line_is_sent(
    settings: Any, clinic: Clinic, pathway_version: PathwayVersion, maya: Patient
) -> None:
    messages = [post.invitation(maya), post.invitation(post.person(clinic, pathway_version))]
    with serve(settings, {"verb": "DATA", "reply": "250 then drop"}) as sink:
        outbox.send_batch(worker="w")
    for message in messages:
        message.refresh_from_db()
    assert messages[0].state == "sent"
    assert len(sink.taken) == len(set(sink.taken))
