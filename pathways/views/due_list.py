"""The due list: its page, its file, and the panel that says why a row is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways.models import Clinic
from pathways.rules.due_phrase import short_date
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import PHASE_LABELS
from pathways.services import audit
from pathways.views import searches
from pathways.views.doors import actor_of, clinic_required, here
from pathways.worklists import due_export
from pathways.worklists.choosers import owner_options, screening_options
from pathways.worklists.due_list import DueList, for_day, one_row
from pathways.worklists.due_rows import Deed, DueRow
from pathways.worklists.filters import ORDER_WORDS, VIEW_WORDS, Filters, Order, View
from pathways.worklists.why_due import WhyDue, why_due

_STATUS_OPTIONS = [
    (DueStatus.OVERDUE.value, "Overdue"),
    (DueStatus.DUE.value, "Due"),
    (DueStatus.DUE_SOON.value, "Due soon"),
    (DueStatus.NOT_DUE.value, "Not due"),
    (DueStatus.AWAITING_RESULT.value, "Awaiting result"),
    (DueStatus.RESULT_OVERDUE.value, "Result past its day"),
    (DueStatus.POSTPONED.value, "Postponed"),
    (DueStatus.ON_HOLD.value, "On hold"),
    (DueStatus.NOT_ASSESSABLE.value, "Not assessable"),
]


@clinic_required
@require_safe
def due_list(request: HttpRequest) -> HttpResponse:
    """Show the clinic's open screenings; all that is chosen but a name stands in the address."""
    clean = searches.without_words(request)
    if clean is not None:
        return clean
    clinic, day = here(request)
    number, words = searches.words_of(request)
    filters = replace(Filters.read(request.GET), found=number, q=words)
    listed = for_day(clinic, day, filters, _page(request))
    opened = request.GET.get("why", "")
    bar = _bar(clinic, filters, listed)
    panel = why_due(clinic, day, int(opened)) if opened.isdecimal() and len(opened) < 16 else None
    if panel is not None:
        _opened(request, panel)
    return render(
        request,
        "due/list.html",
        {
            "list": listed,
            "rows": [_row(row, panel.screening.pk if panel else None) for row in listed.rows],
            "panel": panel,
            "filters": filters,
            "bar": bar,
            "sheet": (f"Due list, {short_date(day, date.min)}", bar["words"]),
            "today": day,
            "people_base": reverse("patients"),
            "why_base": reverse("due-list"),
            "pages": _pages(filters, listed),
            "show_filters": request.GET.get("filters") == "open",
            "filters_address": filters.address(filters="open"),
            "here": filters.address(page=listed.page) if listed.page > 1 else filters.address(),
            "empty": _empty(filters, listed),
        },
    )


def _row(row: DueRow, opened: int | None) -> dict[str, Any]:
    return {"row": row, "open": row.screening_id == opened, "deed": deed_address(row)}


def deed_address(row: DueRow) -> str:
    """Return where a row's likeliest deed is done."""
    person = f"{reverse('patients')}{row.patient_id}/"
    match row.deed:
        case Deed.BOOK:
            return f"{person}book/?code={row.code}"
        case Deed.MOVE:
            return f"{person}visits/{row.booking_id}/move/"
        case Deed.RECORD | Deed.ASK_THE_LAB:
            return f"{person}results/record/?code={row.code}"
        case Deed.FIND_CONTACT:
            return f"{person}contact/phone/"
        case Deed.CALL:
            return f"{reverse('work-items')}{row.call_id}/done/"
    return person


@clinic_required
@require_safe
def why(request: HttpRequest, screening_id: int) -> HttpResponse:
    """Show why one screening is due: in its row when htmx asks, else as a page of its own."""
    clinic, day = here(request)
    panel = why_due(clinic, day, screening_id)
    if panel is None:
        raise Http404
    _opened(request, panel)
    context = {"panel": panel, "row": one_row(clinic, day, screening_id), "today": day}
    in_place = getattr(request, "htmx", False)
    return render(request, "due/why_row.html" if in_place else "due/why.html", context)


