"""What the views of one person's pages share: the read event and the banner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pathways.models import Patient
from pathways.services import audit
from pathways.views.doors import actor_of, here, patient_of
from pathways.worklists.banner import banner_of


def opened(request: HttpRequest, patient_id: UUID) -> Patient:
    """Return a person of the reader's clinic, and write down who looked."""
    person = patient_of(request, patient_id)
    clinic, _ = here(request)
    audit.record(
        by=actor_of(request), verb=audit.OPENED, subject=person, clinic=clinic, patient=person
    )
    return person


def show(request: HttpRequest, template: str, patient: Patient, **context: Any) -> HttpResponse:
    """Draw a page that extends `patients/person.html`: banner and tabs come by themselves."""
    _, day = here(request)
    return render(
        request,
        template,
        {"patient": patient, "banner": banner_of(patient, day), "today": day, **context},
    )
