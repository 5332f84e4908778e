"""What leaves over one connection arrives as it was built, and nothing else does."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest

from pathways.messaging import gallery, mime
from pathways.messaging.kinds import MessageKind
from pathways.rules.delivery import SendClass
from tests.messaging.servers import DROP, Sink
from tests.messaging.smtp.calling import DATA, FROM, TO, both_ways, to


@both_ways
def test_many_messages_leave_over_one_connection(pipelining: bool) -> None:
    with Sink(pipelining=pipelining) as sink, to(sink.port) as connection:
        classes = [connection.send(FROM, f"p{n}@example.org", DATA).send_class for n in range(20)]

        assert classes == [SendClass.SENT] * 20
        assert connection.offers_pipelining is pipelining
        assert [recipient for _, recipient, _ in sink.taken] == [
            f"p{n}@example.org" for n in range(20)
        ]
        assert sink.commands.count("EHLO mail.northgate.example") == 1


@both_ways
@pytest.mark.parametrize("kind", MessageKind)
def test_every_email_arrives_as_it_was_built(kind: MessageKind, pipelining: bool) -> None:
    one = gallery.sample(kind, recipient_name="emoji")
    octets = mime.build_bytes(
        one.rendered,
        sender=gallery.SENDER,
        recipient=one.recipient,
        message_id="<one@mail.northgate.example>",
        at=gallery.WRITTEN_AT,
    )
    with Sink(pipelining=pipelining) as sink, to(sink.port) as connection:
        outcome = connection.send(FROM, one.recipient.address, octets)

    assert outcome.send_class is SendClass.SENT
    ((_, _, arrived),) = sink.taken
    assert arrived == octets
    message = email.message_from_bytes(arrived, policy=email.policy.SMTP)
    assert not message.defects


@pytest.mark.parametrize(
    "content",
    [b".", b".\r\n", b"a\r\n.\r\nb", b"a\r\n..b\r\n", b"a\nb\r\n", b"a\rb", b"no end", b""],
)
def test_dots_and_bare_line_ends_cannot_end_a_message_early(content: bytes) -> None:
    with Sink() as sink, to(sink.port) as connection:
        outcome = connection.send(FROM, TO, b"X: y\r\n\r\n" + content)
        again = connection.send(FROM, TO, DATA)

    assert outcome.send_class is again.send_class is SendClass.SENT
    expected = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")
    assert sink.taken[0][2].replace(b"\r\n", b"\n").rstrip(b"\n") == (
        b"X: y\n\n" + expected
    ).rstrip(b"\n")
    assert len(sink.taken) == 2


@pytest.mark.parametrize(
    "bad", ["", "a b@x.org", "a@x.org>\r\nRCPT TO:<b@x.org", "a@x.org\n", "<a@x"]
)
def test_an_address_cannot_carry_a_command(bad: str) -> None:
    with pytest.raises(ValueError, match="envelope"):
        to(1).send(FROM, bad, DATA)
    with pytest.raises(ValueError, match="envelope"):
        to(1).send(bad, TO, DATA)


def test_content_beyond_ascii_says_so() -> None:
    with Sink() as sink, to(sink.port) as connection:
        outcome = connection.send(FROM, TO, "X: y\r\n\r\nHällo\r\n".encode())

    assert outcome.send_class is SendClass.SENT
    assert f"MAIL {FROM} BODY=8BITMIME" in sink.commands


def test_a_thousand_messages_leave_no_socket_behind() -> None:
    descriptors = Path("/proc/self/fd")
    with Sink() as sink:
        with to(sink.port) as warm:
            warm.send(FROM, TO, DATA)
        before = len(list(descriptors.iterdir()))
        with to(sink.port) as connection:
            for _ in range(300):
                connection.send(FROM, TO, DATA)
        for fault in (DROP, "421 closing"):
            sink.script["RCPT"] = fault
            for _ in range(20):
                to(sink.port).send(FROM, TO, DATA)
        after = len(list(descriptors.iterdir()))

    # The server's ends of the last few may still be closing.
    assert after - before <= 5
