"""The SMTP client against servers that misbehave at every phase (delivery.md, 5, no. 9 to 14)."""

from __future__ import annotations

import email
import email.policy
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from pathways.messaging import gallery, mime
from pathways.messaging.kinds import MessageKind
from pathways.messaging.smtp import Connection, Outcome, Security
from pathways.messaging.smtp_wire import ReplyText
from pathways.rules.delivery import SendClass, SmtpPhase
from tests.messaging.servers import DROP, HOST, STALL, TRICKLE, Puppet, Sink, free_port

FROM, TO = "visits@northgate.example", "maya@example.org"
DATA = b"Subject: Your visit\r\n\r\nHello\r\n"
SHORT = 0.3  # seconds; the servers that stall never answer at all

both_ways = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "one by one"])


def to(port: int, **how: object) -> Connection:
    given: dict[str, object] = {"ehlo_name": "mail.northgate.example", "timeout": 5.0} | how
    return Connection(HOST, port, **given)  # type: ignore[arg-type]


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


GREETED = (b"220 hi\r\n", b"250-hi\r\n250 PIPELINING\r\n")


@pytest.mark.parametrize("fault", [None, b"stall"])
def test_content_that_the_server_stops_reading_was_not_taken(fault: bytes | None) -> None:
    """The final dot of 64 MB cannot have left us, so this one may be tried again."""
    with Puppet(*GREETED, b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n", fault) as server:
        outcome = to(server.port, timeout=1.0).send(FROM, TO, b"x" * 64_000_000)

    assert outcome == Outcome(SmtpPhase.CONTENT)
    assert outcome.send_class is SendClass.TEMPORARY


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


def test_the_next_envelope_rides_behind_the_content_but_its_content_does_not() -> None:
    people = [f"p{n}@example.org" for n in range(5)]
    with Sink() as sink, to(sink.port) as connection:
        for at, person in enumerate(people):
            following = (FROM, people[at + 1]) if at + 1 < len(people) else None
            outcome = connection.send(FROM, person, DATA, following=following)
            assert outcome.send_class is SendClass.SENT
            assert len(sink.taken) == at + 1

    assert [recipient for _, recipient, _ in sink.taken] == people


def test_the_caller_learns_whether_the_envelope_that_rode_ahead_is_answered() -> None:
    with Sink() as sink, to(sink.port) as connection:
        assert not connection.envelope_answered(0)
        connection.send(FROM, TO, DATA, following=(FROM, "next@example.org"))
        assert connection.has_envelope_ahead
        assert connection.envelope_answered(5)
        sink.script["RCPT"] = STALL
        connection.send(FROM, "next@example.org", DATA)
        assert not connection.has_envelope_ahead
        assert not connection.envelope_answered(0)


def test_without_pipelining_nothing_rides_ahead() -> None:
    with Sink(pipelining=False) as sink, to(sink.port) as connection:
        connection.send(FROM, TO, DATA, following=(FROM, "next@example.org"))

        assert not connection.has_envelope_ahead
        assert sink.commands.count("RCPT next@example.org") == 0


def test_an_announced_person_may_be_skipped() -> None:
    with Sink() as sink, to(sink.port) as connection:
        connection.send(FROM, TO, DATA, following=(FROM, "skipped@example.org"))
        outcome = connection.send(FROM, "other@example.org", DATA)

    assert outcome.send_class is SendClass.SENT
    assert [recipient for _, recipient, _ in sink.taken] == [TO, "other@example.org"]


def test_an_announced_person_is_reached_after_content_was_refused() -> None:
    with Sink({"DATA": "554 5.7.1 spam"}) as sink, to(sink.port) as connection:
        first = connection.send(FROM, TO, DATA, following=(FROM, "next@example.org"))
        sink.script.clear()
        second = connection.send(FROM, "next@example.org", DATA)

    assert first.send_class is SendClass.QUARANTINE
    assert second.send_class is SendClass.SENT
    assert [recipient for _, recipient, _ in sink.taken] == ["next@example.org"]


def test_a_refused_announced_person_is_told_in_their_own_turn() -> None:
    with Sink() as sink, to(sink.port) as connection:
        sink.script["RCPT"] = "250 OK"
        first = connection.send(FROM, TO, DATA)
        sink.script["RCPT"] = "550 5.1.1 unknown"
        second = connection.send(FROM, "gone@example.org", DATA, following=(FROM, TO))
        sink.script.clear()
        third = connection.send(FROM, TO, DATA)

    assert [one.send_class for one in (first, second, third)] == [
        SendClass.SENT,
        SendClass.BAD_ADDRESS,
        SendClass.SENT,
    ]


def test_the_right_password_signs_in_and_a_wrong_one_is_ours_to_mend() -> None:
    with Sink(password="right") as sink:
        with to(sink.port, username="clinic", password="right") as connection:
            right = connection.send(FROM, TO, DATA)
        wrong = to(sink.port, username="clinic", password="wrong").send(FROM, TO, DATA)

    assert right.send_class is SendClass.SENT
    assert (wrong.phase, wrong.code) == (SmtpPhase.AUTH, 535)
    assert wrong.send_class is SendClass.AUTH


def test_a_password_that_the_server_never_asks_for_is_ours_to_mend() -> None:
    with Sink() as sink:
        outcome = to(sink.port, username="clinic", password="x").send(FROM, TO, DATA)

    assert outcome.send_class is SendClass.AUTH
    assert sink.taken == []


def test_starttls_never_falls_back_to_plain_text() -> None:
    with Sink() as sink:
        outcome = to(sink.port, security=Security.STARTTLS).send(FROM, TO, DATA)

    assert outcome == Outcome(SmtpPhase.CONNECT)
    assert sink.taken == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    wanted = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
    ]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(["openssl", *wanted, *names], check=True, capture_output=True)
    return cert, key


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_mail_leaves_over_tls_to_a_known_server_only(
    security: Security, certificate: tuple[Path, Path]
) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(*certificate)
    known = ssl.create_default_context(cafile=str(certificate[0]))
    with Sink(tls=server_side, implicit_tls=security is Security.TLS) as sink:
        with to(sink.port, security=security, tls_context=known) as connection:
            trusted = connection.send(FROM, TO, DATA)
        stranger = to(sink.port, security=security).send(FROM, TO, DATA)

    assert trusted.send_class is SendClass.SENT
    assert stranger == Outcome(SmtpPhase.CONNECT)
    assert len(sink.taken) == 1


