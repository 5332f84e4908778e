"""The one queryset behind the due list, its counts and its file: they can never disagree."""

from __future__ import annotations

from datetime import date

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from pathways.models import (
    AppointmentPurpose,
    Clinic,
    Consent,
    ContactPoint,
    DecisionKind,
    HoldPeriod,
    Purpose,
    Screening,
    ScreeningDecision,
)
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import AppointmentState

# What was due first stands first; the order of `due_list --format csv` and of the page alike.
# A row without a date (not assessable) comes last on both databases.
ORDER: tuple[OrderBy | str, ...] = (F("due_on").asc(nulls_last=True), "patient__mrn", "code")


def screenings(clinic: Clinic | int, day: date, *, closed: bool = False) -> QuerySet[Screening]:
    """Return one row per open screening of the clinic, with `status` as of the day, in ORDER.

    `closed` adds the rows that something has closed, for the whole record.
    """
    rows = Screening.objects.filter(clinic=clinic).with_status(day)
    if not closed:
        rows = rows.open().filter(Q(closed_from__isnull=True) | Q(closed_from__gt=day))
    return rows.order_by(*ORDER)  # type: ignore[no-any-return]


def next_booking(day: date) -> QuerySet[AppointmentPurpose]:
    """Return the bookings of a screening row, today or later, soonest first (for subqueries)."""
    return AppointmentPurpose.objects.filter(
        patient_id=OuterRef("patient_id"),
        code=OuterRef("code"),
        appointment__state=AppointmentState.BOOKED,
        appointment__on__gte=day,
    ).order_by("appointment__starts_at")


def with_booking(rows: QuerySet[Screening], day: date) -> QuerySet[Screening]:
    """Annotate `booked_at` and `booking_id`: the next visit, today or later."""
    visits = next_booking(day)
    return rows.annotate(
        booked_at=Subquery(
            visits.values("appointment__starts_at")[:1], output_field=DateTimeField()
        ),
        booking_id=Subquery(visits.values("appointment_id")[:1]),
    )


def with_reason(rows: QuerySet[Screening]) -> QuerySet[Screening]:
    """Annotate `reason`: why a row is postponed or on hold, in the words of who decided it."""
    postponed = ScreeningDecision.objects.filter(
        enrolment_id=OuterRef("enrolment_id"),
        code=OuterRef("code"),
        kind=DecisionKind.POSTPONED,
        withdrawn_at__isnull=True,
    )
    held = HoldPeriod.objects.filter(enrolment_id=OuterRef("enrolment_id"), until_on__isnull=True)
    return rows.annotate(
        reason=Case(
            When(
                status=DueStatus.POSTPONED,
                then=Coalesce(Subquery(postponed.values("reason")[:1]), Value("")),
            ),
            When(
                status=DueStatus.ON_HOLD,
                then=Coalesce(Subquery(held.values("reason")[:1]), Value("")),
            ),
            default=Value(""),
            output_field=CharField(),
        )
    )


def is_booked(day: date) -> Exists:
    """Say of each row whether a visit today or later serves it."""
    return Exists(next_booking(day).order_by())


def agrees_to_visit_mail() -> Subquery:
    """Return the newest word of a contact point on mail about visits (None: never asked)."""
    said = Consent.objects.filter(contact_point_id=OuterRef("pk"), purpose=Purpose.VISITS)
    return Subquery(said.order_by("-on", "-id").values("given")[:1])


def can_be_reached(clinic: Clinic | int) -> Q:
    """Keep the rows whose person has a phone, or an address that mail may go to.

    One list of the clinic's people, made once for the question, not a look-up for every row.
    """
    points = ContactPoint.objects.in_use().filter(clinic=clinic, suspended_at__isnull=True)
    email = Q(kind=ContactPoint.EMAIL, verified_at__isnull=False, agreed=True)
    reachable = points.annotate(agreed=agrees_to_visit_mail()).filter(
        Q(kind=ContactPoint.PHONE) | email
    )
    return Q(patient_id__in=reachable.values("patient_id"))
