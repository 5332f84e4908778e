"""The hook that commits the hand-over, when the server waits for content and not before."""

from __future__ import annotations

import pytest

from pathways.rules.delivery import SendClass
from tests.messaging.servers import Sink
from tests.messaging.smtp.calling import DATA, FROM, TO, to


def test_the_hook_runs_when_the_server_waits_and_before_any_content() -> None:
    with Sink() as sink, to(sink.port) as connection:
        seen: list[tuple[list[str], int]] = []

        def hand_over() -> bool:
            seen.append((sink.commands.copy(), len(sink.taken)))
            return True

        outcome = connection.send(FROM, TO, DATA, before_data=hand_over)

    assert outcome.send_class is SendClass.SENT
    ((commands, taken),) = seen
    assert f"RCPT {TO}" in commands
    assert taken == 0


def test_a_hook_that_says_no_sends_nothing() -> None:
    with Sink() as sink, to(sink.port) as connection:
        outcome = connection.send(FROM, TO, DATA, before_data=lambda: False)
        after = connection.send(FROM, "next@example.org", DATA)

    assert outcome.send_class is SendClass.ABORTED
    assert after.send_class is SendClass.SENT
    assert [recipient for _, recipient, _ in sink.taken] == ["next@example.org"]


def test_a_hook_that_fails_sends_nothing_and_is_heard() -> None:
    def broken() -> bool:
        raise RuntimeError("the database went away")

    with Sink() as sink:
        connection = to(sink.port)
        with pytest.raises(RuntimeError, match="database"):
            connection.send(FROM, TO, DATA, before_data=broken)

        assert not connection.is_open
    assert sink.taken == []


def test_the_hook_does_not_run_for_a_refused_recipient() -> None:
    with Sink({"RCPT": "550 no"}) as sink, to(sink.port) as connection:
        connection.send(FROM, TO, DATA, before_data=lambda: pytest.fail("handed over"))
