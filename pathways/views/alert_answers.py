"""What a person does with an alert: answer, acknowledge, note, mark as read, snooze, hand over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pathways import clock
from pathways.forms.alerts import AnswerForm, ReadForm, ReassignForm, SnoozeForm
from pathways.models import Alert, User
from pathways.rules.alert_states import ALERT_OPEN, Severity
from pathways.rules.alert_words import moment
from pathways.rules.dates import local_instant, zone
from pathways.services import alerts
from pathways.services.errors import Refused
from pathways.views.alerts import at_its_clinic, beside, find_alert, following, show
from pathways.views.deeds import KEEP, Seen, carry_out, sent, who_changed
from pathways.views.doors import actor_of, here, worker_required
from pathways.worklists.alert_choosers import staff_options
from pathways.worklists.alert_inbox import to_read

Deed = Callable[[Alert, Mapping[str, Any]], str]


@at_its_clinic
@worker_required
def answer(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Take what was answered; the next alert of the list opens by itself.

    What was typed is kept where somebody else was faster, or where something is missing.
    """
    row = find_alert(request, alert_id)
    if request.method != "POST":
        return show(request, row)
    form = AnswerForm(request.POST)
    name = request.POST.get("do") or _main(row)  # Ctrl Enter presses no button
    deed = {"answer": _resolve, "acknowledge": _acknowledge, "note": _note, "read": _read}.get(name)
    if deed is None:
        form.add_error(None, "Choose one of the buttons.")
    elif form.is_valid():
        if name != "note" and request.POST.get("seen") != row.state and KEEP not in request.POST:
            return show(request, row, form=form, conflict=who_changed(request, row))
        after = following(request, row.pk)
        try:
            said = deed(request, row, form.cleaned_data)
        except Refused as refusal:
            if row.state != Alert.objects.values_list("state", flat=True).get(pk=row.pk):
                row = find_alert(request, alert_id)
                return show(request, row, form=form, conflict=who_changed(request, row))
            field = {"words": "note"}.get(refusal.field or "", refusal.field)
            form.add_error(field if field in form.fields else None, refusal.message)
        else:
            messages.success(request, said)
            stays = name in {"acknowledge", "note"}
            return redirect(beside(request, row.pk) if stays else after)
    return show(request, row, form=form)


def _main(row: Alert) -> str:
    """Return what the filled button of an alert does."""
    if row.state not in ALERT_OPEN:
        return "note"
    return "read" if row.severity == Severity.INFORMATION else "answer"


def _resolve(request: HttpRequest, row: Alert, words: Mapping[str, Any]) -> str:
    alerts.resolve(
        alert=row,
        outcome=words["outcome"],
        usefulness=words["usefulness"],
        words=words["note"],
        by=actor_of(request),
    )
    return f"Alert {row.pk} answered: {words['outcome']}."


def _acknowledge(request: HttpRequest, row: Alert, words: Mapping[str, Any]) -> str:
    alerts.acknowledge(alert=row, by=actor_of(request))
    if words["note"]:
        alerts.note(alert=row, words=words["note"], by=actor_of(request))
    until = ""
    if row.deadline_at is not None:
        until = f" Close it {_when(row, row.deadline_at)}, or it goes to the next in the chain."
    return f"Alert {row.pk} is yours and stays open.{until}"


def _note(request: HttpRequest, row: Alert, words: Mapping[str, Any]) -> str:
    alerts.note(alert=row, words=words["note"], by=actor_of(request))
    return f"Note kept with alert {row.pk}. Nothing else changed."


def _read(request: HttpRequest, row: Alert, words: Mapping[str, Any]) -> str:
    alerts.mark_read(
        clinic=row.clinic, alerts=[row], usefulness=words["usefulness"], by=actor_of(request)
    )
    return f"Alert {row.pk} marked as read."


def _when(row: Alert, instant: Any) -> str:
    return f"by {moment(instant, clock.now(), zone(row.clinic.time_zone))}"


@at_its_clinic
@worker_required
def snooze(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Take it off the list until a time before it is due."""
    row = find_alert(request, alert_id)
    after = following(request, row.pk)
    local = (clock.now() + timedelta(hours=2)).astimezone(zone(row.clinic.time_zone))

    def deed(words: Mapping[str, Any]) -> str:
        until = local_instant(words["on"], words["at"], row.clinic.time_zone)
        alerts.snooze(alert=row, until=until, by=actor_of(request))
        until_words = moment(until, clock.now(), zone(row.clinic.time_zone))
        return f"Alert {row.pk} snoozed to {until_words}. Its due time did not change."

    due = f"Due {_when(row, row.deadline_at)}" if row.deadline_at else "It has no due time"
    return _aside(
        request,
        row,
        form=SnoozeForm(sent(request), initial={"on": local.date(), "at": local.time()}),
        title="Snooze",
        button="Snooze",
        deed=deed,
        then=after,
        note=f"{due}. A snooze never reaches past it; emergency and same day cannot be snoozed.",
    )


@at_its_clinic
@worker_required
def reassign(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Hand it to a colleague."""
    row = find_alert(request, alert_id)
    after = following(request, row.pk)

    def deed(words: Mapping[str, Any]) -> str:
        colleague = User.objects.get(pk=words["to"])
        alerts.reassign(alert=row, to=colleague, words=words["words"], by=actor_of(request))
        return f"Alert {row.pk} is with {colleague} now. Its due time did not change."

    people = [each for each in staff_options(row.clinic) if each[0] != str(row.owner_id)]
    return _aside(
        request,
        row,
        form=ReassignForm(sent(request), people=people),
        title="Reassign",
        button="Reassign",
        deed=deed,
        then=after,
        note="The clock runs on. If nobody answers in time it goes to the next in the chain.",
    )


def _aside(request: HttpRequest, row: Alert, *, title: str, then: str, **more: Any) -> HttpResponse:
    return carry_out(
        request,
        title=f"{title} alert {row.pk}",
        patient=row.patient,
        line=row.title,
        then=then if request.method == "POST" else beside(request, row.pk),
        seen=Seen(f"{row.state}:{row.owner_id or ''}", row),
        **more,
    )


@worker_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark many alerts for information as read, after a look at which."""
    clinic, _ = here(request)
    rows = to_read(clinic, clock.now())
    form = ReadForm(sent(request), rows=[(str(row.pk), row.sentence) for row in rows])
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["alerts"])
        picked = Alert.objects.in_clinic(clinic).filter(
            pk__in=chosen, severity=Severity.INFORMATION
        )
        number = alerts.mark_read(clinic=clinic, alerts=picked, by=actor_of(request))
        left = len(rows) - len(chosen)
        kept = f" {left} left as they are." if left else ""
        messages.success(request, f"{number} marked as read.{kept}")
        return redirect("alerts")
    ticked = set(request.POST.getlist("alerts")) if form.is_bound else {str(row.pk) for row in rows}
    context = {"form": form, "rows": [(row, str(row.pk) in ticked) for row in rows]}
    return render(request, "alerts/read.html", context)
