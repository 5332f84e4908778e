"""The note that says where to read when to call, for people who need no booking.

Every 3 months in active treatment and every 6 later (proposed), counted from the phase's first day.
"""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

from django.db import transaction

from pathways import clock
from pathways.messaging.kinds import KIND_FACTS, MessageKind
from pathways.models import Clinic, Message, Patient, PhasePeriod, Purpose, Sweep
from pathways.rules.lifecycles import EnrolmentState, LifeStatus
from pathways.rules.reminders import WHEN_TO_CALL_MONTHS, phases_begun_on
from pathways.services import audit, message_rows, recipients
from pathways.services.actors import Actor
from pathways.services.calendar import ClinicCalendar
from pathways.services.recipients import Route

KIND = MessageKind.WHEN_TO_CALL
USEFUL_DAYS = 14
MOST_DAYS_MISSED = 7
BATCH = 1000


def plan(*, clinic: Clinic, day: date, days: ClinicCalendar, by: Actor) -> int:
    """Queue the note for those whose day it is, once a day and clinic; return how many."""
    sweep, _ = Sweep.objects.get_or_create(name=f"guidance:{clinic.pk}")
    done_on = days.day_of(sweep.finished_at) if sweep.finished_at else None
    if done_on is not None and done_on >= day:
        return 0
    # After days without a sweep, the notes of those days are not lost.
    first = day if done_on is None else max(done_on + timedelta(days=1), _days_before(day))
    wanted: dict[Patient, date] = {}
    for number in range((day - first).days + 1):
        on = first + timedelta(days=number)
        wanted.update((patient, on) for patient in _people(clinic, on))
    purpose = Purpose(KIND_FACTS[KIND].purpose.value)
    routes = recipients.routes([patient.pk for patient in wanted], purpose)
    now = clock.now()
    rows = [
        _message(clinic, patient, routes[patient.pk], on, days)
        for patient, on in wanted.items()
        if patient.pk in routes
    ]
    with transaction.atomic():
        standing = set(
            Message.objects.filter(dedupe_key__in=[row.dedupe_key for row in rows]).values_list(
                "dedupe_key", flat=True
            )
        )
        fresh = [row for row in rows if row.dedupe_key not in standing]
        Message.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
        audit.record_all(
            audit.event_of(
                by=by,
                verb="planned a note",
                subject_type="Patient",  # the new row's own number is not known here
                subject_id=str(row.patient_id),
                clinic_id=clinic.pk,
                patient_id=row.patient_id,
                detail={"kind": row.kind},
            )
            for row in fresh
        )
        # The day asked about, not the present; a look ahead must not skip the days between.
        if day <= clock.today(clinic):
            Sweep.objects.filter(pk=sweep.pk).update(
                started_at=now, finished_at=days.instant(day), count=len(fresh)
            )
    return len(fresh)


def _days_before(day: date) -> date:
    return day - timedelta(days=MOST_DAYS_MISSED)


def _people(clinic: Clinic, on: date) -> list[Patient]:
    """Return the people whose current phase began a whole number of turns before that day."""
    found: list[Patient] = []
    for phase in WHEN_TO_CALL_MONTHS:
        found.extend(
            Patient.objects.filter(
                pk__in=PhasePeriod.objects.filter(
                    clinic=clinic,
                    phase=phase,
                    until_on__isnull=True,
                    since_on__in=phases_begun_on(phase, on),
                    enrolment__state=EnrolmentState.ACTIVE,
                    enrolment__version__sign_offs__clinic=clinic,
                    enrolment__version__sign_offs__signed_on__lte=on,
                ).values("enrolment__patient"),
                life_status=LifeStatus.ALIVE,
            ).only("id", "language", "clinic")
        )
    return found


def _message(
    clinic: Clinic, patient: Patient, route: Route, on: date, days: ClinicCalendar
) -> Message:
    now = clock.now()
    key = sha256(f"{route.contact_point_id}:{KIND}:{on}".encode()).hexdigest()
    due_at = days.next_opening(max(days.instant(on), now), KIND)
    if not days.always_open and due_at > now:
        later = due_at + timedelta(seconds=message_rows.jitter_seconds(key))
        due_at = later if days.next_opening(later, KIND) == later else due_at
    return message_rows.new(
        clinic=clinic,
        patient=patient,
        route=route,
        kind=KIND,
        dedupe_key=key,
        values={},
        due_at=due_at,
        useful_until=days.instant(days.day_of(due_at) + timedelta(days=USEFUL_DAYS)),
        now=now,
    )
