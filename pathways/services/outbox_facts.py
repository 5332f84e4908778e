"""What must be true of each message at the last moment, read for a whole batch in a few queries.

The number of queries does not depend on the size of the batch. The verdict itself is a pure rule
(`rules/sending.py`).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q

from pathways.messaging.kinds import KIND_FACTS, KindFacts, MessageKind
from pathways.models import (
    AppointmentPurpose,
    Consent,
    Enrolment,
    Message,
    PathwaySignOff,
    Reminder,
)
from pathways.rules.due_status import DueFacts, DueStatus, due_status
from pathways.rules.lifecycles import (
    AppointmentState,
    EnrolmentState,
    LifeStatus,
    MessageState,
    ReminderState,
    ScreeningState,
)
from pathways.rules.sending import SendFacts, Verdict, may_leave
from pathways.services import calendar
from pathways.services.calendar import ClinicCalendar
from pathways.services.outbox_claim import CAPPED

CANCELLATIONS = frozenset({MessageKind.CANCELLED, MessageKind.CANCELLED_NO_NEED})
VISIT_CHANGES = CANCELLATIONS | {MessageKind.MOVED, MessageKind.CORRECTION}
INVITATIONS = frozenset(kind for kind, facts in KIND_FACTS.items() if facts.capped)
_ON_ITS_WAY = (MessageState.CLAIMED, MessageState.HANDED_OVER)
# The columns of a screening from which its status follows; `closed` by state is asked beside them.
_DUE_COLUMNS = (
    *("soon_on", "opens_on", "due_on", "overdue_from", "closed_from", "held_from"),
    *("postponed_until", "collected_on", "result_expected_on", "not_assessable"),
)
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


class Calendars:
    """The calendars of the clinics a worker meets, each read once."""

    def __init__(self) -> None:
        self._known: dict[int, ClinicCalendar] = {}

    def of(self, row: Message) -> ClinicCalendar:
        """Return the calendar of a message's clinic."""
        found = self._known.get(row.clinic_id)
        if found is None:
            found = self._known[row.clinic_id] = calendar.of(row.clinic)
        return found


@dataclass(slots=True)
class Judged:
    """One message, its verdict, and the reminders on it that nobody wants any more."""

    row: Message
    verdict: Verdict
    stale_reminders: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Carried:
    """One reminder on a message, and what its screening is today."""

    pk: int
    state: str
    due_on: date
    screening_state: str
    patient_id: uuid.UUID
    code: str
    version_id: int
    facts: DueFacts


@dataclass(slots=True)
class _Read:
    """What was read for one batch."""

    reminders: dict[int, list[_Carried]]
    enrolment_states: dict[uuid.UUID, str]
    booked: set[tuple[uuid.UUID, str]]
    said: dict[tuple[int, str], bool]
    recent: dict[uuid.UUID, list[tuple[int, str, datetime | None]]]
    signed: set[tuple[int, int]]


def judge(rows: Sequence[Message], *, now: datetime, calendars: Calendars) -> list[Judged]:
    """Return the verdict on each message. Six queries, and one for each clinic's closures."""
    if not rows:
        return []
    read = _read(rows, now, calendars)
    # Of several capped messages to one person in the same batch only the first may go.
    taken: set[uuid.UUID] = set()
    judged = []
    for row in rows:
        one = _judge_one(row, read, taken, now, calendars.of(row))
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
    read: _Read,
    taken: set[uuid.UUID],
    now: datetime,
    days: ClinicCalendar,
) -> Judged:
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
            or any(state in _ON_ITS_WAY for state, _ in others),
        ),
        now=now,
        today=today,
        tomorrow=days.instant(today + timedelta(days=1)),
    )
    return Judged(row, verdict, [one.pk for one in stale])


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


def _sort_reminders(
    row: Message, read: _Read, today: date
) -> tuple[list[_Carried], list[_Carried]]:
    """Return the reminders still wanted, and those that are not."""
    wanted: list[_Carried] = []
    stale: list[_Carried] = []
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


