"""Email to staff about alerts: one at once for each urgent one, and again at each escalation.

The words hold a number, an urgency, a time and a link to the staff's site. It goes through the same
outbox as everything else; the key says whose turn it was for what, so nobody gets the same twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from pathways import clock
from pathways.messaging.staff_emails import VERSION, StaffKind
from pathways.models import Alert, Audience, Clinic, Message, User
from pathways.rules import escalation
from pathways.rules.alert_states import URGENT, AlertEventKind, Severity
from pathways.rules.dates import zone
from pathways.rules.escalation import Hours
from pathways.services import alert_chain, alert_writing, message_rows
from pathways.services.actors import Actor
from pathways.services.alert_writing import Happened

# Where the clock gives no end: an email about an alert is of no use a day later.
LONGEST_USE = timedelta(days=1)


def tell(clinic: Clinic, alerts: Iterable[Alert], *, by: Actor) -> int:
    """Queue an email to the owner of each urgent alert; return how many. Three queries at most."""
    urgent = [alert for alert in alerts if Severity(alert.severity) in URGENT]
    if not urgent:
        return 0
    owners = User.objects.in_bulk({alert.owner_id for alert in urgent if alert.owner_id})
    hours = alert_chain.hours_of(clinic)
    Message.objects.bulk_create(
        [_message(clinic, alert, owners.get(alert.owner_id or 0), hours) for alert in urgent],
        ignore_conflicts=True,
    )
    alert_writing.write(
        (
            Happened(alert, AlertEventKind.NOTIFIED, _told(owners.get(alert.owner_id or 0)))
            for alert in urgent
        ),
        by=by,
    )
    return len(urgent)


def _told(owner: User | None) -> str:
    if owner is not None and owner.email:
        return f"email to {owner}"
    return "email to the clinic's own mailbox, as the owner has no address"


def _message(clinic: Clinic, alert: Alert, owner: User | None, hours: Hours) -> Message:
    now = clock.now()
    closed = not escalation.is_working(now, hours)
    return new(
        clinic=clinic,
        kind=StaffKind.ALERT,
        address=address_of(clinic, owner),
        key=f"staff alert:{alert.pk}:{alert.repeats}:{alert.level}:{alert.owner_id}",
        values={
            "number": alert.pk,
            "severity": str(alert.severity),
            "answer_by": local(alert.deadline_at, clinic),
            "step": alert.level,
            "link": link(f"alerts/{alert.pk}/"),
            "out_of_hours": clinic.out_of_hours_text if closed else "",
        },
        useful_until=alert.deadline_at or now + LONGEST_USE,
        now=now,
    )


def address_of(clinic: Clinic, user: User | None) -> str:
    """Return where to write: the person's own address, or the mailbox that the clinic reads."""
    return user.email if user is not None and user.email else clinic.email


def link(path: str) -> str:
    """Return the address of a page of the staff's site; empty where nobody has said where it is."""
    return f"{settings.STAFF_URL}/{path}" if settings.STAFF_URL else ""


def local(instant: datetime | None, clinic: Clinic) -> str:
    """Return an instant as the clinic's own clocks show it."""
    if instant is None:
        return ""
    shown = instant.astimezone(zone(clinic.time_zone))
    return f"{shown:%a} {shown.day} {shown:%b %Y, %H:%M}"


def new(
    *,
    clinic: Clinic,
    kind: StaffKind,
    address: str,
    key: str,
    values: Mapping[str, Any],
    useful_until: datetime,
    now: datetime,
) -> Message:
    """Return a queued email to staff that is not saved yet."""
    return Message(
        clinic=clinic,
        audience=Audience.STAFF,
        kind=kind.value,
        template_version=VERSION,
        values=dict(values),
        dedupe_key=key,
        message_id=message_rows.message_id(key, clinic.mail_domain),
        to_snapshot=address,
        due_at=now,
        useful_until=useful_until,
        next_attempt_at=now,
        created_at=now,
    )
