"""Signing in and out, choosing the clinic, and a password and settings of one's own."""

from __future__ import annotations

from typing import Any

from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from pathways.forms.signing_in import PasswordForm, SignInForm
from pathways.models import User
from pathways.services import staff
from pathways.views.doors import actor_of, clinic_of, open_door
from pathways.views.middleware import CHOSEN


class SignIn(LoginView):
    """Says with the form how long a screen may stand still."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the minutes after which somebody is signed out."""
        return super().get_context_data(**kwargs, idle_minutes=site.SESSION_COOKIE_AGE // 60)


sign_in = open_door(
    SignIn.as_view(
        template_name="registration/sign_in.html",
        authentication_form=SignInForm,
        redirect_authenticated_user=True,
    )
)
sign_out = open_door(LogoutView.as_view())


class PasswordView(PasswordChangeView):
    """Give oneself another password; every other device is signed out by it."""

    template_name = "registration/change_password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("due-list")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Change it through the service, and keep this one session."""
        staff.change_password(
            user=form.user,
            password=form.cleaned_data["new_password1"],
            clinic=clinic_of(self.request),
            by=actor_of(self.request),
        )
        update_session_auth_hash(self.request, form.user)
        messages.success(
            self.request, "Your password is changed. Other devices of yours are signed out."
        )
        return redirect(self.get_success_url())


change_password = open_door(PasswordView.as_view())


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("due-list")


@open_door
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the due list; the door there asks for a sign-in."""
    return redirect("due-list")


@open_door
@require_POST
def switch_clinic(request: HttpRequest) -> HttpResponse:
    """Work in another clinic of one's own; any other number changes nothing."""
    wanted = request.POST.get("clinic", "")
    for membership in request.memberships:  # type: ignore[attr-defined]
        if str(membership.clinic_id) == wanted:
            request.session[CHOSEN] = membership.clinic_id
            messages.success(request, f"You now see {membership.clinic}.")
    return redirect("due-list")


@open_door
@require_POST
def settings(request: HttpRequest) -> HttpResponse:
    """Keep the reader's own theme and keys; unknown words mean the system's choice."""
    user = User.objects.get(username=request.user.get_username())
    theme = request.POST.get("theme", user.theme)
    user.theme = theme if theme in {"light", "dark"} else ""
    if "keys" in request.POST:
        user.single_keys = request.POST["keys"] == "on"
    user.save(update_fields=["theme", "single_keys"])
    return _back(request)
