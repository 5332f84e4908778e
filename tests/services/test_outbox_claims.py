"""Claims: leases, fencing tokens, poison, and what a batch costs in queries."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways import clock
from pathways.models import Clinic, Message, MessageEvent, PathwayVersion, Patient
from pathways.services import outbox, outbox_claim, outbox_ledger, outbox_prepare, outbox_telling
from pathways.services.outbox_ledger import Handed, Lease
from pathways.services.outbox_telling import Told, Try
from tests import post
from tests.services.sending import deeds, serve, states

pytestmark = pytest.mark.django_db

LONG_AGO = "2000-01-01 00:00+00:00"


@pytest.fixture(autouse=True)
def _monday_morning(at: Callable[[str], None]) -> None:
    at(post.MONDAY_NINE)


@pytest.fixture
def maya(clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    """Somebody who is owed a neurological exam."""
    return post.person(clinic, pathway_version)


def claim(limit: int = 50) -> list[Message]:
    """Claim what is due."""
    return outbox_claim.claim(worker="w", limit=limit, now=clock.now())


def lease_of(row: Message) -> Lease:
    """The lease that holds a claimed row."""
    assert row.lease_token is not None
    return Lease(row.lease_token, "w")


def let_the_lease_run_out() -> None:
    """As if the worker had been silent for longer than its lease."""
    Message.objects.filter(state="claimed").update(lease_until=LONG_AGO)


def test_a_claimed_message_is_nobody_elses(maya: Patient) -> None:
    post.invitation(maya)
    assert len(claim()) == 1
    assert claim() == []


def test_a_message_is_not_claimed_before_its_time(maya: Patient) -> None:
    post.invitation(maya, next_attempt_at=clock.now() + timedelta(seconds=1))
    assert claim() == []


def test_a_lease_that_ran_out_can_be_claimed_again_and_counts(maya: Patient) -> None:
    message = post.invitation(maya)
    claim()
    let_the_lease_run_out()
    again = claim()
    assert [row.attempts for row in again] == [2]
    assert states(message) == ["claimed", "claimed"]


def test_a_stale_worker_changes_nothing(maya: Patient) -> None:
    message = post.invitation(maya)
    stale = lease_of(claim()[0])
    let_the_lease_run_out()
    claim()
    before = Message.objects.values().get(pk=message.pk)
    events = MessageEvent.objects.count()
    assert outbox_ledger.hand_over(stale, sent=None, following=message.pk) == Handed(False, False)
    tried = Try(message.pk, 1, "end of data", "sent", "250")
    assert outbox_ledger.hand_over(stale, sent=tried, following=None) == Handed(False, False)
    assert outbox_ledger.release(stale, [message.pk], code="") == 0
    assert Message.objects.values().get(pk=message.pk) == before
    assert MessageEvent.objects.count() == events


def test_a_lease_that_has_just_run_out_hands_nothing_over(maya: Patient) -> None:
    row = post.invitation(maya)
    held = lease_of(claim()[0])
    let_the_lease_run_out()
    assert not outbox_ledger.hand_over(held, sent=None, following=row.pk).handed


@pytest.mark.parametrize(
    "hand_over", [outbox_ledger.hand_over, outbox_ledger.hand_over_step_by_step]
)
def test_one_commit_marks_one_sent_and_hands_the_next_one_over(
    clinic: Clinic, pathway_version: PathwayVersion, hand_over: Any
) -> None:
    """The prepared statement and the portable form leave the same rows behind."""
    first, second = (post.invitation(post.person(clinic, pathway_version)) for _ in range(2))
    held = lease_of(claim()[0])
    assert hand_over(held, sent=None, following=first.pk) == Handed(False, True)
    tried = Try(first.pk, 1, "end of data", "sent", "250 2.0.0")
    assert hand_over(held, sent=tried, following=second.pk) == Handed(True, True)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.last_code, first.sent_at, first.ended_at) == (
        "sent",
        "250 2.0.0",
        clock.now(),
        clock.now(),
    )
    assert (second.state, second.sent_at) == ("handed over", None)
    assert second.handed_over_at is not None
    now = clock.now()
    told = Told(handed=[(first.pk, now), (second.pk, now)], sent=[(tried, now)])
    told.write("w")
    assert states(first) == ["claimed", "handed over", "sent"]
    assert states(second) == ["claimed", "handed over"]
    assert first.reminders.get().state == "sent"
    assert second.reminders.get().state == "planned"
    told.write("w")  # what is told once is not told again
    attempt = first.delivery_attempts.get()
    assert (attempt.number, attempt.phase, attempt.outcome, attempt.code, attempt.worker) == (
        1,
        "end of data",
        "sent",
        "250 2.0.0",
        "w",
    )


def test_what_a_dead_worker_marked_but_did_not_tell_is_told_later(
    settings: Any, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    settings.UNSURE_SECONDS = 0
    row = post.invitation(post.person(clinic, pathway_version))
    held = lease_of(claim()[0])
    outbox_ledger.hand_over(held, sent=None, following=row.pk)
    outbox_ledger.hand_over(held, sent=Try(row.pk, 1, "end of data", "sent"), following=None)
    assert states(row) == ["claimed"]
    assert outbox_telling.catch_up(worker="later") == 0  # not yet: its worker may still live
    Message.objects.filter(pk=row.pk).update(sent_at=clock.now() - timedelta(minutes=1))
    assert outbox_telling.catch_up(worker="later") == 1
    assert states(row) == ["claimed", "handed over", "sent"]
    assert row.reminders.get().state == "sent"
    assert row.delivery_attempts.count() == 1
    assert outbox_telling.catch_up(worker="later") == 0


@pytest.mark.parametrize("place", [0, 14, 29])
def test_a_poison_row_stops_nobody_wherever_it_stands(
    settings: Any, clinic: Clinic, pathway_version: PathwayVersion, place: int
) -> None:
    rows = [post.invitation(post.person(clinic, pathway_version)) for _ in range(30)]
    poison = rows[place]
    Message.objects.filter(pk=poison.pk).update(values={"first_on": "not a day"})
    with serve(settings) as sink:
        report = outbox.send_batch(worker="w")
    assert (report.sent, report.quarantined) == (29, 1)
    assert len(sink.taken) == 29
    assert states(poison) == ["claimed", "quarantined"]
    assert deeds() == [("quarantined", f"message:{poison.pk}")]


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": "nonsense"},
        {"values": {}},
        {"values": []},
        {"message_id": "no angle\r\nBcc: x@y.example"},
        {"thread_id": "two\nlines"},
    ],
)
def test_each_kind_of_damage_is_set_aside_and_can_be_seen(
    settings: Any, maya: Patient, damage: dict[str, Any]
) -> None:
    message = post.invitation(maya)
    Message.objects.filter(pk=message.pk).update(**damage)
    with serve(settings) as sink:
        outbox.send_batch(worker="w")
    message.refresh_from_db()
    assert message.state == "quarantined"
    assert message.reason
    assert sink.taken == []
    assert deeds() == [("quarantined", f"message:{message.pk}")]


def test_a_message_over_which_workers_die_is_claimed_alone_then_set_aside(
    settings: Any, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    deadly, innocent = (post.invitation(post.person(clinic, pathway_version)) for _ in range(2))
    Message.objects.filter(pk=deadly.pk).update(
        state="claimed", attempts=5, lease_token=uuid.uuid4(), lease_until=LONG_AGO
    )
    with serve(settings) as sink:
        first = outbox.send_batch(worker="w")
        assert (first.claimed, first.quarantined) == (1, 1)
        assert outbox.send_batch(worker="w").sent == 1
    assert len(sink.taken) == 1
    innocent.refresh_from_db()
    assert innocent.state == "sent"


def test_what_was_set_aside_can_be_released_and_is_written_anew(
    settings: Any, maya: Patient
) -> None:
    message = post.invitation(maya)
    values = message.values
    Message.objects.filter(pk=message.pk).update(values={})
    with serve(settings) as sink:
        outbox.send_batch(worker="w")
        Message.objects.filter(pk=message.pk).update(values=values)
        outbox.release_quarantined(message=message, by=outbox.SENDER)
        assert deeds() == []
        assert outbox.send_batch(worker="w").sent == 1
    assert len(sink.taken) == 1


def test_the_queries_of_a_batch_do_not_grow_with_it(
    settings: Any, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    """Beyond one commit a message, which is the promise, a batch costs the same at any size."""

    def queries(count: int) -> int:
        for _ in range(count):
            post.invitation(post.person(clinic, pathway_version))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            rows = claim()
            report = outbox.SendReport()
            outbox_prepare.prepare(lease_of(rows[0]), rows, outbox.Mailroom("w"), report)
        assert len(rows) == count
        Message.objects.update(state="cancelled")
        return len(seen)

    with serve(settings):
        small, large = queries(2), queries(20)
    assert large <= small
    assert large <= 30
