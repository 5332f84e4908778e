"""Mail about booked visits: booked, moved, cancelled, corrected, and the word on the day before.

A newer word replaces an older one that still waits. One that has already left stays said, and the
newer one refers to it (delivery.md, 4.6).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from pathways import clock
from pathways.messaging.kinds import MessageKind
from pathways.models import Appointment, Clinic, Message, Patient, Screening
from pathways.rules.deeds import OwedWhile
from pathways.rules.lifecycles import LifeStatus, MessageState, WorkItemKind
from pathways.services import (
    audit,
    calendar,
    invitations,
    message_rows,
    message_values,
    recipients,
    work_items,
)
from pathways.services.actors import Actor
from pathways.services.calendar import ClinicCalendar
from pathways.services.message_values import Values
from pathways.services.recipients import Route

TOMORROW_AT = time(10)
FRESH_BOOKING = timedelta(hours=24)  # booked so shortly before needs no "tomorrow"
ALSO_BY_PHONE = timedelta(hours=24)  # a change so shortly before is also told by phone
CANCELLATIONS = frozenset({MessageKind.CANCELLED, MessageKind.CANCELLED_NO_NEED})
CHANGES = CANCELLATIONS | {MessageKind.MOVED, MessageKind.CORRECTION}
_GONE = (
    MessageState.HANDED_OVER,
    MessageState.UNKNOWN,
    MessageState.SENT,
    MessageState.DELIVERED,
)


def announce(
    *,
    appointment: Appointment,
    kind: MessageKind,
    by: Actor,
    old_starts_at: datetime | None = None,
) -> Message | None:
    """Queue the word on this revision of a booking, in place of any older one still waiting.

    Returns None where no mail can tell it in time; a change then opens a call for today.
    """
    patient, clinic = appointment.patient, appointment.clinic
    days = calendar.of(clinic)
    now = clock.now()
    with transaction.atomic():
        told_last = _supersede(appointment, kind, by)
        if kind is MessageKind.MOVED and told_last is not None:
            # The move before this one was never told: what the person knows is the time before it.
            old_starts_at = told_last
        if kind in CHANGES and _is_near(appointment, old_starts_at, now):
            _ask_to_phone(appointment, "A visit within a day has changed: tell it by phone too", by)
        if patient.life_status != LifeStatus.ALIVE:
            return None
        if kind is MessageKind.MOVED and old_starts_at == appointment.starts_at:
            return None  # moved there and back before anything was said
        route = recipients.routes([patient.pk]).get(patient.pk)
        due_at = days.next_opening(now, kind)
        useful_until = _useful_until(appointment, kind, days)
        if route is None or due_at >= useful_until:
            if kind in CHANGES or route is not None:
                _ask_to_phone(appointment, "The word on a visit cannot be told by email: phone", by)
            return None
        message = _message(
            appointment,
            patient,
            route,
            kind,
            values=_values(appointment, kind, old_starts_at, days.day_of(due_at), days),
            due_at=due_at,
            useful_until=useful_until,
            now=now,
        )
        Message.objects.bulk_create([message], ignore_conflicts=True)
        message = Message.objects.get(dedupe_key=message.dedupe_key)
        audit.record(
            by=by,
            verb="announced a visit",
            subject=message,
            clinic=clinic,
            patient=patient,
            detail={"kind": kind.value, "revision": appointment.revision},
        )
    return message


def plan_tomorrow(*, clinic: Clinic, day: date, days: ClinicCalendar, by: Actor) -> int:
    """Queue the word on the day before for the visits of the next two days; return how many."""
    visits = list(
        Appointment.objects.in_clinic(clinic)
        .upcoming(day + timedelta(days=1))
        .filter(on__lte=day + timedelta(days=2), patient__life_status=LifeStatus.ALIVE)
        .select_related("patient", "clinic")
        .order_by("starts_at", "id")
    )
    if not visits:
        return 0
    said = _said_of(visits)
    routes = recipients.routes({visit.patient_id for visit in visits})
    words = (
        _day_before(visit, route, said, day, days)
        for visit in visits
        if (route := routes.get(visit.patient_id)) is not None
        and (visit.pk, visit.revision) not in said.day_before
    )
    messages = [message for message in words if message is not None]
    if not messages:
        return 0
    with transaction.atomic():
        Message.objects.bulk_create(messages, batch_size=1000, ignore_conflicts=True)
        audit.record_all(
            audit.event_of(
                by=by,
                verb="announced a visit",
                subject_type="Appointment",
                subject_id=str(message.appointment_id),
                clinic_id=clinic.pk,
                patient_id=message.patient_id,
                detail={"kind": message.kind, "revision": message.appointment_revision},
            )
            for message in messages
        )
    return len(messages)


class _Said(NamedTuple):
    """What was said of some visits: whose day before is planned, the last change, the first word."""

    day_before: set[tuple[int | None, int | None]]
    changed_at: dict[int | None, datetime]
    first: dict[int | None, str]


def _said_of(visits: list[Appointment]) -> _Said:
    said = _Said(set(), {}, {})
    rows = Message.objects.filter(appointment__in=visits).order_by("id")
    for pk, revision, kind, created_at, state, message_id in rows.values_list(
        "appointment_id", "appointment_revision", "kind", "created_at", "state", "message_id"
    ):
        if kind == MessageKind.TOMORROW:
            said.day_before.add((pk, revision))
        else:
            said.changed_at[pk] = created_at
        if state in _GONE:
            said.first.setdefault(pk, message_id)
    return said


def _day_before(
    visit: Appointment, route: Route, said: _Said, day: date, days: ClinicCalendar
) -> Message | None:
    """Return the word on the day before; None if it was settled just now or would come too late."""
    kind, now = MessageKind.TOMORROW, clock.now()
    told_at = days.instant(visit.on - timedelta(days=1), TOMORROW_AT)
    settled_at = max(visit.booked_at, said.changed_at.get(visit.pk, visit.booked_at))
    due_at = days.next_opening(max(told_at, now), kind)
    if settled_at > told_at - FRESH_BOOKING or days.day_of(due_at) >= visit.on:
        return None
    return _message(
        visit,
        visit.patient,
        route,
        kind,
        values=_values(visit, kind, None, day, days),
        due_at=due_at,
        useful_until=_useful_until(visit, kind, days),
        now=now,
        thread_id=said.first.get(visit.pk, ""),
    )


def _supersede(appointment: Appointment, kind: MessageKind, by: Actor) -> datetime | None:
    """Stop what still waits about this booking; return the old time that a waiting move names."""
    older = Message.objects.filter(
        appointment=appointment, appointment_revision__lt=appointment.revision
    )
    names = dict(older.filter(kind=MessageKind.MOVED).values_list("id", "values"))
    stopped = message_rows.stop(older, reason=f"replaced by: {kind.value}", by=by)
    for pk in sorted(stopped):
        visit = message_values.visit_of(names.get(pk, {}))
        if visit is not None and visit.old_starts_at is not None:
            return visit.old_starts_at
    return None


def _is_near(appointment: Appointment, old_starts_at: datetime | None, now: datetime) -> bool:
    """Tell whether the old or the new time lies within a day from now."""
    times = [appointment.starts_at, *([old_starts_at] if old_starts_at else [])]
    return any(now <= moment < now + ALSO_BY_PHONE for moment in times)


def _useful_until(appointment: Appointment, kind: MessageKind, days: ClinicCalendar) -> datetime:
    if kind in CANCELLATIONS:
        return days.instant(appointment.on + timedelta(days=1))
    if kind is MessageKind.TOMORROW:
        return days.instant(appointment.on)  # on the day itself its own words would be wrong
    return appointment.starts_at


def _values(
    appointment: Appointment,
    kind: MessageKind,
    old_starts_at: datetime | None,
    sent_on: date,
    days: ClinicCalendar,
) -> Values:
    values = message_values.visit(
        appointment,
        mail_domain=appointment.clinic.mail_domain,
        old_starts_at=old_starts_at,
    )
    if kind is MessageKind.CANCELLED:
        row = (
            Screening.objects.open()
            .filter(
                patient=appointment.patient,
                code__in=appointment.purposes.values("code"),
                due_on__isnull=False,
            )
            .order_by("due_on")
            .first()
        )
        if row is not None and row.overdue_from is not None and row.overdue_from > sent_on:
            good = invitations.values(row.facts, sent_on, appointment.minutes, days=days)
            values = good | values
    return values


def _message(
    appointment: Appointment,
    patient: Patient,
    route: Route,
    kind: MessageKind,
    *,
    values: Values,
    due_at: datetime,
    useful_until: datetime,
    now: datetime,
    thread_id: str | None = None,
) -> Message:
    message = message_rows.new(
        clinic=appointment.clinic,
        patient=patient,
        route=route,
        kind=kind,
        dedupe_key=message_rows.appointment_key(
            route.contact_point_id, appointment.pk, appointment.revision, kind
        ),
        values=values,
        due_at=due_at,
        useful_until=useful_until,
        now=now,
        thread_id=_first_said(appointment) if thread_id is None else thread_id,
    )
    message.appointment = appointment
    message.appointment_revision = appointment.revision
    return message


def _first_said(appointment: Appointment) -> str:
    """Return the Message-ID of the first word on this booking that has left, if one has."""
    first = (
        Message.objects.filter(appointment=appointment, state__in=_GONE)
        .order_by("id")
        .values_list("message_id", flat=True)
        .first()
    )
    return first or ""


def _ask_to_phone(appointment: Appointment, summary: str, by: Actor) -> None:
    work_items.open_item(
        work_items.Deed(
            kind=WorkItemKind.CALL,
            subject=f"appointment:{appointment.pk}:{appointment.revision}",
            summary=summary,
            clinic=appointment.clinic,
            due_on=clock.today(appointment.clinic),
            patient=appointment.patient,
            appointment=appointment,
            owed_while=OwedWhile.ALIVE,
        ),
        by=by,
    )
