"""Booking, moving, cancelling a visit, and saying who came. No due date changes here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pathways.forms.base import NothingMore
from pathways.forms.visits import BookForm, CancelForm, MoveForm
from pathways.models import Appointment, Patient
from pathways.rules.dates import local_instant, zone
from pathways.rules.due_phrase import travel_date
from pathways.rules.due_status import DueStatus
from pathways.rules.visit_doubts import Doubt, DoubtKind
from pathways.services import appointments, visit_doubts
from pathways.views.deeds import Ask, Question, Seen, carry_out, sent
from pathways.views.doors import actor_of, find, here, patient_of, worker_required
from pathways.worklists.open_screenings import screenings

NO_DUE_DATE_CHANGES = "Booking changes no due date: what is overdue stays overdue until it is done."
_TOGETHER = (DueStatus.DUE_SOON, DueStatus.DUE, DueStatus.OVERDUE)


@worker_required
def book(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Book one visit for one or several screenings."""
    person = patient_of(request, patient_id)
    clinic, day = here(request)
    rows = list(screenings(clinic, day).filter(patient=person).select_related("definition"))
    codes = [(row.code, row.definition.label) for row in rows]
    asked = request.GET.get("code", "")
    together = request.GET.get("together") == "yes"
    chosen = [
        row.code
        for row in rows
        if row.code == asked or (together and row.status in _TOGETHER)  # type: ignore[attr-defined]
    ]
    minutes = sum(row.definition.minutes for row in rows if row.code in chosen) or 60
    form = BookForm(sent(request), codes=codes, initial={"codes": chosen, "minutes": minutes})

    def deed(words: Mapping[str, Any]) -> str:
        starts_at = local_instant(words["on"], words["at"], clinic.time_zone)
        appointments.book(
            patient=person,
            starts_at=starts_at,
            minutes=words["minutes"],
            codes=words["codes"],
            place=words["place"],
            by=actor_of(request),
        )
        return f"Booked for {_moment(starts_at, clinic.time_zone, day)}. No due date changed."

    def questions(words: Mapping[str, Any]) -> list[Question]:
        found = visit_doubts.of_booking(
            patient=person,
            starts_at=local_instant(words["on"], words["at"], clinic.time_zone),
            minutes=words["minutes"],
            codes=words["codes"],
        )
        return _questions(person, found, dict(codes), day)

    return carry_out(
        request,
        form=form,
        title="Book",
        button="Book the visit",
        deed=deed,
        then=reverse("patient", args=[person.pk]),
        patient=person,
        note=NO_DUE_DATE_CHANGES,
        ask=Ask(questions, "Book it all the same"),
    )


def _questions(
    person: Patient, found: Iterable[Doubt], labels: Mapping[str, str], day: date
) -> list[Question]:
    """Put what a visit makes one ask into words; a second one may be moved instead."""
    asked = []
    for doubt in found:
        on, address, link = travel_date(doubt.day, day), "", ""
        words = f"{on} is at the weekend."
        if doubt.kind is DoubtKind.SHUT:
            words = f"The clinic is shut on {on}."
        if doubt.other is not None:
            when = (
                f"{travel_date(doubt.other.starts_at.date(), day)} at {doubt.other.starts_at:%H:%M}"
            )
            words = f"They have another visit then: {when}, {doubt.other.minutes} minutes."
            if doubt.kind is DoubtKind.SAME:
                names = ", ".join(sorted(labels.get(code, code) for code in doubt.codes))
                words = f"Booked already on {when}: {names}."
            address, link = (
                reverse("visit-move", args=[person.pk, doubt.other.ref]),
                "Move that visit",
            )
        asked.append(Question(doubt.key, words, address, link))
    return asked


def _moment(instant: datetime, time_zone: str, day: Any) -> str:
    local = instant.astimezone(zone(time_zone))
    return f"{travel_date(local.date(), day)} at {local:%H:%M}"


