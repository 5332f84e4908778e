"""Visits: booked, moved, cancelled, attended or not. A booking never changes a due date.

Every change raises the booking's revision and is told by mail in the same transaction; reminders
about what the visit serves stop while it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from pathways import clock
from pathways.messaging.kinds import MessageKind
from pathways.models import Appointment, AppointmentPurpose, Message, Patient, Screening
from pathways.rules import dates
from pathways.rules.discretion import telling
from pathways.rules.lifecycles import (
    APPOINTMENT,
    AppointmentState,
    LifeStatus,
    WorkItemKind,
    may_become,
)
from pathways.services import alerts, audit, message_rows, reminders, work_items
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.reminder_follow_ups import NOT_BOOKED
from pathways.services.reminder_people import NO_ROUTE

LEAST_MINUTES, MOST_MINUTES = 5, 12 * 60
FURTHEST = timedelta(days=2 * 366)
CONTACT_AFTER_DAYS = 3  # recall rule 15: proposed


def book(
    *,
    patient: Patient,
    starts_at: datetime,
    minutes: int,
    codes: Iterable[str],
    by: Actor,
    place: str = "",
) -> Appointment:
    """Book one visit that serves these screenings, tell the person, and stop their reminders."""
    clinic = patient.clinic
    wanted = sorted(set(codes))
    _check_moment(starts_at)
    _check_minutes(minutes)
    if told := telling(place):
        raise Refused(told, field="place")
    if patient.life_status != LifeStatus.ALIVE:
        raise Refused("This person has died. No visit can be booked.")
    if not wanted:
        raise Refused("Choose at least one screening for the visit.", field="codes")
    _check_owed(patient, wanted)
    appointment = Appointment(
        clinic=clinic,
        patient=patient,
        starts_at=starts_at,
        on=dates.localdate(starts_at, clinic.time_zone),
        minutes=minutes,
        place=place.strip(),
        booked_at=clock.now(),
        booked_by=by.name,
    )
    with transaction.atomic():
        _save(appointment)
        AppointmentPurpose.objects.bulk_create(
            [
                AppointmentPurpose(
                    clinic=clinic, appointment=appointment, patient=patient, code=code
                )
                for code in wanted
            ]
        )
        _record(appointment, "booked a visit", by, {"codes": wanted})
        reminders.cancel_for_codes(patient=patient, codes=wanted, reason="a visit is booked", by=by)
        reminders.announce(appointment=appointment, kind=MessageKind.BOOKED, by=by)
        work_items.close_for(
            clinic=clinic,
            kind=WorkItemKind.CALL,
            subjects=[f"{NOT_BOOKED}{patient.pk}", f"{NO_ROUTE}{patient.pk}"],
            outcome="A visit is booked.",
            by=by,
        )
    return appointment


def move(
    *, appointment: Appointment, starts_at: datetime, by: Actor, minutes: int | None = None
) -> Appointment:
    """Move a booked visit to another time, and tell the person the new time and the old one."""
    _check_moment(starts_at)
    with transaction.atomic():
        visit = _locked(appointment)
        _check_booked(visit, "moved")
        length = visit.minutes if minutes is None else minutes
        _check_minutes(length)
        old_starts_at = visit.starts_at
        if (starts_at, length) == (old_starts_at, visit.minutes):
            raise Refused("That is the time it has already. Choose another.", field="starts_at")
        before = {"starts_at": old_starts_at.isoformat(), "minutes": visit.minutes}
        visit.starts_at, visit.minutes = starts_at, length
        visit.on = dates.localdate(starts_at, visit.clinic.time_zone)
        visit.revision += 1
        _save(visit)
        after = {"starts_at": starts_at.isoformat(), "minutes": length}
        _record(visit, "moved a visit", by, {"before": before, "after": after})
        if starts_at == old_starts_at:
            reminders.announce(appointment=visit, kind=MessageKind.CORRECTION, by=by)
        else:
            reminders.announce(
                appointment=visit, kind=MessageKind.MOVED, old_starts_at=old_starts_at, by=by
            )
        codes = list(visit.purposes.values_list("code", flat=True))
        reminders.cancel_for_codes(
            patient=visit.patient, codes=codes, reason="a visit is booked", by=by
        )
    return visit


def cancel(*, appointment: Appointment, reason: str, still_needed: bool, by: Actor) -> Appointment:
    """Cancel a booked visit; what it served is owed as before, and its reminders resume."""
    if not reason.strip():
        raise Refused("Say why the visit is cancelled.", field="reason")
    with transaction.atomic():
        visit = _locked(appointment)
        _check_booked(visit, "cancelled")
        visit.state = AppointmentState.CANCELLED
        visit.revision += 1
        visit.cancel_reason, visit.still_needed = reason.strip()[:200], still_needed
        visit.closed_at, visit.closed_by = clock.now(), by.name
        visit.save()
        _record(visit, "cancelled a visit", by, {"reason": reason, "still_needed": still_needed})
        if visit.starts_at > clock.now():
            kind = MessageKind.CANCELLED if still_needed else MessageKind.CANCELLED_NO_NEED
            reminders.announce(appointment=visit, kind=kind, by=by)
        else:
            _stop_mail(visit, "the visit's time is past", by)
        _settle_question(visit, "The visit was cancelled.", by)
    return visit


def attended(*, appointment: Appointment, by: Actor) -> Appointment:
    """Say that the person came. Reminders then wait seven days for the record of the visit."""
    with transaction.atomic():
        visit = _answer(appointment, AppointmentState.ATTENDED, by)
        codes = list(visit.purposes.values_list("code", flat=True))
        reminders.cancel_for_codes(
            patient=visit.patient, codes=codes, reason="the visit took place", by=by
        )
        work_items.close_for(
            clinic=visit.clinic,
            kind=WorkItemKind.CALL,
            subjects=[_missed(visit)],
            outcome="The person did come.",
            by=by,
        )
        alerts.assess([visit.patient_id], by=by)
    return visit


def not_attended(*, appointment: Appointment, by: Actor) -> Appointment:
    """Say that the person did not come: somebody asks how they are, three days after the visit."""
    with transaction.atomic():
        visit = _answer(appointment, AppointmentState.NOT_ATTENDED, by)
        missed = _missed_in_a_row(visit)
        summary = "We did not see them at their visit. Phone, and ask how they are"
        if missed > 1:
            summary = f"Not seen at {missed} visits in a row. Phone today, and tell their clinician"
        today = clock.today(visit.clinic)
        asked_on = visit.on + timedelta(days=CONTACT_AFTER_DAYS) if missed == 1 else today
        work_items.open_item(
            work_items.Deed(
                kind=WorkItemKind.CALL,
                subject=_missed(visit),
                summary=summary,
                clinic=visit.clinic,
                due_on=max(asked_on, today),
                patient=visit.patient,
                appointment=visit,
            ),
            by=by,
        )
        alerts.assess([visit.patient_id], by=by)
    return visit


def _answer(appointment: Appointment, state: AppointmentState, by: Actor) -> Appointment:
    visit = _locked(appointment)
    current = AppointmentState(visit.state)
    if current is state:
        raise Refused(f"This visit is marked as {state} already.")
    if not may_become(APPOINTMENT, current, state):
        raise Refused(f"A {current} visit cannot be marked as {state}.")
    if visit.on > clock.today(visit.clinic):
        raise Refused(
            f"The visit is on {visit.on:%d %B %Y}. Say who came on that day, or move or cancel it."
        )
    visit.state = state
    visit.closed_at, visit.closed_by = clock.now(), by.name
    visit.save()
    _record(visit, f"marked a visit as {state}", by, {"was": current.value})
    _stop_mail(visit, "the visit's day is here", by)
    _settle_question(visit, f"Marked as {state}.", by)
    return visit


def _locked(appointment: Appointment) -> Appointment:
    visit: Appointment = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("patient", "patient__clinic", "clinic")
        .get(pk=appointment.pk)
    )
    return visit


def _check_moment(starts_at: datetime) -> None:
    if starts_at.tzinfo is None:
        raise Refused("The time of the visit needs a time zone.", field="starts_at")
    now = clock.now()
    if starts_at <= now:
        raise Refused("That time is past. Choose a time to come.", field="starts_at")
    if starts_at > now + FURTHEST:
        raise Refused("That is more than two years away. Check the year.", field="starts_at")


def _check_minutes(minutes: int) -> None:
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise Refused(f"A visit takes {LEAST_MINUTES} to {MOST_MINUTES} minutes.", field="minutes")


def _check_owed(patient: Patient, codes: list[str]) -> None:
    open_rows = Screening.objects.open().filter(patient=patient, code__in=codes)
    owed = set(open_rows.values_list("code", flat=True))
    if unknown := [code for code in codes if code not in owed]:
        raise Refused(
            f"Nothing is owed for {', '.join(unknown)}. Choose from the person's open screenings.",
            field="codes",
        )


def _save(visit: Appointment) -> None:
    """Save a visit; another one of the person at that time refuses it."""
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        raise Refused("This person has a visit at that time already.", field="starts_at") from error


def _check_booked(visit: Appointment, deed: str) -> None:
    if visit.state != AppointmentState.BOOKED:
        raise Refused(f"This visit is {visit.state}, so it cannot be {deed}. Book a new one.")


def _stop_mail(visit: Appointment, reason: str, by: Actor) -> None:
    message_rows.stop(Message.objects.filter(appointment=visit), reason=reason, by=by)


def _settle_question(visit: Appointment, outcome: str, by: Actor) -> None:
    """Close the question whether the person came."""
    work_items.close_for(
        clinic=visit.clinic,
        kind=WorkItemKind.REVIEW,
        subjects=[work_items.visit_question(visit.pk)],
        outcome=outcome,
        by=by,
    )


def _missed(visit: Appointment) -> str:
    return f"missed:{visit.pk}"


def _missed_in_a_row(visit: Appointment) -> int:
    """Count this and the visits just before it to which the person did not come."""
    states = (
        Appointment.objects.filter(
            patient=visit.patient,
            state__in=[AppointmentState.ATTENDED, AppointmentState.NOT_ATTENDED],
            starts_at__lte=visit.starts_at,
        )
        .order_by("-starts_at")
        .values_list("state", flat=True)
    )
    missed = 0
    for state in states:
        if state != AppointmentState.NOT_ATTENDED:
            break
        missed += 1
    return missed


def _record(visit: Appointment, verb: str, by: Actor, detail: dict[str, object]) -> None:
    audit.record(
        by=by,
        verb=verb,
        subject=visit,
        clinic=visit.clinic,
        patient=visit.patient,
        detail={"starts_at": visit.starts_at.isoformat(), "revision": visit.revision, **detail},
    )
