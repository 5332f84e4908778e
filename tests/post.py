"""Messages for the tests of sending: made as the planner makes them, with less to say."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db.models import QuerySet

from pathways import clock
from pathways.messaging.kinds import MessageKind
from pathways.models import (
    Appointment,
    AppointmentPurpose,
    Clinic,
    ContactPoint,
    Message,
    PathwayVersion,
    Patient,
    Reminder,
    Screening,
)
from pathways.rules.lifecycles import MessageState
from pathways.services import message_rows, message_values
from pathways.services.recipients import Route
from tests import people

_keys = count(1)


def person(clinic: Clinic, version: PathwayVersion, **changes: Any) -> Patient:
    """Somebody in active treatment whose neurological exam is owed."""
    patient = people.make_patient(clinic, **changes)
    people.enrol(patient, version)
    return patient


def ready_at(instant: datetime) -> QuerySet[Message]:
    """The messages that wait and whose time has come."""
    return Message.objects.filter(state=MessageState.QUEUED, next_attempt_at__lte=instant)


def address_of(patient: Patient) -> ContactPoint:
    """The person's email address."""
    return ContactPoint.objects.get(patient=patient, kind=ContactPoint.EMAIL)


def invitation(
    patient: Patient,
    *,
    kind: MessageKind = MessageKind.TIME_TO_BOOK,
    code: str = "neuro-exam",
    step: int = 0,
    **changes: Any,
) -> Message:
    """A queued invitation that carries one reminder."""
    screening = Screening.objects.get(patient=patient, code=code, state="planned")
    assert screening.due_on is not None
    now = clock.now()
    message = _message(
        patient,
        kind,
        message_values.invitation(
            good_days=(now.date(), now.date() + timedelta(days=14)),
            hoped_by_on=screening.due_on,
            minutes=45,
        ),
        **changes,
    )
    Reminder.objects.create(
        clinic=patient.clinic,
        patient=patient,
        screening=screening,
        due_on=screening.due_on,
        step=step + next(_keys) * 10,
        step_on=now.date(),
        message=message,
        created_at=now,
    )
    return message


def guidance(patient: Patient, **changes: Any) -> Message:
    """A queued note about when to call; it carries no reminder."""
    return _message(patient, MessageKind.WHEN_TO_CALL, {}, **changes)


def booking(patient: Patient, starts_at: datetime, code: str = "neuro-exam") -> Appointment:
    """A visit booked for one screening."""
    appointment = Appointment.objects.create(
        clinic=patient.clinic,
        patient=patient,
        starts_at=starts_at,
        on=starts_at.date(),
        booked_at=clock.now(),
        booked_by="marit",
    )
    AppointmentPurpose.objects.create(
        clinic=patient.clinic, appointment=appointment, patient=patient, code=code
    )
    return appointment


def about(
    appointment: Appointment,
    kind: MessageKind = MessageKind.BOOKED,
    *,
    old_starts_at: datetime | None = None,
    **changes: Any,
) -> Message:
    """A queued message about a booking."""
    patient = appointment.patient
    return _message(
        patient,
        kind,
        message_values.visit(
            appointment, mail_domain=patient.clinic.mail_domain, old_starts_at=old_starts_at
        ),
        appointment=appointment,
        appointment_revision=appointment.revision,
        **({"useful_until": appointment.starts_at} | changes),
    )


def _message(patient: Patient, kind: MessageKind, values: Any, **changes: Any) -> Message:
    now = clock.now()
    point = ContactPoint.objects.filter(patient=patient, kind=ContactPoint.EMAIL).first()
    row = message_rows.new(
        clinic=patient.clinic,
        patient=patient,
        route=Route(point.pk if point else 0, point.value if point else ""),
        kind=kind,
        dedupe_key=f"test:{next(_keys)}",
        values=values,
        due_at=now,
        useful_until=now + timedelta(days=14),
        now=now,
    )
    if point is None:
        row.contact_point = None
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row


MONDAY_NINE = "2026-07-06 09:00"
