"""A server that hangs up or never answers: tried again, or in doubt after the final dot."""

from __future__ import annotations

import socket
import time

import pytest

from pathways.messaging.smtp import Outcome
from pathways.rules.delivery import SendClass, SmtpPhase
from tests.messaging.servers import DROP, HOST, STALL, TRICKLE, Puppet, Sink, free_port
from tests.messaging.smtp.calling import DATA, FROM, GREETED, SHORT, TO, both_ways, to


@both_ways
@pytest.mark.parametrize("fault", [DROP, STALL, TRICKLE])
@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("MAIL", Outcome(SmtpPhase.MAIL)),
        ("RCPT", Outcome(SmtpPhase.RCPT)),
        ("DATA", Outcome(SmtpPhase.END_OF_DATA)),
    ],
)
def test_silence_before_the_final_dot_may_be_tried_again_and_after_it_is_unknown(
    verb: str, expected: Outcome, fault: str, pipelining: bool
) -> None:
    began = time.monotonic()
    with Sink({verb: fault}, pipelining=pipelining) as sink:
        connection = to(sink.port, timeout=SHORT)
        outcome = connection.send(FROM, TO, DATA)
        took = time.monotonic() - began

        assert outcome.code is None
        assert outcome.phase is expected.phase or (
            # One write, one time limit: the server may have answered the steps before, or not.
            pipelining and verb == "RCPT" and outcome.phase is SmtpPhase.MAIL
        )
        assert outcome.send_class is (SendClass.UNKNOWN if verb == "DATA" else SendClass.TEMPORARY)
        assert not connection.is_open
        assert took < 3


def test_a_server_that_is_not_there_may_be_tried_again() -> None:
    outcome = to(free_port(), timeout=SHORT).send(FROM, TO, DATA)

    assert outcome == Outcome(SmtpPhase.CONNECT)
    assert outcome.send_class is SendClass.TEMPORARY


@pytest.mark.parametrize(
    "greeting",
    [b"421 busy\r\n", b"554 go away\r\n", b"hello there\r\n", b"2", b"\xff" * 100_000, None],
)
def test_a_strange_greeting_may_be_tried_again(greeting: bytes | None) -> None:
    with Puppet(greeting) as server:
        outcome = to(server.port, timeout=SHORT).send(FROM, TO, DATA)

    assert outcome.phase is SmtpPhase.CONNECT
    assert outcome.send_class is SendClass.TEMPORARY


def test_a_greeting_that_never_comes_ends_in_time() -> None:
    with socket.create_server((HOST, 0)) as silent:
        began = time.monotonic()
        outcome = to(silent.getsockname()[1], timeout=SHORT).send(FROM, TO, DATA)

    assert outcome == Outcome(SmtpPhase.CONNECT)
    assert time.monotonic() - began < 3


def test_taken_and_then_dropped_is_sent() -> None:
    with Sink({"DATA": "250 then drop"}) as sink, to(sink.port) as connection:
        first = connection.send(FROM, TO, DATA)

    assert first.send_class is SendClass.SENT
    assert len(sink.taken) == 1


@pytest.mark.parametrize("fault", [DROP, STALL, "500 what"])
def test_a_failing_goodbye_changes_nothing(fault: str) -> None:
    with Sink({"QUIT": fault}) as sink:
        connection = to(sink.port, timeout=SHORT)
        outcome = connection.send(FROM, TO, DATA)
        connection.close()
        connection.close()

    assert outcome.send_class is SendClass.SENT
    assert not connection.is_open


@pytest.mark.parametrize("fault", [None, b"stall"])
def test_content_that_the_server_stops_reading_was_not_taken(fault: bytes | None) -> None:
    """The final dot of 64 MB cannot have left us, so this one may be tried again."""
    with Puppet(*GREETED, b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n", fault) as server:
        outcome = to(server.port, timeout=1.0).send(FROM, TO, b"x" * 64_000_000)

    assert outcome == Outcome(SmtpPhase.CONTENT)
    assert outcome.send_class is SendClass.TEMPORARY
