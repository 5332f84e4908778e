"""The component page: every part of the interface in every state, light and dark side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.views.doors import clinic_required


@clinic_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show the components with invented people; reads no row, so any member of staff may look."""
    return render(request, "gallery/components.html")
