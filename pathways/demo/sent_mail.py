"""Mail that left in the past, about visits and when to call, so that post and timelines have a past.

Written as rows: these emails were never sent anywhere, and their people were never there.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from pathways import clock
from pathways.messaging.kinds import MessageKind
from pathways.models import (
    Appointment,
    Clinic,
    ContactPoint,
    Message,
    MessageEvent,
    Patient,
    PhasePeriod,
)
from pathways.rules.dates import add_months, local_instant
from pathways.rules.lifecycles import AppointmentState, MessageState, Phase
from pathways.rules.reminders import WHEN_TO_CALL_MONTHS
from pathways.services import message_rows, message_values
from pathways.services.recipients import Route

WORKER = "demo:seed"
SHOWN_DAYS = 75
A_WHILE = timedelta(minutes=1)
TOMORROW_AT = time(10)
COURSE = (
    (MessageState.QUEUED, MessageState.CLAIMED),
    (MessageState.CLAIMED, MessageState.HANDED_OVER),
    (MessageState.HANDED_OVER, MessageState.SENT),
)


def write(clinic: Clinic, today: date) -> None:
    """Write what told people of their visits of the last weeks, and of those booked before today.

    To be called before anything is booked ahead and before addresses are suspended.
    """
    now = clock.now()
    visits = Appointment.objects.filter(
        clinic=clinic, on__gte=today - timedelta(days=SHOWN_DAYS), booked_at__lt=now
    ).exclude(state=AppointmentState.CANCELLED)
    points = {
        point.patient_id: point for point in ContactPoint.objects.writable().filter(clinic=clinic)
    }
    rows: list[Message] = []
    for visit in visits.select_related("patient", "clinic").order_by("starts_at", "id"):
        point = points.get(visit.patient_id)
        if point is None:
            continue
        rows.append(_sent(visit, point, MessageKind.BOOKED, visit.booked_at + A_WHILE))
        told_at = local_instant(visit.on - timedelta(days=1), TOMORROW_AT, clinic.time_zone)
        if told_at < now - timedelta(days=1):
            rows.append(_sent(visit, point, MessageKind.TOMORROW, told_at))
    rows += _notes(clinic, points, today)
    Message.objects.bulk_create(rows)
    MessageEvent.objects.bulk_create(
        MessageEvent(message=row, from_state=before, to_state=after, at=row.due_at, worker=WORKER)
        for row in rows
        for before, after in COURSE
    )


def come_back(point: ContactPoint) -> None:
    """Let the last email to an address come back undelivered, if one went there."""
    last = (
        Message.objects.filter(contact_point=point, state=MessageState.SENT)
        .order_by("-sent_at", "-id")
        .first()
    )
    if last is None or last.sent_at is None:
        return
    last.state, last.reason, last.last_code = MessageState.BOUNCED, "no such mailbox", "550"
    last.save()
    MessageEvent.objects.create(
        message=last,
        from_state=MessageState.SENT,
        to_state=MessageState.BOUNCED,
        at=last.sent_at + A_WHILE,
        worker=WORKER,
        code="550",
    )


def _notes(clinic: Clinic, points: dict[UUID, ContactPoint], today: date) -> list[Message]:
    """Return everybody's last note on when to call, or today's mailing would have them all."""
    periods = PhasePeriod.objects.filter(
        clinic=clinic, until_on__isnull=True, phase__in=WHEN_TO_CALL_MONTHS
    )
    return [
        _note(
            points[patient.pk], patient, _last_note_on(Phase(period.phase), period.since_on, today)
        )
        for period in periods.select_related("enrolment__patient__clinic").order_by("id")
        if (patient := period.enrolment.patient).pk in points
    ]


def _last_note_on(phase: Phase, since_on: date, today: date) -> date:
    turns = WHEN_TO_CALL_MONTHS[phase]
    months = 0
    while add_months(since_on, months + turns) < today:
        months += turns
    return add_months(since_on, months)


def _note(point: ContactPoint, patient: Patient, on: date) -> Message:
    at = local_instant(on, TOMORROW_AT, patient.clinic.time_zone)
    row = message_rows.new(
        clinic=patient.clinic,
        patient=patient,
        route=Route(point.pk, point.value),
        kind=MessageKind.WHEN_TO_CALL,
        dedupe_key=f"demo:{point.pk}:{MessageKind.WHEN_TO_CALL}:{on}",
        values={},
        due_at=at,
        useful_until=at + timedelta(days=14),
        now=at,
    )
    return _left(row, at)


def _left(row: Message, at: datetime) -> Message:
    row.state, row.attempts, row.last_code = MessageState.SENT, 1, "250"
    row.handed_over_at = row.sent_at = row.ended_at = at
    return row


def _sent(visit: Appointment, point: ContactPoint, kind: MessageKind, at: datetime) -> Message:
    clinic = visit.clinic
    row = message_rows.new(
        clinic=clinic,
        patient=visit.patient,
        route=Route(point.pk, point.value),
        kind=kind,
        dedupe_key=message_rows.appointment_key(point.pk, visit.pk, visit.revision, kind),
        values=message_values.visit(visit, mail_domain=clinic.mail_domain),
        due_at=at,
        useful_until=visit.starts_at,
        now=at,
    )
    row.appointment, row.appointment_revision = visit, visit.revision
    return _left(row, at)
