"""The bulk comparison on PostgreSQL agrees with the general path: it never calls a change same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F

from pathways.models import (
    Clinic,
    Enrolment,
    PathwayVersion,
    Screening,
    TherapyCourse,
    TherapyCycle,
)
from pathways.rules.lifecycles import Phase, ResultStatus
from pathways.services import enrolments, scheduling, screenings, therapy
from pathways.services.schedule_check import Memo, may_differ
from pathways.services.schedule_inputs import WRITTEN, Definitions
from tests.courses import cycle_of, give, plan_course
from tests.people import SYSTEM, enrol, make_patient, record

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
At = Callable[[str], None]


@pytest.fixture
def cohort(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> list[int]:
    """People in every phase, with sets of results, samples on their way, holds and endings."""
    if connection.vendor != "postgresql":
        pytest.skip("compares as PostgreSQL writes text")
    at("2026-11-21 09:00")
    today = date(2026, 11, 21)
    rows: list[Enrolment] = []
    for number, phase in enumerate([*Phase, *Phase, Phase.ACTIVE_TREATMENT]):
        patient = make_patient(clinic)
        rows.append(enrol(patient, pathway_version, phase=phase))
        record(patient, "vegf", today - timedelta(days=30 * number + 1))
        record(patient, "neuro-exam", today - timedelta(days=20 * number))
        record(patient, "tsh", today - timedelta(days=9))
        record(patient, "free-t4", today - timedelta(days=7))
        if number % 3 == 0:
            sample = today - timedelta(days=2)
            record(patient, "vitamin-b12-d", sample, status=ResultStatus.COLLECTED)
    enrolments.hold(
        enrolment=rows[1], from_on=today, reason="away", review_on=date(2027, 1, 5), by=SYSTEM
    )
    enrolments.transfer(enrolment=rows[2], effective_on=today, reason="moved", by=SYSTEM)
    # Two with the same cycles, one a week late; one has a second course on hold.
    for number, late in ((1, 0), (10, 0), (6, 7)):
        course = plan_course(rows[number].patient, on=today - timedelta(days=40))
        give(course, 1, today - timedelta(days=40))
        give(course, 2, today - timedelta(days=12 - late))
        record(rows[number].patient, "pre-cycle-record", today - timedelta(days=12 - late))
    held = plan_course(rows[1].patient, "bevacizumab-alone", on=today)
    therapy.hold_course(course=held, from_on=today, reason="counts", by=SYSTEM)
    enrolments.change_phase(enrolment=rows[3], phase=Phase.RELAPSE, since_on=today, by=SYSTEM)
    return [row.pk for row in rows]


def differing(ids: list[int]) -> list[int]:
    """Who may differ, without the one whose late item always goes the general way."""
    late = set(
        Screening.objects.open()
        .filter(enrolment_id__in=ids, late_due_on__isnull=False, due_on__gt=F("first_due_on"))
        .values_list("enrolment_id", flat=True)
    )
    assert late == {ids[3]}
    return [key for key in may_differ(ids, Definitions(), Memo()) if key not in late]


def test_nobody_differs_once_everything_is_computed(cohort: list[int]) -> None:
    assert scheduling.reschedule(cohort, by=SYSTEM).touched == []
    assert differing(cohort) == []


@pytest.mark.parametrize(
    "column", [name for name in WRITTEN if name.endswith("_on") or name == "overdue_from"]
)
def test_a_row_whose_date_is_off_is_found(cohort: list[int], column: str) -> None:
    rows = Screening.objects.open().filter(enrolment_id=cohort[0], due_on__isnull=False)
    row = rows.filter(collected_on__isnull=False).first() or rows.first()
    assert row is not None
    held = getattr(row, column)
    off = {
        "opens_on": row.due_on - timedelta(days=1),
        "overdue_from": row.overdue_from + timedelta(days=1),
        "due_on": row.due_on + timedelta(days=0 if held is None else 1),
    }.get(column, date(2020, 1, 1))
    if column == "due_on":
        Screening.objects.filter(pk=row.pk).update(
            due_on=off, overdue_from=row.overdue_from + timedelta(days=1)
        )
    else:
        Screening.objects.filter(pk=row.pk).update(**{column: off})
    assert differing(cohort) == [cohort[0]]


def test_a_missing_row_and_a_row_too_many_are_found(cohort: list[int]) -> None:
    Screening.objects.filter(enrolment_id=cohort[1], code="vegf").update(state="cancelled")
    Screening.objects.filter(enrolment_id=cohort[6], code="vegf").update(code="other")
    assert set(differing(cohort)) == {cohort[1], cohort[6]}


def test_a_row_that_points_at_another_result_is_found(cohort: list[int]) -> None:
    row = Screening.objects.open().filter(
        enrolment_id=cohort[7], code="vegf", anchor_result__isnull=False
    )
    assert row.update(anchor_result=None) == 1
    assert differing(cohort) == [cohort[7]]


def test_a_person_with_a_standing_decision_goes_the_general_way(cohort: list[int]) -> None:
    row = Screening.objects.open().get(enrolment_id=cohort[6], code="vegf")
    screenings.cease(screening=row, reason="her choice", by=SYSTEM)
    assert differing(cohort) == [cohort[6]]


def treated(ids: list[int]) -> list[Enrolment]:
    """Those in active treatment who have cycles."""
    rows = Enrolment.objects.filter(pk__in=ids, patient__courses__isnull=False).distinct()
    return [row for row in rows if row.phases.last().phase == Phase.ACTIVE_TREATMENT]


def test_a_cycle_that_moved_behind_the_plan_is_found(cohort: list[int]) -> None:
    people = treated(cohort)
    assert len(people) >= 2
    for person in people:
        course = TherapyCourse.objects.get(patient=person.patient, regimen="rd")
        third = cycle_of(course, 3)
        TherapyCycle.objects.filter(pk=third.pk).update(
            planned_on=third.planned_on + timedelta(days=3)
        )
    assert set(differing(cohort)) == {person.pk for person in people}


def test_a_hold_behind_the_plan_is_found(cohort: list[int]) -> None:
    person = treated(cohort)[0]
    course = TherapyCourse.objects.get(patient=person.patient, regimen="rd")
    TherapyCycle.objects.filter(course=course, given_on__isnull=True).update(state="held")
    assert differing(cohort) == [person.pk]
