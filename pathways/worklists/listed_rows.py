"""The rows of one page of the due list, as light as they can be: no model instances, one question.

On PostgreSQL the question is written once for each view and order and then asked again with another
clinic and day, because writing it costs the ORM three times what answering costs the database (see
bench/due_list). What the reader narrows further, and SQLite, go through the ORM each time; a test
holds both ways to the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, IntegerField, QuerySet, Subquery, Value, When

from pathways.models import AuditEvent, Clinic, Screening
from pathways.rules.due_status import DueFacts, DueStatus
from pathways.worklists.filters import LONG_OVERDUE_DAYS, Filters, Order, View, narrow
from pathways.worklists.open_screenings import ORDER, screenings, with_booking, with_reason

_PRIORITY = {
    DueStatus.OVERDUE: 0,
    DueStatus.RESULT_OVERDUE: 1,
    DueStatus.DUE: 2,
    DueStatus.NOT_ASSESSABLE: 3,
    DueStatus.DUE_SOON: 4,
    DueStatus.AWAITING_RESULT: 5,
    DueStatus.POSTPONED: 6,
    DueStatus.ON_HOLD: 7,
    DueStatus.NOT_DUE: 8,
}
# Stand-ins in the question that is written once; no real clinic or day has these values.
_ANY_CLINIC = -987_654_321
_ANY_DAY = date(1234, 5, 6)


class Listed(NamedTuple):
    """One open screening with what its line shows; names are those of the columns."""

    pk: int
    patient_id: UUID
    code: str
    phase: str
    soon_on: date | None
    opens_on: date | None
    due_on: date | None
    overdue_from: date | None
    first_due_on: date | None
    closed_from: date | None
    held_from: date | None
    postponed_until: date | None
    collected_on: date | None
    result_expected_on: date | None
    not_assessable: str
    family_name: str
    given_name: str
    mrn: str
    label: str
    owner: str
    booked_by: str
    booked_at: datetime | None
    booking_id: int | None
    reason: str
    event: int | None  # the newest event of the clinic: names the state these rows were read in

    @property
    def facts(self) -> DueFacts:
        """The dates from which the status follows; the row is known to be open."""
        return DueFacts(
            self.soon_on,
            self.opens_on,
            self.due_on,
            self.overdue_from,
            self.closed_from,
            self.held_from,
            self.postponed_until,
            self.collected_on,
            self.result_expected_on,
            self.not_assessable or None,
            self.first_due_on,
        )


_COLUMNS = (
    "pk",
    "patient_id",
    "code",
    "phase",
    "soon_on",
    "opens_on",
    "due_on",
    "overdue_from",
    "first_due_on",
    "closed_from",
    "held_from",
    "postponed_until",
    "collected_on",
    "result_expected_on",
    "not_assessable",
    "patient__family_name",
    "patient__given_name",
    "patient__mrn",
    "definition__label",
    "definition__owner",
    "definition__booking",
    "booked_at",
    "booking_id",
    "reason",
    "event",
)


def as_rows(rows: QuerySet[Screening], clinic_id: int, day: date) -> QuerySet[Any]:
    """Return a queryset of tuples, in the order of `Listed`, for rows of `screenings`."""
    newest = newest_event(clinic_id).values("pk")[:1]
    found = with_reason(with_booking(rows, day)).annotate(event=Subquery(newest))
    return found.values_list(*_COLUMNS)


def newest_event(clinic_id: int) -> QuerySet[AuditEvent]:
    """Return the clinic's events, newest first."""
    return AuditEvent.objects.filter(clinic_id=clinic_id).order_by("-at", "-id")


def read(clinic: Clinic, day: date, filters: Filters, start: int, count: int) -> list[Listed]:
    """Return the rows from `start` on, at most `count`, in the order asked for."""
    if connection.vendor != "postgresql" or filters.narrowed:
        found: Any = _question(clinic.pk, day, filters)[start : start + count]
        return [Listed._make(row) for row in found]
    sql, params = _written(filters.view, filters.order)
    meant: dict[Any, Any] = {
        _ANY_CLINIC: clinic.pk,
        _ANY_DAY: day,
        _ANY_DAY - timedelta(days=LONG_OVERDUE_DAYS): day - timedelta(days=LONG_OVERDUE_DAYS),
    }
    with connection.cursor() as cursor:
        given = [meant.get(each, each) for each in params]
        cursor.execute(f"{sql} LIMIT %s OFFSET %s", [*given, count, start])
        return [Listed._make(row) for row in cursor.fetchall()]


@lru_cache(maxsize=32)
def _written(view: View, order: Order) -> tuple[str, Sequence[Any]]:
    """Write the question of one view and order, with stand-ins for clinic and day."""
    question = _question(_ANY_CLINIC, _ANY_DAY, Filters(view=view, order=order))
    sql, params = question.query.sql_with_params()
    return sql, tuple(params)


def _question(clinic_id: int, day: date, filters: Filters) -> QuerySet[Any]:
    rows = narrow(screenings(clinic_id, day), filters, clinic_id, day)
    if filters.order is Order.PRIORITY:
        ranks = [When(status=status, then=Value(rank)) for status, rank in _PRIORITY.items()]
        rank = Case(*ranks, default=Value(len(ranks)), output_field=IntegerField())
        rows = rows.order_by(rank, *ORDER)
    return as_rows(rows, clinic_id, day)
