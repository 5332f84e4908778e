"""A person keeps one waiting email back, for good: what it would have told is theirs to tell."""

from __future__ import annotations

from django.db import transaction

from pathways import clock
from pathways.models import Message, Reminder
from pathways.rules.lifecycles import MessageState, ReminderState
from pathways.services import audit, outbox_telling
from pathways.services.actors import Actor
from pathways.services.errors import Refused


def hold_one(*, message: Message, reason: str, by: Actor) -> None:
    """Withhold an email that still waits; one that is on its way already is refused.

    Its reminders end with it, so the planner does not write it again at once.
    """
    if not reason.strip():
        raise Refused("Say why it is held.", field="reason")
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, state=MessageState.QUEUED).update(
            state=MessageState.WITHHELD,
            reason=f"held by {by.words}: {reason.strip()}"[:120],
            ended_at=clock.now(),
        )
        if not changed:
            raise Refused("This email does not wait any more. Reload the page to see where it is.")
        Reminder.objects.filter(message=message, state=ReminderState.PLANNED).update(
            state=ReminderState.CANCELLED, reason="held by a person"
        )
        outbox_telling.note(
            [message.pk], MessageState.QUEUED, MessageState.WITHHELD, worker=by.name
        )
        audit.record(
            by=by,
            verb="held an email",
            subject=message,
            clinic=message.clinic,
            patient=message.patient,
            detail={"reason": reason.strip()},
        )
    message.refresh_from_db()
