"""What every dated clinical record shares: days that cannot be, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from pathways import clock
from pathways.models import Patient
from pathways.models.authors import authors_of
from pathways.models.base import Record
from pathways.rules.due_phrase import short_date
from pathways.services import audit
from pathways.services.actors import Actor
from pathways.services.errors import Refused

Row = TypeVar("Row", bound=Record)


def check_day(day: date, patient: Patient, field: str) -> None:
    """Refuse a day that has not come, or that lies before the birth date."""
    if day > clock.today(patient.clinic):
        raise Refused(f"{said(day)} lies in the future.", field=field)
    if day < patient.birth_date:
        raise Refused(f"{said(day)} lies before the birth date.", field=field)


def said(day: date) -> str:
    """Return a day as it stands in a sentence, with its year."""
    return short_date(day, date.min)


def required(text: str, field: str, cure: str) -> str:
    """Return the text without spaces around it, or refuse with the cure."""
    if not text.strip():
        raise Refused(cure, field=field)
    return text.strip()


def wrote(row: Record, verb: str, by: Actor, detail: Mapping[str, Any]) -> None:
    """Write the audit event of a record; every record here is about a person."""
    person: Patient = row.patient  # type: ignore[attr-defined]
    audit.record(by=by, verb=verb, subject=row, clinic=row.clinic, patient=person, detail=detail)


def withdraw(row: Row, *, reason: str, by: Actor) -> Row:
    """Mark a record as entered in error: it stays readable and counts no more.

    Call it inside the transaction that puts right what hung on the record.
    """
    reason = required(reason, "reason", "Say why.")
    model = type(row)
    current: Row = model._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if current.withdrawn_at is not None:
        who = authors_of(current.clinic_id).named(current.withdrawn_by)
        raise Refused(f"This was taken back already, by {who}.")
    current.withdrawn_at, current.withdrawn_by = clock.now(), by.name
    current.withdrawn_reason = reason
    current.save()
    wrote(current, "entered in error", by, {"reason": reason})
    return current
