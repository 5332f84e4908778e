"""Reminders: planned from what is due, called off when that changes, sent by hand when asked.

Every service that changes what a person owes ends in `replan`. The sweep that plans stands in
`reminder_planner`, the mail about booked visits in `announcements`; both are offered here too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from pathways import clock
from pathways.messaging.kinds import MessageKind
from pathways.models import Appointment, Enrolment, Message, Patient, Reminder, Screening
from pathways.rules import reminders as rule
from pathways.rules.lifecycles import MessageState, ReminderState
from pathways.services import (
    audit,
    calendar,
    invitations,
    message_rows,
    recipients,
    reminder_stops,
    scheduling,
)
from pathways.services.actors import Actor
from pathways.services.announcements import announce
from pathways.services.errors import Refused
from pathways.services.recipients import Route
from pathways.services.reminder_planner import PlanReport, plan, plan_all
from pathways.services.scheduling import Changes

__all__ = [
    "Changes",
    "PlanReport",
    "announce",
    "cancel_for_codes",
    "cancel_for_patient",
    "plan",
    "plan_all",
    "remind_by_hand",
    "replan",
]


def replan(enrolments: Iterable[Enrolment | int], *, by: Actor) -> Changes:
    """Recompute what is owed, and call off the reminders that the change made untrue.

    What is still to be said is planned again by the next sweep, a minute later.
    """
    with transaction.atomic():
        changes = scheduling.reschedule(enrolments, by=by)
        reminder_stops.call_off_stale(changes.touched, by=by)
    return changes


def cancel_for_patient(
    *, patient: Patient, reason: str, by: Actor, from_on: date | None = None
) -> int:
    """Stop every message to a person that has not been handed over; return how many.

    With `from_on`, only those that would leave on that day of the clinic or later.
    """
    messages = Message.objects.filter(patient=patient)
    loose = Reminder.objects.filter(patient=patient, message__isnull=True)
    if from_on is not None:
        messages = messages.filter(due_at__gte=calendar.of(patient.clinic).instant(from_on))
        loose = loose.filter(step_on__gte=from_on)
    with transaction.atomic():
        stopped = reminder_stops.call_off_messages(messages, reason=reason, by=by)
        reminder_stops.call_off(loose, reason=reason, by=by)
    return len(stopped)


def cancel_for_codes(*, patient: Patient, codes: Iterable[str], reason: str, by: Actor) -> int:
    """Call off the reminders of some of a person's screenings; return how many messages stopped."""
    planned = Reminder.objects.filter(patient=patient, screening__code__in=list(codes))
    return len(reminder_stops.call_off(planned, reason=reason, by=by))


def remind_by_hand(*, screening: Screening, by: Actor) -> Message:
    """Write to the person about one screening because somebody asked, once a day at most.

    It stands in the place of an automatic reminder within the next three days (R52).
    """
    patient, clinic = screening.patient, screening.clinic
    days = calendar.of(clinic)
    now, today = clock.now(), clock.today(clinic)
    with transaction.atomic():
        locked = Screening.objects.select_for_update(no_key=True).get(pk=screening.pk)
        kind = rule.kind_on(locked.status_on(today).status)
        if kind is None or locked.due_on is None or locked.overdue_from is None:
            raise Refused("Nothing is to be asked of the person for this screening now.")
        _refuse_if_booked(patient, locked.code, today)
        route = _route_to(patient)
        reminder = _reminder_by_hand(locked, locked.due_on, today)
        _call_off_the_next(locked, today, by)
        due_at = days.next_opening(now, MessageKind(kind))
        sent_on = days.day_of(due_at)
        kind = rule.kind_on(locked.status_on(sent_on).status) or kind
        key = message_rows.screening_key(route.contact_point_id, MessageKind(kind), [reminder.pk])
        message = message_rows.new(
            clinic=clinic,
            patient=patient,
            route=route,
            kind=MessageKind(kind),
            dedupe_key=key,
            values=invitations.values(locked.facts, sent_on, locked.definition.minutes, days=days),
            due_at=due_at,
            useful_until=days.instant(sent_on + timedelta(days=rule.PROPOSED.call_after)),
            now=now,
            thread_id=_thread(locked),
            by_hand=True,
        )
        message.save()
        reminder.message = message
        reminder.save()
        audit.record(
            by=by,
            verb="reminded by hand",
            subject=message,
            clinic=clinic,
            patient=patient,
            detail={"code": locked.code, "due_on": locked.due_on.isoformat()},
        )
    return message


def _route_to(patient: Patient) -> Route:
    route = recipients.routes([patient.pk]).get(patient.pk)
    if route is None:
        raise Refused(
            "There is no email address that may be written to. Phone, or record an address "
            "and a yes to email."
        )
    return route


def _reminder_by_hand(screening: Screening, due_on: date, today: date) -> Reminder:
    """Write the next reminder by hand for a due date; refused where today has one."""
    earlier = Reminder.objects.filter(
        screening=screening, due_on=due_on, step__gte=rule.BY_HAND_FROM
    ).exclude(state=ReminderState.CANCELLED)
    if earlier.filter(step_on=today).exists():
        raise Refused("A reminder was asked for today already.")
    return Reminder.objects.create(
        clinic_id=screening.clinic_id,
        patient_id=screening.patient_id,
        screening=screening,
        due_on=due_on,
        step=rule.BY_HAND_FROM + earlier.count(),
        step_on=today,
        created_at=clock.now(),
    )


def _call_off_the_next(screening: Screening, today: date, by: Actor) -> None:
    """Call off the automatic reminders that the one by hand stands for."""
    near = today + timedelta(days=rule.PROPOSED.by_hand_replaces)
    reminder_stops.call_off(
        Reminder.objects.filter(
            screening=screening, step__lt=rule.BY_HAND_FROM, step_on__range=(today, near)
        ),
        reason="sent by hand instead",
        by=by,
    )


def _refuse_if_booked(patient: Patient, code: str, today: date) -> None:
    booked = (
        Appointment.objects.upcoming(today).filter(patient=patient, purposes__code=code).first()
    )
    if booked is not None:
        raise Refused(
            f"A visit for this is booked on {booked.on:%-d %B %Y}; it has mail of its own."
        )


def _thread(screening: Screening) -> str:
    """Return the Message-ID of the first reminder of this screening that left, if one did."""
    first = (
        Message.objects.filter(
            reminders__screening=screening,
            state__in=[MessageState.HANDED_OVER, MessageState.SENT, MessageState.DELIVERED],
        )
        .order_by("due_at")
        .values_list("message_id", flat=True)
        .first()
    )
    return first or ""
