"""How a person is reached: addresses, numbers, and what they agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pathways.forms.base import ReasonForm
from pathways.forms.contact import ConsentForm, EmailForm, PhoneForm
from pathways.models import ContactPoint, Patient, Purpose
from pathways.services import contacts
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import actor_of, find, here, patient_of, worker_required


def _own(person: Patient, kind: str) -> ContactPoint | None:
    found: ContactPoint | None = (
        ContactPoint.objects.in_use()
        .filter(patient=person, kind=kind, holder=ContactPoint.PERSON)
        .first()
    )
    return found


@worker_required
def email(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down an email address, or another one."""
    person = patient_of(request, patient_id)
    known = _own(person, ContactPoint.EMAIL)

    def deed(words: Mapping[str, Any]) -> str:
        contacts.set_email(
            patient=person,
            value=words["value"],
            verified_how=words["verified_how"],
            by=actor_of(request),
        )
        if words["verified_how"]:
            return "The address is recorded and checked. What was agreed is asked at each sending."
        return "The address is recorded. Nothing is sent there until somebody has checked it."

    return carry_out(
        request,
        form=EmailForm(sent(request), initial={"value": known.value if known else ""}),
        title="Email address",
        button="Save the address",
        deed=deed,
        then=reverse("patient", args=[person.pk]),
        patient=person,
        seen=Seen(str(known.pk) if known else "none", known),
    )


@worker_required
def phone(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down a phone number, or another one."""
    person = patient_of(request, patient_id)
    known = _own(person, ContactPoint.PHONE)

    def deed(words: Mapping[str, Any]) -> str:
        contacts.set_phone(patient=person, value=words["value"], by=actor_of(request))
        return "The number is recorded."

    return carry_out(
        request,
        form=PhoneForm(sent(request), initial={"value": known.value if known else ""}),
        title="Phone number",
        button="Save the number",
        deed=deed,
        then=reverse("patient", args=[person.pk]),
        patient=person,
        seen=Seen(str(known.pk) if known else "none", known),
    )


def _point(request: HttpRequest, patient_id: UUID, point_id: int) -> ContactPoint:
    person = patient_of(request, patient_id)
    rows = ContactPoint.objects.in_use().select_related("patient", "clinic")
    return find(rows, request, pk=point_id, patient=person)


@worker_required
def consent(request: HttpRequest, patient_id: UUID, point_id: int) -> HttpResponse:
    """Write down a yes or a no; the newest word counts."""
    point = _point(request, patient_id, point_id)
    _, day = here(request)
    purposes = list(Purpose.choices)

    def deed(words: Mapping[str, Any]) -> str:
        contacts.record_consent(
            contact_point=point,
            purpose=Purpose(words["purpose"]),
            given=words["given"],
            on=words["on"],
            source=words["source"],
            by=actor_of(request),
        )
        said = "yes" if words["given"] else "no"
        return f"Written down: {said} to mail about {dict(purposes)[words['purpose']].lower()}."

    return carry_out(
        request,
        form=ConsentForm(
            sent(request),
            purposes=purposes,
            initial={"purpose": Purpose.VISITS.value, "on": day},
        ),
        title="What the person agreed to",
        button="Write it down",
        deed=deed,
        then=reverse("patient", args=[patient_id]),
        patient=point.patient,
        line=point.value,
    )


@worker_required
def suspend(request: HttpRequest, patient_id: UUID, point_id: int) -> HttpResponse:
    """Stop using an address or a number that does not work."""
    point = _point(request, patient_id, point_id)

    def deed(words: Mapping[str, Any]) -> str:
        contacts.suspend(contact_point=point, reason=words["reason"], by=actor_of(request))
        return "Suspended. Nothing more is sent there."

    return carry_out(
        request,
        form=ReasonForm(sent(request)),
        title=f"Suspend this {point.kind}",
        button="Suspend",
        deed=deed,
        then=reverse("patient", args=[patient_id]),
        patient=point.patient,
        line=point.value,
        seen=Seen("suspended" if point.suspended_at else "in use", point),
    )
