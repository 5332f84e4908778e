"""The morning's digest: once per clinic and day, also when there is nothing.

Silence must mean that something is broken. The clinic's own hour decides, and the day is claimed
with one conditional update in the transaction that writes the emails.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from pathways import clock
from pathways.messaging.staff_emails import StaffKind
from pathways.models import Alert, Clinic, Membership, Message, Sweep
from pathways.permissions import WORKERS
from pathways.rules.alert_states import Severity
from pathways.rules.dates import local_instant
from pathways.rules.due_phrase import short_date
from pathways.services import alert_mail
from pathways.services.alert_mail import link, local

LISTED = 20


def send(clinic: Clinic) -> bool:
    """Queue today's digest of one clinic, unless it was or its hour has not come."""
    now, day = clock.now(), clock.today(clinic)
    due_at = local_instant(day, clinic.digest_at, clinic.time_zone)
    if now < due_at:
        return False
    name = f"digest:{clinic.pk}"
    Sweep.objects.get_or_create(name=name)
    with transaction.atomic():
        claimed = (
            Sweep.objects.filter(name=name)
            .filter(Q(started_at__isnull=True) | Q(started_at__lt=due_at))
            .update(started_at=now)
        )
        if not claimed:
            return False
        messages = _messages(clinic, day, now)
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        Sweep.objects.filter(name=name).update(finished_at=now, count=len(messages))
    return True


def _messages(clinic: Clinic, day: date, now: datetime) -> list[Message]:
    members = (
        Membership.objects.current()
        .in_clinic(clinic)
        .filter(role__in=sorted(WORKERS), user__is_active=True)
        .exclude(user__email="")
        .order_by("user_id")
        .values_list("user__email", flat=True)
    )
    values = _values(clinic, day, now)
    tomorrow = local_instant(day + timedelta(days=1), time(0), clinic.time_zone)
    return [
        alert_mail.new(
            clinic=clinic,
            kind=StaffKind.DIGEST,
            address=address,
            key=f"digest:{clinic.pk}:{day}:{place}",
            values=values,
            useful_until=tomorrow,
            now=now,
        )
        # Two accounts may share a mailbox; it gets one.
        for place, address in enumerate(dict.fromkeys(members) or [clinic.email])
    ]


def _values(clinic: Clinic, day: date, now: datetime) -> dict[str, object]:
    """Return the digest's words: counts, then the first alerts by number, in a stable order."""
    rows = list(
        Alert.objects.in_clinic(clinic)
        .open()
        .order_by("rank", "deadline_at", "pk")
        .values_list("pk", "severity", "deadline_at")
    )
    count = Counter(severity for _, severity, _ in rows)
    asked = [row for row in rows if row[1] != Severity.INFORMATION]
    return {
        "day": f"{day:%A} {short_date(day, day)}",
        "counts": [[str(each), count[each]] for each in Severity if count[each]],
        "open": len(asked),
        "late": sum(1 for _, _, by in asked if by is not None and by <= now),
        "rows": [
            {
                "number": pk,
                "severity": str(severity),
                "answer_by": local(by, clinic),
                "link": link(f"alerts/{pk}/"),
            }
            for pk, severity, by in asked[:LISTED]
        ],
        "more": max(0, len(asked) - LISTED),
        "link": link("alerts/"),
    }
