"""The audit trail: one event for every change, written in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from pathways import clock
from pathways.models import AuditEvent, Clinic, Patient
from pathways.services import bulk
from pathways.services.actors import Actor

_make = bulk.Maker(AuditEvent)

# Reading changes nothing, so neither verb answers the question who changed a row.
OPENED, READ_AN_EMAIL = "opened the page", "read an email"
READS = (OPENED, READ_AN_EMAIL)


def event(
    *,
    by: Actor,
    verb: str,
    subject: models.Model,
    clinic: Clinic | None,
    patient: Patient | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Return an event that is not saved yet, for bulk writing with `record_all`."""
    return event_of(
        by=by,
        verb=verb,
        subject_type=type(subject).__name__,
        subject_id=str(subject.pk),
        clinic_id=clinic.pk if clinic else None,
        patient_id=patient.pk if patient else None,
        detail=detail,
    )


def event_of(
    *,
    by: Actor,
    verb: str,
    subject_type: str,
    subject_id: str,
    clinic_id: int | None,
    patient_id: Any = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Return an unsaved event from ids alone, for bulk work that holds no model instances."""
    return _make(
        clinic_id=clinic_id,
        at=clock.now(),
        actor=by.name,
        user_id=by.user.pk if by.user else None,
        verb=verb,
        subject_type=subject_type,
        subject_id=subject_id,
        patient_id=patient_id,
        detail=dict(detail or {}),
    )


def record(
    *,
    by: Actor,
    verb: str,
    subject: models.Model,
    clinic: Clinic | None,
    patient: Patient | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one event: who did what to which record, with before and after in `detail`."""
    event(by=by, verb=verb, subject=subject, clinic=clinic, patient=patient, detail=detail).save()


def record_all(events: Iterable[AuditEvent]) -> None:
    """Write the events of a bulk deed as a set."""
    bulk.insert(list(events))
