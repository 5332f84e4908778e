"""A client that calls a server of `tests/messaging/servers.py`, and what it sends."""

from __future__ import annotations

import pytest

from pathways.messaging.smtp import Connection
from tests.messaging.servers import HOST

FROM, TO = "visits@northgate.example", "maya@example.org"
DATA = b"Subject: Your visit\r\n\r\nHello\r\n"
GREETED = (b"220 hi\r\n", b"250-hi\r\n250 PIPELINING\r\n")  # what a bare server says first
SHORT = 0.3  # seconds; the servers that stall never answer at all
both_ways = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "one by one"])


def to(port: int, **how: object) -> Connection:
    """Call the server at this port; nothing waits longer than five seconds."""
    given: dict[str, object] = {"ehlo_name": "mail.northgate.example", "timeout": 5.0} | how
    return Connection(HOST, port, **given)  # type: ignore[arg-type]
