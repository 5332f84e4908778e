"""Engraftment and day +100 follow a day 0; where they do not, one of the two days is wrong."""

from __future__ import annotations

from datetime import date, timedelta

from pathways.models import CareEntry, Enrolment, Patient
from pathways.rules.course_states import EntryKind
from pathways.rules.therapy import before_day_0
from pathways.services.errors import Refused
from pathways.services.therapy_rows import words

AFTERWARDS = {EntryKind.ENGRAFTMENT: "Engraftment", EntryKind.DAY_100: "Day +100"}
# Further back it belongs to an earlier transplant, whose day 0 nobody may know.
OF_THIS_ONE = timedelta(days=100)


def check_after_day_0(patient: Patient, kind: EntryKind, on: date) -> None:
    """Refuse a step after day 0 that lies before every day 0 on record."""
    day_0 = before_day_0(on, _days_0(patient)) if kind in AFTERWARDS else None
    if day_0 is not None:
        raise Refused(
            f"Day 0 is {words(day_0)}; {AFTERWARDS[kind].lower()} cannot come before it. "
            "If day 0 is wrong, put that right first; of an earlier transplant, "
            "write down its day 0 first.",
            field="from_on",
        )


def check_day_0(patient: Patient, on: date, *, field: str, without: date | None = None) -> None:
    """Refuse a day 0 after its own engraftment or day +100; `without` is what it replaces."""
    days_0 = _days_0(patient, without)
    steps = CareEntry.objects.standing().filter(
        patient=patient, kind__in=AFTERWARDS, from_on__lt=on, from_on__gte=on - OF_THIS_ONE
    )
    for step in steps:
        if before_day_0(step.from_on, [*days_0, on]) is not None:
            raise Refused(
                f"{AFTERWARDS[EntryKind(step.kind)]} of {words(step.from_on)} is on record, before "
                "that day. If it is wrong, enter it in error first.",
                field=field,
            )


def _days_0(patient: Patient, without: date | None = None) -> list[date]:
    entries = CareEntry.objects.standing().filter(patient=patient, kind=EntryKind.DAY_0)
    enrolments = Enrolment.objects.filter(patient=patient, transplant_on__isnull=False)
    enrolments = enrolments.exclude(transplant_on=without)
    return [
        *entries.values_list("from_on", flat=True),
        *enrolments.values_list("transplant_on", flat=True),
    ]
