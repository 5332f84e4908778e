"""What the tests of sending share: a server, settings, and reading back what happened."""

from __future__ import annotations

from typing import Any

from pathways.models import Message, MessageEvent, WorkItem
from tests.sink import Sink


def point_at(settings: Any, port: int) -> None:
    """Let the code under test send to this port, to everybody."""
    settings.SMTP_PORT = port
    settings.SENDING_ON = True
    settings.RECIPIENT_ALLOW_LIST = ["*"]
    settings.SMTP_TIMEOUT = 1
    settings.CLOCK_GUARD = False


def serve(settings: Any, *rules: dict[str, Any]) -> Sink:
    """A mail server with a script, already in the settings; to be entered with `with`."""
    sink = Sink(list(rules))
    point_at(settings, sink.port)
    return sink


def states(message: Message) -> list[str]:
    """The states a message has been through, by its events."""
    events = MessageEvent.objects.filter(message=message).order_by("id")
    return list(events.values_list("to_state", flat=True))


def deeds() -> list[tuple[str, str]]:
    """Kind and subject of every open work item."""
    return list(WorkItem.objects.open().order_by("id").values_list("kind", "subject"))
