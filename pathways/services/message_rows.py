"""New rows for the outbox: their keys, their Message-IDs, and stopping the ones nobody needs.

The key says what a message is for, so however often a sweep runs, the same row comes out
(delivery.md, 4.1). The Message-ID is derived from the key: the same on every try, and it reveals
nothing.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from pathways import clock
from pathways.messaging.kinds import KIND_FACTS, MessageKind
from pathways.models import Clinic, Message, MessageEvent, Patient
from pathways.rules.lifecycles import MessageState
from pathways.services.actors import Actor
from pathways.services.message_values import Values
from pathways.services.recipients import Route

RECALLABLE = (MessageState.QUEUED, MessageState.CLAIMED)


def screening_key(contact_point_id: int, kind: MessageKind, reminder_ids: Iterable[int]) -> str:
    """Return the key of a message that carries these reminders to this address."""
    carried = ",".join(str(number) for number in sorted(reminder_ids))
    return sha256(f"{contact_point_id}:{kind}:{carried}".encode()).hexdigest()


def appointment_key(
    contact_point_id: int, appointment_id: int, revision: int, kind: MessageKind
) -> str:
    """Return the key of a message about one revision of one booking."""
    return f"{contact_point_id}:{appointment_id}:{revision}:{kind}"


def message_id(dedupe_key: str, mail_domain: str) -> str:
    """Return the Message-ID of a key, without its angle brackets."""
    digest = hmac.digest(settings.LINK_KEY.encode(), dedupe_key.encode(), "sha256")
    return f"{b32encode(digest).decode('ascii')[:32]}@{mail_domain}"


def jitter_seconds(dedupe_key: str) -> int:
    """Return up to an hour, the same for the same key, so that a mailing is spread."""
    return int.from_bytes(sha256(dedupe_key.encode()).digest()[:4], "big") % 3601


def new(
    *,
    clinic: Clinic,
    patient: Patient,
    route: Route,
    kind: MessageKind,
    dedupe_key: str,
    values: Values,
    due_at: datetime,
    useful_until: datetime,
    now: datetime,
    thread_id: str = "",
    by_hand: bool = False,
) -> Message:
    """Return a queued row that is not saved yet."""
    return Message(
        clinic=clinic,
        patient_id=patient.pk,
        contact_point_id=route.contact_point_id,
        kind=kind.value,
        language=patient.language,
        template_version=KIND_FACTS[kind].version,
        values=values,
        by_hand=by_hand,
        dedupe_key=dedupe_key,
        message_id=message_id(dedupe_key, clinic.mail_domain),
        thread_id=thread_id,
        to_snapshot=route.address,
        due_at=due_at,
        useful_until=useful_until,
        next_attempt_at=due_at,
        created_at=now,
    )


def stop(messages: QuerySet[Message], *, reason: str, by: Actor) -> list[int]:
    """Cancel those of the messages that no worker has handed over; return the ids stopped.

    The rows are locked first, so a worker that wants to hand one over waits and finds it
    cancelled; one that is already handed over stays as it is.
    """
    with transaction.atomic():
        rows = list(
            messages.filter(state__in=RECALLABLE)
            .order_by("id")
            .select_for_update(of=("self",) if connection.features.has_select_for_update_of else ())
            .values_list("id", "state")
        )
        if not rows:
            return []
        now = clock.now()
        ids = [pk for pk, _ in rows]
        Message.objects.filter(pk__in=ids).update(
            state=MessageState.CANCELLED,
            reason=reason[:120],
            ended_at=now,
            lease_until=None,
            lease_token=None,
        )
        MessageEvent.objects.bulk_create(
            [
                MessageEvent(
                    message_id=pk,
                    from_state=state,
                    to_state=MessageState.CANCELLED,
                    at=now,
                    worker=by.name[:80],
                )
                for pk, state in rows
            ],
            batch_size=2000,
        )
    return ids
