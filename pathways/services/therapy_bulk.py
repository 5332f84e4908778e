"""A whole list of courses, cycles and entries of care: each line alone, each person together."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pathways.models import Clinic, Patient
from pathways.services import alerts
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.list_report import ListReport, nobody
from pathways.services.therapy_lines import Firsts, TherapyRow, record

BATCH = 50  # lines, then the rest of the last person: replanning makes a line slow


def record_rows(
    rows: Sequence[TherapyRow], *, clinic: Clinic, by: Actor, dry_run: bool = False
) -> ListReport:
    """Write down one batch, each line alone; a refused one leaves nothing behind.

    All lines about a person belong into one batch: a course comes before its cycles. The alert
    rules are asked once about each person, after the last line. Each line commits for itself:
    replanning locks the clinic, and a batch would hold that lock against the ward. What a
    broken-off batch did not ask, the hourly sweep asks. With `dry_run` the batch is one
    transaction that is taken back, and no rule is asked.
    """
    if dry_run:
        with transaction.atomic():
            with alerts.unasked():
                report = _record_rows(rows, clinic, by)
            transaction.set_rollback(True)
        return report
    with alerts.once_each(by=by):
        return _record_rows(rows, clinic, by)


def _record_rows(rows: Sequence[TherapyRow], clinic: Clinic, by: Actor) -> ListReport:
    report = ListReport()
    people = {
        patient.mrn: patient
        for patient in Patient.objects.in_clinic(clinic)
        .select_related("clinic")
        .filter(mrn__in={row.mrn for row in rows})
    }
    firsts = _first_cycles(rows)
    for row in sorted(rows, key=lambda row: row.order):
        try:
            patient = people.get(row.mrn)
            if patient is None:
                raise nobody(row.mrn, clinic.code)
            with transaction.atomic():
                change = record(row, patient=patient, firsts=firsts, by=by)
        except Refused as refused:
            report.refused.append((row.line, refused))
            continue
        if change.is_new or change.cells:
            report.note_change(change)
        else:
            report.unchanged += 1
    report.refused.sort(key=lambda refusal: refusal[0])
    return report


def _first_cycles(rows: Sequence[TherapyRow]) -> Firsts:
    """Return the lowest cycle each course is told of: it may have begun elsewhere."""
    firsts: Firsts = {}
    for row in rows:
        if row.cycle is not None:
            firsts[row.course] = min(row.cycle, firsts.get(row.course, row.cycle))
    return firsts
