"""Puts the clinic and the membership on the request: the tenant door for every view."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from pathways.models import Membership

CHOSEN = "clinic"


class ClinicMiddleware:
    """Sets `request.membership` and `request.clinic`; both are None for a stranger.

    A person who works in several clinics carries the chosen one in the session; otherwise the
    first by name. Views refuse a request without a clinic (`views/doors.py`): deny by default.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.memberships = []  # type: ignore[attr-defined]
        request.membership = None  # type: ignore[attr-defined]
        request.clinic = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            memberships = list(
                Membership.objects.current()
                .filter(user=request.user)
                .select_related("clinic")
                .order_by("clinic__name")
            )
            chosen = request.session.get(CHOSEN)
            current = next((m for m in memberships if m.clinic_id == chosen), None)
            current = current or (memberships[0] if memberships else None)
            request.memberships = memberships  # type: ignore[attr-defined]
            request.membership = current  # type: ignore[attr-defined]
            request.clinic = current.clinic if current else None  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.user.is_authenticated:
            # Nobody reads a patient's page with the Back button after the reader signed out.
            response.headers.setdefault("Cache-Control", "no-store")
        return response
