"""Neurological exams as pages: the tab of a person's nerves, one exam, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways import permissions
from pathways.forms.base import ReasonForm
from pathways.rules.due_phrase import short_date
from pathways.services import exams
from pathways.views.deeds import carry_out, sent
from pathways.views.doors import (
    actor_of,
    clinic_required,
    examiner_required,
    here,
    patient_of,
    role_of,
)
from pathways.views.exam_form import exam_of
from pathways.views.person import opened, show
from pathways.worklists.exam_drafts import drafts_waiting
from pathways.worklists.exam_page import exam_page
from pathways.worklists.nerves import nerves_page


@clinic_required
@require_safe
def nerves(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show every series of every instrument of a person."""
    person = opened(request, patient_id)
    _, day = here(request)
    may_examine = permissions.can_examine(role_of(request))
    return show(
        request,
        "exams/nerves.html",
        person,
        page=nerves_page(person, day),
        may_examine=may_examine,
        drafts=drafts_waiting(person, actor_of(request).user, day) if may_examine else (),
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
        page=exam_page(exam_of(request, person, exam_id), day),
        may_examine=permissions.can_examine(role_of(request)),
    )


@examiner_required
def in_error(request: HttpRequest, patient_id: UUID, exam_id: int) -> HttpResponse:
    """Take back an exam that should never have been written."""
    person = patient_of(request, patient_id)
    _, day = here(request)
    row = exam_of(request, person, exam_id)
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
