"""What is recorded about a batch of people, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pathways.models import Clinic, Consent, ContactPoint, Enrolment, Patient, PhasePeriod
from pathways.rules.lifecycles import ENDED


@dataclass(slots=True)
class Known:
    """One person with their running (or last ended) enrolment, its phases, and how to write."""

    patient: Patient
    enrolment: Enrolment | None = None
    ended: Enrolment | None = None
    phases: list[PhasePeriod] = field(default_factory=list)
    email: ContactPoint | None = None
    phone: ContactPoint | None = None
    # The newest word on each purpose at the address in use.
    said: dict[str, Consent] = field(default_factory=dict)


def load_known(clinic: Clinic, mrns: Sequence[str]) -> dict[str, Known]:
    """Return what is recorded, by hospital number; people nobody knows are absent."""
    found = {
        patient.mrn: Known(patient)
        for patient in Patient.objects.in_clinic(clinic).filter(mrn__in=list(mrns))
    }
    if not found:
        return found
    by_id: dict[Any, Known] = {}
    for known in found.values():
        known.patient.clinic = clinic
        by_id[known.patient.pk] = known
    by_enrolment: dict[int, Known] = {}
    for enrolment in Enrolment.objects.filter(patient__in=by_id).order_by("ended_on", "id"):
        known = by_id[enrolment.patient_id]
        if enrolment.state in ENDED:
            known.ended = enrolment
        else:
            known.enrolment = enrolment
            by_enrolment[enrolment.pk] = known
    for period in PhasePeriod.objects.filter(enrolment__in=by_enrolment).order_by("since_on", "id"):
        by_enrolment[period.enrolment_id].phases.append(period)
    by_point: dict[int, Known] = {}
    points = ContactPoint.objects.in_use().filter(patient__in=by_id, holder=ContactPoint.PERSON)
    for point in points:
        known = by_id[point.patient_id]
        if point.kind == ContactPoint.EMAIL:
            known.email = point
            by_point[point.pk] = known
        else:
            known.phone = point
    for consent in Consent.objects.filter(contact_point__in=by_point).order_by("on", "id"):
        by_point[consent.contact_point_id].said[consent.purpose] = consent
    return found
