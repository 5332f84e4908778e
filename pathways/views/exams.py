"""Neurological exams: the form, the tab of a person's nerves, one exam, and taking one back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways import permissions
from pathways.forms.base import ReasonForm
from pathways.forms.exam_items import counting, field_name
from pathways.forms.exams import ExamForm, typed_again
from pathways.models import NeuroExam, Patient
from pathways.rules.due_phrase import short_date
from pathways.rules.exam_words import ExamOrigin, ScoringMode
from pathways.services import exams
from pathways.services.errors import Refused
from pathways.services.exam_foresight import foresee
from pathways.services.exams import Findings
from pathways.views.deeds import carry_out, sent
from pathways.views.doors import (
    actor_of,
    clinic_required,
    examiner_required,
    find,
    here,
    patient_of,
    role_of,
)
from pathways.views.person import opened, show
from pathways.worklists.exam_page import exam_page
from pathways.worklists.exam_side import last_time, side_rows, thresholds
from pathways.worklists.nerves import nerves_page


@clinic_required
@require_safe
def nerves(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show every series of every instrument of a person."""
    person = opened(request, patient_id)
    _, day = here(request)
    return show(
        request,
        "exams/nerves.html",
        person,
        page=nerves_page(person, day),
        may_examine=permissions.can_examine(role_of(request)),
    )


@clinic_required
@require_safe
def exam(request: HttpRequest, patient_id: UUID, exam_id: int) -> HttpResponse:
    """Show one exam: what was found, its totals, who scored, what replaced it."""
    person = opened(request, patient_id)
    _, day = here(request)
    return show(
        request,
        "exams/exam.html",
        person,
        page=exam_page(_exam_of(request, person, exam_id), day),
        may_examine=permissions.can_examine(role_of(request)),
    )


@examiner_required
def record(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down one neurological exam."""
    person = patient_of(request, patient_id)

    def deed(findings: Findings, words: Mapping[str, Any]) -> NeuroExam:
        del words
        return exams.record(patient=person, findings=findings, by=actor_of(request))

    return _form(request, person, title="Neurological exam", deed=deed)


@examiner_required
def correct(request: HttpRequest, patient_id: UUID, exam_id: int) -> HttpResponse:
    """Record an exam in the place of one that was wrong; both are kept."""
    person = patient_of(request, patient_id)
    wrong = _exam_of(request, person, exam_id)

    def deed(findings: Findings, words: Mapping[str, Any]) -> NeuroExam:
        return exams.correct(
            exam=wrong, findings=findings, reason=words["reason"], by=actor_of(request)
        )

    return _form(request, person, title="Correct an exam", deed=deed, wrong=wrong)


@examiner_required
def in_error(request: HttpRequest, patient_id: UUID, exam_id: int) -> HttpResponse:
    """Take back an exam that should never have been written."""
    person = patient_of(request, patient_id)
    _, day = here(request)
    row = _exam_of(request, person, exam_id)
    on = short_date(row.performed_on, day)

    def deed(words: Mapping[str, Any]) -> str:
        exams.enter_in_error(exam=row, reason=words["reason"], by=actor_of(request))
        return f"Entered in error: exam of {on}. Due dates were computed again."

    return carry_out(
        request,
        form=ReasonForm(sent(request)),
        title="Entered in error",
        button="Take the exam back",
        deed=deed,
        then=reverse("patient-nerves", args=[person.pk]),
        patient=person,
        line=f"Neurological exam of {on}, {row.scored_by}",
        note="It stays in the record, struck through, with its totals; it closes nothing any more.",
    )


def _exam_of(request: HttpRequest, person: Patient, exam_id: int) -> NeuroExam:
    rows = NeuroExam.objects.select_related("patient__clinic", "replaces").prefetch_related("items")
    return find(rows, request, pk=exam_id, patient=person)


def _form(
    request: HttpRequest,
    person: Patient,
    *,
    title: str,
    deed: Callable[[Findings, Mapping[str, Any]], NeuroExam],
    wrong: NeuroExam | None = None,
) -> HttpResponse:
    """Show the form; when it is sent in and fits, save the exam and say what followed."""
    _, day = here(request)
    last = last_time(person, day, without=wrong.pk if wrong else None)
    form = ExamForm(
        sent(request),
        last=last.answers,
        correcting=wrong is not None,
        initial=_initial(request, wrong, day),
    )
    if form.is_bound and form.is_valid():
        words = form.cleaned_data
        findings = _findings(form, words)
        try:
            saved = deed(findings, words)
        except Refused as refusal:
            field = field_name(refusal.field) if refusal.field else None
            form.add_error(field if field in form.fields else None, refusal.message)
        else:
            messages.success(request, _said(saved, findings, day))
            return redirect(reverse("patient-nerves", args=[person.pk]))
    on, mode = _asked(form, day)
    return show(
        request,
        "exams/form.html",
        person,
        form=form,
        title=title,
        side=[
            (row, *counting(row.entry, row.total))
            for row in side_rows(last, form.answers(), mode, day)
        ],
        last_on=short_date(last.on, day) if last.on else "",
        thresholds=thresholds(),
        ahead=foresee(patient=person, performed_on=on),
        ahead_on=on,
        wrong=wrong,
        **form.parts(),
    )


def _initial(request: HttpRequest, wrong: NeuroExam | None, day: date) -> dict[str, Any]:
    if wrong is None:
        return {"performed_on": day, "scored_by": str(request.user)}
    return {
        "performed_on": wrong.performed_on,
        "mode": wrong.mode,
        "scored_by": wrong.scored_by,
        "origin": wrong.origin,
        "attribution": wrong.attribution,
        "attribution_note": wrong.attribution_note,
        "note": wrong.note,
        **typed_again(wrong.items.all(), wrong.totals.final()),
    }


def _findings(form: ExamForm, words: Mapping[str, Any]) -> Findings:
    return Findings(
        performed_on=words["performed_on"],
        mode=ScoringMode(words["mode"]),
        scored_by=words["scored_by"],
        answers=tuple(form.answers()),
        totals=form.totals(),
        origin=ExamOrigin(words["origin"]),
        attribution=words["attribution"],
        attribution_note=words["attribution_note"],
        note=words["note"],
        doubt=words["doubt"],
    )


def _asked(form: ExamForm, day: date) -> tuple[date, ScoringMode]:
    """Return day and mode as typed, where they can be read, to say what saving would do."""
    words = getattr(form, "cleaned_data", {})
    on = words.get("performed_on") or day
    return min(on, day), ScoringMode(words.get("mode") or ScoringMode.CLINICIAN)


def _said(saved: NeuroExam, findings: Findings, day: date) -> str:
    on = short_date(saved.performed_on, day)
    if not exams.closes(findings):
        return (
            f"Saved: exam of {on}. It closes no screening: that takes ONLS, INCAT, MRC sum or mRS "
            "scored by a clinician."
        )
    due_on = exams.next_due_on(saved.patient)
    after = f"next due {short_date(due_on, day)}" if due_on else "no date follows from it"
    return f"Saved: exam of {on}. Neurological exam: {after}."
