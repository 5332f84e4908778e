"""The history of one person: everything on one timeline, filtered from the address."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pathways.rules.dates import zone
from pathways.views.doors import clinic_required, here
from pathways.views.person import opened, show
from pathways.worklists.history import HistoryFilters, history


@clinic_required
@require_safe
def patient_history(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show a page of a person's history."""
    person = opened(request, patient_id)
    clinic, day = here(request)
    asked = request.GET
    filters = HistoryFilters.read(
        asked.getlist("kind"), asked.get("span", ""), asked.get("page", "")
    )
    found = history(person, day, zone(clinic.time_zone), filters)
    return show(request, "patients/history.html", person, history=found)
