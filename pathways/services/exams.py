"""Neurological exams: recorded, corrected, taken back. Their totals are results like any other.

An exam writes its items, its totals and, where a clinician scored one of its scales, the result
that the screening waits for, all in one transaction. Taking it back takes all of them back, and
every date is as it was before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import transaction

from pathways import clock
from pathways.catalogue import find_analyte
from pathways.models import ExamItem, NeuroExam, Observation, Patient, Screening
from pathways.models.authors import authors_of
from pathways.rules.exam_words import ExamOrigin
from pathways.rules.instruments import ExamAnswer
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.quantities import written
from pathways.services import alerts, audit, exam_drafts, exam_findings, results
from pathways.services.actors import Actor
from pathways.services.errors import RecordedAlready, Refused
from pathways.services.exam_findings import Findings, closes
from pathways.services.result_rows import Result, word_on

__all__ = ["ExamAnswer", "Findings", "closes", "correct", "enter_in_error", "next_due_on", "record"]

EXAM = "neuro-exam"
_SOURCES = {ExamOrigin.EXAMINED: "exam", ExamOrigin.LETTER: "letter"}


def record(*, patient: Patient, findings: Findings, by: Actor) -> NeuroExam:
    """Write down one exam with its totals, and reschedule its person.

    A self-report alone, or measures without one of the scales, does not close the screening.
    """
    return _write(patient, findings, by)


def correct(*, exam: NeuroExam, findings: Findings, reason: str, by: Actor) -> NeuroExam:
    """Record an exam in the place of another: that one is withdrawn with the reason, and kept."""
    return _write(exam.patient, findings, by, replaced=exam, reason=_said(reason))


def enter_in_error(*, exam: NeuroExam, reason: str, by: Actor) -> None:
    """Withdraw an exam that should not stand: it is kept, and every date is as it was before."""
    reason = _said(reason)
    with transaction.atomic():
        taken_back = _withdraw(exam, reason, by)
        results.record_all(taken_back, clinic=exam.clinic, by=by, source="staff")
        if not taken_back:
            alerts.assess([exam.patient_id], by=by)


def next_due_on(patient: Patient) -> date | None:
    """Return when the next exam is due, None where none is owed."""
    row = Screening.objects.open().filter(patient=patient, code=EXAM).first()
    return row.due_on if row is not None else None


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("Say why.", field="reason")
    return reason.strip()


def _write(
    patient: Patient,
    findings: Findings,
    by: Actor,
    *,
    replaced: NeuroExam | None = None,
    reason: str = "",
) -> NeuroExam:
    exam_findings.check(findings)
    clinic = patient.clinic
    day = Result(
        patient=patient,
        code=EXAM,
        performed_on=findings.performed_on,
        status=ResultStatus.FINAL,
    )
    results.check(day, today=clock.today(clinic))
    with transaction.atomic():
        # Two senders of one form wait for each other here; the second then meets the first's exam.
        Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        words = _withdraw(replaced, reason, by) if replaced is not None else []
        _refuse_twice(patient, findings, replaced)
        exam = _exam(patient, findings, by, replaced)
        exam.save()
        ExamItem.objects.bulk_create(_item(exam, answer) for answer in findings.answers)
        words += _results_of(exam, findings, day, reason)
        source = _SOURCES[findings.origin]
        results.record_all(words, clinic=clinic, by=by, source=source)
        if not words:
            # A sign alone, such as Romberg, brings no result that would ask the rules.
            alerts.assess([patient.pk], by=by)
        exam_drafts.forget(patient=patient, corrects=replaced, by=by)
        audit.record(
            by=by,
            verb="recorded an exam",
            subject=exam,
            clinic=clinic,
            patient=patient,
            detail={
                "performed_on": findings.performed_on.isoformat(),
                "mode": findings.mode.value,
                "items": len(findings.answers),
                **({"replaces": replaced.pk} if replaced else {}),
            },
        )
    return exam


def _withdraw(exam: NeuroExam, reason: str, by: Actor) -> list[Result]:
    """Withdraw an exam, and return the words that take its results back."""
    locked = NeuroExam.objects.select_for_update(no_key=True).get(pk=exam.pk)
    if locked.withdrawn_at is not None:
        raise Refused("This exam is withdrawn already.")
    locked.withdrawn_at, locked.withdrawn_by = clock.now(), by.name
    locked.withdrawn_reason = reason
    locked.save()
    audit.record(
        by=by,
        verb="withdrew an exam",
        subject=locked,
        clinic=locked.clinic,
        patient=locked.patient,
        detail={"reason": reason},
    )
    standing = Observation.objects.final().filter(exam=locked).select_related("patient", "exam")
    return [
        replace(
            word_on(row),
            status=ResultStatus.ENTERED_IN_ERROR,
            reason=reason,
            counts_early=False,
            counts_reason="",
        )
        for row in standing
    ]


def _refuse_twice(patient: Patient, findings: Findings, replaced: NeuroExam | None) -> None:
    """Refuse a total that stands for that day already, in another exam or by itself."""
    codes = [each.code for each in exam_findings.scored_totals(findings)]
    standing = Observation.objects.final().filter(
        patient=patient, code__in=codes, performed_on=findings.performed_on
    )
    if replaced is not None:
        standing = standing.exclude(exam=replaced)
    row = standing.first()
    if row is not None:
        entry = find_analyte(row.code)
        who = authors_of(row.clinic_id).named(row.recorded_by)
        raise RecordedAlready(
            f"{entry.label if entry else row.code} of that day is recorded already: "
            f"{written(row.value)} {row.unit}".rstrip()
            + f" (by {who}). Correct that exam, or leave it empty here.",
            exam_id=row.exam_id,
        )


def _exam(patient: Patient, findings: Findings, by: Actor, replaced: NeuroExam | None) -> NeuroExam:
    return NeuroExam(
        clinic=patient.clinic,
        patient=patient,
        performed_on=findings.performed_on,
        mode=findings.mode,
        origin=findings.origin,
        scored_by=findings.scorer,
        replaces=replaced,
        attribution=findings.attribution,
        attribution_note=findings.attribution_note.strip(),
        note=findings.note.strip(),
        recorded_at=clock.now(),
        recorded_by=by.name,
    )


def _results_of(exam: NeuroExam, findings: Findings, day: Result, reason: str) -> list[Result]:
    """Return the results an exam brings: the exam itself, if it closes one, and its totals."""
    itself = [replace(day, exam=exam, sample_number=f"exam {exam.pk}")] if closes(findings) else []
    return itself + [
        replace(
            day,
            code=each.code,
            value=each.value,
            value_text=written(each.value),
            unit=each.unit,
            method=each.method,
            doubt=findings.doubt.strip(),
            reason=reason,
            exam=exam,
        )
        for each in exam_findings.scored_totals(findings)
    ]


def _item(exam: NeuroExam, answer: ExamAnswer) -> ExamItem:
    return ExamItem(
        clinic=exam.clinic,
        exam=exam,
        instrument=answer.instrument,
        item=answer.item,
        side=answer.side,
        state=answer.state,
        value=answer.value,
        word=answer.word,
        reason=answer.reason.strip(),
    )
