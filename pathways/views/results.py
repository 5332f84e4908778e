"""A person's results: all of them, one of them, writing one down, and taking one back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways import permissions
from pathways.catalogue import load_analytes
from pathways.forms.base import ReasonForm
from pathways.forms.results import ResultForm
from pathways.models import Clinic, Observation, Patient
from pathways.rules.dates import local_instant, zone
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.quantities import shown, written
from pathways.rules.units import printed
from pathways.services import result_entry, results
from pathways.services.result_entry import Entered
from pathways.services.result_rows import Result
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import (
    actor_of,
    clinic_required,
    find,
    here,
    patient_of,
    role_of,
    worker_required,
)
from pathways.views.person import opened, show
from pathways.worklists.panel import next_words
from pathways.worklists.result_history import result_history
from pathways.worklists.result_words import result_row
from pathways.worklists.results_page import results_page


@clinic_required
@require_safe
def patient_results(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show every result of a person by analyte, or of the one that is asked for."""
    person = opened(request, patient_id)
    _, day = here(request)
    page = results_page(person, day, request.GET.get("code", ""))
    return show(request, "results/list.html", person, page=page)


@clinic_required
@require_safe
def result(request: HttpRequest, patient_id: UUID, result_id: int) -> HttpResponse:
    """Show one result with every word that was said of its sample."""
    person = opened(request, patient_id)
    clinic, day = here(request)
    row = find(Observation.objects.all(), request, pk=result_id, patient=person)
    history = result_history(row, day, zone(clinic.time_zone))
    return show(request, "results/one.html", person, result=history)


@worker_required
def record(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down one result of a person, or the next word on a sample; due dates follow at once."""
    person = patient_of(request, patient_id)
    clinic, day = here(request)
    sample = _sample(request, person)
    asked = request.GET.get("code", "")
    initial = _words_of(sample, clinic) if sample else {"code": asked} | _usual(asked)
    form = ResultForm(
        sent(request),
        role=role_of(request),
        physician=permissions.can_decide(role_of(request)),
        correcting=sample is not None and sample.status == ResultStatus.FINAL,
        initial={"performed_on": day} | initial,
    )

    def deed(words: Mapping[str, Any]) -> str:
        entered = result_entry.enter(
            results_typed=[_result(words, person, clinic)],
            patient=person,
            by=actor_of(request),
            replaces=sample,
        )
        return told(entered, day)

    return carry_out(
        request,
        form=form,
        title="Record a result" if sample is None else "Record a later word on this sample",
        button="Record",
        deed=deed,
        then=reverse("patient-results", args=[person.pk]),
        patient=person,
        note="A sample that is only collected does not close a screening; its result does.",
    )


def _result(words: Mapping[str, Any], person: Patient, clinic: Clinic) -> Result:
    """Return the result that was typed."""
    said, at = words["measured"], words["at"]
    return Result(
        patient=person,
        code=words["code"],
        performed_on=words["performed_on"],
        collected_at=local_instant(words["performed_on"], at, clinic.time_zone) if at else None,
        status=ResultStatus(words["status"]),
        reported_on=words["reported_on"],
        value=said.value,
        value_text=said.text,
        comparator=said.comparator,
        unit=words["unit"] if said.value is not None else "",
        specimen=words["specimen"],
        lab=words["lab"],
        method=words["method"],
        sample_number=words["sample_number"],
        reference_low=words["reference_low"],
        reference_high=words["reference_high"],
        doubt=words["doubt"],
        reason=words["reason"],
        expected_on=words["expected_on"],
        counts_early=words.get("counts_early", False),
        counts_reason=words.get("counts_reason", ""),
    )


def _sample(request: HttpRequest, person: Patient) -> Observation | None:
    """Return the word that a later one is written on, where the address names one."""
    asked = request.GET.get("sample", "")
    if not asked.isdecimal():
        return None
    rows = Observation.objects.current()
    return find(rows, request, pk=int(asked), patient=person, exam__isnull=True)


def _words_of(sample: Observation, clinic: Clinic) -> dict[str, Any]:
    """Return what stands of a sample, as the form shows it."""
    at = sample.collected_at
    return {
        "code": sample.code,
        "performed_on": sample.performed_on,
        "at": at.astimezone(zone(clinic.time_zone)).time() if at else None,
        "reported_on": sample.reported_on,
        "value": shown(sample.value, sample.comparator) or sample.value_text,
        "unit": printed(sample.unit) or _usual(sample.code).get("unit", ""),
        "specimen": sample.specimen,
        "lab": sample.lab,
        "method": sample.method,
        "sample_number": sample.sample_number,
        "reference_low": written(sample.reference_low),
        "reference_high": written(sample.reference_high),
    }


def _usual(code: str) -> dict[str, str]:
    entry = load_analytes().get(code)
    if entry is None:
        return {}
    specimen = entry.specimens[0] if len(entry.specimens) == 1 else ""
    return {"unit": printed(entry.unit), "specimen": specimen}


def told(entered: Entered, day: date) -> str:
    """Say what was recorded, what it closed and what is next due."""
    number = entered.report.recorded
    said = [f"Recorded {number} result{'' if number == 1 else 's'}."]
    if entered.report.unchanged:
        said.append(f"{entered.report.unchanged} known already.")
    said += [
        next_words(one.label, closed=one.closed, awaited=one.awaited, due_on=one.due_on, day=day)
        for one in entered.owed
    ]
    if not entered.owed:
        said.append("No screening closed by it.")
    return " ".join(said)


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
        then=reverse("result", args=[person.pk, row.pk]),
        patient=person,
        line=f"{said.label} {said.said}, {said.on}",
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
        note="The screening is owed again, on its original due date, and the work list asks for "
        "another sample.",
    )


@worker_required
def lost(request: HttpRequest, patient_id: UUID, result_id: int) -> HttpResponse:
    """Write down that a sample cannot be found."""
    return _restate(
        request,
        patient_id,
        result_id,
        title="Sample lost",
        verb=results.lose,
        note="The screening is owed again, on its original due date, and the work list asks for "
        "another sample.",
    )
