"""The list a nurse starts the day with: every open screening of the clinic, longest due first.

The default order is that of the file (`due_on`, hospital number, code), so that page and file are
the same rows in the same order; `Order.PRIORITY` puts what is overdue first, then what waits in
the laboratory too long, what is due and so on. Nothing is ever hidden: long overdue is a view.

Query budget: five. Rows, counts (unless kept), calls owed, and two for how people are reached.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from pathways.models import Clinic, ContactPoint, Message, Screening, WorkItem
from pathways.rules.lifecycles import MessageState, WorkItemKind
from pathways.worklists.due_counts import counts
from pathways.worklists.due_rows import NO_REACH, DueRow, Reach, due_row
from pathways.worklists.filters import Filters, View
from pathways.worklists.listed_rows import Listed, as_rows, newest_event, read
from pathways.worklists.open_screenings import agrees_to_visit_mail, screenings

PAGE = 50
# Mail older than this says nothing about whether somebody is being reached now.
LATELY = timedelta(days=120)

_TROUBLE = frozenset(
    {MessageState.BOUNCED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.COMPLAINED}
)

# Person (if it is about one), day, number of a call somebody owes.
Call = tuple[UUID, date, int]


@dataclass(frozen=True, slots=True)
class DueList:
    """One page of the list, the number of all rows it stands for, and of every saved view."""

    rows: tuple[DueRow, ...]
    total: int
    people: int
    page: int
    counts: dict[View, int]
    calls: int
    day: date

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        """The number of the first row on this page."""
        return (self.page - 1) * PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row on this page."""
        return (self.page - 1) * PAGE + len(self.rows)


def for_day(clinic: Clinic, day: date, filters: Filters | None = None, page: int = 1) -> DueList:
    """Return one page of the clinic's open screenings as they stand on the day."""
    filters = filters or Filters()
    page = max(1, page)
    rows = read(clinic, day, filters, (page - 1) * PAGE, PAGE)
    event = rows[0].event if rows else _newest(clinic)
    counted = counts(clinic, day, filters, event)
    if not rows and counted.total:  # a page beyond the last shows the last
        page = -(-counted.total // PAGE)
        rows = read(clinic, day, filters, (page - 1) * PAGE, PAGE)
    calls = open_calls(clinic, day)
    return DueList(
        rows=worded(rows, clinic, day, calls),
        total=counted.total,
        people=counted.people,
        page=page if rows else 1,
        counts=counted.views,
        calls=sum(1 for _, due_on, _ in calls if due_on <= day),
        day=day,
    )


def _newest(clinic: Clinic) -> int | None:
    newest: int | None = newest_event(clinic.pk).values_list("pk", flat=True).first()
    return newest


def first_rows(clinic: Clinic, day: date, filters: Filters) -> list[Listed]:
    """Return the rows of the first page before they are put into words."""
    return read(clinic, day, filters, 0, PAGE)


def one_row(clinic: Clinic, day: date, screening_id: int) -> DueRow | None:
    """Return one row of the list, or None where the clinic has no such open screening."""
    found = rows_of(screenings(clinic, day).filter(pk=screening_id), clinic, day)
    return worded(found, clinic, day, open_calls(clinic, day))[0] if found else None


def rows_of(rows: QuerySet[Screening], clinic: Clinic, day: date) -> list[Listed]:
    """Return these rows of `screenings` as the list holds them."""
    return [Listed._make(row) for row in as_rows(rows, clinic.pk, day)]


def open_calls(clinic: Clinic, day: date) -> list[Call]:
    """Return the clinic's open calls, none put off beyond the day; few, so all in one question.

    Those due by the day are the rows behind the tab *Calls today* (`work_items.owed`).
    """
    rows = WorkItem.objects.showing(day).in_clinic(clinic).filter(kind=WorkItemKind.CALL)
    return list(rows.order_by("-due_on", "-id").values_list("patient_id", "due_on", "id"))


def worded(rows: list[Listed], clinic: Clinic, day: date, calls: list[Call]) -> tuple[DueRow, ...]:
    zone = ZoneInfo(clinic.time_zone)
    reach = reach_of({row.patient_id for row in rows}, clinic, day, calls) if rows else {}
    return tuple(due_row(row, reach.get(row.patient_id, NO_REACH), day, zone) for row in rows)


def reach_of(
    patient_ids: set[UUID], clinic: Clinic, day: date, calls: list[Call]
) -> dict[UUID, Reach]:
    """Return how each of these people can be reached; two questions for any number of them."""
    found: defaultdict[UUID, Reach] = defaultdict(Reach)
    points = (
        ContactPoint.objects.in_use()
        .in_clinic(clinic)
        .filter(patient_id__in=patient_ids)
        .annotate(agreed=agrees_to_visit_mail())
        .values_list("patient_id", "kind", "verified_at", "agreed", "suspended_reason")
    )
    for patient_id, kind, verified_at, agreed, reason in points:
        known = found[patient_id]
        if reason:  # paired with the moment of suspension by a constraint
            found[patient_id] = replace(known, suspended=reason)
        elif kind == ContactPoint.PHONE:
            found[patient_id] = replace(known, phone=True)
        elif agreed is False:
            found[patient_id] = replace(known, said_no=True)
        elif agreed and verified_at is not None:
            found[patient_id] = replace(known, email=True)
    for called_id, due_on, item_id in calls:  # the soonest comes last and stays
        if called_id in patient_ids:
            found[called_id] = replace(found[called_id], call_due_on=due_on, call_id=item_id)
    since = datetime.combine(day - LATELY, time(), UTC)
    mail = (
        Message.objects.in_clinic(clinic)
        .filter(patient_id__in=patient_ids, due_at__gte=since)
        .order_by("due_at")
        .values_list("patient_id", "state", "sent_at")
    )
    for patient_id, state, sent_at in mail:
        known = found[patient_id]
        told = (*known.sent_at, sent_at) if sent_at is not None else known.sent_at
        found[patient_id] = replace(known, sent_at=told, troubled=state in _TROUBLE)
    return found
