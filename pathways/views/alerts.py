"""The alerts of a clinic: the list, and one of them open beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways import clock
from pathways.forms.alerts import AnswerForm
from pathways.models import Alert, User
from pathways.rules.alert_states import Severity
from pathways.rules.alert_words import SEVERITY_LABELS, span
from pathways.rules.dates import zone
from pathways.rules.findings import Setting
from pathways.services import alert_chain, alert_settings, audit
from pathways.views.doors import actor_of, clinic_required, find, here
from pathways.views.middleware import CHOSEN
from pathways.worklists import alert_found
from pathways.worklists.alert_choosers import owner_options, rule_options
from pathways.worklists.alert_inbox import Asking, Chosen, Inbox, Show, inbox
from pathways.worklists.alert_page import alert_page
from pathways.worklists.alert_rows import AlertRow
from pathways.worklists.alert_sweeps import late_sweep

View = Callable[..., Any]


def at_its_clinic(view: View) -> View:
    """Let an alert's address lead to the alert's clinic, if the reader works there too.

    Stands outside the door, so that the door asks for the role in that clinic. The reader's choice of
    clinic changes with it, or the links on the page would lead nowhere.
    """

    @wraps(view)
    def led(request: HttpRequest, alert_id: int, *args: Any, **kwargs: Any) -> Any:
        memberships = getattr(request, "memberships", [])
        if len(memberships) > 1:
            row = Alert.objects.filter(pk=alert_id).values_list("clinic_id", flat=True).first()
            there = next((each for each in memberships if each.clinic_id == row), None)
            if there is not None and there != getattr(request, "membership", None):
                request.session[CHOSEN] = there.clinic_id
                request.membership, request.clinic = there, there.clinic  # type: ignore[attr-defined]
                messages.info(request, f"You now see {there.clinic}.")
        return view(request, alert_id, *args, **kwargs)

    return led


def asking(request: HttpRequest) -> Asking:
    """Return who asks, for the lists."""
    clinic, _ = here(request)
    memberships = getattr(request, "memberships", [])
    return Asking(
        user_id=request.user.pk or 0,
        clinic=clinic,
        clinic_ids=tuple(each.clinic_id for each in memberships),
    )


def page_number(request: HttpRequest) -> int:
    """Return the page asked for; what is no number is the first."""
    wanted = request.GET.get("page", "1")
    return int(wanted) if wanted.isdecimal() and len(wanted) < 8 else 1


def find_alert(request: HttpRequest, alert_id: int) -> Alert:
    """Return an alert of the reader's clinic, or answer that there is none."""
    rows = Alert.objects.select_related(
        "patient__named_clinician", "clinic", "owner", "observation"
    )
    return find(rows, request, pk=alert_id)


@clinic_required
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer; a wide window opens the first by itself."""
    return render(request, "alerts/list.html", listing(request))


@at_its_clinic
@clinic_required
@require_safe
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Show one alert beside the list, and write down who looked."""
    row = find_alert(request, alert_id)
    audit.record(
        by=actor_of(request), verb=audit.OPENED, subject=row, clinic=row.clinic, patient=row.patient
    )
    return show(request, row)


