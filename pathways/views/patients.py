"""Finding people, and one person's page. Opening a page is a read event, from the first view."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pathways import clock
from pathways.rules.lifecycles import PHASE_LABELS
from pathways.views import searches
from pathways.views.doors import clinic_required, here
from pathways.views.due_list import deed_address
from pathways.views.person import opened
from pathways.worklists.alert_rows import open_alerts_of
from pathways.worklists.course import read_span
from pathways.worklists.filters import Filters
from pathways.worklists.find import found_people
from pathways.worklists.patient_page import patient_page

PAGE = 50


@clinic_required
@require_safe
def patients(request: HttpRequest) -> HttpResponse:
    """List the clinic's people, or those whose name or number contains every word asked for."""
    clinic, day = here(request)
    clean = searches.without_words(request)
    if clean is not None:
        return clean
    number, words = searches.words_of(request)
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
            "unsearched": _address("", phase),
            "previous": _address(number, phase, page.number - 1) if page.has_previous() else "",
            "next": _address(number, phase, page.number + 1) if page.has_next() else "",
            "today": day,
        },
    )


def _address(number: str, phase: str, page: int = 1) -> str:
    asked = {"found": number, "phase": phase, "page": str(page) if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in asked.items() if value})


@clinic_required
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Take the words of a search by POST, and show its list under an address without them.

    The due list's other filters come along and stand in the address as ever.
    """
    number = searches.keep(request, request.POST.get(searches.WORDS, ""))
    if request.POST.get("list") == "due":
        filters = replace(Filters.read(request.POST), found=number)
        address = reverse("due-list") + filters.address()
    else:
        address = reverse("patients") + _address(number, request.POST.get("phase", ""))
    return redirect(address.removesuffix("?"))


@clinic_required
@require_safe
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show one person, and write down who looked."""
    person = opened(request, patient_id)
    clinic, day = here(request)
    waiting = open_alerts_of(person, clock.now())
    span = read_span(request.GET.get("span", ""))

    def source(result_id: int) -> str:
        return reverse("result", args=[person.pk, result_id])

    page = patient_page(person, clinic, day, alerts=waiting, span=span, source=source)
    rows = [{"row": row, "deed": deed_address(row)} for row in page.rows]
    return render(
        request,
        "patients/page.html",
        {
            "page": page,
            "banner": page.banner,
            "rows": rows,
            "today": day,
            "alerts": waiting,
            "urgent_alerts": any(each.urgent for each in waiting),
        },
    )