def test_words_slipped_in_before_tls_are_not_believed(certificate: tuple[Path, Path]) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(*certificate)
    known = ssl.create_default_context(cafile=str(certificate[0]))
    hello, slipped_in = b"250-hi\r\n250 STARTTLS\r\n", b"250 slipped in\r\n"

    def opened(answer: bytes) -> Outcome | None:
        server = Puppet(b"220 hi\r\n", hello, answer, b"250 hi\r\n", tls=server_side)
        with server, to(server.port, security="starttls", tls_context=known, timeout=1.0) as one:
            return one.open()

    assert opened(b"220 go\r\n") is None
    assert opened(b"220 go\r\n" + slipped_in) == Outcome(SmtpPhase.CONNECT)


@pytest.mark.parametrize(
    "bad", ["", "a b@x.org", "a@x.org>\r\nRCPT TO:<b@x.org", "a@x.org\n", "<a@x"]
)
def test_an_address_cannot_carry_a_command(bad: str) -> None:
    with pytest.raises(ValueError, match="envelope"):
        to(1).send(FROM, bad, DATA)
    with pytest.raises(ValueError, match="envelope"):
        to(1).send(bad, TO, DATA)


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


def test_content_beyond_ascii_says_so() -> None:
    with Sink() as sink, to(sink.port) as connection:
        outcome = connection.send(FROM, TO, "X: y\r\n\r\nHällo\r\n".encode())

    assert outcome.send_class is SendClass.SENT
    assert f"MAIL {FROM} BODY=8BITMIME" in sink.commands


def test_content_beyond_ascii_is_kept_back_where_it_is_not_carried() -> None:
    with Puppet(*GREETED) as server, to(server.port, timeout=SHORT) as connection:
        outcome = connection.send(FROM, TO, "Hällo".encode())

    assert outcome.send_class is SendClass.QUARANTINE


@pytest.mark.parametrize(
    ("reply", "meaning"),
    [
        ("450 4.7.1 Greylisted, come back", ReplyText.GREYLISTED),
        ("452 4.2.2 Mailbox full for maya@example.org", ReplyText.MAILBOX_FULL),
        ("550 5.1.1 No such user maya@example.org", ReplyText.NO_SUCH_USER),
        ("550 5.7.1 Blocked by reputation", ReplyText.SPAM),
        ("550 5.5.0 Hm", ReplyText.OTHER),
    ],
)
def test_the_words_of_a_refusal_are_classed_and_not_kept(reply: str, meaning: ReplyText) -> None:
    with Sink({"RCPT": reply}) as sink, to(sink.port) as connection:
        outcome = connection.send(FROM, TO, DATA)

    assert outcome.reply_text_class is meaning
    assert outcome.enhanced == reply.split()[1]
    assert "maya" not in repr(outcome)


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
