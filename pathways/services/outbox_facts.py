"""What must be true of each message at the last moment, read for a whole batch in a few queries.

The number of queries does not depend on the size of the batch. The verdict itself is a pure rule
(`rules/sending.py`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings

from pathways.messaging.kinds import KIND_FACTS, MessageKind
from pathways.models import (
    Audience,
    Message,
)
from pathways.rules.due_status import DueStatus, due_status
from pathways.rules.lifecycles import (
    AppointmentState,
    EnrolmentState,
    LifeStatus,
    ReminderState,
    ScreeningState,
)
from pathways.rules.sending import SendFacts, Verdict, may_leave
from pathways.services import addresses, outbox_reading
from pathways.services.calendar import ClinicCalendar
from pathways.services.outbox_claim import CAPPED
from pathways.services.outbox_reading import ON_ITS_WAY, Calendars, Carried, Read

CANCELLATIONS = frozenset({MessageKind.CANCELLED, MessageKind.CANCELLED_NO_NEED})
VISIT_CHANGES = CANCELLATIONS | {MessageKind.MOVED, MessageKind.CORRECTION}
INVITATIONS = frozenset(kind for kind, facts in KIND_FACTS.items() if facts.capped)
# A screening in any of these states wants no invitation (recall rule 17).
_QUIET = frozenset(
    {
        DueStatus.CLOSED,
        DueStatus.ON_HOLD,
        DueStatus.NOT_ASSESSABLE,
        DueStatus.POSTPONED,
        DueStatus.AWAITING_RESULT,
        DueStatus.RESULT_OVERDUE,
    }
)


@dataclass(slots=True)
class Judged:
    """One message, its verdict, and the reminders on it that nobody wants any more."""

    row: Message
    verdict: Verdict
    stale_reminders: list[int] = field(default_factory=list)


def judge(rows: Sequence[Message], *, now: datetime, calendars: Calendars) -> list[Judged]:
    """Return the verdict on each message. Six queries, and one for each clinic's closures."""
    if not rows:
        return []
    facts = outbox_reading.read(rows, now, calendars)
    # Of several capped messages to one person in the same batch only the first may go.
    taken: set[uuid.UUID] = set()
    judged = []
    for row in rows:
        one = _judge_one(row, facts, taken, now, calendars.of(row))
        if one.verdict.way == "go" and row.kind in CAPPED and row.patient_id:
            taken.add(row.patient_id)
        judged.append(one)
    return judged


def allowed(address: str) -> bool:
    """Say whether this installation may write to the address; everywhere but in production, few."""
    entries = settings.RECIPIENT_ALLOW_LIST
    if settings.IN_PRODUCTION or "*" in entries:
        return True
    address = address.lower()
    return address in entries or address.rpartition("@")[2] in entries


def _judge_one(
    row: Message,
    read: Read,
    taken: set[uuid.UUID],
    now: datetime,
    days: ClinicCalendar,
) -> Judged:
    if row.audience == Audience.STAFF:
        return Judged(row, _may_leave_to_staff(row, now))
    kind = _kind(row.kind)
    if kind is None or row.patient is None or row.patient_id is None:
        # Rendering will say what is wrong with it; no fact can be read about it.
        return Judged(row, may_leave(SendFacts(), now=now, today=now.date(), tomorrow=now))
    facts = KIND_FACTS[kind]
    today = days.day_of(now)
    wanted, stale = _sort_reminders(row, read, today)
    others = [
        (state, sent_at)
        for pk, state, sent_at in read.recent.get(row.patient_id, ())
        if pk != row.pk
    ]
    point = row.contact_point
    enrolment = read.enrolment_states.get(row.patient_id)
    verdict = may_leave(
        SendFacts(
            alive=row.patient.life_status == LifeStatus.ALIVE,
            useful_until=row.useful_until,
            booking_stands=_booking_stands(row, kind),
            is_invitation=kind in INVITATIONS,
            enrolled=enrolment is not None,
            on_hold=enrolment == EnrolmentState.ON_HOLD,
            wanted_reminders=len(wanted) if wanted or stale else None,
            has_address=point is not None and point.kind == point.EMAIL,
            retired=point is not None and point.retired_at is not None,
            suspended=point is not None and point.suspended_at is not None,
            verified=point is not None and point.verified_at is not None,
            consented=read.said.get((row.contact_point_id or 0, facts.purpose), False),
            # Elsewhere mail goes to an allow-list, and a clinic's host may be invented.
            links_open=not settings.IN_PRODUCTION or addresses.is_served(row.clinic.link_host),
            signed=all(
                (version, row.clinic_id) in read.signed
                for version in {one.version_id for one in wanted}
            ),
            allowed_recipient=point is not None and allowed(point.value),
            opens_at=_opening(row, days, kind, now),
            capped=facts.capped,
            sent_days=[days.day_of(sent_at) for _, sent_at in others if sent_at],
            # Two workers with one message each for a person must not meet again in step.
            spread=timedelta(seconds=row.pk % 60),
            other_on_its_way=row.patient_id in taken
            or any(state in ON_ITS_WAY for state, _ in others),
        ),
        now=now,
        today=today,
        tomorrow=days.instant(today + timedelta(days=1)),
    )
    return Judged(row, verdict, [one.pk for one in stale])


def _may_leave_to_staff(row: Message, now: datetime) -> Verdict:
    """An email to staff asks for no consent and keeps no hours; it must be of use, and allowed."""
    facts = SendFacts(
        useful_until=row.useful_until,
        has_address=bool(row.to_snapshot),
        allowed_recipient=allowed(row.to_snapshot),
    )
    return may_leave(facts, now=now, today=now.date(), tomorrow=now)


def _opening(
    row: Message, days: ClinicCalendar, kind: MessageKind, now: datetime
) -> datetime | None:
    """Return when the window opens; spread over its first hour, the same for each try of a row."""
    opens_at = days.next_opening(now, kind)
    if opens_at <= now:
        return None
    return opens_at + timedelta(seconds=(row.pk * 2654435761) % 3600)


def _booking_stands(row: Message, kind: MessageKind) -> bool | None:
    booking = row.appointment
    if booking is None:
        return None
    wanted = AppointmentState.CANCELLED if kind in CANCELLATIONS else AppointmentState.BOOKED
    return booking.revision == row.appointment_revision and booking.state == wanted


def _sort_reminders(row: Message, read: Read, today: date) -> tuple[list[Carried], list[Carried]]:
    """Return the reminders still wanted, and those that are not."""
    wanted: list[Carried] = []
    stale: list[Carried] = []
    for one in read.reminders.get(row.pk, ()):
        holds = (
            one.state == ReminderState.PLANNED
            and one.screening_state == ScreeningState.PLANNED
            and one.facts.due_on == one.due_on
            and due_status(one.facts, today).status not in _QUIET
            and (one.patient_id, one.code) not in read.booked
        )
        (wanted if holds else stale).append(one)
    return wanted, stale


def _kind(name: str) -> MessageKind | None:
    try:
        return MessageKind(name)
    except ValueError:
        return None
