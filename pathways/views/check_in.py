"""Check-in answers given by phone or at a visit: asked in order, saved, and what follows from them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways import clock
from pathways.catalogue import load_check_in
from pathways.forms.check_in import FIRST, CheckInForm
from pathways.models import CheckIn, Clinic
from pathways.rules.escalation import is_working
from pathways.services import alert_chain, check_ins
from pathways.services.errors import Refused
from pathways.views.deeds import sent
from pathways.views.doors import actor_of, clinic_required, find, here, patient_of, worker_required
from pathways.views.person import opened, show
from pathways.worklists.check_in_page import check_in_page


@worker_required
def ask(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask the questions; what cannot wait stands first, with the number to call."""
    person = patient_of(request, patient_id)
    clinic, _ = here(request)
    form = CheckInForm(
        sent(request), questions=check_ins.questions(patient=person), fever=clinic.fever_threshold
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = check_ins.record_check_in(
                patient=person,
                answers=form.answers,
                channel=form.cleaned_data["channel"],
                note=form.cleaned_data["note"],
                by=actor_of(request),
            )
        except Refused as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, refusal.message)
        else:
            messages.success(request, "The answers are kept as they were given.")
            return redirect(reverse("check-in-kept", args=[person.pk, row.pk]))
    signs = load_check_in().by_key[FIRST].signs
    return show(
        request,
        "patients/check_in.html",
        person,
        form=form,
        signs=signs,
        out_of_hours=_out_of_hours(clinic),
    )


@clinic_required
@require_safe
def kept(request: HttpRequest, patient_id: UUID, check_in_id: int) -> HttpResponse:
    """Show what was answered, what it led to, and who has the alert."""
    person = opened(request, patient_id)
    clinic, _ = here(request)
    row = find(CheckIn.objects.select_related("clinic"), request, pk=check_in_id, patient=person)
    page = check_in_page(row, check_ins.alert_of(row), clock.now())
    out_of_hours = _out_of_hours(clinic)
    return show(
        request, "patients/check_in_kept.html", person, page=page, out_of_hours=out_of_hours
    )


def _out_of_hours(clinic: Clinic) -> bool:
    """Say whether the clinic is shut at this moment."""
    return not is_working(clock.now(), alert_chain.hours_of(clinic))
