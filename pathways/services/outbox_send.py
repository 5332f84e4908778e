"""One conversation with the mail server: many messages, one connection, one in doubt at a time.

Per message: the server says 354; one commit marks the message before as sent and this one as handed
over; then, and only then, does the content leave. No transaction is open meanwhile.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import psycopg
from django.db import DatabaseError, connection, transaction

from pathways import clock
from pathways.messaging.smtp import Connection, Outcome
from pathways.models import Message
from pathways.rules.delivery import (
    REFUSED_IN_A_ROW,
    SendClass,
    SmtpPhase,
    next_try,
    server_means_us,
)
from pathways.rules.lifecycles import MessageState, WorkItemKind
from pathways.services import crash, outbox_ledger, outbox_stops, sending_control, work_items
from pathways.services.crash import Point
from pathways.services.outbox_ledger import Handed, Lease
from pathways.services.outbox_stops import SENDER
from pathways.services.outbox_telling import Told, Try
from pathways.services.work_items import Deed

# How long the mark of a sent message may wait for the next one's envelope to be answered.
QUICK_ANSWER_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Ready:
    """A message with its bytes and its envelope."""

    row: Message
    data: bytes
    sender: str
    recipient: str

    @property
    def envelope(self) -> tuple[str, str]:
        """Who it is from, and whom it is for."""
        return self.sender, self.recipient


class Halt(StrEnum):
    """Why a conversation ended before its last message."""

    NO = ""
    TIME = "time is up"
    CONNECTION = "the mail server cannot be reached"
    LOGIN = "the mail server refuses our login"
    POLICY = "the mail server refuses us"
    CONTENT = "the mail server refuses our emails"


@dataclass(slots=True)
class Talk:
    """What came of one conversation."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    unsure: int = 0
    halt: Halt = Halt.NO
    untouched: list[int] = field(default_factory=list)


