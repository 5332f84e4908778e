"""Deeds that staff owe: opened by any service, put off or closed by a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from pathways import clock
from pathways.models import Appointment, Clinic, Message, Patient, Screening, WorkItem
from pathways.rules.deeds import USUAL, OwedWhile
from pathways.rules.lifecycles import WorkItemKind
from pathways.services import audit
from pathways.services.actors import Actor
from pathways.services.errors import Refused


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be opened: one open row per kind and subject, however often it is asked for."""

    kind: WorkItemKind
    subject: str
    summary: str
    clinic: Clinic
    due_on: date
    patient: Patient | None = None
    screening: Screening | None = None
    appointment: Appointment | None = None
    message: Message | None = None
    owed_while: OwedWhile | None = None  # where it is not what is usual for its kind


def open_all(deeds: Iterable[Deed], *, by: Actor) -> int:
    """Open every deed that is not open already; return how many were new."""
    wanted = list(deeds)
    if not wanted:
        return 0
    with transaction.atomic():
        keys = {(deed.clinic.pk, deed.kind.value, deed.subject) for deed in wanted}
        standing = set(
            WorkItem.objects.open()
            .filter(subject__in={deed.subject for deed in wanted})
            .values_list("clinic_id", "kind", "subject")
        )
        fresh: dict[tuple[int, str, str], Deed] = {}
        for deed in wanted:
            key = (deed.clinic.pk, deed.kind.value, deed.subject)
            if key in keys - standing:
                fresh.setdefault(key, deed)
        now = clock.now()
        rows = WorkItem.objects.bulk_create(
            [
                WorkItem(
                    clinic=deed.clinic,
                    kind=deed.kind,
                    subject=deed.subject,
                    summary=deed.summary,
                    patient=deed.patient,
                    screening=deed.screening,
                    appointment=deed.appointment,
                    message=deed.message,
                    owed_while=deed.owed_while or USUAL[deed.kind],
                    due_on=deed.due_on,
                    opened_at=now,
                    opened_by=by.name,
                )
                for deed in fresh.values()
            ],
            ignore_conflicts=True,
        )
        audit.record_all(
            audit.event(
                by=by,
                verb="opened a work item",
                subject=row,
                clinic=deed.clinic,
                patient=deed.patient,
                detail={"kind": deed.kind.value, "subject": deed.subject},
            )
            for row, deed in zip(rows, fresh.values(), strict=True)
        )
    return len(rows)


def open_item(deed: Deed, *, by: Actor) -> None:
    """Open one deed, unless it is open already."""
    open_all([deed], by=by)


def close(item: WorkItem, *, outcome: str, by: Actor) -> WorkItem:
    """Close a deed with what came of it."""
    if not outcome.strip():
        raise Refused("Say what came of it.", field="outcome")
    with transaction.atomic():
        changed = (
            WorkItem.objects.open()
            .filter(pk=item.pk)
            .update(closed_at=clock.now(), closed_by=by.name, outcome=outcome.strip())
        )
        if not changed:
            raise Refused("Somebody closed this already. Reload to see what they wrote.")
        audit.record(
            by=by,
            verb="closed a work item",
            subject=item,
            clinic=item.clinic,
            patient=item.patient,
            detail={"kind": item.kind, "outcome": outcome.strip()},
        )
    item.refresh_from_db()
    return item


def put_off(item: WorkItem, *, until_on: date, reason: str, by: Actor) -> WorkItem:
    """Take a deed off the list until a day; it stays open and counted."""
    today = clock.today(item.clinic)
    if until_on <= today:
        raise Refused("Choose a day after today.", field="until_on")
    if until_on > today + timedelta(days=90):
        raise Refused("Choose a day within 90 days.", field="until_on")
    with transaction.atomic():
        changed = WorkItem.objects.open().filter(pk=item.pk).update(hidden_until=until_on)
        if not changed:
            raise Refused("Somebody closed this already. Reload to see what they wrote.")
        audit.record(
            by=by,
            verb="put off a work item",
            subject=item,
            clinic=item.clinic,
            patient=item.patient,
            detail={"until": until_on.isoformat(), "reason": reason},
        )
    item.refresh_from_db()
    return item


def close_for(
    *, clinic: Clinic, kind: WorkItemKind, subjects: Iterable[str], outcome: str, by: Actor
) -> int:
    """Close the open deeds of a kind that events have settled; return how many."""
    with transaction.atomic():
        rows = list(
            WorkItem.objects.open()
            .in_clinic(clinic)
            .filter(kind=kind, subject__in=list(subjects))
            .select_related("patient")
        )
        if not rows:
            return 0
        WorkItem.objects.filter(pk__in=[row.pk for row in rows]).update(
            closed_at=clock.now(), closed_by=by.name, outcome=outcome
        )
        audit.record_all(
            audit.event(
                by=by,
                verb="closed a work item",
                subject=row,
                clinic=clinic,
                patient=row.patient,
                detail={"kind": row.kind, "outcome": outcome},
            )
            for row in rows
        )
    return len(rows)


def visit_question(appointment_id: int) -> str:
    """Return the subject of the deed that asks whether the person came to a visit."""
    return f"visit:{appointment_id}"


def hold_question(hold_id: int) -> str:
    """Return the subject of the deed that asks whether a hold should go on."""
    return f"hold:{hold_id}"
