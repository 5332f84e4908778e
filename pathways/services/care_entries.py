"""Dated entries of care beside the courses: transplant steps, prophylaxis, support, illness.

Day 0 of a transplant goes on to the enrolment, so that the fixed milestones are counted from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from pathways import clock
from pathways.models import CareEntry, Enrolment, Patient
from pathways.rules.course_states import EntryKind
from pathways.services import alerts, audit, enrolments, therapy_rows
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.therapy_rows import check_past, check_plan, check_reason, words
from pathways.services.transplant_order import check_after_day_0, check_day_0

# A support that goes on may have its end planned; what was done may not.
MAY_END_LATER = frozenset(EntryKind) - {
    EntryKind.MOBILISATION,
    EntryKind.APHERESIS,
    EntryKind.CONDITIONING,
    EntryKind.DAY_0,
    EntryKind.ENGRAFTMENT,
    EntryKind.DAY_100,
    EntryKind.MOBILITY,
    EntryKind.PROCEDURE,
}
USUAL_LABELS = {EntryKind.DAY_0: "Transplant, day 0"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done, or is on record, from when to when."""

    kind: EntryKind
    from_on: date
    label: str = ""
    until_on: date | None = None
    detail: str = ""

    @property
    def name(self) -> str:
        """Return the label, or the kind in words where none was given."""
        usual = USUAL_LABELS.get(self.kind, self.kind.value.replace("-", " ").capitalize())
        return self.label.strip() or usual


def record_entry(*, patient: Patient, entry: Entry, by: Actor, source: str = "staff") -> CareEntry:
    """Write down an entry; day 0 moves the milestones that are counted from it."""
    check_past(entry.from_on, patient, "from_on")
    if entry.until_on is not None:
        if entry.until_on < entry.from_on:
            raise Refused("It ends before it begins.", field="until_on")
        check = check_plan if entry.kind in MAY_END_LATER else check_past
        check(entry.until_on, patient, "until_on")
    if entry.kind is EntryKind.OTHER and not entry.label.strip():
        raise Refused("Say what it is.", field="label")
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        check_after_day_0(patient, entry.kind, entry.from_on)
        if entry.kind is EntryKind.DAY_0:
            check_day_0(patient, entry.from_on, field="from_on")
        same = CareEntry.objects.standing().filter(
            patient=patient, kind=entry.kind, label=entry.name, from_on=entry.from_on
        )
        if same.exists():
            raise Refused(
                f"{entry.name} from {words(entry.from_on)} is on record already.", field="from_on"
            )
        row = CareEntry.objects.create(
            clinic=patient.clinic,
            patient=patient,
            kind=entry.kind,
            label=entry.name,
            from_on=entry.from_on,
            until_on=entry.until_on,
            detail=entry.detail.strip(),
            source=source,
            recorded_at=clock.now(),
            recorded_by=by.name,
        )
        _tell(row, "recorded an entry of care", by)
        if entry.kind is EntryKind.DAY_0:
            _count_from(patient, entry.from_on, by)
    return row


def end_entry(*, entry: CareEntry, until_on: date, by: Actor) -> CareEntry:
    """Write down the last day of something that went on."""
    with transaction.atomic():
        row: CareEntry = CareEntry.objects.select_for_update().get(pk=entry.pk)
        if row.withdrawn_at is not None:
            raise Refused("This entry was entered in error.")
        if until_on < row.from_on:
            raise Refused(
                f"It began on {words(row.from_on)}; it cannot end before.", field="until_on"
            )
        check_plan(until_on, row.patient, "until_on")
        row.until_on = until_on
        row.save()
        _tell(row, "ended an entry of care", by)
    return row


def withdraw_entry(*, entry: CareEntry, reason: str, by: Actor) -> CareEntry:
    """The entry never was: it stays readable, and day 0 is again what it was without it."""
    reason = check_reason(reason)
    with transaction.atomic():
        row: CareEntry = CareEntry.objects.select_for_update().get(pk=entry.pk)
        if row.withdrawn_at is not None:
            raise Refused("This entry was withdrawn already.")
        row.withdrawn_at, row.withdrawn_by = clock.now(), by.name
        row.withdrawn_reason = reason
        row.save()
        _tell(row, "entered an entry of care in error", by)
        if row.kind == EntryKind.DAY_0:
            last = (
                CareEntry.objects.standing()
                .filter(patient=row.patient, kind=EntryKind.DAY_0)
                .order_by("-from_on")
                .first()
            )
            _count_from(row.patient, last.from_on if last else None, by)
    return row


def _count_from(patient: Patient, day_0: date | None, by: Actor) -> None:
    for enrolment in Enrolment.objects.running().filter(patient=patient):
        if enrolment.transplant_on == day_0:
            therapy_rows.replan(patient, by)
        elif day_0 is None:
            enrolments.take_back_transplant(enrolment=enrolment, by=by)
        else:
            enrolments.record_transplant(enrolment=enrolment, on=day_0, by=by)


def _tell(row: CareEntry, verb: str, by: Actor) -> None:
    audit.record(
        by=by,
        verb=verb,
        subject=row,
        clinic=row.clinic,
        patient=row.patient,
        detail={
            "kind": row.kind,
            "from_on": row.from_on.isoformat(),
            "until_on": row.until_on.isoformat() if row.until_on else None,
        },
    )
    alerts.assess([row.patient_id], by=by)
