"""The facts about a batch of messages: plain columns, in a fixed number of queries."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from pathways.models import (
    AppointmentPurpose,
    Consent,
    Enrolment,
    Message,
    PathwaySignOff,
    Reminder,
)
from pathways.rules.due_status import DueFacts
from pathways.rules.lifecycles import AppointmentState, MessageState
from pathways.services import calendar
from pathways.services.calendar import ClinicCalendar
from pathways.services.outbox_claim import CAPPED

ON_ITS_WAY = (MessageState.CLAIMED, MessageState.HANDED_OVER)
# The columns of a screening from which its status follows; `closed` by state is asked beside them.
_DUE_COLUMNS = (
    *("soon_on", "opens_on", "due_on", "overdue_from", "closed_from", "held_from"),
    *("postponed_until", "collected_on", "result_expected_on", "not_assessable"),
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


@dataclass(frozen=True, slots=True)
class Carried:
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
class Read:
    """What was read for one batch."""

    reminders: dict[int, list[Carried]]
    enrolment_states: dict[uuid.UUID, str]
    booked: set[tuple[uuid.UUID, str]]
    said: dict[tuple[int, str], bool]
    recent: dict[uuid.UUID, list[tuple[int, str, datetime | None]]]
    signed: set[tuple[int, int]]


def read(rows: Sequence[Message], now: datetime, calendars: Calendars) -> Read:
    """Read what the verdicts on these messages need."""
    patients = {row.patient_id for row in rows if row.patient_id}
    points = {row.contact_point_id for row in rows if row.contact_point_id}
    reminders = _carried([row.pk for row in rows])
    versions = {one.version_id for group in reminders.values() for one in group}
    return Read(
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


def _carried(message_ids: Sequence[int]) -> dict[int, list[Carried]]:
    """The reminders on each message, as plain columns: five of them on a usual message."""
    found: dict[int, list[Carried]] = defaultdict(list)
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
        found[message].append(Carried(pk, state, due_on, screening, patient, code, version, facts))
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
            | Q(state__in=ON_ITS_WAY)
            | Q(state=MessageState.UNKNOWN, handed_over_at__gte=since),
            patient__in=patients,
            kind__in=CAPPED,
        )
        .exclude(pk__in=[row.pk for row in rows])
        .values_list("patient_id", "pk", "state", "sent_at", "handed_over_at")
    ):
        found[patient].append((pk, state, sent_at or handed_over_at))
    return found
