"""From claimed rows to messages ready to go: looked at again, rendered once, the bytes kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from django.conf import settings
from django.db import transaction

from pathways import clock
from pathways.messaging.addresses import validate_address
from pathways.messaging.envelope import UnsendableError
from pathways.messaging.smtp import Connection
from pathways.models import Clinic, Message, MessageBody
from pathways.rules.lifecycles import MessageState
from pathways.rules.sending import Why
from pathways.services import (
    crash,
    letters,
    outbox_budget,
    outbox_claim,
    outbox_facts,
    outbox_ledger,
    outbox_stops,
    work_items,
)
from pathways.services.outbox_facts import Calendars
from pathways.services.outbox_ledger import Lease
from pathways.services.outbox_send import Ready
from pathways.services.outbox_stops import SENDER

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class SendReport:
    """What a batch, or a whole drain, did. Counts of messages; `trouble` is a sentence or ""."""

    claimed: int = 0
    sent: int = 0
    stopped: int = 0  # cancelled, withheld, expired, or made to wait
    later: int = 0
    failed: int = 0
    unsure: int = 0
    quarantined: int = 0
    given_back: int = 0
    expired: int = 0
    trouble: str = ""
    halted: bool = False

    def add(self, other: SendReport) -> None:
        """Add the counts of another report."""
        for one in fields(self):
            if one.type == "int":
                setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        self.trouble = self.trouble or other.trouble
        self.halted = self.halted or other.halted


@dataclass(slots=True)
class Mailroom:
    """What one worker keeps between batches: calendars and open connections."""

    worker: str
    calendars: Calendars = field(default_factory=Calendars)
    lines: dict[str, Connection] = field(default_factory=dict)
    ceilings: outbox_budget.Ceilings = field(default_factory=outbox_budget.Ceilings)

    def line(self, clinic: Clinic) -> Connection:
        """Return the connection that greets with this clinic's name."""
        name = letters.sender_of(clinic).ehlo_name
        if name not in self.lines:
            self.lines[name] = _connection(name)
        return self.lines[name]

    def close(self) -> None:
        """Say goodbye to the mail server."""
        for line in self.lines.values():
            line.close()
        self.lines.clear()


def _connection(ehlo_name: str) -> Connection:
    """Return a connection to the clinic's mail server, not opened yet."""
    return Connection(
        settings.SMTP_HOST,
        settings.SMTP_PORT,
        ehlo_name=ehlo_name,
        timeout=settings.SMTP_TIMEOUT,
        username=settings.SMTP_USER,
        password=settings.SMTP_PASSWORD,
        security=settings.SMTP_SECURITY,
    )


def prepare(
    lease: Lease, rows: Sequence[Message], room: Mailroom, report: SendReport
) -> list[Ready]:
    """Look at everything again, then turn what may go into bytes that are kept."""
    now = clock.now()
    poisoned = outbox_claim.poisoned(list(rows))
    for row in rows:
        if row.pk in poisoned:
            _set_aside(lease, row, "workers died over it several times", report)
    rows = [row for row in rows if row.pk not in poisoned]
    judged = outbox_facts.judge(rows, now=now, calendars=room.calendars)
    go = outbox_stops.apply(lease, judged, now=now)
    report.stopped += len(rows) - len(go)
    kept = outbox_budget.within_limits(lease, go, now=now, ceilings=room.ceilings)
    report.stopped += len(go) - len(kept)
    ready = _rendered(lease, kept, report)
    crash.here(crash.Point.RENDER)
    return ready


def _rendered(lease: Lease, rows: Sequence[Message], report: SendReport) -> list[Ready]:
    """Render each message on its own, so that a broken one is set aside and the rest go on."""
    now = clock.now()
    again = [row.pk for row in rows if row.attempts > 1 or row.unsure_resends]
    kept: dict[int, bytes] = {}
    if again:
        for body in MessageBody.objects.filter(message__in=again):
            kept[body.pk] = bytes(body.content)
    ready: list[Ready] = []
    for row in rows:
        try:
            address = validate_address(letters.recipient_of(row).address)
        except UnsendableError as problem:
            _refuse_address(lease, row, problem, report)
            continue
        try:
            data = kept.get(row.pk) or letters.bytes_of(row, at=now)
        except Exception as problem:
            logger.warning("Message %s was set aside: %s", row.pk, type(problem).__name__)
            words = str(problem) if isinstance(problem, UnsendableError) else "it cannot be written"
            _set_aside(lease, row, words, report)
            continue
        ready.append(Ready(row, data, row.clinic.email, address))
    fresh = {one.row.pk: one.data for one in ready if one.row.pk not in kept}
    if fresh:
        outbox_ledger.keep_bodies(fresh)
    return ready


def _set_aside(lease: Lease, row: Message, words: str, report: SendReport) -> None:
    with transaction.atomic():
        deed = outbox_stops.end(lease, row, MessageState.QUARANTINED, why=words, now=clock.now())
        work_items.open_all([deed] if deed else [], by=SENDER)
    report.quarantined += 1


def _refuse_address(
    lease: Lease, row: Message, problem: UnsendableError, report: SendReport
) -> None:
    with transaction.atomic():
        deed = outbox_stops.end(
            lease, row, MessageState.WITHHELD, why=Why.NO_ADDRESS, now=clock.now()
        )
        if deed is not None:
            found = outbox_stops.suspend_address(row, code="not an address")
            work_items.open_all([deed, found] if deed.kind == found.kind else [found], by=SENDER)
    logger.warning("Message %s has no usable address: %s", row.pk, problem)
    report.stopped += 1
