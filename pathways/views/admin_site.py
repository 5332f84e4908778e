"""The door of Django's admin: coordinators of a clinic, by their membership of today.

The account's own flags (staff, superuser) open nothing here, and one signs in where all staff do.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator

from pathways import permissions
from pathways.rules.lifecycles import Role


class ClinicAdminSite(AdminSite):
    """The admin, for those who coordinate a clinic now."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Coordinators of at least one clinic."""
        memberships = getattr(request, "memberships", [])
        return request.user.is_active and any(
            permissions.can_coordinate(Role(membership.role)) for membership in memberships
        )

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Lead to the clinic's own sign-in; who is signed in already may not come in here."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied("Only a coordinator sees the clinic's settings.")
        back = request.GET.get("next", "")
        answer: HttpResponse = redirect_to_login(back or reverse("admin:index"))
        return answer
