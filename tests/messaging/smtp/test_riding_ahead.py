"""The next person's envelope rides behind the content, and its own content does not."""

from __future__ import annotations

from pathways.rules.delivery import SendClass
from tests.messaging.servers import STALL, Sink
from tests.messaging.smtp.calling import DATA, FROM, TO, to


def test_the_next_envelope_rides_behind_the_content_but_its_content_does_not() -> None:
    people = [f"p{n}@example.org" for n in range(5)]
    with Sink() as sink, to(sink.port) as connection:
        for at, person in enumerate(people):
            following = (FROM, people[at + 1]) if at + 1 < len(people) else None
            outcome = connection.send(FROM, person, DATA, following=following)
            assert outcome.send_class is SendClass.SENT
            assert len(sink.taken) == at + 1

    assert [recipient for _, recipient, _ in sink.taken] == people


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
