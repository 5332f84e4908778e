"""Entering a whole panel on one screen: typed by keyboard or pasted, judged before it is kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pathways.catalogue import AnalyteEntry, load_analytes, names_of_analytes, specimen_of
from pathways.forms.panel import FREE_ROWS, LONGEST_PASTE, PanelForm, RowForm, Rows
from pathways.models import Patient
from pathways.permissions import can_enter
from pathways.rules.dates import local_instant
from pathways.rules.lab_text import Pasted, read_text
from pathways.rules.lifecycles import ResultStatus
from pathways.services import result_entry
from pathways.services.errors import Refused
from pathways.services.result_entry import RefusedRow
from pathways.services.result_rows import Result
from pathways.views.doors import actor_of, here, patient_of, role_of, worker_required
from pathways.views.person import show
from pathways.views.results import told
from pathways.worklists.panel import (
    blank_rows,
    due_panel,
    filled_rows,
    habits_of,
    of_one_sample,
    panels,
)

PREFIX = "rows"
ROW = ("code", "value", "unit", "low", "high", "doubt")
MOST_ROWS = 60


@worker_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_panel(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Record the results of one sample of a person; due dates follow in the same step."""
    person = patient_of(request, patient_id)
    known = panels()
    asked = request.POST.get("panel") or request.GET.get("panel", "")
    panel = known.get(asked) or known[due_panel(person)]
    if request.method != "POST":
        return _fresh(request, person, panel)
    if "read" in request.POST:
        return _pasted(request, person, panel)
    return _sent(request, person, panel)


def _codes(request: HttpRequest, panel: AnalyteEntry) -> list[str]:
    """Return the parts of the panel that the reader may enter."""
    entries = load_analytes()
    return [code for code in panel.parts if can_enter(role_of(request), entries[code].entered_by)]


def _fresh(request: HttpRequest, person: Patient, panel: AnalyteEntry) -> HttpResponse:
    _, day = here(request)
    codes = _codes(request, panel)
    habits = habits_of(person, codes)
    form = PanelForm(specimens=_specimens(codes), initial={"performed_on": day, "lab": habits.lab})
    rows = blank_rows(codes, habits) + [{} for _ in range(FREE_ROWS)]
    return _page(request, person, panel, form, _row_forms(request, rows), labs=habits.labs)


def _pasted(request: HttpRequest, person: Patient, panel: AnalyteEntry) -> HttpResponse:
    """Fill the rows from the pasted text; lines that are not understood stay in the box."""
    text = request.POST.get("paste", "")[:LONGEST_PASTE]
    shared = {name: request.POST.get(name, "") for name in PanelForm.base_fields}
    specimens = _specimens(_codes(request, panel))
    pasted, shared["specimen"] = of_one_sample(
        read_text(text, names_of_analytes(), specimen_of), shared["specimen"], specimens
    )
    rows = filled_rows(_typed_rows(request), pasted)
    shared["paste"] = "\n".join(line for line, _ in pasted.unread)
    form = PanelForm(specimens=specimens, initial=shared)
    return _page(request, person, panel, form, _row_forms(request, rows), pasted=pasted)


def _sent(request: HttpRequest, person: Patient, panel: AnalyteEntry) -> HttpResponse:
    _, day = here(request)
    form = PanelForm(request.POST, specimens=_specimens(_codes(request, panel)))
    rows = Rows(request.POST, prefix=PREFIX, form_kwargs={"role": role_of(request)})
    fits = form.is_valid()
    if rows.is_valid() and fits:
        results, places = _results(request, form, rows, person, panel)
        collected = form.cleaned_data["status"] == ResultStatus.COLLECTED
        if collected and any(places):
            form.add_error("status", "A sample that is only collected has no values yet")
        elif not results:
            form.add_error(None, "Nothing is entered yet. Type or paste at least one value.")
        else:
            try:
                entered = result_entry.enter(
                    results_typed=results, patient=person, by=actor_of(request)
                )
            except RefusedRow as refused:
                _place_refusal(form, places[refused.place], refused)
            else:
                messages.success(request, told(entered, day))
                return redirect(reverse("patient-results", args=[person.pk]))
    return _page(request, person, panel, form, rows)


