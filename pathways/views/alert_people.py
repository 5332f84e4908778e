"""Who is asked about alerts: everybody reads it, a coordinator sets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways.forms.alert_people import PLACES, ChainForm, DutyForm, EndDutyForm, OutOfHoursForm
from pathways.models import Duty, User
from pathways.rules.alert_states import Rung, Severity
from pathways.rules.due_phrase import short_date
from pathways.services import alert_duties
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import actor_of, clinic_required, coordinator_required, find, here
from pathways.worklists.alert_choosers import staff_options
from pathways.worklists.alert_people import people


@clinic_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Show the chain of every severity, who is on duty, and the days on which nobody is."""
    clinic, day = here(request)
    return render(request, "alerts/people.html", {"people": people(clinic, day), "today": day})


@coordinator_required
def chain(request: HttpRequest) -> HttpResponse:
    """Set who is asked in turn for one severity."""
    clinic, day = here(request)
    rows = {row.severity: row for row in people(clinic, day).chains}
    wanted = request.POST.get("severity") or request.GET.get("severity", "")
    now = rows.get(Severity(wanted)) if wanted in set(Severity) else None
    initial = dict(zip(PLACES, now.rungs if now else (), strict=False))
    form = ChainForm(sent(request), initial={"severity": wanted, **initial})

    def deed(words: Mapping[str, Any]) -> str:
        severity = Severity(words["severity"])
        rungs = alert_duties.set_chain(
            clinic=clinic, severity=severity, rungs=form.rungs, by=actor_of(request)
        )
        return f"{severity.capitalize()}: {', then '.join(rungs)}. Open alerts keep their owner."

    return carry_out(
        request,
        form=form,
        title="Change the chain",
        button="Change the chain",
        deed=deed,
        then=reverse("alerts-people"),
        note="A place on which nobody stands is passed over. The last one keeps being asked.",
        seen=Seen(",".join(now.rungs) if now else "", clinic),
    )


@coordinator_required
def duty(request: HttpRequest) -> HttpResponse:
    """Put somebody on duty."""
    clinic, day = here(request)
    people_here = staff_options(clinic)
    initial = {"from_on": day, "rung": request.GET.get("rung", "")}

    def deed(words: Mapping[str, Any]) -> str:
        row = alert_duties.put_on_duty(
            clinic=clinic,
            rung=Rung(words["rung"]),
            user=User.objects.get(pk=words["user"]),
            from_on=words["from_on"],
            until_on=words["until_on"],
            by=actor_of(request),
        )
        return f"{row.user}: {row.rung} from {short_date(row.from_on, day)}."

    return carry_out(
        request,
        form=DutyForm(sent(request), people=people_here, initial=initial),
        title="Put somebody on duty",
        button="Put on duty",
        deed=deed,
        then=reverse("alerts-people"),
        note="Open alerts that nobody has acknowledged go to whoever is on duty, within minutes.",
    )


@coordinator_required
def end_duty(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Let a duty end earlier than it was set, or take one off that has not begun."""
    row = find(Duty.objects.select_related("user", "clinic"), request, pk=duty_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        alert_duties.end_duty(duty=row, until_on=words["until_on"], by=actor_of(request))
        return f"{row.user} stands there to {short_date(words['until_on'], day)}."

    return carry_out(
        request,
        form=EndDutyForm(sent(request), initial={"until_on": day}),
        title=f"End the duty of {row.user}",
        button="End the duty",
        deed=deed,
        then=reverse("alerts-people"),
        line=row.rung.capitalize(),
        note="A duty that has not begun by that day is taken off the rota.",
        seen=Seen(str(row.until_on or ""), row),
    )


@coordinator_required
def out_of_hours(request: HttpRequest) -> HttpResponse:
    """Set what staff read beside an urgent alert outside the clinic's hours."""
    clinic, _ = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        alert_duties.set_out_of_hours(clinic=clinic, text=words["text"], by=actor_of(request))
        return "Text for out of hours saved."

    return carry_out(
        request,
        form=OutOfHoursForm(sent(request), initial={"text": clinic.out_of_hours_text}),
        title="Text for out of hours",
        button="Save the text",
        deed=deed,
        then=reverse("alerts-people"),
        seen=Seen(clinic.out_of_hours_text, clinic),
    )
