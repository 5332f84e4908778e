"""Calls and checks that the staff of a clinic owe, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Value

from pathways.models import Clinic, WorkItem
from pathways.models.authors import Authors, authors_of
from pathways.rules.due_phrase import distance, short_date
from pathways.rules.lifecycles import WorkItemKind

PAGE = 50
ROW = Value(1)  # Django refuses a filtered Count("*"); COUNT(1) is the same question


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One deed, in words."""

    item: WorkItem
    state: str
    tag: str
    who: str
    phone: str
    opened_by: str


@dataclass(frozen=True, slots=True)
class WorkList:
    """One page of deeds, and how many there are of each kind."""

    rows: tuple[WorkRow, ...]
    total: int
    page: int
    counts: tuple[tuple[str, str, int], ...]
    put_off: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def _showing(day: date, kind: str = "") -> Q:
    """Open, not put off beyond the day, of that kind; a call counts from its day on."""
    kept = Q(closed_at__isnull=True) & (Q(hidden_until__isnull=True) | Q(hidden_until__lte=day))
    if kind in set(WorkItemKind):
        kept &= Q(kind=kind)
    return kept & Q(due_on__lte=day) if kind == WorkItemKind.CALL else kept


def owed(clinic: Clinic, day: date, kind: str = "", *, hidden: bool = False) -> QuerySet[WorkItem]:
    """Return the open deeds of a clinic, those put off beyond the day left out.

    `hidden` returns the ones left out instead.
    """
    put_off = Q(closed_at__isnull=True, hidden_until__gt=day)
    rows = WorkItem.objects.in_clinic(clinic).filter(put_off if hidden else _showing(day, kind))
    return rows.order_by("due_on", "id")  # type: ignore[no-any-return]


def for_day(
    clinic: Clinic, day: date, kind: str = "", page: int = 1, *, hidden: bool = False
) -> WorkList:
    """Return one page of what is owed on the day. Four questions, whatever the rows."""
    kind = kind if kind in set(WorkItemKind) else ""
    counted = WorkItem.objects.in_clinic(clinic).aggregate(
        put_off=Count(ROW, filter=Q(closed_at__isnull=True, hidden_until__gt=day)),
        every=Count(ROW, filter=_showing(day)),
        **{each.name: Count(ROW, filter=_showing(day, each)) for each in WorkItemKind},
    )
    total = counted["put_off" if hidden else WorkItemKind(kind).name if kind else "every"]
    rows = owed(clinic, day, kind, hidden=hidden)
    page = min(max(1, page), max(1, -(-total // PAGE)))
    shown = rows.select_related("patient").prefetch_related("patient__contact_points")
    listed = list(shown[(page - 1) * PAGE : page * PAGE])
    counts = [("", "Everything", counted["every"])]
    counts += [(each.value, _name(each), counted[each.name]) for each in WorkItemKind]
    authors = authors_of(clinic.pk)
    return WorkList(
        rows=tuple(_row(item, day, authors) for item in listed),
        total=total,
        page=page,
        counts=tuple(row for row in counts if row[2] or row[0] in ("", kind, "call")),
        put_off=counted["put_off"],
    )


def _name(kind: WorkItemKind) -> str:
    """The due list counts the same calls under the same name."""
    return "Calls today" if kind is WorkItemKind.CALL else kind.value.capitalize()


def _row(item: WorkItem, day: date, authors: Authors) -> WorkRow:
    late = (day - item.due_on).days
    if late > 0:
        state, tag = "overdue", f"{distance(late)} late"
    elif late == 0:
        state, tag = "due", "Today"
    else:
        state, tag = "not-due", f"By {short_date(item.due_on, day)}"
    if item.hidden_until is not None and item.hidden_until > day:
        state, tag = "postponed", f"Put off to {short_date(item.hidden_until, day)}"
    phone = ""
    if item.patient is not None:
        points = [p for p in item.patient.contact_points.all() if p.retired_at is None]
        phone = next((p.value for p in points if p.kind == "phone" and not p.suspended_at), "")
    who = str(item.patient) if item.patient else ""
    return WorkRow(item, state, tag, who, phone, authors.named(item.opened_by))
