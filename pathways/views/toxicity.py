"""Adverse events of a person: choosing the term, writing down, ending, taking back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pathways.catalogue import load_toxicity, load_toxicity_terms
from pathways.catalogue.toxicity import TEXTS
from pathways.forms.toxicity import EndedForm, ToxicityForm
from pathways.models import Patient, TherapyCourse, Toxicity
from pathways.rules.course_states import CourseState
from pathways.rules.disease_words import CtcaeVersion, ToxicityAction, ToxicityCause
from pathways.rules.due_phrase import short_date
from pathways.rules.toxicity import change_words
from pathways.services import toxicity
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.disease import page_of, take_back
from pathways.views.doors import actor_of, find, here, patient_of, worker_required
from pathways.views.person import show
from pathways.worklists.toxicity_rows import list_label, term_groups, term_label


@worker_required
@require_safe
def choose(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Choose the list that the grade follows, and the term."""
    asked = request.GET.get("list", "")
    version = CtcaeVersion(asked) if asked in set(CtcaeVersion) else TEXTS
    catalogue = load_toxicity()
    lists = [
        (entry.label, f"?list={entry.version}", entry.version is version)
        for entry in catalogue.lists.values()
    ]
    return show(
        request,
        "disease/terms.html",
        patient_of(request, patient_id),
        lists=lists,
        chosen=catalogue.lists[version],
        groups=term_groups(version),
    )


@worker_required
def record(request: HttpRequest, patient_id: UUID, version: str, term: str) -> HttpResponse:
    """Write down one adverse event, graded by the list of the address."""
    person = patient_of(request, patient_id)
    entry = load_toxicity_terms().get(term)
    if entry is None or version not in set(CtcaeVersion):
        raise Http404
    given_by = load_toxicity().lists[CtcaeVersion(version)]
    courses = list(TherapyCourse.objects.standing().filter(patient=person))
    running = next((each.pk for each in courses if each.state == CourseState.RUNNING), "")

    def deed(words: Mapping[str, Any]) -> str:
        chosen = next((each for each in courses if each.pk == words["course"]), None)
        toxicity.record(
            event=toxicity.Event(
                patient=person,
                term=term,
                list_version=given_by.version,
                grade=words["grade"],
                baseline=words["baseline"],
                cause=ToxicityCause(words["cause"]),
                action=ToxicityAction(words["action"]),
                began_on=words["began_on"],
                ended_on=words["ended_on"],
                course=chosen,
                note=words["note"],
            ),
            by=actor_of(request),
        )
        change = change_words(words["grade"], words["baseline"])
        return f"{entry.label}, grade {words['grade']}: {change}."

    form = ToxicityForm(
        sent(request),
        term=entry,
        version=given_by.version,
        courses=[(each.pk, each.label) for each in courses],
        initial={"course": running},
    )
    doubt = "" if entry.checked or version != TEXTS else "The grade texts are to be checked."
    return carry_out(
        request,
        form=form,
        title=entry.label,
        button="Record the adverse event",
        deed=deed,
        then=page_of(person),
        patient=person,
        line=f"By {given_by.label}. {given_by.note}",
        note=" ".join(filter(None, (entry.note, doubt))),
    )


@worker_required
def ended(request: HttpRequest, patient_id: UUID, toxicity_id: int) -> HttpResponse:
    """Write down the last day of an adverse event."""
    person, row = _one(request, patient_id, toxicity_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        toxicity.end(toxicity=row, ended_on=words["ended_on"], by=actor_of(request))
        return f"{term_label(row.term)} ended on {short_date(words['ended_on'], day)}."

    return carry_out(
        request,
        form=EndedForm(sent(request)),
        title="It ended",
        button="Save the day",
        deed=deed,
        then=page_of(person),
        patient=person,
        line=f"{_said(row)}, since {short_date(row.began_on, day)}",
        seen=Seen(str(row.ended_on), row),
    )


@worker_required
def in_error(request: HttpRequest, patient_id: UUID, toxicity_id: int) -> HttpResponse:
    """Take back an adverse event."""
    _, row = _one(request, patient_id, toxicity_id)
    return take_back(
        request,
        patient_id,
        row,
        what=_said(row),
        on=row.began_on,
        verb=lambda why: toxicity.withdraw(toxicity=row, reason=why, by=actor_of(request)),
    )


def _one(request: HttpRequest, patient_id: UUID, toxicity_id: int) -> tuple[Patient, Toxicity]:
    person = patient_of(request, patient_id)
    rows = Toxicity.objects.select_related("patient", "clinic")
    return person, find(rows, request, pk=toxicity_id, patient=person)


def _said(row: Toxicity) -> str:
    return f"{term_label(row.term)}, grade {row.grade} by {list_label(row.list_version)}"
