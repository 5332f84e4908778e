"""A server that refuses: placed in its phase, and the next person is still reached."""

from __future__ import annotations

import pytest

from pathways.rules.delivery import SendClass, SmtpPhase
from tests.messaging.servers import Puppet, Sink
from tests.messaging.smtp.calling import DATA, FROM, GREETED, SHORT, TO, both_ways, to


@both_ways
@pytest.mark.parametrize(
    ("verb", "reply", "phase", "expected"),
    [
        ("MAIL", "421 4.3.2 closing", SmtpPhase.MAIL, SendClass.TEMPORARY),
        ("MAIL", "451 4.3.0 later", SmtpPhase.MAIL, SendClass.TEMPORARY),
        ("MAIL", "550 5.7.1 not you", SmtpPhase.MAIL, SendClass.POLICY),
        ("MAIL", "530 5.7.0 sign in", SmtpPhase.MAIL, SendClass.AUTH),
        ("RCPT", "421 4.7.0 closing", SmtpPhase.RCPT, SendClass.TEMPORARY),
        ("RCPT", "450 4.2.0 greylisted", SmtpPhase.RCPT, SendClass.TEMPORARY),
        ("RCPT", "452 4.2.2 full", SmtpPhase.RCPT, SendClass.TEMPORARY),
        ("RCPT", "550 no such user", SmtpPhase.RCPT, SendClass.BAD_ADDRESS),
        ("RCPT", "550 5.1.1 unknown", SmtpPhase.RCPT, SendClass.BAD_ADDRESS),
        ("RCPT", "550 5.7.1 blocked", SmtpPhase.RCPT, SendClass.POLICY),
        ("DATA", "451 4.3.0 later", SmtpPhase.END_OF_DATA, SendClass.TEMPORARY),
        ("DATA", "552 5.3.4 too large", SmtpPhase.END_OF_DATA, SendClass.QUARANTINE),
        ("DATA", "554 5.7.1 spam", SmtpPhase.END_OF_DATA, SendClass.QUARANTINE),
    ],
)
def test_a_refusal_is_placed_in_its_phase_and_nothing_arrives(
    verb: str, reply: str, phase: SmtpPhase, expected: SendClass, pipelining: bool
) -> None:
    with Sink({verb: reply}, pipelining=pipelining) as sink, to(sink.port) as connection:
        outcome = connection.send(FROM, TO, DATA)

    assert (outcome.phase, outcome.code) == (phase, int(reply[:3]))
    assert outcome.send_class is expected
    assert sink.taken == []


@both_ways
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_the_next_person_is_reached_after_a_refusal(verb: str, pipelining: bool) -> None:
    with Sink({verb: "550 5.7.1 no"}, pipelining=pipelining) as sink, to(sink.port) as connection:
        connection.send(FROM, TO, DATA)
        sink.script.clear()
        outcome = connection.send(FROM, "next@example.org", DATA)

        assert outcome.send_class is SendClass.SENT
        assert len(sink.taken) == 1
        assert sum(line.startswith("EHLO") for line in sink.commands) == 1


def test_a_refused_recipient_gets_no_content_even_if_the_server_asks_for_it() -> None:
    answers = (b"250 OK\r\n", b"550 5.1.1 no\r\n", b"354 go\r\n", b"554 nobody\r\n", b"221 bye\r\n")
    with Puppet(*GREETED, *answers) as server:
        connection = to(server.port)
        outcome = connection.send(FROM, TO, DATA)
        connection.close()
        server.wait()

    assert outcome.send_class is SendClass.BAD_ADDRESS
    assert server.heard[1:] == [
        b"MAIL FROM:<visits@northgate.example>\r\n",
        b"RCPT TO:<maya@example.org>\r\n",
        b"DATA\r\n",
        b".\r\n",
        b"QUIT\r\n",
    ]


def test_after_a_refused_sender_a_server_that_asks_for_content_is_left() -> None:
    with Puppet(*GREETED, b"550 5.7.1 no\r\n", b"250 OK\r\n", b"354 go\r\n") as server:
        connection = to(server.port)
        outcome = connection.send(FROM, TO, DATA)
        server.wait()

    assert outcome.send_class is SendClass.POLICY
    assert not connection.is_open
    assert b".\r\n" not in server.heard


def test_an_address_beyond_ascii_goes_only_where_it_is_carried() -> None:
    with Sink(smtputf8=False) as sink, to(sink.port) as connection:
        refused = connection.send(FROM, "mayá@example.org", DATA)
        plain = connection.send(FROM, TO, DATA)
    with Sink() as able, to(able.port) as connection:
        carried = connection.send(FROM, "mayá@example.org", DATA)

    assert refused.send_class is SendClass.BAD_ADDRESS
    assert plain.send_class is carried.send_class is SendClass.SENT
    assert [recipient for _, recipient, _ in sink.taken] == [TO]
    assert [recipient for _, recipient, _ in able.taken] == ["mayá@example.org"]


def test_content_beyond_ascii_is_kept_back_where_it_is_not_carried() -> None:
    with Puppet(*GREETED) as server, to(server.port, timeout=SHORT) as connection:
        outcome = connection.send(FROM, TO, "Hällo".encode())

    assert outcome.send_class is SendClass.QUARANTINE


@pytest.mark.parametrize("code", ["450 4.7.1", "452 4.2.2", "550 5.1.1", "550 5.5.0"])
def test_of_a_refusal_the_code_is_kept_and_not_its_words(code: str) -> None:
    with (
        Sink({"RCPT": f"{code} No mailbox of maya@example.org"}) as sink,
        to(sink.port) as connection,
    ):
        outcome = connection.send(FROM, TO, DATA)

    assert f"{outcome.code} {outcome.enhanced}" == code
    assert "maya" not in repr(outcome)
