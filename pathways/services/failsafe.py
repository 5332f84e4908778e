"""What was begun and not concluded: found by a sweep, and put on somebody's list.

Each finding is a work item. One that was closed and is still true comes back after a week, so
closing a line never makes an obligation vanish.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from pathways import clock
from pathways.models import (
    Appointment,
    Clinic,
    Enrolment,
    HoldPeriod,
    Message,
    Screening,
    WorkItem,
)
from pathways.rules.deeds import OwedWhile
from pathways.rules.lifecycles import (
    AppointmentState,
    EnrolmentState,
    LifeStatus,
    MessageState,
    WorkItemKind,
)
from pathways.rules.reminders import PROPOSED
from pathways.services import sending_control, work_items
from pathways.services.actors import Actor
from pathways.services.calendar import ClinicCalendar
from pathways.services.calendar import of as calendar_of
from pathways.services.work_items import Deed

log = logging.getLogger(__name__)

AGAIN_AFTER_DAYS = 7
LEASE_OVERRUN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FailsafeReport:
    """How many findings of each kind stand, and how many were put on a list anew."""

    clinic: str
    day: date
    undated: int = 0
    unplanned: int = 0
    unanswered_visits: int = 0
    unrecorded_visits: int = 0
    stuck_messages: int = 0
    lost_samples: int = 0
    holds_past_review: int = 0
    opened: int = 0
    failed: int = 0

    @property
    def found(self) -> int:
        """All findings together."""
        return (
            self.undated
            + self.unplanned
            + self.unanswered_visits
            + self.unrecorded_visits
            + self.stuck_messages
            + self.lost_samples
            + self.holds_past_review
        )


def sweep(*, by: Actor) -> list[FailsafeReport]:
    """Sweep every clinic; one that fails does not stop the others."""
    with sending_control.sweeping("failsafe") as done:
        reports = _sweep_clinics(by)
        done.count = sum(report.found for report in reports)
        if any(report.failed for report in reports):
            done.trouble = "a clinic could not be swept"
    return reports


def _sweep_clinics(by: Actor) -> list[FailsafeReport]:
    reports = []
    for clinic in Clinic.objects.order_by("pk"):
        day = clock.today(clinic)
        try:
            reports.append(sweep_clinic(clinic=clinic, day=day, by=by))
        except Exception as error:
            # The name of the error only: a database's own words can hold a patient's.
            log.error(
                "The failsafe sweep failed for clinic %s: %s.", clinic.code, type(error).__name__
            )
            reports.append(FailsafeReport(clinic=clinic.code, day=day, failed=1))
    return reports


def sweep_clinic(*, clinic: Clinic, day: date, by: Actor) -> FailsafeReport:
    """Look for anything forgotten in one clinic and put it on a list; repeating changes nothing."""
    days = calendar_of(clinic)
    undated = list(_undated(clinic))
    unplanned = list(_unplanned(clinic))
    unanswered = list(_unanswered(clinic, day))
    unrecorded = list(_unrecorded(clinic, day))
    stuck = _stuck(clinic)
    samples = list(_samples(clinic, day))
    holds = list(_holds(clinic, day))
    _settle_recorded(clinic, [visit.pk for visit in unrecorded], by)
    opened = _open(
        [
            *undated,
            *unplanned,
            *(_ask_who_came(visit, day, days) for visit in unanswered),
            *(_ask_for_record(visit, day) for visit in unrecorded),
            *stuck,
            *samples,
            *holds,
        ],
        day,
        by,
    )
    return FailsafeReport(
        clinic=clinic.code,
        day=day,
        undated=len(undated),
        unplanned=len(unplanned),
        unanswered_visits=len(unanswered),
        unrecorded_visits=len(unrecorded),
        stuck_messages=len(stuck),
        lost_samples=len(samples),
        holds_past_review=len(holds),
        opened=opened,
    )


def _open(deeds: list[Deed], day: date, by: Actor) -> int:
    """Open what was not opened within the last week; what is open stays as it is."""
    if not deeds:
        return 0
    lately = set(
        WorkItem.objects.filter(
            subject__in={deed.subject for deed in deeds},
            opened_at__date__gt=day - timedelta(days=AGAIN_AFTER_DAYS),
        ).values_list("clinic_id", "kind", "subject")
    )
    return work_items.open_all(
        [deed for deed in deeds if (deed.clinic.pk, deed.kind.value, deed.subject) not in lately],
        by=by,
    )


def _undated(clinic: Clinic) -> Iterable[Deed]:
    """Open screenings with neither dates nor a reason; the database should refuse them."""
    rows = (
        Screening.objects.open()
        .in_clinic(clinic)
        .filter(Q(due_on__isnull=True) | Q(opens_on__isnull=True) | Q(overdue_from__isnull=True))
        .filter(not_assessable="")
        .select_related("patient")
    )
    for row in rows:
        yield Deed(
            kind=WorkItemKind.REVIEW,
            subject=f"undated:{row.pk}",
            summary="A screening has no dates and no reason. Tell the administrator",
            clinic=clinic,
            due_on=clock.today(clinic),
            patient=row.patient,
            screening=row,
        )


def _unplanned(clinic: Clinic) -> Iterable[Deed]:
    """People on the pathway for whom nothing is planned."""
    rows = (
        Enrolment.objects.in_clinic(clinic)
        .filter(state=EnrolmentState.ACTIVE, patient__life_status=LifeStatus.ALIVE)
        .filter(~Exists(Screening.objects.open().filter(enrolment=OuterRef("pk"))))
        .select_related("patient")
    )
    for row in rows:
        yield Deed(
            kind=WorkItemKind.REVIEW,
            subject=f"nothing planned:{row.pk}",
            summary="Nothing is planned for them. Decide the next phase, or end the enrolment",
            clinic=clinic,
            due_on=clock.today(clinic),
            patient=row.patient,
            owed_while=OwedWhile.IN_CARE,
        )


def _unanswered(clinic: Clinic, day: date) -> QuerySet[Appointment]:
    """Visits whose day has passed without a word on who came."""
    return Appointment.objects.in_clinic(clinic).unanswered(day).select_related("patient", "clinic")


def _ask_who_came(visit: Appointment, day: date, days: ClinicCalendar) -> Deed:
    return Deed(
        kind=WorkItemKind.REVIEW,
        subject=work_items.visit_question(visit.pk),
        summary="Did they come to their visit? Mark it as attended or not attended",
        clinic=visit.clinic,
        due_on=days.next_working_day(day),
        patient=visit.patient,
        appointment=visit,
    )


def _unrecorded(clinic: Clinic, day: date) -> QuerySet[Appointment]:
    """Attended visits, a week ago or longer, of which something they served has no record yet."""
    owed = (
        Screening.objects.open()
        .filter(
            patient=OuterRef("patient"),
            code__in=OuterRef("purposes__code"),
            created_at__lte=OuterRef("closed_at"),
        )
        .filter(Q(last_done_on__isnull=True) | Q(last_done_on__lt=OuterRef("on")))
        .filter(Q(collected_on__isnull=True) | Q(collected_on__lt=OuterRef("on")))
    )
    return (
        Appointment.objects.in_clinic(clinic)
        .filter(
            state=AppointmentState.ATTENDED,
            on__lte=day - timedelta(days=PROPOSED.wait_for_record),
        )
        .filter(Exists(owed))
        .select_related("patient", "clinic")
        .distinct()
    )


def _ask_for_record(visit: Appointment, day: date) -> Deed:
    return Deed(
        kind=WorkItemKind.VISIT_WITHOUT_RECORD,
        subject=work_items.visit_question(visit.pk),
        summary="They came to a visit whose record has not arrived. Enter it, or say what happened",
        clinic=visit.clinic,
        due_on=day,
        patient=visit.patient,
        appointment=visit,
    )


def _settle_recorded(clinic: Clinic, still_missing: list[int], by: Actor) -> None:
    """Close the lines about visits whose record has arrived since."""
    subjects = (
        WorkItem.objects.open()
        .in_clinic(clinic)
        .filter(kind=WorkItemKind.VISIT_WITHOUT_RECORD)
        .exclude(appointment__in=still_missing)
        .values_list("subject", flat=True)
    )
    work_items.close_for(
        clinic=clinic,
        kind=WorkItemKind.VISIT_WITHOUT_RECORD,
        subjects=list(subjects),
        outcome="The record has arrived.",
        by=by,
    )


def _stuck(clinic: Clinic) -> list[Deed]:
    """One line if messages are held by a worker long after its lease ended."""
    late = Message.objects.in_clinic(clinic).filter(
        state=MessageState.CLAIMED, lease_until__lt=clock.now() - LEASE_OVERRUN
    )
    if not late.exists():
        return []
    return [
        Deed(
            kind=WorkItemKind.REVIEW,
            subject="sending stands still",
            summary="Messages are held by a worker that stopped. Tell the administrator",
            clinic=clinic,
            due_on=clock.today(clinic),
        )
    ]


def _samples(clinic: Clinic, day: date) -> Iterable[Deed]:
    """Samples whose result is past the day it was expected."""
    rows = (
        Screening.objects.open()
        .in_clinic(clinic)
        .filter(
            Q(closed_from__isnull=True) | Q(closed_from__gt=day),
            collected_on__lte=day,
            result_expected_on__lt=day,
        )
        .annotate(taken_on=F("collected_on"))
        .select_related("patient")
    )
    for row in rows:
        yield Deed(
            kind=WorkItemKind.LOST_SAMPLE,
            subject=f"sample:{row.pk}:{row.collected_on}",
            summary="A sample's result is past its day. Ask the laboratory, or have it taken again",
            clinic=clinic,
            due_on=day,
            patient=row.patient,
            screening=row,
        )


def _holds(clinic: Clinic, day: date) -> Iterable[Deed]:
    """Holds past the day on which somebody wanted to look at them again."""
    rows = (
        HoldPeriod.objects.in_clinic(clinic)
        .filter(until_on__isnull=True, review_on__lt=day)
        .filter(enrolment__state=EnrolmentState.ON_HOLD)
        .select_related("enrolment__patient")
    )
    for row in rows:
        yield Deed(
            kind=WorkItemKind.REVIEW,
            subject=work_items.hold_question(row.pk),
            summary="A hold is past its review day. Resume it, or set another day",
            clinic=clinic,
            due_on=day,
            patient=row.enrolment.patient,
        )
