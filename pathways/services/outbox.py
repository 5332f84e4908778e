"""Sending: from a queued message to a sent one. The table is the queue; a broker rings the bell.

Claim and commit; look at everything again; render once and keep the bytes; converse; write down.
The same code runs under Celery and from `manage.py drain_outbox`, and any number may run at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import connection, transaction

from pathways import clock
from pathways.models import Clinic, ContactPoint, Message, MessageBody
from pathways.rules.lifecycles import MessageState, WorkItemKind
from pathways.services import (
    alerts,
    audit,
    outbox_claim,
    outbox_ledger,
    outbox_prepare,
    outbox_reconcile,
    outbox_send,
    outbox_stops,
    outbox_telling,
    sending_control,
    work_items,
)
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.outbox_ledger import Lease
from pathways.services.outbox_prepare import Mailroom, SendReport
from pathways.services.outbox_send import Conversation, Halt, Ready
from pathways.services.outbox_stops import SENDER
from pathways.services.work_items import Deed

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 45.0  # below the task's time limit, so that a doorbell never outlives itself
URGENT_EVERY = 10  # batches; a look for urgent mail costs an index scan


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
    ends_at = time.monotonic() + seconds
    one_lane = once or not connection.features.has_select_for_update_skip_locked
    lanes = 1 if one_lane else settings.SENDING_LANES
    with sending_control.sweeping("send") as sweep:
        try:
            report.expired = outbox_stops.expire_stale(now=clock.now(), worker=worker)
            if lanes == 1:
                report.add(_lane(worker, ends_at, once, after_full_batch))
            else:
                report.add(_lanes(worker, ends_at, lanes, after_full_batch))
        finally:
            sweep.count, sweep.trouble = report.sent, report.trouble
    return report


def _lanes(
    worker: str, ends_at: float, lanes: int, after_full_batch: Callable[[], object] | None
) -> SendReport:
    """Send along several lanes at once, each with batches, a lease and connections of its own.

    A disk that takes milliseconds to confirm a commit confirms those of all lanes together. What a
    lane leaves in doubt when the process dies is one message, as with any worker.
    """
    report = SendReport()
    with ThreadPoolExecutor(lanes, thread_name_prefix="lane") as pool:
        running = [
            pool.submit(
                _lane_of_its_own,
                f"{worker}#{number}",
                ends_at,
                after_full_batch if number == 0 else None,
            )
            for number in range(lanes)
        ]
    for lane in running:
        report.add(lane.result())
    return report


def _lane_of_its_own(
    worker: str, ends_at: float, after_full_batch: Callable[[], object] | None
) -> SendReport:
    try:
        return _lane(worker, ends_at, False, after_full_batch)
    finally:
        connection.close()  # this thread's own


def _lane(
    worker: str, ends_at: float, once: bool, after_full_batch: Callable[[], object] | None
) -> SendReport:
    """Send batch after batch until nothing is due, something is wrong, or the time is up."""
    report = SendReport()
    room = Mailroom(worker)
    batch = 0
    try:
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
        ready = outbox_prepare.prepare(lease, rows, room, report)
        for _, group in groupby(ready, key=lambda one: one.row.clinic_id):
            _converse(lease, list(group), room, ends_at, report)
    finally:
        if own:
            room.close()
    if wary and report.sent:
        sending_control.went_well(by=SENDER)
    if report.failed or report.stopped:
        _ask_about_refused(rows, since=now)
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
        outbox_telling.note(
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


def _ask_about_refused(rows: Sequence[Message], *, since: datetime) -> None:
    """Ask the alert rules about the people whose address this batch found to be wrong."""
    used = [row.contact_point_id for row in rows if row.contact_point_id is not None]
    found = ContactPoint.objects.filter(pk__in=used, suspended_at__gte=since)
    alerts.assess(found.values_list("patient_id", flat=True), by=SENDER)


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
