"""How many: a clinic's daily ceiling, and a token bucket for each recipient domain."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from pathways import clock
from pathways.models import Audience, Clinic, DomainBudget, Message
from pathways.rules import dates
from pathways.rules.lifecycles import WorkItemKind
from pathways.rules.sending import Why
from pathways.services import audit, outbox_ledger, work_items
from pathways.services.actors import Actor
from pathways.services.outbox_ledger import Lease
from pathways.services.work_items import Deed

RECOUNT_SECONDS = 5.0
NEAR = 500  # messages; so close to the ceiling every batch counts anew
_BY = Actor.system("sweep:send")


@dataclass(slots=True)
class Ceilings:
    """How many messages each clinic sent today, counted now and then and kept up in between."""

    _counts: dict[int, tuple[int, float]] = field(default_factory=dict)

    def room(self, clinic: Clinic, now: datetime) -> int:
        """Return how many more the clinic may send today."""
        known = self._counts.get(clinic.pk)
        stale = known is None or time.monotonic() - known[1] > RECOUNT_SECONDS
        if known is None or stale or clinic.daily_ceiling - known[0] < NEAR:
            known = (_sent_today(clinic, now), time.monotonic())
            self._counts[clinic.pk] = known
        return max(0, clinic.daily_ceiling - known[0])

    def sent(self, clinic_id: int, count: int) -> None:
        """Count what this worker has just sent."""
        if clinic_id in self._counts:
            before, at = self._counts[clinic_id]
            self._counts[clinic_id] = (before + count, at)


def within_limits(
    lease: Lease, rows: Sequence[Message], *, now: datetime, ceilings: Ceilings
) -> list[Message]:
    """Return the rows that may go; the others go back, to wait."""
    # The ceiling catches a mailing gone wrong; it must not silence an alert.
    staff = [row for row in rows if row.audience == Audience.STAFF]
    patients = [row for row in rows if row.audience != Audience.STAFF]
    rows = staff + _below_ceiling(lease, patients, now, ceilings)
    if not settings.DOMAIN_PER_MINUTE or not rows:
        return rows
    domains = [_domain(row) for row in rows]
    granted = _take_tokens(Counter(domains), now)
    go: list[Message] = []
    back: list[int] = []
    for row, domain in zip(rows, domains, strict=True):
        if granted[domain] > 0:
            granted[domain] -= 1
            go.append(row)
        else:
            back.append(row.pk)
    outbox_ledger.release(
        lease,
        back,
        code="waits",
        next_attempt_at=now + timedelta(minutes=1),
        reason=Why.DOMAIN_BUSY.value,
    )
    return go


def _below_ceiling(
    lease: Lease, rows: Sequence[Message], now: datetime, ceilings: Ceilings
) -> list[Message]:
    rooms = {row.clinic_id: ceilings.room(row.clinic, now) for row in _first_of_each(rows)}
    go: list[Message] = []
    over: dict[int, list[Message]] = {}
    for row in rows:
        if rooms[row.clinic_id] > 0:
            rooms[row.clinic_id] -= 1
            go.append(row)
        else:
            over.setdefault(row.clinic_id, []).append(row)
    for group in over.values():
        outbox_ledger.release(lease, [row.pk for row in group], code="ceiling")
        _pause(group[0].clinic)
    return go


def _first_of_each(rows: Sequence[Message]) -> list[Message]:
    return list({row.clinic_id: row for row in rows}.values())


def _pause(clinic: Clinic) -> None:
    """Stop a clinic that sends more than it ever should: somebody looks before it goes on."""
    reason = f"The daily ceiling of {clinic.daily_ceiling} emails is reached"
    with transaction.atomic():
        changed = Clinic.objects.filter(pk=clinic.pk, sending_paused_at__isnull=True).update(
            sending_paused_at=clock.now(), sending_paused_by=_BY.name, sending_paused_reason=reason
        )
        if not changed:
            return
        audit.record(
            by=_BY,
            verb="paused sending",
            subject=clinic,
            clinic=clinic,
            detail={"reason": reason},
        )
        work_items.open_item(
            Deed(
                kind=WorkItemKind.REVIEW,
                subject="sending:ceiling",
                summary=f"{reason}: look at the post, then resume sending",
                clinic=clinic,
                due_on=clock.today(clinic),
            ),
            by=_BY,
        )


def _sent_today(clinic: Clinic, now: datetime) -> int:
    day = dates.localdate(now, clinic.time_zone)
    began = dates.local_instant(day, datetime.min.time(), clinic.time_zone)
    return Message.objects.filter(
        clinic=clinic, sent_at__gte=began, audience=Audience.PATIENT
    ).count()


def _domain(row: Message) -> str:
    address = row.contact_point.value if row.contact_point is not None else row.to_snapshot
    return address.rpartition("@")[2].lower()


def _take_tokens(wanted: Counter[str], now: datetime) -> dict[str, int]:
    """Take tokens from each domain's bucket, which fills by the minute; say how many it gave."""
    size = float(settings.DOMAIN_PER_MINUTE)
    with transaction.atomic():
        DomainBudget.objects.bulk_create(
            [DomainBudget(domain=name, tokens=size, refilled_at=now) for name in sorted(wanted)],
            ignore_conflicts=True,
        )
        buckets = list(
            DomainBudget.objects.select_for_update().filter(domain__in=wanted).order_by("domain")
        )
        granted: dict[str, int] = {}
        for bucket in buckets:
            minutes = max(0.0, (now - bucket.refilled_at).total_seconds() / 60)
            bucket.tokens = min(size, bucket.tokens + minutes * size)
            bucket.refilled_at = max(now, bucket.refilled_at)
            granted[bucket.domain] = min(wanted[bucket.domain], int(bucket.tokens))
            bucket.tokens -= granted[bucket.domain]
        DomainBudget.objects.bulk_update(buckets, ["tokens", "refilled_at"])
    return granted
