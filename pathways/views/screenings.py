"""Decisions about one screening: postpone, ask sooner, turn on, cease, take back; remind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pathways import permissions
from pathways.forms.base import NothingMore, ReasonForm
from pathways.forms.decisions import PostponeForm, RecallEarlyForm, TurnOnForm
from pathways.models import Enrolment, Screening, ScreeningDecision, ScreeningDefinition
from pathways.models.authors import authors_of
from pathways.rules.due_phrase import due_phrase, short_date
from pathways.rules.rule_types import RecurrenceKind
from pathways.services import reminders, screenings
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import (
    actor_of,
    find,
    here,
    patient_of,
    physician_required,
    role_of,
    worker_required,
)


def _screening(request: HttpRequest, patient_id: UUID, screening_id: int) -> Screening:
    person = patient_of(request, patient_id)
    rows = Screening.objects.select_related("patient", "clinic", "definition", "enrolment")
    return find(rows, request, pk=screening_id, patient=person)


def _decide(
    request: HttpRequest,
    row: Screening,
    *,
    form: forms.Form,
    title: str,
    button: str,
    deed: Callable[[Mapping[str, Any]], str],
    note: str = "",
) -> HttpResponse:
    _, day = here(request)
    tag, line = due_phrase(row.facts, day)
    standing = ScreeningDecision.objects.filter(enrolment=row.enrolment, code=row.code)
    last = standing.order_by("-decided_at", "-id").first()
    word = f"{row.state}:{row.due_on}:{last.pk if last else ''}"
    if last is not None and last.withdrawn_at is not None:
        word += ":withdrawn"
    return carry_out(
        request,
        form=form,
        title=title,
        button=button,
        deed=deed,
        then=reverse("patient", args=[row.patient_id]),
        patient=row.patient,
        line=f"{row.definition.label}: {tag[0].lower()}{tag[1:]}, {line}",
        note=note,
        seen=Seen(word, last),
    )


@worker_required
def postpone(request: HttpRequest, patient_id: UUID, screening_id: int) -> HttpResponse:
    """Put one screening off until a day."""
    row = _screening(request, patient_id, screening_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        screenings.postpone(
            screening=row,
            until_on=words["until_on"],
            reason=words["reason"],
            by=actor_of(request),
            as_physician=permissions.can_decide(role_of(request)),
        )
        until = short_date(words["until_on"], day)
        due = short_date(row.due_on, day) if row.due_on else "not known"
        return f"Postponed to {until}. Due date unchanged, {due}."

    return _decide(
        request,
        row,
        form=PostponeForm(sent(request)),
        title="Postpone",
        button="Postpone",
        deed=deed,
        note="No reminder leaves before that day. Beyond "
        f"{screenings.POSTPONE_DAYS} days a physician decides, for {screenings.LONGEST_DAYS} at most.",
    )


@worker_required
def recall_early(request: HttpRequest, patient_id: UUID, screening_id: int) -> HttpResponse:
    """Ask for the next one sooner than the rule says."""
    row = _screening(request, patient_id, screening_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        screenings.recall_early(
            screening=row,
            until_on=words["until_on"],
            reason=words["reason"],
            by=actor_of(request),
        )
        return f"Asked for by {short_date(words['until_on'], day)}. The rule itself is unchanged."

    return _decide(
        request,
        row,
        form=RecallEarlyForm(sent(request)),
        title="Ask for it sooner",
        button="Ask for it sooner",
        deed=deed,
    )


@physician_required
def cease(request: HttpRequest, patient_id: UUID, screening_id: int) -> HttpResponse:
    """Take one screening out of recall for this person."""
    row = _screening(request, patient_id, screening_id)

    def deed(words: Mapping[str, Any]) -> str:
        screenings.cease(screening=row, reason=words["reason"], by=actor_of(request))
        return f"Ceased: {row.definition.label}. Everything else stays owed."

    return _decide(
        request,
        row,
        form=ReasonForm(sent(request)),
        title="Cease this screening",
        button="Cease this screening",
        deed=deed,
        note="It is not asked for again for this person, until the decision is taken back.",
    )


@worker_required
def remind(request: HttpRequest, patient_id: UUID, screening_id: int) -> HttpResponse:
    """Write to the person now, by hand."""
    row = _screening(request, patient_id, screening_id)

    def deed(words: Mapping[str, Any]) -> str:
        reminders.remind_by_hand(screening=row, by=actor_of(request))
        return "An email waits to leave. It takes the place of the next automatic one."

    return _decide(
        request,
        row,
        form=NothingMore(sent(request)),
        title="Remind by email",
        button="Send an email",
        deed=deed,
    )


@physician_required
def turn_on(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Turn on a screening that is owed only on request."""
    person = patient_of(request, patient_id)
    enrolment = find(Enrolment.objects.running(), request, patient=person)
    phase = enrolment.phases.filter(until_on__isnull=True).values_list("phase", flat=True).first()
    offered = ScreeningDefinition.objects.filter(
        version=enrolment.version_id, phase=phase or "", kind=RecurrenceKind.ON_REQUEST
    )
    codes = list(offered.values_list("code", "label"))

    def deed(words: Mapping[str, Any]) -> str:
        screenings.request(
            enrolment=enrolment,
            code=words["code"],
            interval=words["interval"],
            reason=words["reason"],
            by=actor_of(request),
        )
        return f"Turned on: {dict(codes)[words['code']]}."

    return carry_out(
        request,
        form=TurnOnForm(sent(request), codes=codes),
        title="Turn on a screening",
        button="Turn on",
        deed=deed,
        then=reverse("patient", args=[person.pk]),
        patient=person,
        line="" if codes else "This phase has no screening that is owed only on request",
    )


@worker_required
def take_back(request: HttpRequest, patient_id: UUID, decision_id: int) -> HttpResponse:
    """Take a decision back; a physician's decision only by a physician."""
    person = patient_of(request, patient_id)
    rows = ScreeningDecision.objects.select_related("enrolment", "clinic")
    decision = find(rows, request, pk=decision_id, enrolment__patient=person)
    if decision.kind == "ceased":
        permissions.check_decide(role_of(request))

    who = authors_of(decision.clinic_id).named(decision.decided_by)

    def deed(words: Mapping[str, Any]) -> str:
        screenings.withdraw_decision(decision=decision, by=actor_of(request))
        return f"Taken back: {decision.kind}."

    return carry_out(
        request,
        form=NothingMore(sent(request)),
        title="Take a decision back",
        button="Take it back",
        deed=deed,
        then=reverse("patient", args=[person.pk]),
        patient=person,
        line=f"{decision.kind}: {decision.reason} ({who})",
        seen=Seen("withdrawn" if decision.withdrawn_at else "standing", decision),
    )
