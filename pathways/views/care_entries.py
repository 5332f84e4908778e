"""Entries of care beside the courses: written down, ended, entered in error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse

from pathways.forms.base import ReasonForm
from pathways.forms.therapy import EndEntryForm, EntryForm
from pathways.models import CareEntry
from pathways.rules.course_states import EntryKind
from pathways.rules.due_phrase import short_date
from pathways.services import care_entries
from pathways.services.care_entries import Entry
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import actor_of, find, here, patient_of, worker_required
from pathways.views.therapy import to_therapy
from pathways.worklists.therapy_page import kind_words, offered


@worker_required
def add(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down an entry: a transplant step, prophylaxis, support, an illness."""
    person = patient_of(request, patient_id)
    _, day = here(request)
    asked = {"kind": request.GET.get("kind", ""), "label": request.GET.get("label", "")}
    form = EntryForm(
        sent(request),
        kinds=[(kind.value, kind_words(kind)) for kind in EntryKind],
        offered=offered(asked["kind"]),
        initial={"from_on": day} | asked,
    )

    def deed(words: Mapping[str, Any]) -> str:
        row = care_entries.record_entry(patient=person, entry=Entry(**words), by=actor_of(request))
        said = f"{row.label} from {short_date(row.from_on, day)} written down."
        if row.kind == EntryKind.DAY_0:
            return (
                f"{said} Fixed milestones are counted from it. "
                "The phase has not changed; consider post-transplant on the overview."
            )
        return said

    return carry_out(
        request,
        form=form,
        title="Write down an entry of care",
        button="Save the entry",
        deed=deed,
        then=to_therapy(person),
        patient=person,
        note="Day 0 of a transplant moves the milestones counted from it; nothing else moves.",
    )


def _on_entry(
    request: HttpRequest,
    patient_id: UUID,
    entry_id: int,
    *,
    form: forms.Form,
    title: str,
    verb: Callable[[CareEntry, Mapping[str, Any]], object],
    said: str,
) -> HttpResponse:
    person = patient_of(request, patient_id)
    _, day = here(request)
    rows = CareEntry.objects.select_related("patient", "clinic")
    row = find(rows, request, pk=entry_id, patient=person)

    def deed(words: Mapping[str, Any]) -> str:
        verb(row, words)
        return f"{row.label}: {said}."

    return carry_out(
        request,
        form=form,
        title=title,
        button=title,
        deed=deed,
        then=to_therapy(person),
        patient=person,
        line=f"{kind_words(row.kind)}: {row.label}, from {short_date(row.from_on, day)}",
        seen=Seen(f"{row.until_on}:{row.withdrawn_at}", row),
    )


@worker_required
def end(request: HttpRequest, patient_id: UUID, entry_id: int) -> HttpResponse:
    """The last day of something that went on."""
    _, day = here(request)
    return _on_entry(
        request,
        patient_id,
        entry_id,
        form=EndEntryForm(sent(request), initial={"until_on": day}),
        title="End the entry",
        verb=lambda row, words: care_entries.end_entry(
            entry=row, until_on=words["until_on"], by=actor_of(request)
        ),
        said="last day written down",
    )


@worker_required
def in_error(request: HttpRequest, patient_id: UUID, entry_id: int) -> HttpResponse:
    """An entry that never was."""
    return _on_entry(
        request,
        patient_id,
        entry_id,
        form=ReasonForm(sent(request)),
        title="Entry in error",
        verb=lambda row, words: care_entries.withdraw_entry(
            entry=row, reason=words["reason"], by=actor_of(request)
        ),
        said="entered in error; it stays readable",
    )
