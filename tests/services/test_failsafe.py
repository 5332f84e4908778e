"""Anything begun and not concluded comes onto a list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from pathways.models import Message, WorkItem
from pathways.rules.lifecycles import MessageState, WorkItemKind
from pathways.services import appointments, enrolments, failsafe, screenings, work_items
from tests import people
from tests.services.cast import DUE, enrolment_of, owed, plan, small_version, vegf_person

pytestmark = pytest.mark.django_db
NURSE = people.SYSTEM


@pytest.fixture
def patient(clinic, at):
    at("2026-10-01 09:00")
    return vegf_person(clinic, small_version(clinic))


def sweep(clinic, day: date) -> failsafe.FailsafeReport:
    return failsafe.sweep_clinic(clinic=clinic, day=day, by=people.SYSTEM)


def test_where_all_is_well_nothing_is_found(clinic, patient):
    assert sweep(clinic, date(2026, 10, 1)).found == 0
    assert not WorkItem.objects.exists()


def visit(patient, on: date):
    return appointments.book(
        patient=patient,
        starts_at=datetime(on.year, on.month, on.day, 10, tzinfo=UTC),
        minutes=30,
        codes=["vegf"],
        by=NURSE,
    )


def test_a_visit_without_a_word_is_asked_about_the_next_morning(clinic, patient, at):
    booked = visit(patient, date(2026, 11, 20))
    at("2026-11-20 23:00")
    assert sweep(clinic, date(2026, 11, 20)).unanswered_visits == 0
    at("2026-11-21 06:00")
    assert sweep(clinic, DUE).opened == 1
    assert sweep(clinic, DUE).opened == 0
    item = WorkItem.objects.get()
    assert (item.appointment, item.due_on) == (booked, date(2026, 11, 23))  # Monday
    appointments.attended(appointment=booked, by=NURSE)
    item.refresh_from_db()
    assert item.outcome == "Marked as attended."


def test_an_attended_visit_without_its_record_is_asked_for_after_seven_days(clinic, patient, at):
    booked = visit(patient, date(2026, 11, 20))
    at("2026-11-20 15:00")
    appointments.attended(appointment=booked, by=NURSE)
    assert sweep(clinic, date(2026, 11, 26)).unrecorded_visits == 0
    at("2026-11-27 10:00")
    assert sweep(clinic, date(2026, 11, 27)).unrecorded_visits == 1
    item = WorkItem.objects.get()
    assert item.kind == WorkItemKind.VISIT_WITHOUT_RECORD
    # While somebody is asking for the record, nobody writes that the visit is not booked.
    at("2026-11-28 10:00")
    assert plan(clinic, date(2026, 11, 28)).messages == 0
    work_items.close(item, outcome="the visit was cut short", by=NURSE)
    assert plan(clinic, date(2026, 11, 28)).messages == 1


def test_the_record_that_arrives_closes_the_question(clinic, patient, at):
    booked = visit(patient, date(2026, 11, 20))
    at("2026-11-20 15:00")
    appointments.attended(appointment=booked, by=NURSE)
    at("2026-11-27 10:00")
    sweep(clinic, date(2026, 11, 27))
    people.record(patient, "vegf", date(2026, 11, 20))
    assert sweep(clinic, date(2026, 11, 27)).unrecorded_visits == 0
    assert WorkItem.objects.get().outcome == "The record has arrived."


def test_a_sample_past_its_day_is_looked_for(clinic, patient, at):
    """R25: collected 18 November, expected within 21 days."""
    at("2026-11-20 09:00")
    people.record(patient, "vegf", date(2026, 11, 18), status="collected")
    assert sweep(clinic, date(2026, 12, 9)).lost_samples == 0
    at("2026-12-10 09:00")
    assert sweep(clinic, date(2026, 12, 10)).lost_samples == 1
    item = WorkItem.objects.get()
    assert item.kind == WorkItemKind.LOST_SAMPLE
    people.record(patient, "vegf", date(2026, 11, 18))
    item.refresh_from_db()
    assert item.outcome == "A result or a new sample came."


def test_a_hold_past_its_review_day_comes_back_every_week_until_somebody_decides(
    clinic, patient, at
):
    at("2026-10-02 09:00")
    enrolment = enrolment_of(patient)
    enrolments.hold(
        enrolment=enrolment,
        from_on=date(2026, 10, 2),
        reason="in hospital",
        review_on=date(2026, 11, 1),
        by=NURSE,
    )
    at("2026-11-01 09:00")
    assert sweep(clinic, date(2026, 11, 1)).holds_past_review == 0
    at("2026-11-02 09:00")
    assert sweep(clinic, date(2026, 11, 2)).opened == 1
    work_items.close(WorkItem.objects.get(), outcome="still in hospital", by=NURSE)
    at("2026-11-08 09:00")
    assert sweep(clinic, date(2026, 11, 8)).opened == 0
    at("2026-11-09 09:00")
    assert sweep(clinic, date(2026, 11, 9)).opened == 1
    enrolments.resume(enrolment=enrolment, on=date(2026, 11, 9), by=NURSE)
    assert sweep(clinic, date(2026, 11, 30)).holds_past_review == 0


def test_somebody_for_whom_nothing_is_planned_is_looked_at(clinic, patient, hematologist, at):
    screenings.cease(screening=owed(patient), reason="not wanted", by=people.SYSTEM)
    assert sweep(clinic, date(2026, 10, 1)).unplanned == 1
    assert WorkItem.objects.get().patient == patient


def test_messages_held_by_a_dead_worker_are_seen(clinic, patient, at):
    at("2026-11-20 10:00")
    plan(clinic, date(2026, 11, 20))
    moment = datetime(2026, 11, 20, 10, tzinfo=UTC)
    Message.objects.update(state=MessageState.CLAIMED, lease_token=uuid4(), lease_until=moment)
    at("2026-11-20 10:10")
    assert sweep(clinic, date(2026, 11, 20)).stuck_messages == 0
    at("2026-11-20 10:11")
    assert sweep(clinic, date(2026, 11, 20)).stuck_messages == 1


def test_a_clinic_that_fails_does_not_stop_the_others(clinic, other_clinic, at, monkeypatch):
    at("2026-10-01 09:00")
    real = failsafe.sweep_clinic

    def failing(*, clinic, day, by):
        if clinic == other_clinic:
            raise RuntimeError
        return real(clinic=clinic, day=day, by=by)

    monkeypatch.setattr(failsafe, "sweep_clinic", failing)
    reports = {report.clinic: report.failed for report in failsafe.sweep(by=people.SYSTEM)}
    assert reports == {"northgate": 0, "southgate": 1}


def test_the_number_of_queries_does_not_grow_with_the_findings(
    clinic, at, django_assert_max_num_queries
):
    at("2026-10-01 09:00")
    version = small_version(clinic)
    for number in range(30):
        booked = visit(
            vegf_person(clinic, version), date(2026, 11, 20) + timedelta(days=number % 3)
        )
        assert booked
    at("2026-11-30 09:00")
    with django_assert_max_num_queries(20):
        assert sweep(clinic, date(2026, 11, 30)).opened == 30
