"""Every verb on one cycle: day 1, delay, days given, change, end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from pathways.forms.base import ReasonForm
from pathways.forms.therapy import (
    CycleNoteForm,
    Day1Form,
    DaysGivenForm,
    DelayForm,
    EndCycleForm,
)
from pathways.models import TherapyCycle
from pathways.rules.course_states import AdministrationState
from pathways.rules.cycle_days import write_days
from pathways.rules.due_phrase import short_date
from pathways.services import therapy
from pathways.services.therapy import Given
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import actor_of, find, here, patient_of, worker_required
from pathways.views.therapy import to_therapy
from pathways.worklists.cycle_drugs import drug_choices, drugs_of_cycle

FOLLOWS = "Later cycles and their checks move with it. Other due dates stay."


def _cycle_of(request: HttpRequest, patient_id: UUID, cycle_id: int) -> TherapyCycle:
    person = patient_of(request, patient_id)
    rows = TherapyCycle.objects.select_related("course__patient", "course__clinic")
    return find(rows, request, pk=cycle_id, course__patient=person)


def _on_cycle(
    request: HttpRequest,
    cycle: TherapyCycle,
    *,
    form: forms.Form,
    title: str,
    button: str,
    deed: Callable[[Mapping[str, Any]], str],
    note: str = "",
) -> HttpResponse:
    _, day = here(request)
    person = cycle.course.patient
    planned = f"day 1 planned {short_date(cycle.planned_on, day)}"
    given = f", given {short_date(cycle.given_on, day)}" if cycle.given_on else ""
    return carry_out(
        request,
        form=form,
        title=title,
        button=button,
        deed=deed,
        then=to_therapy(person),
        patient=person,
        line=f"{cycle.course.label}, cycle {cycle.number}: {planned}{given}",
        note=note,
        seen=Seen(f"{cycle.state}:{cycle.planned_on}:{cycle.given_on}", cycle),
    )


@worker_required
def day_1(request: HttpRequest, patient_id: UUID, cycle_id: int) -> HttpResponse:
    """Write down the day on which day 1 was given, or put it right."""
    cycle = _cycle_of(request, patient_id, cycle_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        therapy.start_cycle(cycle=cycle, given_on=words["given_on"], by=actor_of(request))
        said = short_date(words["given_on"], day)
        return f"Day 1 of cycle {cycle.number} given {said}. {FOLLOWS}"

    return _on_cycle(
        request,
        cycle,
        form=Day1Form(sent(request), initial={"given_on": cycle.given_on or day}),
        title=f"Day 1 of cycle {cycle.number}",
        button="Save day 1",
        deed=deed,
        note=FOLLOWS,
    )


@worker_required
def delay(request: HttpRequest, patient_id: UUID, cycle_id: int) -> HttpResponse:
    """Plan day 1 on a later day."""
    cycle = _cycle_of(request, patient_id, cycle_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        therapy.delay_cycle(
            cycle=cycle, until_on=words["until_on"], reason=words["reason"], by=actor_of(request)
        )
        said = short_date(words["until_on"], day)
        return f"Cycle {cycle.number} planned for {said}. {FOLLOWS}"

    return _on_cycle(
        request,
        cycle,
        form=DelayForm(sent(request)),
        title=f"Delay cycle {cycle.number}",
        button="Delay the cycle",
        deed=deed,
        note=f"{FOLLOWS} Without a day, hold the course.",
    )


def _with_reason(
    request: HttpRequest, cycle: TherapyCycle, *, title: str, verb: Callable[..., object], said: str
) -> HttpResponse:
    def deed(words: Mapping[str, Any]) -> str:
        verb(cycle=cycle, reason=words["reason"], by=actor_of(request))
        return f"Cycle {cycle.number}: {said}. Due dates were computed again."

    return _on_cycle(
        request, cycle, form=ReasonForm(sent(request)), title=title, button=title, deed=deed
    )


@worker_required
def take_back_delay(request: HttpRequest, patient_id: UUID, cycle_id: int) -> HttpResponse:
    """The cycle is planned on the day it follows on again."""
    cycle = _cycle_of(request, patient_id, cycle_id)
    verb = therapy.take_back_delay
    title = "Take back the delay"
    return _with_reason(request, cycle, title=title, verb=verb, said="delay taken back")


@worker_required
def take_back_day_1(request: HttpRequest, patient_id: UUID, cycle_id: int) -> HttpResponse:
    """Day 1 was not given after all."""
    cycle = _cycle_of(request, patient_id, cycle_id)
    verb = therapy.take_back_day_1
    return _with_reason(request, cycle, title="Take back day 1", verb=verb, said="day 1 taken back")


@worker_required
def days_given(request: HttpRequest, patient_id: UUID, cycle_id: int) -> HttpResponse:
    """Write down days of a drug: given, given otherwise, or not and why."""
    cycle = _cycle_of(request, patient_id, cycle_id)
    _, day = here(request)
    rows = drugs_of_cycle(cycle.course, cycle)
    drugs = {str(row.pk): row for row in rows}
    choices = [(str(row.pk), words) for row, words in drug_choices(rows, day)]
    form = DaysGivenForm(
        sent(request), drugs=choices, initial={"drug": choices[0][0] if choices else ""}
    )

    def deed(words: Mapping[str, Any]) -> str:
        row = drugs[words["drug"]]
        with transaction.atomic():
            for number in words["days"]:
                given = Given(
                    drug=row,
                    cycle_day=number,
                    state=AdministrationState(words["state"]),
                    given_on=words["given_on"],
                    dose_text=words["dose_text"],
                    reason=words["reason"],
                )
                therapy.record_administration(cycle=cycle, given=given, by=actor_of(request))
        return f"{row.label}, day {write_days(words['days'])}: {words['state']}."

    return _on_cycle(
        request,
        cycle,
        form=form,
        title=f"Days of cycle {cycle.number}",
        button="Save the days",
        deed=deed,
        note="A day written down before is put right; the earlier word is kept in the audit trail.",
    )


@worker_required
def change(request: HttpRequest, patient_id: UUID, cycle_id: int) -> HttpResponse:
    """Write down that this one cycle was given otherwise than planned."""
    cycle = _cycle_of(request, patient_id, cycle_id)

    def deed(words: Mapping[str, Any]) -> str:
        therapy.modify_cycle(
            cycle=cycle, note=words["note"], reason=words["reason"], by=actor_of(request)
        )
        return f"Change of cycle {cycle.number} written down. Dates unchanged."

    return _on_cycle(
        request,
        cycle,
        form=CycleNoteForm(sent(request), initial={"note": cycle.note}),
        title=f"Change of cycle {cycle.number}",
        button="Save the change",
        deed=deed,
        note="For this cycle only. What holds from now on is a change of the course.",
    )


@worker_required
def end(request: HttpRequest, patient_id: UUID, cycle_id: int) -> HttpResponse:
    """The cycle ended on a day."""
    cycle = _cycle_of(request, patient_id, cycle_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        therapy.complete_cycle(
            cycle=cycle, on=words["on"], reason=words["reason"], by=actor_of(request)
        )
        return f"Cycle {cycle.number} ended {short_date(words['on'], day)}. Planned days stay."

    return _on_cycle(
        request,
        cycle,
        form=EndCycleForm(sent(request), initial={"on": day}),
        title=f"End of cycle {cycle.number}",
        button="Save the last day",
        deed=deed,
        note="The next cycle may begin on the day after; its planned day stays.",
    )
