"""Sending: from a queued message to a sent one. The table is the queue; a broker rings the bell.

Claim and commit; look at everything again; render once and keep the bytes; converse; write down.
The same code runs under Celery and from `manage.py drain_outbox`, and any number may run at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction

from pathways import clock
from pathways.messaging.addresses import validate_address
from pathways.messaging.envelope import UnsendableError
from pathways.messaging.smtp import Connection
from pathways.models import Clinic, Message, MessageBody
from pathways.rules.lifecycles import MessageState, WorkItemKind
from pathways.rules.sending import Why
from pathways.services import (
    audit,
    crash,
    letters,
    outbox_budget,
    outbox_claim,
    outbox_facts,
    outbox_ledger,
    outbox_reconcile,
    outbox_send,
    outbox_stops,
    sending_control,
    work_items,
)
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.outbox_facts import Calendars
from pathways.services.outbox_ledger import Lease
from pathways.services.outbox_send import Conversation, Halt, Ready
from pathways.services.outbox_stops import SENDER
from pathways.services.work_items import Deed

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 45.0  # below the task's time limit, so that a doorbell never outlives itself
URGENT_EVERY = 10  # batches; a look for urgent mail costs an index scan


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
            self.lines[name] = outbox_send.connect(name)
        return self.lines[name]

    def close(self) -> None:
        """Say goodbye to the mail server."""
        for line in self.lines.values():
            line.close()
        self.lines.clear()


def drain(
    *,
    worker: str,
    once: bool = False,
    seconds: float = DRAIN_SECONDS,
    after_full_batch: Callable[[], object] | None = None,
) -> SendReport:
    """Send what is due, batch after batch, until nothing is or the time is up.

    `after_full_batch` is called once, after a first full batch: there is work for another worker.
    """
    report = SendReport()
    trouble = sending_control.clocks_disagree("send")
    if trouble:
        _alarm_clocks(trouble)
        report.trouble = trouble
        return report
    room = Mailroom(worker)
    ends_at = time.monotonic() + seconds
    with sending_control.sweeping("send") as sweep:
        try:
            report.expired = outbox_stops.expire_stale(now=clock.now(), worker=worker)
            batch = 0
            while time.monotonic() < ends_at:
                done = send_batch(
                    worker=worker,
                    room=room,
                    urgent_first=batch % URGENT_EVERY == 0,
                    ends_at=ends_at,
                )
                report.add(done)
                batch += 1
                if once or done.trouble or done.halted or not done.claimed:
                    break
                if batch == 1 and after_full_batch and done.claimed >= settings.BATCH_SIZE:
                    after_full_batch()
        finally:
            room.close()
            sweep.count, sweep.trouble = report.sent, report.trouble
    return report


def send_batch(
    *,
    worker: str,
    limit: int | None = None,
    room: Mailroom | None = None,
    urgent_first: bool = True,
    ends_at: float | None = None,
) -> SendReport:
    """Claim one batch and carry every message of it as far as it goes today."""
    own = room is None
    room = room or Mailroom(worker)
    report = SendReport()
    now = clock.now()
    switch = sending_control.control()
    report.trouble = sending_control.why_not(now, switch=switch)
    if report.trouble:
        return report
    wary = switch.breaker_trips > 0  # the last conversation failed: try a single message first
    size = 1 if wary else limit or settings.BATCH_SIZE
    rows = outbox_claim.claim(worker=worker, limit=size, now=now, urgent_first=urgent_first)
    report.claimed = len(rows)
    if not rows or rows[0].lease_token is None:
        return report
    lease = Lease(rows[0].lease_token, worker)
    if ends_at is None:
        ends_at = time.monotonic() + DRAIN_SECONDS
    try:
        ready = _prepare(lease, rows, room, report)
        for _, group in groupby(ready, key=lambda one: one.row.clinic_id):
            _converse(lease, list(group), room, ends_at, report)
    finally:
        if own:
            room.close()
    if wary and report.sent:
        sending_control.went_well(by=SENDER)
    return report


def reconcile(*, worker: str) -> int:
    """Decide about messages nobody is sure of; return how many."""
    trouble = sending_control.clocks_disagree("reconcile")
    if trouble:
        _alarm_clocks(trouble)
        return 0
    with sending_control.sweeping("reconcile") as sweep:
        sweep.count = outbox_reconcile.settle_unsure(worker=worker)
    return sweep.count


def release_quarantined(*, message: Message, by: Actor) -> None:
    """Send a message that was set aside, after its cause was mended. It is rendered anew."""
    with transaction.atomic():
        now = clock.now()
        if message.useful_until <= now:
            raise Refused("It is too late for this email. Phone instead.")
        changed = Message.objects.filter(pk=message.pk, state=MessageState.QUARANTINED).update(
            state=MessageState.QUEUED,
            attempts=0,
            next_attempt_at=now,
            lease_token=None,
            lease_until=None,
            ended_at=None,
            reason="",
        )
        if not changed:
            raise Refused("This email is not set aside any more. Reload the page.")
        MessageBody.objects.filter(message=message).delete()
        outbox_ledger.note(
            [message.pk], MessageState.QUARANTINED, MessageState.QUEUED, worker=by.name
        )
        work_items.close_for(
            clinic=message.clinic,
            kind=WorkItemKind.QUARANTINED,
            subjects=[f"message:{message.pk}"],
            outcome="Released",
            by=by,
        )
        audit.record(
            by=by,
            verb="released an email",
            subject=message,
            clinic=message.clinic,
            patient=message.patient,
        )
    message.refresh_from_db()


def purge(*, older_than: timedelta = timedelta(days=30)) -> int:
    """Remove the bytes and addresses of messages that ended 30 days ago (delivery.md, 4.9)."""
    before = clock.now() - older_than
    with transaction.atomic():
        ended = Message.objects.filter(ended_at__lt=before)
        removed, _ = MessageBody.objects.filter(message__in=ended).delete()
        ended.exclude(to_snapshot="").update(to_snapshot="")
    return removed


def _prepare(
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


def _converse(
    lease: Lease, ready: list[Ready], room: Mailroom, ends_at: float, report: SendReport
) -> None:
    """Send one clinic's share of a batch; what was not reached goes back uncounted."""
    if report.halted:
        outbox_ledger.release(lease, [one.row.pk for one in ready], code="not reached")
        report.given_back += len(ready)
        return
    talk = Conversation(lease, room.line(ready[0].row.clinic), ends_at=ends_at).run(ready)
    report.given_back += outbox_ledger.release(lease, talk.untouched, code="not reached")
    report.sent += talk.sent
    report.later += talk.later
    report.failed += talk.failed
    report.unsure += talk.unsure
    room.ceilings.sent(ready[0].row.clinic_id, talk.sent)
    report.halted = bool(talk.halt)
    if talk.halt not in (Halt.NO, Halt.TIME):
        logger.warning("Sending broke off: %s", talk.halt.value)
    outbox_send.react(talk.halt)


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


def _alarm_clocks(trouble: str) -> None:
    logger.error(trouble)
    work_items.open_all(
        (
            Deed(
                kind=WorkItemKind.REVIEW,
                subject="sending:clock",
                summary=f"No email leaves: {trouble}"[:200],
                clinic=clinic,
                due_on=clock.today(clinic),
            )
            for clinic in Clinic.objects.all()
        ),
        by=SENDER,
    )
