"""A queued message becomes a sent one: the whole way, against a real mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pathways.models import (
    Clinic,
    DeliveryAttempt,
    Message,
    MessageBody,
    MessageEvent,
    PathwayVersion,
    Patient,
    Reminder,
    WorkItem,
)
from pathways.services import outbox
from tests import post
from tests.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_morning(at: Callable[[str], None]) -> None:
    at(post.MONDAY_NINE)


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A mail server that takes everything."""
    with Sink() as server:
        settings.SMTP_PORT = server.port
        settings.SENDING_ON = True
        settings.RECIPIENT_ALLOW_LIST = ["*"]
        settings.SMTP_TIMEOUT = 5
        yield server


@pytest.fixture
def maya(clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    """Somebody who is owed a neurological exam."""
    return post.person(clinic, pathway_version)


def states(message: Message) -> list[str]:
    """The states a message has been through, by its events."""
    return list(
        MessageEvent.objects.filter(message=message)
        .order_by("id")
        .values_list("to_state", flat=True)
    )


def test_a_due_message_reaches_the_server_once(sink: Sink, maya: Patient) -> None:
    message = post.invitation(maya)
    report = outbox.send_batch(worker="w")
    assert report.sent == 1, report
    message.refresh_from_db()
    assert message.state == "sent"
    assert message.reason == ""
    assert [to for _, to in sink.taken] == [post.address_of(maya).value]
    assert sink.taken[0][0] == f"<{message.message_id}>"
    assert states(message) == ["claimed", "handed over", "sent"]
    assert Reminder.objects.get(message=message).state == "sent"
    tried = DeliveryAttempt.objects.get(message=message)
    assert (tried.number, tried.outcome) == (1, "sent")
    assert bytes(MessageBody.objects.get(message=message).content) == sink.eye.contents[0]
    assert outbox.send_batch(worker="w").claimed == 0
    assert len(sink.taken) == 1


def test_a_batch_goes_over_one_connection(
    sink: Sink, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    for _ in range(7):
        post.invitation(post.person(clinic, pathway_version))
    assert outbox.send_batch(worker="w").sent == 7
    assert sink.eye.connections == 1
    assert len(sink.taken) == 7
    assert not WorkItem.objects.exists()
