"""Calls and checks that the staff of a clinic owe, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Value

from pathways.models import Clinic, WorkItem
from pathways.models.authors import Authors, authors_of
from pathways.rules.deeds import is_owed
from pathways.rules.due_phrase import distance, short_date
from pathways.rules.lifecycles import WorkItemKind
from pathways.worklists.care import care_of, care_words

PAGE = 50
ROW = Value(1)  # Django refuses a filtered Count("*"); COUNT(1) is the same question


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One deed, in words."""

    item: WorkItem
    state: str
    tag: str
    who: str
    care: str  # "Died 20 Nov", "On hold"; "" while care runs
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


def owed(clinic: Clinic, day: date, kind: str = "", *, hidden: bool = False) -> QuerySet[WorkItem]:
    """Return the open deeds that the clinic owes on the day; a call counts from its day on.

    `hidden` returns those that wait instead: put off beyond the day, or until a hold ends.
    """
    rows = WorkItem.objects.in_clinic(clinic)
    if hidden:
        kept = rows.put_off(day)
    else:
        kept = rows.showing(day)
        if kind in set(WorkItemKind):
            kept = kept.filter(kind=kind)
        if kind == WorkItemKind.CALL:
            kept = kept.filter(due_on__lte=day)
    return kept.order_by("due_on", "id")  # type: ignore[no-any-return]


def for_day(
    clinic: Clinic, day: date, kind: str = "", page: int = 1, *, hidden: bool = False
) -> WorkList:
    """Return one page of what is owed on the day. Six questions, whatever the rows."""
    kind = kind if kind in set(WorkItemKind) else ""
    rows = owed(clinic, day, kind, hidden=hidden)
    number = _numbers(clinic, day)
    put_off = owed(clinic, day, hidden=True).count()
    every = number.pop("")
    total = put_off if hidden else number[kind] if kind else every
    page = min(max(1, page), max(1, -(-total // PAGE)))
    shown = rows.select_related("patient").prefetch_related(
        "patient__contact_points", "patient__enrolments"
    )
    listed = list(shown[(page - 1) * PAGE : page * PAGE])
    counts = [("", "Everything", every)]
    counts += [(each.value, _name(each), number[each]) for each in WorkItemKind]
    authors = authors_of(clinic.pk)
    return WorkList(
        rows=tuple(_row(item, day, authors) for item in listed),
        total=total,
        page=page,
        counts=tuple(row for row in counts if row[2] or row[0] in ("", kind, "call")),
        put_off=put_off,
    )


def _numbers(clinic: Clinic, day: date) -> dict[str, int]:
    """Return how many rows `owed` has for each kind, and for all of them under ""; one question."""
    found = (
        owed(clinic, day)
        .order_by()
        .values_list("kind")
        .annotate(every=Count(ROW), by_now=Count(ROW, filter=Q(due_on__lte=day)))
    )
    numbers = dict.fromkeys(WorkItemKind, 0) | {"": 0}
    for kind, every, by_now in found:
        numbers[""] += every
        numbers[kind] = by_now if kind == WorkItemKind.CALL else every
    return numbers


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
    phone, who, care = "", "", ""
    if item.patient is not None:
        person, theirs = item.patient, item.patient.enrolments.all()
        points = [p for p in person.contact_points.all() if p.retired_at is None]
        phone = next((p.value for p in points if p.kind == "phone" and not p.suspended_at), "")
        who, care = str(person), care_words(person, theirs, day)
        if not is_owed(item.owed_while, care_of(person, theirs, day)):
            state, tag = "on-hold", "When the hold ends"
    return WorkRow(item, state, tag, who, care, phone, authors.named(item.opened_by))
