"""Messages of which nobody knows whether they arrived: once more, then a person decides.

A worker that died between hand-over and mark leaves a row "handed over"; a server that fell silent
after the last octet leaves one "unknown". A second copy carries the same bytes and Message-ID.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from pathways import clock
from pathways.models import Message, MessageEvent, WorkItem
from pathways.rules.delivery import Unsure, when_unsure
from pathways.rules.lifecycles import MessageState, WorkItemKind
from pathways.services import outbox_stops, outbox_telling, work_items
from pathways.services.outbox_stops import SENDER

BATCH = 500


def settle_unsure(*, worker: str) -> int:
    """Decide about every message in doubt for longer than ten minutes; return how many.

    The ten minutes are the database's; a worker that still lives has written its mark by then.
    """
    asked = WorkItem.objects.filter(kind=WorkItemKind.SEND_UNSURE, message__isnull=False)
    rows = (
        Message.objects.filter(
            Q(state=MessageState.HANDED_OVER)
            | (Q(state=MessageState.UNKNOWN) & ~Q(pk__in=asked.values("message"))),
            handed_over_at__lt=Now() - timedelta(seconds=settings.UNSURE_SECONDS),
        )
        .select_related("clinic", "patient", "appointment")
        .order_by("handed_over_at")[:BATCH]
    )
    doubtful = list(rows)
    outbox_telling.tell_handed_over((row.pk for row in doubtful), worker=worker)
    outbox_telling.catch_up(worker=worker)
    return sum(_settle(row, worker) for row in doubtful)


def _settle(row: Message, worker: str) -> bool:
    now = clock.now()
    answer = when_unsure(resends=row.unsure_resends, still_useful=now < row.useful_until)
    was = MessageState(row.state)
    to = MessageState.QUEUED if answer is Unsure.SEND_AGAIN else MessageState.UNKNOWN
    fields = (
        {
            "unsure_resends": F("unsure_resends") + 1,
            "next_attempt_at": now,
            "lease_token": None,
            "lease_until": None,
            "reason": "sent again, because nobody knows whether it arrived",
        }
        if answer is Unsure.SEND_AGAIN
        else {"reason": "nobody knows whether it arrived", "ended_at": now}
    )
    with transaction.atomic():
        changed = Message.objects.filter(
            pk=row.pk, state=was, lease_token=row.lease_token, handed_over_at=row.handed_over_at
        ).update(state=to, **fields)
        if not changed:
            return False
        if was != to:
            MessageEvent.objects.create(
                message=row, from_state=was, to_state=to, at=now, worker=worker, code="unsure"
            )
        if to is MessageState.UNKNOWN:
            deeds = [outbox_stops.deed_for(row, to, "nobody knows whether it arrived")]
            work_items.open_all([deed for deed in deeds if deed], by=SENDER)
    return True
