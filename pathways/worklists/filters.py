"""What a reader of the due list may ask for. All but the search words lives in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet

from pathways.models import Appointment, Clinic, ContactPoint, Screening, WorkItem
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import WorkItemKind
from pathways.worklists.open_screenings import can_be_reached, is_booked

# Days past the due date from which a row also stands under "Long overdue". Proposed; a view
# of its own, so that nothing is ever hidden.
LONG_OVERDUE_DAYS = 90

WANTS_A_VISIT = (DueStatus.DUE_SOON, DueStatus.DUE, DueStatus.OVERDUE)
AWAITED = (DueStatus.AWAITING_RESULT, DueStatus.RESULT_OVERDUE)


class View(StrEnum):
    """The saved views of the list. Calls are work items and have their own page."""

    OPEN = ""
    NOT_BOOKED = "not-booked"
    OVERDUE = "overdue"
    AWAITED = "results-awaited"
    LONG_OVERDUE = "long-overdue"
    UNREACHABLE = "no-way-to-reach"


VIEW_WORDS: Mapping[View, str] = {
    View.OPEN: "Open",
    View.NOT_BOOKED: "Not booked",
    View.OVERDUE: "Overdue",
    View.AWAITED: "Results awaited",
    View.LONG_OVERDUE: "Long overdue",
    View.UNREACHABLE: "No way to reach",
}


class Order(StrEnum):
    """How the rows stand. The default is the file's own order."""

    DUE = ""
    PRIORITY = "priority"


ORDER_WORDS: Mapping[Order, str] = {
    Order.DUE: "Longest due first",
    Order.PRIORITY: "Clinical priority, then due date",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """The reader's choices; blank means any. Unknown words are read as blank.

    `q` holds the words searched for, mostly a name. The reader's session keeps them, and an
    address carries only `found`, their number there.
    """

    view: View = View.OPEN
    q: str = ""
    found: str = ""
    status: str = ""
    screening: str = ""
    phase: str = ""
    owner: str = ""
    booking: str = ""
    contact: str = ""
    order: Order = Order.DUE

    @classmethod
    def read(cls, words: Mapping[str, str]) -> Filters:
        """Read the choices from an address; what is not understood counts as no choice.

        Search words and their number are the session's to give, so neither is read here.
        """
        values = {item.name: words.get(item.name, "").strip() for item in fields(cls)}
        view = next((view for view in View if view == values["view"]), View.OPEN)
        order = next((order for order in Order if order == values["order"]), Order.DUE)
        status = values["status"] if values["status"] in set(DueStatus) else ""
        booking = values["booking"] if values["booking"] in {"yes", "no"} else ""
        contact = values["contact"] if values["contact"] in {"none", "call", "email"} else ""
        return cls(
            view=view,
            status=status,
            screening=values["screening"][:50].replace("\0", ""),
            phase=values["phase"][:20].replace("\0", ""),
            owner=values["owner"][:40].replace("\0", ""),
            booking=booking,
            contact=contact,
            order=order,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view and the order is chosen."""
        return any(
            (
                self.q,
                self.status,
                self.screening,
                self.phase,
                self.owner,
                self.booking,
                self.contact,
            )
        )

    def address(self, **changes: str | int) -> str:
        """Return the query of an address with these choices, changed as asked; blanks left out."""
        words = {item.name: str(getattr(self, item.name)) for item in fields(self)}
        del words["q"]
        words |= {name: str(value) for name, value in changes.items()}
        kept = {name: value for name, value in words.items() if value}
        return f"?{urlencode(kept)}" if kept else "?"

    def without(self, name: str) -> Filters:
        """Return the same choices without one."""
        changed: dict[str, Any] = {name: ""}
        if name == "q":
            changed["found"] = ""
        return replace(self, **changed)


def in_view(view: View, clinic: Clinic | int, day: date) -> Q | None:
    """Return what a saved view keeps, or None where it keeps every open row."""
    match view:
        case View.NOT_BOOKED:
            # Asked of the few who have any booking first; the rest need no look-up a row.
            somebody = Appointment.objects.upcoming(day).filter(clinic=clinic).values("patient_id")
            return Q(status__in=WANTS_A_VISIT) & ~(Q(patient_id__in=somebody) & Q(is_booked(day)))
        case View.OVERDUE:
            return Q(status=DueStatus.OVERDUE)
        case View.AWAITED:
            return Q(status__in=AWAITED)
        case View.LONG_OVERDUE:
            long_ago = day - timedelta(days=LONG_OVERDUE_DAYS)
            return Q(status=DueStatus.OVERDUE, due_on__lt=long_ago)
        case View.UNREACHABLE:
            return Q(status__in=WANTS_A_VISIT) & ~can_be_reached(clinic)
    return None


def chosen(filters: Filters, clinic: Clinic | int, day: date) -> Q:
    """Return what the reader's own choices keep."""
    kept = Q()
    for word in filters.q.split():
        kept &= (
            Q(patient__family_name__icontains=word)
            | Q(patient__given_name__icontains=word)
            | Q(patient__mrn__icontains=word)
        )
    if filters.status:
        kept &= Q(status=filters.status)
    if filters.screening:
        kept &= Q(code=filters.screening)
    if filters.phase:
        kept &= Q(phase=filters.phase)
    if filters.owner:
        kept &= Q(definition__owner=filters.owner)
    if filters.booking:
        booked = Q(is_booked(day))
        kept &= booked if filters.booking == "yes" else ~booked
    if filters.contact:
        kept &= _contact(filters.contact, clinic, day)
    return kept


def _contact(choice: str, clinic: Clinic | int, day: date) -> Q:
    if choice == "none":
        return ~can_be_reached(clinic)
    if choice == "call":
        return Q(
            Exists(
                WorkItem.objects.showing(day).filter(
                    patient_id=OuterRef("patient_id"), kind=WorkItemKind.CALL
                )
            )
        )
    return Q(Exists(ContactPoint.objects.writable().filter(patient_id=OuterRef("patient_id"))))


def narrow(
    rows: QuerySet[Screening], filters: Filters, clinic: Clinic | int, day: date
) -> QuerySet[Screening]:
    """Return the rows that the view and the reader's choices keep."""
    view = in_view(filters.view, clinic, day)
    if view is not None:
        if filters.view in {View.OVERDUE, View.LONG_OVERDUE}:
            # The same rows in a form whose number the database can guess, so that it reads them
            # in the order of the list's index (a test holds the two forms together).
            rows = rows.overdue(day)  # type: ignore[attr-defined]
            if filters.view is View.LONG_OVERDUE:
                rows = rows.filter(due_on__lt=day - timedelta(days=LONG_OVERDUE_DAYS))
        else:
            rows = rows.filter(view)
    return rows.filter(chosen(filters, clinic, day)) if filters.narrowed else rows


def words_of(
    filters: Filters, names: Mapping[str, Iterable[tuple[str, str]]]
) -> list[tuple[str, str]]:
    """Return (name, words) of each choice made, for the chips and for print."""
    made = []
    for name, options in names.items():
        value = getattr(filters, name)
        if value:
            made.append((name, dict(options).get(value, value)))
    if filters.q:
        made.insert(0, ("q", f"“{filters.q}”"))
    return made