def _read(rows: Sequence[Message], now: datetime, calendars: Calendars) -> _Read:
    patients = {row.patient_id for row in rows if row.patient_id}
    points = {row.contact_point_id for row in rows if row.contact_point_id}
    reminders = _carried([row.pk for row in rows])
    versions = {one.version_id for group in reminders.values() for one in group}
    return _Read(
        reminders=reminders,
        enrolment_states=dict(
            # An ending that lies ahead has no effect yet (recall case R43).
            Enrolment.objects.filter(
                Q(ended_on__isnull=True)
                | Q(ended_on__gt=min(calendars.of(row).day_of(now) for row in rows)),
                patient__in=patients,
            ).values_list("patient_id", "state")
        ),
        booked=_booked(patients, rows, now, calendars) if reminders else set(),
        said=_said(points),
        recent=_recent(patients, rows, now) if any(row.kind in CAPPED for row in rows) else {},
        signed=set(
            PathwaySignOff.objects.filter(version__in=versions).values_list(
                "version_id", "clinic_id"
            )
        )
        if versions
        else set(),
    )


def _carried(message_ids: Sequence[int]) -> dict[int, list[_Carried]]:
    """The reminders on each message, as plain columns: five of them on a usual message."""
    found: dict[int, list[_Carried]] = defaultdict(list)
    for (
        message,
        pk,
        state,
        due_on,
        screening,
        patient,
        code,
        version,
        *dates,
    ) in Reminder.objects.filter(message__in=message_ids).values_list(
        *("message_id", "pk", "state", "due_on", "screening__state", "screening__patient_id"),
        *("screening__code", "screening__definition__version_id"),
        *(f"screening__{name}" for name in _DUE_COLUMNS),
    ):
        facts = DueFacts(**dict(zip(_DUE_COLUMNS, dates, strict=True)))
        found[message].append(_Carried(pk, state, due_on, screening, patient, code, version, facts))
    return found


def _booked(
    patients: Iterable[uuid.UUID], rows: Sequence[Message], now: datetime, calendars: Calendars
) -> set[tuple[uuid.UUID, str]]:
    """Which person has a visit today or later for which screening."""
    # The earliest "today" among the clinics; the exact day is compared row by row.
    today = {row.clinic_id: calendars.of(row).day_of(now) for row in rows}
    found = AppointmentPurpose.objects.filter(
        patient__in=patients,
        appointment__state=AppointmentState.BOOKED,
        appointment__on__gte=min(today.values()),
    ).values_list("patient_id", "code", "clinic_id", "appointment__on")
    return {
        (patient, code)
        for patient, code, clinic, on in found
        if clinic in today and on >= today[clinic]
    }


def _said(points: Iterable[int]) -> dict[tuple[int, str], bool]:
    """The newest word on each address and purpose."""
    words = (
        Consent.objects.filter(contact_point__in=points)
        .order_by("on", "id")
        .values_list("contact_point_id", "purpose", "given")
    )
    return {(point, purpose): given for point, purpose, given in words}


def _recent(
    patients: Iterable[uuid.UUID], rows: Sequence[Message], now: datetime
) -> dict[uuid.UUID, list[tuple[int, str, datetime | None]]]:
    """Capped messages of the last eight days that left, may have, or are on their way elsewhere.

    Those of this very batch are not on their way: the first of them may go.
    """
    since = now - timedelta(days=8)
    found: dict[uuid.UUID, list[tuple[int, str, datetime | None]]] = defaultdict(list)
    for patient, pk, state, sent_at, handed_over_at in (
        Message.objects.filter(
            Q(sent_at__gte=since)
            | Q(state__in=_ON_ITS_WAY)
            | Q(state=MessageState.UNKNOWN, handed_over_at__gte=since),
            patient__in=patients,
            kind__in=CAPPED,
        )
        .exclude(pk__in=[row.pk for row in rows])
        .values_list("patient_id", "pk", "state", "sent_at", "handed_over_at")
    ):
        found[patient].append((pk, state, sent_at or handed_over_at))
    return found


def _kind(name: str) -> MessageKind | None:
    try:
        return MessageKind(name)
    except ValueError:
        return None


def facts_of(kind: str) -> KindFacts | None:
    """Return what is known about a kind by its stored name."""
    known = _kind(kind)
    return KIND_FACTS[known] if known else None
