"""What is told of a message's marks, as sets: its events, its tries, its reminders.

The marks themselves are the truth; `catch_up` tells of those whose worker died before it could.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef

from pathways import clock
from pathways.models import DeliveryAttempt, Message, MessageEvent, Reminder
from pathways.rules.lifecycles import MessageState, ReminderState

CATCH_UP = 2000  # messages a sweep


@dataclass(frozen=True, slots=True)
class Try:
    """How one try of one message ended. `number` is the row's count of claims."""

    message_id: int
    number: int
    phase: str
    outcome: str
    code: str = ""


@dataclass(slots=True)
class Told:
    """What a batch has to tell about its marks: (message, when), and the tries that sent one."""

    handed: list[tuple[int, datetime]] = field(default_factory=list)
    sent: list[tuple[Try, datetime]] = field(default_factory=list)

    def write(self, worker: str) -> None:
        """Write events, tries and reminders of the batch as a set."""
        if not self.handed and not self.sent:
            return
        handed, sent = MessageState.HANDED_OVER, MessageState.SENT
        with transaction.atomic():
            _insert(
                MessageEvent,
                ("message_id", "from_state", "to_state", "at", "worker", "code"),
                [
                    *((pk, MessageState.CLAIMED, handed, at, worker, "") for pk, at in self.handed),
                    *(
                        (tried.message_id, handed, sent, at, worker, tried.code)
                        for tried, at in self.sent
                    ),
                ],
            )
            _insert(
                DeliveryAttempt,
                ("message_id", "number", "at", "worker", "phase", "outcome", "code"),
                [
                    (
                        *(tried.message_id, tried.number, at, worker),
                        *(tried.phase, tried.outcome, tried.code),
                    )
                    for tried, at in self.sent
                ],
            )
            _reminders_left([tried.message_id for tried, _ in self.sent])
        self.handed.clear()
        self.sent.clear()


def catch_up(*, worker: str) -> int:
    """Tell what a worker that died marked but did not tell; return how many messages.

    Looks at the marks of the last two days that are older than a lease.
    """
    now = clock.now()
    since, before = now - timedelta(days=2), now - timedelta(seconds=settings.UNSURE_SECONDS)
    told = MessageEvent.objects.filter(message=OuterRef("pk"))
    marked = Message.objects.filter(sent_at__gte=since, sent_at__lt=before)
    rows = list(
        marked.exclude(Exists(told.filter(to_state=MessageState.SENT))).values_list(
            "pk", "attempts", "sent_at", "last_code"
        )[:CATCH_UP]
    )
    known = set(
        MessageEvent.objects.filter(
            message__in=[row[0] for row in rows], to_state=MessageState.HANDED_OVER
        ).values_list("message_id", flat=True)
    )
    batch = Told()
    for pk, attempts, sent_at, code in rows:
        if pk not in known:
            batch.handed.append((pk, sent_at))
        batch.sent.append((Try(pk, attempts, "end of data", "sent", code), sent_at))
    batch.write(worker)
    return len(rows)


def tell_handed_over(message_ids: Iterable[int], *, worker: str) -> None:
    """Write the hand-over of messages in doubt, where the worker died before it told of it."""
    ids = set(message_ids)
    ids -= set(
        MessageEvent.objects.filter(message__in=ids, to_state=MessageState.HANDED_OVER).values_list(
            "message_id", flat=True
        )
    )
    note(ids, MessageState.CLAIMED, MessageState.HANDED_OVER, worker=worker)


def _reminders_left(message_ids: list[int]) -> None:
    Reminder.objects.filter(message__in=message_ids, state=ReminderState.PLANNED).update(
        state=ReminderState.SENT
    )


def note(
    message_ids: Iterable[int],
    was: MessageState,
    to: MessageState,
    *,
    worker: str,
    code: str = "",
) -> None:
    """Write the events of a change that fell on many messages at once."""
    now = clock.now()
    ids = list(message_ids)
    if not ids:
        return
    _insert(
        MessageEvent,
        ("message_id", "from_state", "to_state", "at", "worker", "code"),
        [(pk, was, to, now, worker, code[:40]) for pk in ids],
    )


def _insert(
    model: type[models.Model], names: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert plain rows: one statement of arrays on PostgreSQL, a bulk insert elsewhere."""
    if not rows:
        return
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(
            model(**dict(zip(names, row, strict=True))) for row in rows
        )
        return
    columns = [model._meta.get_field(name.removesuffix("_id")) for name in names]
    arrays = ", ".join(f"%s::{column.db_type(connection)}[]" for column in columns)
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT * FROM unnest({arrays})",  # noqa: S608
            [list(cells) for cells in zip(*rows, strict=True)],
            prepare=True,
        )
