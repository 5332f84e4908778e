"""How many rows stand in each saved view: one question to the queryset of the list itself.

Counting reads every open row of the clinic, which the page of 50 does not. The numbers are kept in
the process until something in the clinic changes (every change writes an audit event, so the newest
event names the state they were counted in), and for 20 seconds at most, since a long transaction may
commit an event older than the newest one seen.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Value

from pathways.models import Clinic
from pathways.worklists.filters import Filters, View, chosen, in_view
from pathways.worklists.open_screenings import screenings

ROW = Value(1)  # Django refuses a filtered Count("*"); COUNT(1) is the same question
KEPT_SECONDS = 20.0
KEPT_ENTRIES = 256


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of rows of every view, and of rows and people of the list asked for."""

    views: dict[View, int]
    total: int
    people: int


_kept: OrderedDict[tuple[Any, ...], tuple[float, Counts]] = OrderedDict()


def forget() -> None:
    """Forget every number kept; tests begin with this."""
    _kept.clear()


def counts(clinic: Clinic, day: date, filters: Filters, event: int | None) -> Counts:
    """Return the numbers of the clinic's list on the day; no question if kept, else one.

    `event` is the clinic's newest audit event as the caller read it.
    """
    database = connection.settings_dict["NAME"]
    key = (str(database), clinic.pk, day, event, filters.without("order"))
    known = _kept.get(key)
    if known is not None and monotonic() - known[0] < KEPT_SECONDS:
        return known[1]
    found = _count(clinic, day, filters)
    _kept[key] = (monotonic(), found)
    while len(_kept) > KEPT_ENTRIES:
        _kept.popitem(last=False)
    return found


def _count(clinic: Clinic, day: date, filters: Filters) -> Counts:
    wanted: dict[str, Any] = {}
    for view in View:
        kept = in_view(view, clinic.pk, day)
        wanted[view.name] = Count("*") if kept is None else Count(ROW, filter=kept)
    own = (in_view(filters.view, clinic.pk, day) or Q()) & chosen(filters, clinic.pk, day)
    if filters.narrowed:
        wanted["total"] = Count(ROW, filter=own)
    wanted["people"] = Count("patient_id", filter=own or None, distinct=True)
    found: dict[str, int] = screenings(clinic.pk, day).order_by().aggregate(**wanted)
    views = {view: found[view.name] for view in View}
    return Counts(views, found.get("total", views[filters.view]), found["people"])
