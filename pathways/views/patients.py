"""Finding people, and one person's page. Opening a page is a read event, from the first view."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pathways.rules.lifecycles import PHASE_LABELS
from pathways.services import audit
from pathways.views.doors import actor_of, clinic_required, here, patient_of
from pathways.views.due_list import deed_address
from pathways.worklists.find import found_people
from pathways.worklists.patient_page import patient_page

PAGE = 50


@clinic_required
@require_safe
def patients(request: HttpRequest) -> HttpResponse:
    """List the clinic's people, or those whose name or number contains every word asked for."""
    clinic, day = here(request)
    words = request.GET.get("q", "").strip()[:80].replace("\0", "")
    phase = request.GET.get("phase", "")
    people = found_people(clinic, words, phase)
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "patients/list.html",
        {
            "page": page,
            "find": words,
            "phase": phase,
            "phases": [(key.value, label, key == phase) for key, label in PHASE_LABELS.items()],
            "previous": _address(words, phase, page.number - 1) if page.has_previous() else "",
            "next": _address(words, phase, page.number + 1) if page.has_next() else "",
            "today": day,
        },
    )


def _address(words: str, phase: str, number: int) -> str:
    return "?" + urlencode({"q": words, "phase": phase, "page": number})


@clinic_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Go straight to the only person who fits; else show who does."""
    clinic, _ = here(request)
    words = request.GET.get("q", "").strip()[:80].replace("\0", "")
    if words:
        found = list(found_people(clinic, words)[:2])
        if len(found) == 1:
            return redirect("patient", found[0].pk)
    return patients(request)


@clinic_required
@require_safe
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show one person, and write down who looked."""
    person = patient_of(request, patient_id)
    clinic, day = here(request)
    audit.record(
        by=actor_of(request),
        verb="opened the page",
        subject=person,
        clinic=clinic,
        patient=person,
    )
    page = patient_page(person, clinic, day)
    rows = [{"row": row, "deed": deed_address(row)} for row in page.rows]
    return render(request, "patients/page.html", {"page": page, "rows": rows, "today": day})