class Conversation:
    """Sends a list of ready messages of one clinic over one connection."""

    def __init__(self, lease: Lease, line: Connection, *, ends_at: float) -> None:
        self._lease = lease
        self._line = line
        self._ends_at = ends_at  # time.monotonic(), in seconds
        self._accepted: Try | None = None  # the server took it; the mark is not committed yet
        self._handed = False
        self._refused: list[tuple[Ready, Outcome]] = []  # unknown addresses, not yet believed
        self._rejected = 0  # contents refused one after the other
        self._talk = Talk()
        self._told = Told()

    def run(self, ready: Sequence[Ready]) -> Talk:
        """Send them in order and say what came of it."""
        at = 0
        try:
            for at, one in enumerate(ready):
                if time.monotonic() >= self._ends_at:
                    self._talk.halt = Halt.TIME
                if self._talk.halt:
                    break
                self._send(one, ready[at + 1] if at + 1 < len(ready) else None)
            else:
                at = len(ready)
        finally:
            self._connection_rests()
            self._mark_sent()
            self._told.write(self._lease.worker)
        if self._talk.halt is Halt.POLICY:
            self._talk.untouched += [one.row.pk for one, _ in self._refused]
        else:
            self._believe_refusals()
        self._talk.untouched += [one.row.pk for one in ready[at:]]
        return self._talk

    def _send(self, one: Ready, following: Ready | None) -> None:
        self._handed = False
        outcome = self._line.send(
            one.sender,
            one.recipient,
            one.data,
            before_data=lambda: self._hand_over(one),
            following=following.envelope if following else None,
        )
        if outcome.send_class is not SendClass.SENT:
            self._mark_sent()
            self._told.write(self._lease.worker)  # so that the events stand in their order
            self._settle(one, outcome)
            return
        crash.here(Point.AFTERDATA)
        self._accepted = Try(one.row.pk, one.row.attempts, outcome.phase, "sent", _code(outcome))
        self._talk.sent += 1
        self._rejected = 0
        self._believe_refusals()
        if not self._line.envelope_answered(QUICK_ANSWER_SECONDS):
            self._mark_sent()

    def _hand_over(self, one: Ready) -> bool:
        accepted = self._accepted
        done = outbox_ledger.hand_over(self._lease, sent=accepted, following=one.row.pk)
        self._accepted = None
        self._note(done, accepted, one.row.pk)
        self._handed = done.handed
        if accepted is not None:
            crash.here(Point.AFTERCOMMIT)
        if done.handed:
            crash.here(Point.HANDOVER)
        return done.handed

    def _mark_sent(self) -> None:
        accepted, self._accepted = self._accepted, None
        if accepted is None:
            return
        try:
            done = outbox_ledger.hand_over(self._lease, sent=accepted, following=None)
        except (DatabaseError, psycopg.Error):
            # The database went away between the server's yes and our mark: once more, afresh.
            connection.close()
            done = outbox_ledger.hand_over(self._lease, sent=accepted, following=None)
        self._note(done, accepted, None)
        crash.here(Point.AFTERCOMMIT)

    def _note(self, done: Handed, accepted: Try | None, following: int | None) -> None:
        """Remember what is to be told when the batch ends."""
        now = clock.now()
        if done.marked and accepted is not None:
            self._told.sent.append((accepted, now))
        if done.handed and following is not None:
            self._told.handed.append((following, now))

    def _connection_rests(self) -> None:
        """An envelope that rode ahead of a message we will not send must not stand."""
        if self._line.has_envelope_ahead:
            self._line.close()

    def _settle(self, one: Ready, outcome: Outcome) -> None:
        """Write down any end but "sent"."""
        if outcome.phase is SmtpPhase.CONNECT and not self._handed:
            self._give_up(one, Halt.CONNECTION)
            return
        match outcome.send_class:
            case SendClass.ABORTED:
                # Superseded, or the lease is gone: the row is somebody else's now.
                pass
            case SendClass.AUTH:
                self._give_up(one, Halt.LOGIN)
            case SendClass.POLICY:
                self._give_up(one, Halt.POLICY)
            case SendClass.BAD_ADDRESS:
                self._refused.append((one, outcome))
                domains = [each.recipient.rpartition("@")[2] for each, _ in self._refused]
                if server_means_us(domains):
                    self._talk.halt = Halt.POLICY
            case SendClass.QUARANTINE:
                self._end(one, outcome, MessageState.QUARANTINED, "the mail server refuses it")
                self._rejected += 1
                if self._rejected >= REFUSED_IN_A_ROW:
                    self._talk.halt = Halt.CONTENT
            case SendClass.UNKNOWN:
                self._talk.unsure += outbox_ledger.change(
                    self._lease,
                    one.row.pk,
                    was=MessageState.HANDED_OVER,
                    to=MessageState.UNKNOWN,
                    tried=self._try(one, outcome),
                    reason="the mail server did not say whether it took it",
                    last_code=_code(outcome),
                )
            case _:
                self._later(one, outcome)

    def _give_up(self, one: Ready, halt: Halt) -> None:
        """It is not this message's fault: it and all after it go back uncounted."""
        if self._handed:
            self._later(one, Outcome(SmtpPhase.CONTENT))
        else:
            self._talk.untouched.append(one.row.pk)
        self._talk.halt = halt

    def _later(self, one: Ready, outcome: Outcome) -> None:
        now = clock.now()
        due = now + next_try(max(one.row.attempts, 1), jitter=random.random())
        if due >= one.row.useful_until:
            to = MessageState.EXPIRED
            self._end(one, outcome, to, "the mail server did not take it in time")
            return
        self._talk.later += outbox_ledger.change(
            self._lease,
            one.row.pk,
            was=self._was(),
            to=MessageState.QUEUED,
            tried=self._try(one, outcome),
            next_attempt_at=due,
            lease_token=None,
            lease_until=None,
            handed_over_at=None,
            reason="the mail server asks for another try",
            last_code=_code(outcome),
        )

    def _end(self, one: Ready, outcome: Outcome, to: MessageState, why: str) -> None:
        with transaction.atomic():
            deed = outbox_stops.end(
                self._lease,
                one.row,
                to,
                why=f"{why} ({_code(outcome)})",
                now=clock.now(),
                was=self._was(),
                tried=self._try(one, outcome),
            )
            if deed is not None:
                self._talk.failed += 1
                work_items.open_item(deed, by=SENDER)

    def _believe_refusals(self) -> None:
        """Somebody else's mail was taken, so it is these addresses that are wrong."""
        refused, self._refused = self._refused, []
        for one, outcome in refused:
            with transaction.atomic():
                deeds: list[Deed | None] = [
                    outbox_stops.end(
                        self._lease,
                        one.row,
                        MessageState.FAILED,
                        why=f"the address is refused ({_code(outcome)})",
                        now=clock.now(),
                        tried=self._try(one, outcome),
                    )
                ]
                if deeds[0] is None:
                    continue
                self._talk.failed += 1
                if deeds[0].kind is not WorkItemKind.CALL:
                    deeds[0] = None  # one phone call is enough
                deeds.append(outbox_stops.suspend_address(one.row, code=_code(outcome)))
                work_items.open_all([deed for deed in deeds if deed], by=SENDER)

    def _was(self) -> MessageState:
        return MessageState.HANDED_OVER if self._handed else MessageState.CLAIMED

    def _try(self, one: Ready, outcome: Outcome) -> Try:
        return Try(
            one.row.pk,
            one.row.attempts,
            outcome.phase.value,
            outcome.send_class.value,
            _code(outcome),
        )


def react(halt: Halt) -> None:
    """Open the breaker after a conversation that broke off, and ask people to look if need be."""
    if halt and halt is not Halt.TIME:
        sending_control.trip(reason=halt.value, alarm=halt is not Halt.CONNECTION, by=SENDER)


def _code(outcome: Outcome) -> str:
    words = [str(outcome.code) if outcome.code is not None else "no answer", outcome.enhanced]
    return " ".join(word for word in words if word)[:20]