def _visit(request: HttpRequest, patient_id: UUID, visit_id: int) -> Appointment:
    person = patient_of(request, patient_id)
    rows = Appointment.objects.select_related("patient", "clinic")
    return find(rows, request, pk=visit_id, patient=person)


def _seen(visit: Appointment) -> Seen:
    return Seen(f"{visit.state}:{visit.revision}", visit)


@worker_required
def move(request: HttpRequest, patient_id: UUID, visit_id: int) -> HttpResponse:
    """Move a visit to another day or hour."""
    visit = _visit(request, patient_id, visit_id)
    clinic, day = here(request)
    local = visit.starts_at.astimezone(zone(clinic.time_zone))
    form = MoveForm(
        sent(request),
        initial={"on": local.date(), "at": local.time(), "minutes": visit.minutes},
    )

    def deed(words: Mapping[str, Any]) -> str:
        starts_at = local_instant(words["on"], words["at"], clinic.time_zone)
        appointments.move(
            appointment=visit, starts_at=starts_at, minutes=words["minutes"], by=actor_of(request)
        )
        return f"Moved to {_moment(starts_at, clinic.time_zone, day)}. No due date changed."

    def questions(words: Mapping[str, Any]) -> list[Question]:
        found = visit_doubts.of_move(
            appointment=visit,
            starts_at=local_instant(words["on"], words["at"], clinic.time_zone),
            minutes=words["minutes"],
        )
        return _questions(visit.patient, found, {}, day)

    return carry_out(
        request,
        form=form,
        title="Move the visit",
        button="Move the visit",
        deed=deed,
        then=reverse("patient", args=[patient_id]),
        patient=visit.patient,
        line=f"Now {_moment(visit.starts_at, clinic.time_zone, day)}",
        note=NO_DUE_DATE_CHANGES,
        seen=_seen(visit),
        ask=Ask(questions, "Move it all the same"),
    )


@worker_required
def cancel(request: HttpRequest, patient_id: UUID, visit_id: int) -> HttpResponse:
    """Cancel a visit; the screenings it was for stay open."""
    visit = _visit(request, patient_id, visit_id)
    clinic, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        appointments.cancel(
            appointment=visit,
            reason=words["reason"],
            still_needed=words["still_needed"],
            by=actor_of(request),
        )
        return "The visit is cancelled. What it was for stays open, with its due dates."

    return carry_out(
        request,
        form=CancelForm(sent(request)),
        title="Cancel the visit",
        button="Cancel the visit",
        deed=deed,
        then=reverse("patient", args=[patient_id]),
        patient=visit.patient,
        line=_moment(visit.starts_at, clinic.time_zone, day),
        seen=_seen(visit),
    )


def _who_came(request: HttpRequest, patient_id: UUID, visit_id: int, *, came: bool) -> HttpResponse:
    visit = _visit(request, patient_id, visit_id)
    clinic, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        if came:
            appointments.attended(appointment=visit, by=actor_of(request))
            return "Written down: came. Each screening stays open until its result is recorded."
        appointments.not_attended(appointment=visit, by=actor_of(request))
        return "Written down: did not come. A call is on the list in three days."

    words = "Came to the visit" if came else "Did not come to the visit"
    return carry_out(
        request,
        form=NothingMore(sent(request)),
        title=words,
        button=f"{words}: write it down",
        deed=deed,
        then=reverse("patient", args=[patient_id]),
        patient=visit.patient,
        line=_moment(visit.starts_at, clinic.time_zone, day),
        seen=_seen(visit),
    )


@worker_required
def attended(request: HttpRequest, patient_id: UUID, visit_id: int) -> HttpResponse:
    """Write down that the person came."""
    return _who_came(request, patient_id, visit_id, came=True)


@worker_required
def not_attended(request: HttpRequest, patient_id: UUID, visit_id: int) -> HttpResponse:
    """Write down that the person did not come."""
    return _who_came(request, patient_id, visit_id, came=False)
