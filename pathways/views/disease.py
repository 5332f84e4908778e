"""A person's disease page, and writing down diagnosis, features and response."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways.catalogue import load_features
from pathways.forms.base import ReasonForm
from pathways.forms.disease import DiagnosisForm, FeatureForm, ResponseForm
from pathways.models import Diagnosis, DiseaseFeature, Patient, ResponseRecord
from pathways.models.base import Record
from pathways.rules.disease_words import (
    CriteriaVersion,
    Feature,
    FeatureState,
    NeuropathyType,
    ResponseCategory,
    ResponseDomain,
)
from pathways.rules.due_phrase import short_date
from pathways.services import disease
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import (
    actor_of,
    clinic_required,
    find,
    here,
    patient_of,
    physician_required,
    worker_required,
)
from pathways.views.person import opened, show
from pathways.worklists.disease_page import disease_page
from pathways.worklists.response_rows import DOMAINS

STAYS = "It stays in the record, struck through, and counts no more."


def page_of(person: Patient) -> str:
    """Return the address of a person's disease page."""
    return reverse("patient-disease", args=[person.pk])


@clinic_required
@require_safe
def patient_disease(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the disease of a person as it is recorded."""
    person = opened(request, patient_id)
    _, day = here(request)
    return show(request, "disease/page.html", person, page=disease_page(person, day))


@worker_required
def record_diagnosis(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down the diagnosis, or replace the one on record with a reason."""
    person = patient_of(request, patient_id)
    _, day = here(request)
    before = Diagnosis.objects.standing().filter(patient=person).first()
    initial = {"neuropathy": ""}
    if before is not None:
        initial |= {
            name: getattr(before, name)
            for name in ("diagnosed_on", "criteria", "neuropathy", "source", "note")
        }

    def deed(words: Mapping[str, Any]) -> str:
        kind = words["neuropathy"]
        row = disease.record_diagnosis(
            patient=person,
            diagnosed_on=words["diagnosed_on"],
            criteria=CriteriaVersion(words["criteria"]),
            neuropathy=NeuropathyType(kind) if kind else None,
            source=words["source"],
            note=words["note"],
            reason=words.get("reason", ""),
            by=actor_of(request),
        )
        return f"Diagnosed on {short_date(row.diagnosed_on, day)}. What is owed was planned anew."

    return carry_out(
        request,
        form=DiagnosisForm(sent(request), replaces=before is not None, initial=initial),
        title="Correct the diagnosis" if before else "Record the diagnosis",
        button="Save the diagnosis",
        deed=deed,
        then=page_of(person),
        patient=person,
        note="The diagnosis is a clinician’s, copied from its source. Nothing here computes one.",
        seen=Seen(str(before.pk) if before else "none", before),
    )


@worker_required
def record_feature(request: HttpRequest, patient_id: UUID, feature: str) -> HttpResponse:
    """Write down what was found of one feature."""
    person = patient_of(request, patient_id)
    _, day = here(request)
    entry = load_features().features.get(_word(Feature, feature))
    if entry is None:
        raise Http404

    def deed(words: Mapping[str, Any]) -> str:
        row = disease.record_feature(
            patient=person,
            feature=entry.feature,
            state=FeatureState(words["state"]),
            found_on=words["found_on"],
            finding=words["finding"],
            source=words["source"],
            by=actor_of(request),
        )
        return f"{entry.label}: {row.state} on {short_date(row.found_on, day)}."

    return carry_out(
        request,
        form=FeatureForm(sent(request)),
        title=entry.label,
        button="Record the finding",
        deed=deed,
        then=page_of(person),
        patient=person,
        line=entry.looked_for,
        note=" ".join(filter(None, (entry.caveat, "Earlier findings stay readable."))),
    )


@physician_required
def record_response(request: HttpRequest, patient_id: UUID, domain: str) -> HttpResponse:
    """Write down the response in one domain."""
    person = patient_of(request, patient_id)
    _, day = here(request)
    chosen = _word(ResponseDomain, domain)

    def deed(words: Mapping[str, Any]) -> str:
        row = disease.record_response(
            patient=person,
            domain=chosen,
            category=ResponseCategory(words["category"]),
            assessed_on=words["assessed_on"],
            assessed_by=words["assessed_by"],
            note=words["note"],
            by=actor_of(request),
        )
        return f"{DOMAINS[chosen]} response: {row.category}, {short_date(row.assessed_on, day)}."

    return carry_out(
        request,
        form=ResponseForm(
            sent(request),
            domain=chosen,
            initial={"assessed_on": day, "assessed_by": str(request.user)},
        ),
        title=f"Response, {DOMAINS[chosen]}",
        button="Record the response",
        deed=deed,
        then=page_of(person),
        patient=person,
        note="The response is yours to judge. Words marked “to be checked” are our draft.",
    )


def take_back(
    request: HttpRequest,
    patient_id: UUID,
    row: Record,
    *,
    what: str,
    on: date,
    verb: Callable[[str], object],
    note: str = STAYS,
) -> HttpResponse:
    """Ask for the reason, and mark a record of a person as entered in error."""
    person = patient_of(request, patient_id)
    _, day = here(request)
    said = f"{what}, {short_date(on, day)}"

    def deed(words: Mapping[str, Any]) -> str:
        verb(words["reason"])
        return f"Entered in error: {said}."

    return carry_out(
        request,
        form=ReasonForm(sent(request)),
        title="Entered in error",
        button="Entered in error",
        deed=deed,
        then=page_of(person),
        patient=person,
        line=said,
        note=note,
        seen=Seen(row.withdrawn_by or "stands", row),
    )


@worker_required
def diagnosis_in_error(request: HttpRequest, patient_id: UUID, diagnosis_id: int) -> HttpResponse:
    """Take back a diagnosis."""
    person = patient_of(request, patient_id)
    rows = Diagnosis.objects.select_related("patient", "clinic")
    row = find(rows, request, pk=diagnosis_id, patient=person)
    return take_back(
        request,
        patient_id,
        row,
        what="Diagnosis",
        on=row.diagnosed_on,
        verb=lambda why: disease.withdraw_diagnosis(
            diagnosis=row, reason=why, by=actor_of(request)
        ),
        note=f"{STAYS} No diagnosis date anchors the enrolment any more.",
    )


@worker_required
def feature_in_error(request: HttpRequest, patient_id: UUID, feature_id: int) -> HttpResponse:
    """Take back what was found of a feature."""
    person = patient_of(request, patient_id)
    rows = DiseaseFeature.objects.select_related("patient", "clinic")
    row = find(rows, request, pk=feature_id, patient=person)
    label = load_features().features[Feature(row.feature)].label
    return take_back(
        request,
        patient_id,
        row,
        what=f"{label}: {row.state}",
        on=row.found_on,
        verb=lambda why: disease.withdraw_feature(feature=row, reason=why, by=actor_of(request)),
    )


@physician_required
def response_in_error(request: HttpRequest, patient_id: UUID, response_id: int) -> HttpResponse:
    """Take back a response."""
    person = patient_of(request, patient_id)
    rows = ResponseRecord.objects.select_related("patient", "clinic")
    row = find(rows, request, pk=response_id, patient=person)
    return take_back(
        request,
        patient_id,
        row,
        what=f"{DOMAINS[ResponseDomain(row.domain)]} response: {row.category}",
        on=row.assessed_on,
        verb=lambda why: disease.withdraw_response(response=row, reason=why, by=actor_of(request)),
    )


def _word(words: Any, written: str) -> Any:
    """Return the word of an address, or answer that there is no such page."""
    try:
        return words(written)
    except ValueError:
        raise Http404 from None
