"""Taking messages from the queue: a lease by the database's clock, a fencing token, a count.

Two clocks, never mixed: when a message is due is the clinic's clock (`next_attempt_at`), how long a
worker may hold it is the database's (`lease_until`). Correctness rests on the conditional UPDATE
alone; SKIP LOCKED only keeps workers from waiting for one another.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Now

from pathways.messaging.kinds import KIND_FACTS
from pathways.messaging.staff_emails import PRIORITY, StaffKind
from pathways.models import Audience, Clinic, DeliveryAttempt, Message
from pathways.models.message import MessageQuerySet
from pathways.rules.delivery import SUSPECT_CLAIMS, is_poison
from pathways.rules.lifecycles import MessageState
from pathways.services import crash, outbox_telling
from pathways.services.outbox_ledger import Lease

CAPPED = tuple(kind.value for kind, facts in KIND_FACTS.items() if facts.capped)
URGENT = (
    StaffKind.ALERT.value,
    *(kind.value for kind, facts in KIND_FACTS.items() if facts.exempt_from_hours),
)

_PRIORITIES = {
    **{kind.value: facts.priority for kind, facts in KIND_FACTS.items()},
    **{kind.value: priority for kind, priority in PRIORITY.items()},
}
_NEEDED = (
    *(
        "clinic_id",
        "audience",
        "kind",
        "language",
        "values",
        "message_id",
        "thread_id",
        "to_snapshot",
    ),
    *("useful_until", "next_attempt_at", "attempts", "unsure_resends", "lease_token", "state"),
    *("appointment_revision", "appointment__clinic_id", "appointment__revision"),
    *("appointment__state", "appointment__patient_id"),
    *("patient__clinic_id", "patient__given_name", "patient__life_status"),
    *("contact_point__clinic_id", "contact_point__patient_id", "contact_point__holder"),
    *("contact_point__kind", "contact_point__value", "contact_point__verified_at"),
    *("contact_point__suspended_at", "contact_point__retired_at"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """Clinics that send nothing, and clinics whose invitations wait for a coordinator."""

    paused: frozenset[int]
    awaiting_release: frozenset[int]

    @property
    def anybody(self) -> bool:
        """Whether any clinic is held at all."""
        return bool(self.paused or self.awaiting_release)


def held_clinics() -> Held:
    """Read which clinics are held. One query."""
    rows = Clinic.objects.filter(
        Q(sending_paused_at__isnull=False) | Q(release_needed_since__isnull=False)
    ).values_list("pk", "sending_paused_at", "release_needed_since")
    return Held(
        paused=frozenset(pk for pk, paused, _ in rows if paused is not None),
        awaiting_release=frozenset(pk for pk, _, waits in rows if waits is not None),
    )


def claim(*, worker: str, limit: int, now: datetime, urgent_first: bool = True) -> list[Message]:
    """Claim up to `limit` messages whose time has come, and return them with what they need.

    `now` is the clinic's clock. A message over which workers died before is claimed alone.
    """
    lease = Lease(uuid.uuid4(), worker)
    held = held_clinics()
    with transaction.atomic():
        picked = _pick(_suspects(), 1, held, now)
        if not picked and urgent_first:
            picked = _pick(Message.objects.filter(kind__in=URGENT), limit, held, now)
        if not picked:
            picked = _pick(Message.objects.all(), limit, held, now)
        if not picked:
            return []
        Message.objects.filter(_ripe(now), pk__in=list(picked)).update(
            state=MessageState.CLAIMED,
            attempts=F("attempts") + 1,
            lease_token=lease.token,
            lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS),
        )
        rows = loaded(lease, picked)
        for was in (MessageState.QUEUED, MessageState.CLAIMED):
            outbox_telling.note(
                [row.pk for row in rows if picked[row.pk] == was],
                was,
                MessageState.CLAIMED,
                worker=worker,
            )
    crash.here(crash.Point.CLAIM)
    return rows


def loaded(lease: Lease, ids: Iterable[int]) -> list[Message]:
    """Return those of the rows that the lease holds, with what sending needs. Two queries.

    Only the columns that are read are loaded: making model instances is most of a claim's cost.
    """
    rows = list(
        Message.objects.filter(
            pk__in=list(ids), lease_token=lease.token, state=MessageState.CLAIMED
        )
        .select_related("patient", "contact_point", "appointment")
        .only(*_NEEDED)
    )
    clinics = Clinic.objects.in_bulk({row.clinic_id for row in rows})
    for row in rows:
        row.clinic = clinics[row.clinic_id]
    rows.sort(key=lambda row: (row.clinic_id, _priority(row.kind), row.next_attempt_at, row.pk))
    return rows


def poisoned(rows: list[Message]) -> set[int]:
    """Return the rows over which workers died too often: claims without a word of a try."""
    often = [row for row in rows if is_poison(row.attempts, 0)]
    if not often:
        return set()
    tries = dict(
        DeliveryAttempt.objects.filter(message__in=often)
        .order_by()
        .values_list("message")
        .annotate(tries=Count("*"))
    )
    return {row.pk for row in often if is_poison(row.attempts, tries.get(row.pk, 0))}


def _priority(kind: str) -> int:
    # A kind that nobody knows is set aside later, when it cannot be rendered.
    return _PRIORITIES.get(kind, 99)


def _ripe(now: datetime) -> Q:
    """Rows whose time has come, and rows whose worker let its lease run out."""
    return Q(next_attempt_at__lte=now) & (
        Q(state=MessageState.QUEUED) | Q(state=MessageState.CLAIMED, lease_until__lt=Now())
    )


def _suspects() -> MessageQuerySet:
    return Message.objects.filter(state=MessageState.CLAIMED, attempts__gt=SUSPECT_CLAIMS)


def _pick(
    questions: MessageQuerySet, limit: int, held: Held, now: datetime
) -> dict[int, MessageState]:
    """Return ids and present states of rows to claim, passing over those another worker takes."""
    rows = questions.filter(_ripe(now)).order_by("next_attempt_at")
    if held.anybody:
        # A pause holds back what patients get; staff are told of an alert all the same.
        rows = rows.exclude(clinic__in=held.paused, audience=Audience.PATIENT).exclude(
            clinic__in=held.awaiting_release, kind__in=CAPPED
        )
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return {pk: MessageState(state) for pk, state in rows.values_list("pk", "state")[:limit]}
