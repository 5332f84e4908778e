"""What the alert rules are told of the plan: screenings, visits, the pathway, and ways to reach."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pathways.models import (
    Appointment,
    AppointmentPurpose,
    Consent,
    ContactPoint,
    Enrolment,
    PhasePeriod,
    Purpose,
    Reminder,
    Reply,
    Screening,
)
from pathways.rules.lifecycles import (
    AppointmentState,
    EnrolmentState,
    Phase,
    ReminderState,
    ScreeningState,
)
from pathways.rules.person_facts import Address, Asked, OnPathway, Owed, Visit


@dataclass(slots=True)
class Planned:
    """What was read of one person's plan."""

    owed: list[Owed] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    pathway: OnPathway | None = None
    transplants: list[date] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


Plans = dict[uuid.UUID, Planned]


def load(ids: Sequence[uuid.UUID], today: Mapping[uuid.UUID, date]) -> Plans:
    """Return the plan of each person. Nine questions, whatever their number."""
    plans: Plans = defaultdict(Planned)
    _read_screenings(ids, plans)
    _read_pathways(ids, plans)
    for pk, patient, on, state in Appointment.objects.filter(patient__in=ids).values_list(
        "pk", "patient_id", "on", "state"
    ):
        plans[patient].visits.append(Visit(pk, on, AppointmentState(state)))
    _read_addresses(ids, plans)
    _read_asked(ids, today, plans)
    return plans


def _read_screenings(ids: Iterable[uuid.UUID], plans: Plans) -> None:
    rows = Screening.objects.open().filter(patient__in=ids).select_related("definition")
    for row in rows:
        plans[row.patient_id].owed.append(
            Owed(
                ref=row.pk,
                code=row.code,
                label=row.definition.label,
                anchor_on=row.anchor_on,
                facts=row.facts,
                collected=row.collected_result_id,
            )
        )


def _read_pathways(ids: Iterable[uuid.UUID], plans: Plans) -> None:
    enrolments = Enrolment.objects.running().filter(patient__in=ids)
    rows = enrolments.values_list("pk", "patient_id", "state", "transplant_on")
    phases = {
        enrolment: (Phase(phase), since_on)
        for enrolment, phase, since_on in PhasePeriod.objects.filter(
            enrolment__patient__in=ids, until_on__isnull=True
        ).values_list("enrolment_id", "phase", "since_on")
    }
    for pk, patient, state, transplant_on in rows:
        plan = plans[patient]
        phase, since_on = phases.get(pk, (None, None))
        plan.pathway = OnPathway(
            ref=pk,
            active=state == EnrolmentState.ACTIVE,
            phase=phase,
            phase_since=since_on,
            open_screenings=len(plan.owed),
        )
        if transplant_on is not None:
            plan.transplants.append(transplant_on)


def _read_addresses(ids: Iterable[uuid.UUID], plans: Plans) -> None:
    points = list(ContactPoint.objects.in_use().filter(patient__in=ids))
    said = {
        point: (given, on)
        for point, given, on in Consent.objects.filter(
            contact_point__in=[point.pk for point in points], purpose=Purpose.VISITS
        )
        .order_by("on", "id")
        .values_list("contact_point_id", "given", "on")
    }
    for point in points:
        given, on = said.get(point.pk, (None, None))
        suspended = point.suspended_at
        plans[point.patient_id].addresses.append(
            Address(
                ref=point.pk,
                is_email=point.kind == ContactPoint.EMAIL,
                verified=point.verified_at is not None,
                suspended_on=suspended.date() if suspended else None,
                suspended_reason=point.suspended_reason,
                consent=given,
                consent_on=on,
                of_carer=point.holder == ContactPoint.CARER,
            )
        )


def _read_asked(ids: Iterable[uuid.UUID], today: Mapping[uuid.UUID, date], plans: Plans) -> None:
    """Sent reminders of screenings still open, and what was heard of the person since."""
    sent: dict[tuple[uuid.UUID, int, date], list[datetime]] = defaultdict(list)
    labels: dict[int, tuple[str, str]] = {}
    for patient, screening, due_on, at, label, code in (
        Reminder.objects.filter(
            patient__in=ids,
            state=ReminderState.SENT,
            screening__state=ScreeningState.PLANNED,
            message__sent_at__isnull=False,
        )
        .order_by("message__sent_at")
        .values_list(
            *("patient_id", "screening_id", "due_on", "message__sent_at"),
            *("screening__definition__label", "screening__code"),
        )
    ):
        sent[patient, screening, due_on].append(at)
        labels[screening] = (label, code)
    heard: dict[uuid.UUID, datetime] = {}
    for patient, at in Reply.objects.filter(patient__in=ids).values_list(
        "patient_id", "received_at"
    ):
        heard[patient] = max(at, heard.get(patient, at))
    booked = {
        (patient, code)
        for patient, code, on in AppointmentPurpose.objects.filter(
            patient__in=ids, appointment__state=AppointmentState.BOOKED
        ).values_list("patient_id", "code", "appointment__on")
        if on >= today[patient]
    }
    for (patient, screening, due_on), moments in sent.items():
        label, code = labels[screening]
        replied = patient in heard and heard[patient] >= moments[0]
        plans[patient].asked.append(
            Asked(
                screening=screening,
                label=label,
                due_on=due_on,
                reminders=len(moments),
                last_on=moments[-1].date(),
                answered=replied or (patient, code) in booked,
            )
        )
