"""The therapy page of one person, and planning a course: regimens with where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways import permissions
from pathways.catalogue import RegimenEntry, load_regimens
from pathways.forms.therapy import (
    CourseForm,
)
from pathways.models import Patient
from pathways.rules.due_phrase import short_date
from pathways.services import therapy
from pathways.services.therapy import CoursePlan, DrugPlan
from pathways.views.deeds import carry_out, sent
from pathways.views.doors import (
    actor_of,
    clinic_required,
    here,
    patient_of,
    role_of,
    worker_required,
)
from pathways.views.person import opened, show
from pathways.worklists.therapy_page import therapy_page


@clinic_required
@require_safe
def patient_therapy(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Courses, cycles, what is on record around them, and care beside them."""
    person = opened(request, patient_id)
    _, day = here(request)
    return show(
        request,
        "patients/therapy.html",
        person,
        page=therapy_page(person, day),
        may_work=permissions.can_work(role_of(request)),
    )


def to_therapy(person: Patient) -> str:
    """Return the address of a person's therapy page."""
    return reverse("patient-therapy", args=[person.pk])


@worker_required
def choose(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every regimen with where it stands, and why it is contested."""
    person = patient_of(request, patient_id)
    return show(request, "patients/regimens.html", person, regimens=load_regimens().values())


@worker_required
def start(request: HttpRequest, patient_id: UUID, regimen: str) -> HttpResponse:
    """Plan a course of one regimen."""
    person = patient_of(request, patient_id)
    _, day = here(request)
    entry = regimen_of(regimen)
    form = CourseForm(sent(request), regimen=entry, initial={"planned_on": day})

    def deed(words: Mapping[str, Any]) -> str:
        plan = CoursePlan(
            regimen=entry.key,
            planned_on=words["planned_on"],
            first_cycle=words.get("first_cycle", 1),
            cycle_days=words.get("cycle_days"),
            planned_cycles=words.get("planned_cycles"),
            dose_note=words["dose_note"],
            drugs=[DrugPlan(**each) for each in form.plans()],
        )
        therapy.start_course(patient=person, plan=plan, by=actor_of(request))
        return f"{entry.short} planned from {short_date(words['planned_on'], day)}."

    return carry_out(
        request,
        form=form,
        title=f"Plan a course: {entry.short}",
        button="Plan the course",
        deed=deed,
        then=to_therapy(person),
        patient=person,
        line=" ".join([f"{entry.label}; {entry.status.value}.", *entry.reasons]),
        note=entry.note,
    )


def regimen_of(key: str) -> RegimenEntry:
    """Return a regimen of the catalogue, or answer that there is none."""
    entry = load_regimens().get(key)
    if entry is None:
        raise Http404
    return entry