def _results(
    request: HttpRequest, form: PanelForm, rows: Any, person: Patient, panel: AnalyteEntry
) -> tuple[list[Result], list[RowForm | None]]:
    """Return the results to record, and beside each the row it was typed in."""
    words = form.cleaned_data
    status = ResultStatus(words["status"])
    clinic, _ = here(request)
    at = words["at"]
    shared: dict[str, Any] = {
        "patient": person,
        "performed_on": words["performed_on"],
        "collected_at": local_instant(words["performed_on"], at, clinic.time_zone) if at else None,
        "reported_on": words["reported_on"],
        "status": status,
        "lab": words["lab"],
        "method": words["method"],
        "sample_number": words["sample_number"],
        "reason": words["reason"],
    }
    filled = [row for row in rows if row.filled]
    usual = habits_of(person, [row.entry.code for row in filled]).specimens
    whole = "whole" in request.POST or status is ResultStatus.COLLECTED
    results: list[Result] = []
    for row in filled:
        entry, said = row.entry, row.cleaned_data["measured"]
        results.append(
            Result(
                code=entry.code,
                value=said.value,
                value_text=said.text,
                comparator=said.comparator,
                unit=row.cleaned_data["unit"] if said.value is not None else "",
                reference_low=row.cleaned_data["low"],
                reference_high=row.cleaned_data["high"],
                doubt=row.cleaned_data["doubt"],
                specimen=_specimen(entry, words["specimen"], usual.get(entry.code, "")),
                **shared,
            )
        )
    places: list[RowForm | None] = list(filled)
    if whole and (filled or status is ResultStatus.COLLECTED):
        results.append(Result(code=panel.code, specimen="", **shared))
        places.append(None)
    return results, places


def _specimen(entry: AnalyteEntry, chosen: str, usual: str) -> str:
    """Return the chosen specimen where the analyte is measured in it, else its only or usual one."""
    if chosen in entry.specimens:
        return chosen
    return entry.specimens[0] if len(entry.specimens) == 1 else usual


def _specimens(codes: list[str]) -> list[str]:
    """Return the specimens among which somebody must choose for these analytes."""
    entries = load_analytes()
    several = [entries[code].specimens for code in codes if len(entries[code].specimens) > 1]
    return list(dict.fromkeys(name for names in several for name in names)) or ["serum", "plasma"]


def _place_refusal(form: PanelForm, row: RowForm | None, refused: Refused) -> None:
    """Put a refusal on its row if it is about that value, else on the shared field."""
    if refused.field == "reason":
        form.ask_reason()
    if refused.field in form.fields:
        form.add_error(refused.field, refused.message)
    elif row is not None:
        row.asked = row.asked or refused.field == "doubt"
        row.add_error(refused.field if refused.field in row.fields else None, refused.message)
    else:
        form.add_error(None, refused.message)


def _typed_rows(request: HttpRequest) -> list[dict[str, str]]:
    """Return the rows as they stand in the page, whatever is in them."""
    total = request.POST.get(f"{PREFIX}-TOTAL_FORMS", "")
    number = min(int(total), MOST_ROWS) if total.isdecimal() and len(total) < 8 else 0
    return [
        {name: request.POST.get(f"{PREFIX}-{place}-{name}", "") for name in ROW}
        for place in range(number)
    ]


def _row_forms(request: HttpRequest, rows: list[dict[str, str]]) -> Any:
    return Rows(initial=rows, prefix=PREFIX, form_kwargs={"role": role_of(request)})


def _page(
    request: HttpRequest,
    person: Patient,
    panel: AnalyteEntry,
    form: PanelForm,
    rows: Any,
    *,
    labs: tuple[str, ...] | None = None,
    pasted: Pasted | None = None,
) -> HttpResponse:
    return show(
        request,
        "results/panel.html",
        person,
        panel=panel,
        panels=[(code, entry.label, code == panel.code) for code, entry in panels().items()],
        form=form,
        rows=rows,
        labs=habits_of(person, ()).labs if labs is None else labs,
        pasted=pasted,
        whole="whole" in request.POST,
        wrong=sum(len(row.errors) > 0 for row in rows) + len(form.errors) if form.is_bound else 0,
    )
