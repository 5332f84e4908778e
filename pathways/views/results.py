"""Writing down results, and taking back what was entered in error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pathways import permissions
from pathways.catalogue import load_analytes
from pathways.forms.base import ReasonForm
from pathways.forms.results import ResultForm
from pathways.models import Observation, Screening
from pathways.rules.lifecycles import ResultStatus
from pathways.services import results
from pathways.services.result_rows import Result
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import actor_of, find, here, patient_of, role_of, worker_required
from pathways.worklists.result_words import result_row


@worker_required
def record(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down one result of a person; due dates follow in the same step."""
    person = patient_of(request, patient_id)
    _, day = here(request)
    asked = request.GET.get("code", "")
    codes = [(entry.code, entry.label) for entry in load_analytes().values()]
    form = ResultForm(
        sent(request),
        codes=codes,
        physician=permissions.can_decide(role_of(request)),
        initial={"code": asked, "performed_on": day} | _usual(asked),
    )

    def deed(words: Mapping[str, Any]) -> str:
        comparator, value = words["value"]
        results.record(
            result=Result(
                patient=person,
                code=words["code"],
                performed_on=words["performed_on"],
                status=ResultStatus(words["status"]),
                reported_on=words["reported_on"],
                value=value,
                value_text=request.POST.get("value", "").strip(),
                comparator=comparator,
                unit=words["unit"] if value is not None else "",
                specimen=words["specimen"],
                lab=words["lab"],
                sample_number=words["sample_number"],
                reference_high=words["reference_high"],
                expected_on=words["expected_on"],
                counts_early=words.get("counts_early", False),
                counts_reason=words.get("counts_reason", ""),
            ),
            by=actor_of(request),
        )
        return f"Recorded: {dict(codes)[words['code']]}. {_next(person.pk, words['code'])}"

    return carry_out(
        request,
        form=form,
        title="Record a result",
        button="Record",
        deed=deed,
        then=reverse("patient", args=[person.pk]),
        patient=person,
        note="A sample that is only collected does not close a screening; its result does.",
    )


def _usual(code: str) -> dict[str, str]:
    entry = load_analytes().get(code)
    if entry is None:
        return {}
    specimen = entry.specimens[0] if len(entry.specimens) == 1 else ""
    return {"unit": entry.unit, "specimen": specimen}


def _next(patient_id: UUID, code: str) -> str:
    row = Screening.objects.open().filter(patient_id=patient_id, code=code).first()
    if row is None or row.due_on is None:
        return "No due date follows from it."
    if row.collected_on is not None:
        return "The result is awaited."
    return f"It is next due on {row.due_on.day} {row.due_on:%b %Y}."


def _restate(
    request: HttpRequest,
    patient_id: UUID,
    result_id: int,
    *,
    title: str,
    verb: Callable[..., Any],
    note: str,
) -> HttpResponse:
    person = patient_of(request, patient_id)
    _, day = here(request)
    rows = Observation.objects.select_related("patient", "clinic")
    row = find(rows, request, pk=result_id, patient=person)
    said = result_row(row, day)

    def deed(words: Mapping[str, Any]) -> str:
        verb(observation=row, reason=words["reason"], by=actor_of(request))
        return f"{title}: {said.label} of {said.on}. Due dates were computed again."

    return carry_out(
        request,
        form=ReasonForm(sent(request)),
        title=title,
        button=title,
        deed=deed,
        then=reverse("patient", args=[person.pk]),
        patient=person,
        line=f"{said.label} {said.value} {said.unit}, {said.on}",
        note=note,
        seen=Seen("replaced" if row.superseded_by_id else row.status, row),
    )


@worker_required
def in_error(request: HttpRequest, patient_id: UUID, result_id: int) -> HttpResponse:
    """Take back a result that should never have been written."""
    return _restate(
        request,
        patient_id,
        result_id,
        title="Entered in error",
        verb=results.enter_in_error,
        note="It stays in the record, struck through, and closes nothing any more.",
    )


@worker_required
def reject(request: HttpRequest, patient_id: UUID, result_id: int) -> HttpResponse:
    """Write down that the laboratory could not use the sample."""
    return _restate(
        request,
        patient_id,
        result_id,
        title="Rejected by the laboratory",
        verb=results.reject,
        note="The screening is owed again, on its original due date.",
    )
