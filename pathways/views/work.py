"""What the staff owe: the list, and closing or putting off one deed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways.forms.work import DoneForm, PutOffForm
from pathways.models import WorkItem
from pathways.rules.due_phrase import short_date
from pathways.services import work_items
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import actor_of, clinic_required, find, here, worker_required
from pathways.worklists.work_items import for_day


@clinic_required
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """List the calls and checks that are owed."""
    clinic, day = here(request)
    kind = request.GET.get("kind", "")
    hidden = request.GET.get("show") == "put-off"
    wanted = request.GET.get("page", "1")
    page = int(wanted) if wanted.isdecimal() and len(wanted) < 8 else 1
    listed = for_day(clinic, day, kind, page, hidden=hidden)
    views = [
        (words, number, f"?kind={key}" if key else "?", key == kind and not hidden)
        for key, words, number in listed.counts
    ]
    views.append(("Put off", listed.put_off, "?show=put-off", hidden))
    return render(
        request,
        "work/list.html",
        {"list": listed, "views": views, "kind": kind, "hidden": hidden, "today": day},
    )


def _item(request: HttpRequest, item_id: int) -> WorkItem:
    return find(WorkItem.objects.select_related("patient", "clinic"), request, pk=item_id)


def _back(item: WorkItem) -> str:
    return reverse("patient", args=[item.patient_id]) if item.patient_id else reverse("work-items")


@worker_required
def done(request: HttpRequest, item_id: int) -> HttpResponse:
    """Close a deed with what came of it."""
    item = _item(request, item_id)

    def deed(words: Mapping[str, Any]) -> str:
        work_items.close(item, outcome=words["outcome"], by=actor_of(request))
        return f"Done: {item.kind}. No due date changed."

    return carry_out(
        request,
        form=DoneForm(sent(request)),
        title=item.kind.capitalize(),
        button="Done",
        deed=deed,
        then=_back(item),
        patient=item.patient,
        line=item.summary,
        seen=Seen("closed" if item.closed_at else "open", item),
    )


@worker_required
def put_off(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take a deed off the list until a day."""
    item = _item(request, item_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        work_items.put_off(
            item, until_on=words["until_on"], reason=words["reason"], by=actor_of(request)
        )
        return f"Off the list until {short_date(words['until_on'], day)}. It stays open."

    return carry_out(
        request,
        form=PutOffForm(sent(request)),
        title=f"Put off: {item.kind}",
        button="Put off",
        deed=deed,
        then=_back(item),
        patient=item.patient,
        line=item.summary,
        seen=Seen(f"{item.closed_at or 'open'}:{item.hidden_until or ''}", item),
    )