def _opened(request: HttpRequest, panel: WhyDue) -> None:
    """Write down who read why something is due: the panel tells of one person's record."""
    clinic, _ = here(request)
    audit.record(
        by=actor_of(request),
        verb=audit.OPENED,
        subject=panel.screening,
        clinic=clinic,
        patient=panel.screening.patient,
    )


@clinic_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Send the file of the whole list: the rows of the page, in its default order."""
    clinic, day = here(request)
    audit.record(
        by=actor_of(request),
        verb="exported the due list",
        subject=clinic,
        clinic=clinic,
        detail={"on": day.isoformat()},
    )
    lines = due_export.csv_lines(due_export.rows(clinic, day))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="due-list-{day}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _pages(filters: Filters, listed: DueList) -> dict[str, str]:
    found = {}
    if listed.page > 1:
        found["previous"] = filters.address(page=listed.page - 1)
    if listed.page < listed.pages:
        found["next"] = filters.address(page=listed.page + 1)
    return found


def _page(request: HttpRequest) -> int:
    wanted = request.GET.get("page", "1")
    return int(wanted) if wanted.isdecimal() and len(wanted) < 8 else 1


def _bar(clinic: Clinic, filters: Filters, listed: DueList) -> dict[str, Any]:
    """Return what the filter bar shows; every link keeps the other choices."""
    options: Mapping[str, list[tuple[str, str]]] = {
        "status": _STATUS_OPTIONS,
        "screening": screening_options(),
        "phase": [(phase.value, words) for phase, words in PHASE_LABELS.items()],
        "owner": owner_options(),
        "booking": [("no", "Not booked"), ("yes", "Booked")],
        "contact": [("none", "No way to reach"), ("call", "Call owed"), ("email", "By email")],
        "order": [(order.value, words) for order, words in ORDER_WORDS.items() if order.value],
    }
    titles = {name: name.capitalize() for name in options} | {"order": ORDER_WORDS[Order.DUE]}
    views = [
        (VIEW_WORDS[view], listed.counts[view], _view_address(view), filters.view is view)
        for view in View
    ]
    calls = ("Calls today", listed.calls, f"{reverse('work-items')}?kind=call", False)
    views.insert(3, calls)
    choosers = [
        (
            name,
            titles[name],
            [(value, words, getattr(filters, name) == value) for value, words in found],
        )
        for name, found in options.items()
    ]
    chips = [
        (f"{titles[name]}: {dict(found)[getattr(filters, name)]}", filters.without(name).address())
        for name, found in options.items()
        if name != "order" and getattr(filters, name) in dict(found)
    ]
    if filters.q:
        chips.insert(0, (f"“{filters.q}”", filters.without("q").address()))
    said = "; ".join([VIEW_WORDS[filters.view], *(words for words, _ in chips)])
    return {
        "words": f"{said}. {ORDER_WORDS[filters.order]}.",
        "views": views,
        "choosers": choosers,
        "chips": chips,
        "order": ORDER_WORDS[filters.order],
    }


def _view_address(view: View) -> str:
    return replace(Filters(), view=view).address()


def _empty(filters: Filters, listed: DueList) -> dict[str, str]:
    if filters.narrowed:
        return {
            "heading": "Nothing fits these filters",
            "line": f"{listed.counts[filters.view]} rows stand in this view without them.",
            "clear": _view_address(filters.view),
        }
    if filters.view is View.OPEN:
        return {
            "heading": "Nobody is on the list yet",
            "line": "Screenings appear here as soon as a person is enrolled on the pathway.",
        }
    if filters.view is View.UNREACHABLE:
        line = (
            "Everybody who is due has a phone number, or an email address that letters may go to."
        )
        return {"heading": "Nobody is out of reach", "line": line}
    due = listed.counts[View.NOT_BOOKED]
    line = f"{due} screenings are due without a booking." if due else "Nothing waits for a booking."
    return {"heading": f"Nothing under “{VIEW_WORDS[filters.view]}”", "line": line}
