"""What the documents say: their lists in our words, for staff to read and search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.catalogue import Standing
from pathways.views.doors import clinic_required
from pathways.worklists.documents import read_documents


@clinic_required
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Show one list, or everything that holds every word asked for."""
    words = request.GET.get("q", "").strip()[:80]
    chosen = request.GET.get("list", "")
    standing = request.GET.get("status", "")
    found = read_documents(words, chosen, standing)
    return render(
        request,
        "documents/list.html",
        {
            "found": found,
            "q": words,
            "chosen": chosen,
            "standings": [
                (each.value, each.value.capitalize(), each == standing) for each in Standing
            ],
        },
    )
