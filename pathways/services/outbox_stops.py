"""What becomes of a message that does not leave: its end, its reason, and the deed somebody owes.

Nothing ends in silence: what is withheld, expired, refused or set aside is on the post page, and
opens a work item wherever a person has to act.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from pathways import clock
from pathways.models import Audience, ContactPoint, Message, Reminder
from pathways.rules.deeds import OwedWhile
from pathways.rules.lifecycles import MessageState, ReminderState, WorkItemKind
from pathways.rules.sending import Way, Why
from pathways.services import audit, outbox_ledger, outbox_telling, work_items
from pathways.services.actors import Actor
from pathways.services.outbox_facts import VISIT_CHANGES, Judged
from pathways.services.outbox_ledger import Lease
from pathways.services.outbox_telling import Try
from pathways.services.work_items import Deed

SENDER = Actor.system("sweep:send")
_END = {
    Way.CANCEL: MessageState.CANCELLED,
    Way.WITHHOLD: MessageState.WITHHELD,
    Way.EXPIRE: MessageState.EXPIRED,
}


def apply(lease: Lease, judged: Iterable[Judged], *, now: datetime) -> list[Message]:
    """Carry out every verdict but "go"; return the rows that may go. One transaction."""
    go: list[Message] = []
    deeds: list[Deed] = []
    waits: dict[tuple[datetime, Why], list[int]] = {}
    with transaction.atomic():
        for one in judged:
            verdict = one.verdict
            if verdict.way is Way.GO:
                go.append(one.row)
                if one.stale_reminders:
                    _cancel_reminders(one.stale_reminders, Why.NOT_WANTED)
            elif verdict.way is Way.WAIT and verdict.until is not None:
                waits.setdefault((verdict.until, verdict.why), []).append(one.row.pk)
            else:
                deed = end(lease, one.row, _END[verdict.way], why=verdict.why, now=now)
                deeds.extend([deed] if deed else [])
                if verdict.way is Way.CANCEL:
                    _cancel_reminders_of(one.row, verdict.why)
        for (until, why), ids in waits.items():
            outbox_ledger.release(lease, ids, code="waits", next_attempt_at=until, reason=why.value)
        work_items.open_all(deeds, by=SENDER)
    return go


def end(
    lease: Lease,
    row: Message,
    to: MessageState,
    *,
    why: Why | str,
    now: datetime,
    was: MessageState = MessageState.CLAIMED,
    tried: Try | None = None,
) -> Deed | None:
    """End one message; return the deed that follows, if this lease still held it."""
    changed = outbox_ledger.change(
        lease,
        row.pk,
        was=was,
        to=to,
        code=to.value,
        tried=tried,
        reason=str(why)[:120],
        ended_at=now,
        **({"last_code": tried.code} if tried else {}),
    )
    return deed_for(row, to, str(why)) if changed else None


def deed_for(row: Message, to: MessageState, why: str) -> Deed | None:
    """Return what somebody owes after a message ended like this; None where nothing is owed."""
    if to is MessageState.CANCELLED or why == Why.TEST:
        return None
    if row.audience == Audience.STAFF:
        return _staff_not_told(row, why)
    today = clock.today(row.clinic)
    if row.kind in VISIT_CHANGES:
        # Somebody may set out for a visit that is not there: today, by phone.
        return Deed(
            kind=WorkItemKind.CALL,
            subject=f"appointment:{row.appointment_id}:{row.appointment_revision}",
            summary=f"Phone today: the change of a visit was not told by email ({why})"[:200],
            clinic=row.clinic,
            patient=row.patient,
            appointment=row.appointment,
            message=row,
            due_on=today,
            owed_while=OwedWhile.ALIVE,
        )
    if to is MessageState.QUARANTINED:
        return Deed(
            kind=WorkItemKind.QUARANTINED,
            subject=f"message:{row.pk}",
            summary=f"An email was set aside: {why}"[:200],
            clinic=row.clinic,
            patient=row.patient,
            message=row,
            due_on=today,
        )
    if to is MessageState.UNKNOWN:
        return Deed(
            kind=WorkItemKind.SEND_UNSURE,
            subject=f"message:{row.pk}",
            summary="An email may not have arrived: phone, or mark it as told",
            clinic=row.clinic,
            patient=row.patient,
            message=row,
            due_on=today,
        )
    return Deed(
        kind=WorkItemKind.UNDELIVERABLE,
        subject=f"patient:{row.patient_id}",
        summary=f"Not reached by email ({why}): phone about the visit"[:200],
        clinic=row.clinic,
        patient=row.patient,
        message=row,
        due_on=today,
    )


def _staff_not_told(row: Message, why: str) -> Deed:
    """The alert itself waits on its page; somebody puts the address right."""
    return Deed(
        kind=WorkItemKind.REVIEW,
        subject="email to staff",
        summary=f"An email to staff did not leave ({why}): see Alerts, and mend the address"[:200],
        clinic=row.clinic,
        due_on=clock.today(row.clinic),
        message=row,
    )


def suspend_address(row: Message, *, code: str) -> Deed:
    """Write no more to an address that the mail server does not know; ask somebody to phone."""
    if row.audience == Audience.STAFF:
        return _staff_not_told(row, f"the address is refused, {code}")
    if row.contact_point_id is not None:
        changed = ContactPoint.objects.filter(
            pk=row.contact_point_id, suspended_at__isnull=True
        ).update(
            suspended_at=clock.now(), suspended_reason=f"refused by the mail server ({code})"[:120]
        )
        if changed and row.contact_point is not None:
            audit.record(
                by=SENDER,
                verb="suspended an address",
                subject=row.contact_point,
                clinic=row.clinic,
                patient=row.patient,
                detail={"code": code},
            )
    return Deed(
        kind=WorkItemKind.CALL,
        subject=f"patient:{row.patient_id}:address",
        summary="Phone: the email address does not work. Ask for the right one",
        clinic=row.clinic,
        patient=row.patient,
        message=row,
        due_on=clock.today(row.clinic),
        owed_while=OwedWhile.NOT_ON_HOLD,
    )


def expire_stale(*, now: datetime, worker: str) -> int:
    """End what waits in the queue although it is of no use any more; somebody phones instead."""
    with transaction.atomic():
        rows = list(
            Message.objects.filter(state=MessageState.QUEUED, useful_until__lte=now).select_related(
                "clinic", "patient", "appointment"
            )[:500]
        )
        ended = [
            row
            for row in rows
            if Message.objects.filter(pk=row.pk, state=MessageState.QUEUED).update(
                state=MessageState.EXPIRED, ended_at=now, reason=Why.TOO_LATE.value
            )
        ]
        outbox_telling.note(
            [row.pk for row in ended], MessageState.QUEUED, MessageState.EXPIRED, worker=worker
        )
        deeds = [deed_for(row, MessageState.EXPIRED, Why.TOO_LATE) for row in ended]
        work_items.open_all([deed for deed in deeds if deed], by=SENDER)
    return len(ended)


def _cancel_reminders(ids: list[int], why: Why) -> None:
    Reminder.objects.filter(pk__in=ids, state=ReminderState.PLANNED).update(
        state=ReminderState.CANCELLED, reason=why.value[:80]
    )


def _cancel_reminders_of(row: Message, why: Why) -> None:
    Reminder.objects.filter(message=row, state=ReminderState.PLANNED).update(
        state=ReminderState.CANCELLED, reason=why.value[:80]
    )
