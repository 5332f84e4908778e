"""Every change of a message's state while a worker holds it: conditional, counted, written down.

Each write names the worker's fencing token and the state it expects, so a worker that lost its
lease changes nothing. The two marks that every message needs, handed over and sent, are a commit of
their own; what is told about them (events, tries, reminders) follows as a set when the batch ends,
and `catch_up` tells it where a worker died in between. Any other change carries its event with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Now

from pathways import clock
from pathways.models import DeliveryAttempt, Message, MessageBody, MessageEvent
from pathways.rules.lifecycles import MESSAGE, MessageState, check_change
from pathways.services import outbox_telling
from pathways.services.outbox_telling import Try


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to one batch: the fencing token that every write must name."""

    token: uuid.UUID
    worker: str


@dataclass(frozen=True, slots=True)
class Handed:
    """What the combined commit did: was the one before marked sent, may the next one go?"""

    marked: bool
    handed: bool


def hand_over(lease: Lease, *, sent: Try | None, following: int | None) -> Handed:
    """Mark one message sent and the next one handed over, in one commit.

    The commit stands between the server's reply to one message and the first octet of the next, so
    at most one message of a connection is ever in doubt. Either may be None.
    """
    if connection.vendor == "postgresql":
        return _hand_over_at_once(lease, sent, following)
    return hand_over_step_by_step(lease, sent=sent, following=following)


def hand_over_step_by_step(lease: Lease, *, sent: Try | None, following: int | None) -> Handed:
    """The same on any database: a few statements in one transaction."""
    marked = handed = False
    now = clock.now()
    with transaction.atomic():
        if sent is not None:
            marked = (
                _still(lease, sent.message_id, MessageState.HANDED_OVER).update(
                    state=MessageState.SENT,
                    sent_at=now,
                    ended_at=now,
                    last_code=sent.code,
                    reason="",
                )
                == 1
            )
        if following is not None:
            # The lease is looked at again just here, by the database's own clock.
            ripe = _still(lease, following, MessageState.CLAIMED).filter(lease_until__gt=Now())
            handed = ripe.update(state=MessageState.HANDED_OVER, handed_over_at=Now()) == 1
    return Handed(marked, handed)


def _still(lease: Lease, message_id: int, state: MessageState) -> models.QuerySet[Message]:
    """The row, as long as this lease holds it in this state."""
    rows: models.QuerySet[Message] = Message.objects.filter(
        pk=message_id, lease_token=lease.token, state=state
    )
    return rows


def change(
    lease: Lease,
    message_id: int,
    *,
    was: MessageState,
    to: MessageState,
    code: str = "",
    tried: Try | None = None,
    **fields: Any,
) -> bool:
    """Move one message to another state, if this lease still holds it; say whether it did."""
    check_change(MESSAGE, was, to)
    now = clock.now()
    with transaction.atomic():
        changed = Message.objects.filter(pk=message_id, lease_token=lease.token, state=was).update(
            state=to, **fields
        )
        if not changed:
            return False
        MessageEvent.objects.create(
            message_id=message_id,
            from_state=was,
            to_state=to,
            at=now,
            worker=lease.worker,
            code=(code or (tried.code if tried else ""))[:40],
        )
        if tried is not None:
            DeliveryAttempt.objects.create(
                message_id=message_id,
                number=tried.number,
                at=now,
                worker=lease.worker,
                phase=tried.phase,
                outcome=tried.outcome,
                code=tried.code,
            )
    return True


def release(lease: Lease, message_ids: Iterable[int], *, code: str, **fields: Any) -> int:
    """Give claimed messages back, untried: the claim is not counted. Return how many."""
    ids = list(message_ids)
    if not ids:
        return 0
    with transaction.atomic():
        held = Message.objects.filter(
            pk__in=ids, lease_token=lease.token, state=MessageState.CLAIMED
        )
        if connection.features.has_select_for_update:
            held = held.select_for_update()
        still = list(held.values_list("pk", flat=True))
        Message.objects.filter(
            pk__in=still, lease_token=lease.token, state=MessageState.CLAIMED
        ).update(
            state=MessageState.QUEUED,
            attempts=Greatest(F("attempts") - 1, Value(0)),
            lease_token=None,
            lease_until=None,
            **fields,
        )
        outbox_telling.note(
            still, MessageState.CLAIMED, MessageState.QUEUED, worker=lease.worker, code=code
        )
    return len(still)


def keep_bodies(bodies: Mapping[int, bytes]) -> None:
    """Keep the bytes of messages as rendered; those of an earlier try stay."""
    if connection.vendor == "postgresql":
        with psycopg.Cursor(raw()) as cursor:
            cursor.execute(_KEEP, (list(bodies), list(bodies.values())), prepare=True)
        return
    MessageBody.objects.bulk_create(
        [MessageBody(message_id=pk, content=data) for pk, data in bodies.items()],
        ignore_conflicts=True,
    )


def raw() -> psycopg.Connection[Any]:
    """Return the driver's own connection: its statements are prepared once and take binary."""
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    return raw


def _hand_over_at_once(lease: Lease, sent: Try | None, following: int | None) -> Handed:
    """The combined commit as one prepared statement: one round trip a message."""
    now = clock.now()
    with psycopg.Cursor(raw()) as cursor:
        cursor.execute(
            _statement(),
            {
                "sent": sent.message_id if sent else None,
                "code": sent.code if sent else "",
                "next": following,
                "token": lease.token,
                "now": now,
            },
            prepare=True,
        )
        row = cursor.fetchone()
    if row is None:
        return Handed(False, False)
    return Handed(marked=bool(row[0]), handed=bool(row[1]))


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


# Table names of our own; every value is a parameter.
_KEEP = f"""
INSERT INTO {_table(MessageBody)} (message_id, content)
SELECT id, content FROM unnest(%b::bigint[], %b::bytea[]) AS kept (id, content)
ON CONFLICT (message_id) DO NOTHING
"""  # noqa: S608


@lru_cache(maxsize=1)
def _statement() -> str:
    return f"""
WITH gone AS (
    UPDATE {_table(Message)}
    SET state = '{MessageState.SENT}', sent_at = %(now)s, ended_at = %(now)s,
        last_code = %(code)s, reason = ''
    WHERE id = %(sent)s::bigint AND lease_token = %(token)s
        AND state = '{MessageState.HANDED_OVER}'
    RETURNING id
), next AS (
    UPDATE {_table(Message)}
    SET state = '{MessageState.HANDED_OVER}', handed_over_at = statement_timestamp()
    WHERE id = %(next)s::bigint AND lease_token = %(token)s
        AND state = '{MessageState.CLAIMED}' AND lease_until > statement_timestamp()
    RETURNING id
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM next)
"""  # noqa: S608  (table names and states of our own; every value is a parameter)
