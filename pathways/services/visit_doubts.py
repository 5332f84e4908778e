"""What is to be asked before a visit is booked or moved; reads, and refuses nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pathways import clock
from pathways.models import Appointment, Patient
from pathways.rules.dates import zone
from pathways.rules.visit_doubts import Booked, Doubt, doubts
from pathways.services import calendar


def of_booking(
    *, patient: Patient, starts_at: datetime, minutes: int, codes: Iterable[str]
) -> tuple[Doubt, ...]:
    """Return what to ask before this visit is booked. Three questions to the database."""
    return _doubts(patient, Booked(0, starts_at, minutes, frozenset(codes)))


def of_move(*, appointment: Appointment, starts_at: datetime, minutes: int) -> tuple[Doubt, ...]:
    """Return what to ask before a visit is moved; what it serves was asked about when booked."""
    return _doubts(
        appointment.patient, Booked(appointment.pk, starts_at, minutes, codes=frozenset())
    )


def _doubts(patient: Patient, wanted: Booked) -> tuple[Doubt, ...]:
    clinic = patient.clinic
    here = zone(clinic.time_zone)
    visits = (
        Appointment.objects.upcoming(clock.today(clinic))
        .filter(patient=patient)
        .exclude(pk=wanted.ref)
        .prefetch_related("purposes")
        .order_by("starts_at")
    )
    booked = [
        Booked(
            ref=visit.pk,
            starts_at=visit.starts_at.astimezone(here),
            minutes=visit.minutes,
            codes=frozenset(purpose.code for purpose in visit.purposes.all()),
        )
        for visit in visits
    ]
    local = Booked(wanted.ref, wanted.starts_at.astimezone(here), wanted.minutes, wanted.codes)
    return tuple(doubts(local, days_off=calendar.of(clinic).days_off, booked=booked))