@at_its_clinic
@clinic_required
@require_safe
def reproduce(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Run the alert's rule again on the inputs kept with it, and show both."""
    row = find_alert(request, alert_id)
    audit.record(
        by=actor_of(request), verb=audit.OPENED, subject=row, clinic=row.clinic, patient=row.patient
    )
    kept = json.dumps(row.inputs, indent=2, ensure_ascii=False)
    found = alert_found.found(row, here(request)[1])
    return render(request, "alerts/reproduce.html", {"alert": row, "found": found, "kept": kept})


def show(request: HttpRequest, row: Alert, **more: Any) -> HttpResponse:
    """Draw one alert beside its list; `form` and `conflict` come from an answer that did not fit."""
    now = clock.now()
    setting = alert_settings.in_force(row.clinic)[row.rule]
    page = alert_page(row, setting, _then(row, setting), now)
    context = {
        **listing(request, row.pk),
        "page": page,
        "banner": page.banner,
        "form": AnswerForm(),
        **more,
    }
    return render(request, "alerts/open.html", context)


def beside(request: HttpRequest, alert_id: int) -> str:
    """Return the address of an alert that keeps the list beside it as it is."""
    chosen = Chosen.read(request.GET)
    page = page_number(request)
    return reverse("alert", args=[alert_id]) + chosen.address(
        **({"page": page} if page > 1 else {})
    )


def following(request: HttpRequest, alert_id: int) -> str:
    """Return where the reader goes after an answer: the next of the list, else the list."""
    chosen = Chosen.read(request.GET)
    rows = inbox(asking(request), chosen, clock.now(), page_number(request)).rows
    keys = [row.pk for row in rows]
    at = keys.index(alert_id) if alert_id in keys else -1
    others = keys[at + 1 :] + keys[: max(at, 0)]
    if not others:
        return reverse("alerts") + chosen.address()
    return beside(request, others[0])


def _then(row: Alert, setting: Setting) -> str:
    """Return what happens when the clock that runs now runs out."""
    chain = alert_chain.of(row.clinic)
    named = row.patient.named_clinician_id if row.patient else None
    severity = Severity(row.severity)
    after = chain.after(severity, setting.owner_role, named, row.place, 1)
    if after.user_id is None:
        return "If unanswered: nobody is next. A coordinator must say who is on duty"
    person = User.objects.get(pk=after.user_id)
    again = " again" if after.user_id == row.owner_id else ""
    return f"If unanswered: to {person}{again}, {after.rung}"


def listing(request: HttpRequest, open_pk: int = 0) -> dict[str, Any]:
    """Return what the list's half of the page shows; `open_pk` is the alert that stands open."""
    who, now = asking(request), clock.now()
    chosen = Chosen.read(request.GET)
    listed = inbox(who, chosen, now, page_number(request))
    query = chosen.address(**({"page": listed.page} if listed.page > 1 else {}))

    def item(row: AlertRow) -> dict[str, Any]:
        return {
            "row": row,
            "address": reverse("alert", args=[row.pk]) + query,
            "open": row.pk == open_pk,
            "other": row.clinic if row.clinic_id != who.clinic.pk else "",
        }

    late = late_sweep(now)
    groups = [(group, [item(row) for row in group.rows]) for group in listed.groups]
    return {
        "list": listed,
        "groups": groups,
        "first_address": groups[0][1][0]["address"] if groups else "",
        "chosen": chosen,
        "summary": _summary(who, chosen, listed, now),
        "views": _views(who, chosen, listed),
        "choosers": _choosers(who, chosen, now),
        "here": query,
        "clear": Chosen(show=chosen.show).address() or "?",
        "previous": (chosen.address(page=listed.page - 1) or "?") if listed.page > 1 else "",
        "next": chosen.address(page=listed.page + 1) if listed.page < listed.pages else "",
        "late": late,
        "empty": _empty(chosen, late),
    }


def _summary(who: Asking, chosen: Chosen, listed: Inbox, now: datetime) -> str:
    local = now.astimezone(zone(who.clinic.time_zone))
    moment = f"{local:%A} {local.day} {local:%B}, {local:%H:%M}."
    if chosen.show is Show.ANSWERED:
        return f"{listed.total} answered in the last 30 days, latest first. {moment}"
    if chosen.show is Show.SNOOZED:
        return f"{listed.total} snoozed; each comes back by itself, before it is due. {moment}"
    oldest = f" Oldest {span(now - listed.oldest)}." if listed.oldest else ""
    return f"{listed.to_answer} to answer, {listed.to_read} for information.{oldest} {moment}"


def _empty(chosen: Chosen, late: str) -> dict[str, str]:
    if late and chosen.show is not Show.ANSWERED:
        return {"heading": "Whether something waits is not known", "line": late}
    if chosen.narrowed:
        return {
            "heading": "Nothing fits these choices",
            "line": "Alerts that do not fit them still wait.",
            "clear": reverse("alerts") + Chosen(show=chosen.show).address(),
        }
    if chosen.show is Show.SNOOZED:
        return {"heading": "Nothing is snoozed", "line": "What was snoozed is back in the list."}
    if chosen.show is Show.ANSWERED:
        return {
            "heading": "Nothing was answered in the last 30 days",
            "line": "What is answered stays in each person’s record for good.",
        }
    return {
        "heading": "Nothing waits for an answer",
        "line": "Results, exams and courses are looked at as they are saved; the rest every hour.",
    }


def _views(who: Asking, chosen: Chosen, listed: Inbox) -> list[tuple[str, int, str, bool]]:
    words = {
        Show.MINE: "Mine",
        Show.CLINIC: who.clinic.name,
        Show.ALL: "All clinics",
        Show.SNOOZED: "Snoozed",
        Show.ANSWERED: "Answered, last 30 days",
    }
    left_out = set() if len(who.clinic_ids) > 1 else {Show.ALL}
    if not listed.counts[Show.SNOOZED] and chosen.show is not Show.SNOOZED:
        left_out.add(Show.SNOOZED)
    shown = [show for show in words if show not in left_out]
    base = reverse("alerts")
    return [
        (words[each], listed.counts[each], base + Chosen(show=each).address(), chosen.show is each)
        for each in shown
    ]


def _choosers(who: Asking, chosen: Chosen, now: Any) -> list[tuple[str, str, list[Any]]]:
    found = {
        "severity": [(each.value, SEVERITY_LABELS[each]) for each in Severity],
        "rule": rule_options(who, chosen.show, now),
        "owner": owner_options(who),
    }
    return [
        (
            name,
            name.capitalize(),
            [(value, words, value == getattr(chosen, name)) for value, words in options],
        )
        for name, options in found.items()
    ]
