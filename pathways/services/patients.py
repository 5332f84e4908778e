"""Registering a person: who they are, how to reach them, and what they agreed to."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from pathways import clock
from pathways.models import Clinic, Consent, ContactPoint, Patient, Purpose
from pathways.rules.lifecycles import WorkItemKind
from pathways.services import audit, bulk, work_items
from pathways.services.actors import Actor
from pathways.services.errors import Refused

# A yes to email covers the visits and the neutral guidance note; check-ins are asked for apart.
CONSENTED = (Purpose.VISITS, Purpose.GUIDANCE)
_make_point = bulk.Maker(ContactPoint)
_make_consent = bulk.Maker(Consent)


def register(
    *,
    clinic: Clinic,
    mrn: str,
    given_name: str,
    family_name: str,
    birth_date: date,
    by: Actor,
    sex: str = "unknown",
    language: str = "en",
    title: str = "",
    email: str = "",
    phone: str = "",
    email_consent_on: date | None = None,
) -> Patient:
    """Register one person. An email with a day of consent counts as verified by the clinic."""
    today = clock.today(clinic)
    if not mrn.strip():
        raise Refused("A hospital number is needed.", field="mrn")
    if birth_date > today:
        raise Refused(f"{birth_date} lies in the future.", field="birth_date")
    if Patient.objects.in_clinic(clinic).filter(mrn=mrn.strip()).exists():
        raise Refused(f"Hospital number {mrn} is taken.", field="mrn")
    now = clock.now()
    with transaction.atomic():
        patient = Patient.objects.create(
            clinic=clinic,
            mrn=mrn.strip(),
            given_name=given_name.strip(),
            family_name=family_name.strip(),
            title=title,
            birth_date=birth_date,
            sex=sex,
            language=language,
            registered_at=now,
            registered_by=by.name,
        )
        points = contact_rows(
            patient, email=email, phone=phone, consented_on=email_consent_on, now=now, by=by
        )
        ContactPoint.objects.bulk_create(points)
        Consent.objects.bulk_create(
            consent_rows(points, consented_on=email_consent_on, now=now, by=by)
        )
        audit.record(by=by, verb="registered", subject=patient, clinic=clinic, patient=patient)
        if email and email_consent_on is None:
            work_items.open_item(check_address(patient, due_on=today), by=by)
    return patient


def contact_rows(
    patient: Patient,
    *,
    email: str,
    phone: str,
    consented_on: date | None,
    now: datetime,
    by: Actor,
    source: str = "staff",
) -> list[ContactPoint]:
    """Return the unsaved contact points of a person."""
    rows = []
    if email:
        verified_at = None
        if consented_on is not None:
            zone = ZoneInfo(patient.clinic.time_zone)
            verified_at = datetime.combine(consented_on, time(12), zone)
        rows.append(
            _make_point(
                clinic_id=patient.clinic_id,
                patient_id=patient.pk,
                kind=ContactPoint.EMAIL,
                value=email,
                verified_at=verified_at,
                verified_how="consent given to the clinic" if verified_at else "",
                added_at=now,
                added_by=by.name,
                source=source,
            )
        )
    if phone:
        rows.append(
            _make_point(
                clinic_id=patient.clinic_id,
                patient_id=patient.pk,
                kind=ContactPoint.PHONE,
                value=phone,
                added_at=now,
                added_by=by.name,
                source=source,
            )
        )
    return rows


def consent_rows(
    points: list[ContactPoint],
    *,
    consented_on: date | None,
    now: datetime,
    by: Actor,
    source: str = "clinic",
) -> list[Consent]:
    """Return the unsaved consents that a day of consent to email stands for."""
    if consented_on is None:
        return []
    return [
        _make_consent(
            clinic_id=point.clinic_id,
            patient_id=point.patient_id,
            contact_point_id=point.pk,
            purpose=purpose,
            given=True,
            on=consented_on,
            source=source,
            recorded_at=now,
            recorded_by=by.name,
        )
        for point in points
        if point.kind == ContactPoint.EMAIL
        for purpose in CONSENTED
    ]


def check_address(patient: Patient, *, due_on: date) -> work_items.Deed:
    """Return the deed that an address without consent asks for."""
    return work_items.Deed(
        kind=WorkItemKind.CHECK_ADDRESS,
        subject=f"patient:{patient.pk}",
        summary="Ask whether this email address is right and may be used",
        clinic=patient.clinic,
        patient=patient,
        due_on=due_on,
    )
