"""The form of a neurological exam: opened, kept as a draft, asked what saving would do, saved.

One address holds all of it, behind one door: which button was pressed says what is meant. A draft
is kept without being judged, and comes back when the form is opened again by its author.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from pathways.forms.exam_items import counting, field_name
from pathways.forms.exams import ExamForm, typed_again
from pathways.models import ExamDraft, NeuroExam, Patient
from pathways.rules.due_phrase import short_date
from pathways.rules.exam_words import ExamOrigin, ScoringMode
from pathways.services import exam_drafts, exams
from pathways.services.errors import RecordedAlready, Refused
from pathways.services.exam_foresight import Foresight, foresee
from pathways.services.exams import Findings
from pathways.views.doors import actor_of, examiner_required, find, here, patient_of
from pathways.views.person import show
from pathways.worklists.exam_drafts import draft_line
from pathways.worklists.exam_side import LastTime, last_time, side_rows, thresholds

METHODS = ["GET", "HEAD", "POST"]
SAVE_BAR = "#exam-saving"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which exam form it is: whose, under which title, what it corrects, and how it is saved."""

    person: Patient
    title: str
    save: Callable[[Findings, Mapping[str, Any]], NeuroExam]
    wrong: NeuroExam | None = None


@examiner_required
@require_http_methods(METHODS)
def record(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down one neurological exam."""
    person = patient_of(request, patient_id)

    def save(findings: Findings, words: Mapping[str, Any]) -> NeuroExam:
        del words
        return exams.record(patient=person, findings=findings, by=actor_of(request))

    return _answer(request, Sheet(person, "Neurological exam", save))


@examiner_required
@require_http_methods(METHODS)
def correct(request: HttpRequest, patient_id: UUID, exam_id: int) -> HttpResponse:
    """Record an exam in the place of one that was wrong; both are kept."""
    person = patient_of(request, patient_id)
    wrong = exam_of(request, person, exam_id)

    def save(findings: Findings, words: Mapping[str, Any]) -> NeuroExam:
        return exams.correct(
            exam=wrong, findings=findings, reason=words["reason"], by=actor_of(request)
        )

    return _answer(request, Sheet(person, "Correct an exam", save, wrong))


def exam_of(request: HttpRequest, person: Patient, exam_id: int) -> NeuroExam:
    """Return one exam of a person of the reader's clinic, or answer that there is none."""
    rows = NeuroExam.objects.select_related("patient__clinic", "replaces").prefetch_related("items")
    return find(rows, request, pk=exam_id, patient=person)


def _answer(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    if request.method != "POST":
        return _opened(request, sheet)
    if "afresh" in request.POST:
        return _afresh(request, sheet)
    if "draft" in request.POST:
        return _draft(request, sheet)
    if "ahead" in request.POST:
        return _ahead(request, sheet)
    return _sent(request, sheet)


def _opened(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Show the form with the words of the author's draft in it, if one stands."""
    _, day = here(request)
    draft = _draft_of(request, sheet)
    words = draft.words if draft else _initial(request, sheet.wrong, day)
    return _unjudged(request, sheet, words, seen=exam_drafts.version(draft), draft=draft)


def _afresh(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    exam_drafts.discard(patient=sheet.person, corrects=sheet.wrong, by=actor_of(request))
    messages.success(request, "The draft is discarded. Nothing of it was recorded.")
    return redirect(request.path)


def _draft(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Keep what is typed, whatever it is, and say so: to the script, or on the form itself."""
    _, day = here(request)
    scripted = "application/json" in request.headers.get("Accept", "")
    words = _form(sheet, request.POST).typed()
    try:
        kept = exam_drafts.keep(
            patient=sheet.person,
            words=words,
            by=actor_of(request),
            corrects=sheet.wrong,
            seen=request.POST.get("seen", ""),
        )
    except Refused as refusal:
        # Whoever presses again knows now of the other draft, and means to replace it.
        seen = exam_drafts.version(_draft_of(request, sheet))
        if scripted:
            return JsonResponse({"said": refusal.message, "seen": seen}, status=409)
        messages.error(request, refusal.message)
        return _unjudged(request, sheet, words, seen=seen)
    if scripted:
        said = draft_line(kept, day).said
        return JsonResponse({"said": said, "seen": exam_drafts.version(kept)})
    return redirect(request.path + SAVE_BAR)


def _ahead(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Return only the part that says what saving would do for the day as it is typed now."""
    form = _form(sheet, request.POST)
    form.is_valid()
    return render(request, "exams/ahead.html", {"ahead": _foreseen(sheet, form)})


def _sent(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Save the exam if it fits, and say what followed; else say what to correct."""
    _, day = here(request)
    last = _last(request, sheet)
    form = _form(sheet, request.POST, last)
    if form.is_valid():
        findings = _findings(form, form.cleaned_data)
        try:
            saved = sheet.save(findings, form.cleaned_data)
        except Refused as refusal:
            field = field_name(refusal.field) if refusal.field else None
            said = refusal.message
            if isinstance(refusal, RecordedAlready) and refusal.exam_id is not None:
                address = reverse("exam-correct", args=[sheet.person.pk, refusal.exam_id])
                said = format_html('{} <a href="{}">The exam of that day</a>', said, address)
            form.add_error(field if field in form.fields else None, said)
        else:
            messages.success(request, _said(saved, findings, day))
            return redirect(reverse("patient-nerves", args=[sheet.person.pk]))
    return _page(request, sheet, last, form, form, seen=request.POST.get("seen", ""))


def _unjudged(
    request: HttpRequest,
    sheet: Sheet,
    words: Mapping[str, Any],
    *,
    seen: str,
    draft: ExamDraft | None = None,
) -> HttpResponse:
    """Draw the form with these words in it as they are; totals count what of them can be read."""
    last = _last(request, sheet)
    read = _form(sheet, words, last)
    read.is_valid()
    drawn = _form(sheet, None, last, initial=words)
    return _page(request, sheet, last, drawn, read, seen=seen, draft=draft)


def _page(
    request: HttpRequest,
    sheet: Sheet,
    last: LastTime,
    form: ExamForm,
    read: ExamForm,
    *,
    seen: str,
    draft: ExamDraft | None = None,
) -> HttpResponse:
    _, day = here(request)
    rows = side_rows(last, read.answers(), _mode(read), day)
    return show(
        request,
        "exams/form.html",
        sheet.person,
        form=form,
        title=sheet.title,
        side=[(row, *counting(row.entry, row.total)) for row in rows],
        last_on=short_date(last.on, day) if last.on else "",
        thresholds=thresholds(),
        ahead=_foreseen(sheet, read),
        wrong=sheet.wrong,
        seen=seen,
        draft=draft_line(draft, day) if draft else None,
        draft_day=read.cleaned_data.get("performed_on"),
        **form.parts(),
    )


def _form(
    sheet: Sheet, typed: Mapping[str, Any] | None, last: LastTime | None = None, **more: Any
) -> ExamForm:
    answers = last.answers if last else {}
    return ExamForm(typed, last=answers, correcting=sheet.wrong is not None, **more)


def _last(request: HttpRequest, sheet: Sheet) -> LastTime:
    _, day = here(request)
    return last_time(sheet.person, day, without=sheet.wrong.pk if sheet.wrong else None)


def _draft_of(request: HttpRequest, sheet: Sheet) -> ExamDraft | None:
    return exam_drafts.find(patient=sheet.person, corrects=sheet.wrong, by=actor_of(request))


def _mode(read: ExamForm) -> ScoringMode:
    return ScoringMode(read.cleaned_data.get("mode") or ScoringMode.CLINICIAN)


def _foreseen(sheet: Sheet, read: ExamForm) -> Foresight | None:
    """Return what saving would do for the day as typed; None where it is no day."""
    on = read.cleaned_data.get("performed_on")
    if on is None:
        return None
    return foresee(patient=sheet.person, performed_on=on, mode=_mode(read), replaces=sheet.wrong)


def _initial(request: HttpRequest, wrong: NeuroExam | None, day: date) -> dict[str, Any]:
    if wrong is None:
        return {"performed_on": day, "scored_by": str(request.user)}
    by_patient = wrong.mode == ScoringMode.SELF_REPORT
    return {
        "performed_on": wrong.performed_on,
        "mode": wrong.mode,
        "scored_by": str(request.user) if by_patient else wrong.scored_by,
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
