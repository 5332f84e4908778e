"""A person's course on the pathway: phase, hold, endings, return, death."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pathways.forms.course import (
    DeathForm,
    EndForm,
    HoldForm,
    PhaseForm,
    ResumeForm,
    ReturnForm,
    TransplantForm,
)
from pathways.models import Enrolment, Patient
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import PHASE_LABELS, Phase
from pathways.services import enrolments
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import actor_of, find, here, patient_of, worker_required


def _latest(request: HttpRequest, person: Patient) -> Enrolment:
    rows = Enrolment.objects.select_related("patient", "clinic", "version")
    return find(rows.order_by("-enrolled_on", "-id"), request, patient=person)


def _course(
    request: HttpRequest,
    enrolment: Enrolment,
    *,
    form: forms.Form,
    title: str,
    button: str,
    deed: Any,
    note: str = "",
) -> HttpResponse:
    phase = enrolment.phases.order_by("-since_on", "-id").first()
    now = f"{enrolment.state}:{phase.pk if phase else ''}:{enrolment.holds.count()}"
    words = PHASE_LABELS[Phase(phase.phase)] if phase else ""
    return carry_out(
        request,
        form=form,
        title=title,
        button=button,
        deed=deed,
        then=reverse("patient", args=[enrolment.patient_id]),
        patient=enrolment.patient,
        line=f"Now {enrolment.state}, {words[0].lower()}{words[1:]}" if words else "",
        note=note,
        seen=Seen(now, enrolment),
    )


@worker_required
def change_phase(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Begin another phase; screenings follow its rules, the old ones stay in the history."""
    enrolment = _latest(request, patient_of(request, patient_id))
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        phase = Phase(words["phase"])
        enrolments.change_phase(
            enrolment=enrolment, phase=phase, since_on=words["since_on"], by=actor_of(request)
        )
        since = short_date(words["since_on"], day)
        return f"{PHASE_LABELS[phase]} since {since}. Reminders not yet sent were planned anew."

    return _course(
        request,
        enrolment,
        form=PhaseForm(sent(request), initial={"since_on": day}),
        title="Change the phase",
        button="Change the phase",
        deed=deed,
        note="Nothing is due before the new phase began. What is late already stays late.",
    )


@worker_required
def transplant(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down day 0; the milestones counted from it follow."""
    enrolment = _latest(request, patient_of(request, patient_id))
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        enrolments.record_transplant(enrolment=enrolment, on=words["on"], by=actor_of(request))
        return f"Transplant day 0 is {short_date(words['on'], day)}. Other due dates unchanged."

    return _course(
        request,
        enrolment,
        form=TransplantForm(sent(request), initial={"on": enrolment.transplant_on}),
        title="Transplant day",
        button="Save the day",
        deed=deed,
        note="A late visit does not move the next milestone.",
    )


@worker_required
def hold(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Pause everything for this person until somebody looks again."""
    enrolment = _latest(request, patient_of(request, patient_id))
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        enrolments.hold(
            enrolment=enrolment,
            from_on=words["from_on"],
            reason=words["reason"],
            review_on=words["review_on"],
            by=actor_of(request),
        )
        review = short_date(words["review_on"], day)
        return f"On hold. No reminders leave; somebody looks again on {review}."

    return _course(
        request,
        enrolment,
        form=HoldForm(sent(request), initial={"from_on": day}),
        title="Hold",
        button="Hold",
        deed=deed,
        note="Due dates stay as they are until the hold ends.",
    )


@worker_required
def resume(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """End the hold."""
    enrolment = _latest(request, patient_of(request, patient_id))
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        enrolments.resume(enrolment=enrolment, on=words["on"], by=actor_of(request))
        return f"Resumed on {short_date(words['on'], day)}. Nothing is due before that day."

    return _course(
        request,
        enrolment,
        form=ResumeForm(sent(request), initial={"on": day}),
        title="Resume",
        button="Resume",
        deed=deed,
    )


@worker_required
def transfer(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Another clinic takes over from a day."""
    return _end(request, patient_id, "Transfer", enrolments.transfer, "to another clinic")


@worker_required
def withdraw(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The person leaves the pathway."""
    return _end(request, patient_id, "Withdraw", enrolments.withdraw, "from the pathway")


@worker_required
def complete(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The pathway has come to its end for this person."""
    return _end(request, patient_id, "Complete", enrolments.complete, "the pathway")


def _end(
    request: HttpRequest, patient_id: UUID, verb: str, service: Any, what: str
) -> HttpResponse:
    enrolment = _latest(request, patient_of(request, patient_id))
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        service(
            enrolment=enrolment,
            effective_on=words["effective_on"],
            reason=words["reason"],
            by=actor_of(request),
        )
        on = short_date(words["effective_on"], day)
        return f"{verb}: takes effect on {on}. Visits, mail and calls end on that day."

    return _course(
        request,
        enrolment,
        form=EndForm(sent(request), initial={"effective_on": day}),
        title=f"{verb} {what}",
        button=f"{verb} {what}",
        deed=deed,
        note="What is owed closes on that day. It can be taken back by a return.",
    )


@worker_required
def death(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down a death; no mail leaves after it."""
    person = patient_of(request, patient_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        enrolments.record_death(patient=person, died_on=words["died_on"], by=actor_of(request))
        return f"Died {short_date(words['died_on'], day)}. All visits, mail and calls to them end."

    return carry_out(
        request,
        form=DeathForm(sent(request)),
        title="Record a death",
        button="Record the death",
        deed=deed,
        then=reverse("patient", args=[person.pk]),
        patient=person,
        note="Everything owed closes, every visit and every waiting email is cancelled, and the "
        "calls to the person leave the work list.",
        seen=Seen(person.life_status, person),
    )


@worker_required
def return_to_care(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take a person back after an ending."""
    enrolment = _latest(request, patient_of(request, patient_id))
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        enrolments.return_to_care(
            enrolment=enrolment, on=words["on"], reason=words["reason"], by=actor_of(request)
        )
        return f"Back since {short_date(words['on'], day)}. Nothing is due before that day."

    return _course(
        request,
        enrolment,
        form=ReturnForm(sent(request), initial={"on": day}),
        title="Return to this clinic",
        button="Take back",
        deed=deed,
    )
