"""Calling reminders off: the reason to write goes, and the message that carried it with it.

A message whose reminders are not all wanted any more is stopped whole; what is still wanted is
planned again by the next sweep, so that its dates are those of what it then carries.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from pathways.models import Message, Reminder
from pathways.rules.lifecycles import ReminderState
from pathways.rules.reminders import REMINDED
from pathways.services import message_rows
from pathways.services.actors import Actor

JOINED = "planned again without the others"


def call_off(reminders: QuerySet[Reminder], *, reason: str, by: Actor) -> list[int]:
    """Cancel these planned reminders and the messages that carry them; return the message ids.

    A reminder whose message is already handed over stays: it is being said.
    """
    with transaction.atomic():
        wanted = list(reminders.filter(state=ReminderState.PLANNED).values_list("id", "message_id"))
        if not wanted:
            return []
        carriers = {message for _, message in wanted if message is not None}
        stopped = message_rows.stop(Message.objects.filter(pk__in=carriers), reason=reason, by=by)
        loose = [pk for pk, message in wanted if message is None or message in set(stopped)]
        planned = Reminder.objects.filter(state=ReminderState.PLANNED)
        planned.filter(pk__in=loose).update(state=ReminderState.CANCELLED, reason=reason[:80])
        planned.filter(message__in=stopped).update(state=ReminderState.CANCELLED, reason=JOINED)
    return stopped


def call_off_messages(messages: QuerySet[Message], *, reason: str, by: Actor) -> list[int]:
    """Stop these messages and cancel the reminders they carry; return the message ids."""
    with transaction.atomic():
        stopped = message_rows.stop(messages, reason=reason, by=by)
        if stopped:
            Reminder.objects.filter(state=ReminderState.PLANNED, message__in=stopped).update(
                state=ReminderState.CANCELLED, reason=reason[:80]
            )
    return stopped


def call_off_stale(screening_ids: Iterable[int], *, by: Actor) -> list[int]:
    """Cancel what a change of these screenings made untrue: another due date, or no longer owed."""
    ids = list(screening_ids)
    if not ids:
        return []
    rows = (
        Reminder.objects.filter(screening__in=ids, state=ReminderState.PLANNED)
        .filter(Q(message__isnull=True) | Q(message__state__in=message_rows.RECALLABLE))
        .select_related("screening")
    )
    stale = [row.pk for row in rows if row.due_on != row.screening.due_on or not _owed(row)]
    return call_off(Reminder.objects.filter(pk__in=stale), reason="the plan changed", by=by)


def _owed(row: Reminder) -> bool:
    return row.screening.status_on(row.step_on).status in REMINDED
