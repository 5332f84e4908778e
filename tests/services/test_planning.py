"""The planner's sweep: who is written to, once, about what, and when it leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from pathways.models import (
    Audience,
    AuditEvent,
    Clinic,
    Closure,
    Message,
    Remind,
    Reminder,
    WorkItem,
)
from pathways.rules.lifecycles import MessageState, ReminderState, WorkItemKind
from pathways.services import reminders, screenings
from tests import people
from tests.services.cast import (
    DUE,
    SWEEP,
    enrolment_of,
    owed,
    plan,
    sign,
    small_version,
    vegf_person,
)

pytestmark = pytest.mark.django_db
FIRST_STEP = date(2026, 11, 7)  # a Saturday


@pytest.fixture
def october(at):
    """The people are enrolled and their results are in long before anything is due."""
    at("2026-10-01 09:00")


@pytest.fixture
def version(clinic, october):
    return small_version(clinic)


def letters() -> QuerySet[Message]:
    """Every letter to a patient that asks for something; notes have tests of their own."""
    rows: QuerySet[Message] = Message.objects.filter(audience=Audience.PATIENT)
    return rows.exclude(kind="when_to_call")


def invitations() -> list[Message]:
    return list(letters().exclude(state=MessageState.CANCELLED).order_by("due_at"))


def test_nothing_is_planned_before_the_first_step_is_near(clinic, version, at):
    vegf_person(clinic, version)
    at("2026-11-05 09:00")
    assert plan(clinic, date(2026, 11, 5)).messages == 0
    at("2026-11-06 09:00")
    assert plan(clinic, date(2026, 11, 6)).messages == 1  # tomorrow's post can be read today


def test_a_step_on_a_saturday_leaves_on_monday_morning(clinic, version, at):
    vegf_person(clinic, version)
    at("2026-11-20 20:00")
    plan(clinic, date(2026, 11, 20))
    (message,) = invitations()
    assert message.reminders.get().step_on == DUE  # the step date stays
    opening = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert opening <= message.due_at <= opening + timedelta(minutes=60)
    assert message.next_attempt_at == message.due_at
    assert message.useful_until == datetime(2026, 11, 28, tzinfo=UTC)  # the next step's day


def test_a_step_on_a_holiday_or_a_closure_leaves_on_the_next_working_day(clinic, version, at):
    vegf_person(clinic, version, last=date(2026, 9, 25))  # due 25 December
    Closure.objects.create(clinic=clinic, on=date(2026, 12, 29), reason="Stocktaking")
    at("2026-12-25 09:00")
    plan(clinic, date(2026, 12, 25))
    # Fri 25 and Mon 28 are public holidays, Tue 29 is closed.
    assert invitations()[0].due_at.date() == date(2026, 12, 30)


def test_a_step_lapses_where_the_clinic_is_shut_until_the_next_one(clinic, version, at):
    vegf_person(clinic, version, last=date(2026, 9, 25))
    for number in range(8):
        Closure.objects.create(
            clinic=clinic, on=date(2026, 12, 28) + timedelta(days=number), reason="Shut"
        )
    at("2026-12-24 09:00")
    plan(clinic, date(2026, 12, 24))
    assert not Reminder.objects.filter(step=0).exists()  # shut 25 December to 4 January
    at("2027-01-02 09:00")
    plan(clinic, date(2027, 1, 2))
    assert [row.step for row in Reminder.objects.filter(step__gte=0)] == [7]


def test_the_sweep_run_24_times_on_the_due_date_makes_one_row_and_one_mail(clinic, version, at):
    """R50."""
    vegf_person(clinic, version)
    for hour in range(24):
        at(f"2026-11-21 {hour:02d}:05")
        plan(clinic, DUE)
    assert Reminder.objects.filter(step=0).count() == 1
    assert letters().count() == 1
    assert AuditEvent.objects.filter(verb="planned a reminder").count() == 1
    assert AuditEvent.objects.filter(verb="planned reminders").count() == 1


def test_the_message_says_the_days_that_suit_and_nothing_else(clinic, version, at):
    vegf_person(clinic, version)
    at("2026-11-06 09:00")
    plan(clinic, date(2026, 11, 6))
    (message,) = invitations()
    assert message.kind == "time_to_book"
    assert message.values == {
        "first_on": "2026-11-23",  # opens on a Saturday
        "last_on": "2026-12-04",  # the grace ends on a Saturday
        "hoped_by_on": "2026-11-23",
        "minutes": 30,
    }


def test_the_message_id_is_the_same_for_the_same_key_and_says_nothing(clinic, version, at):
    patient = vegf_person(clinic, version)
    at("2026-11-21 09:00")
    plan(clinic, DUE)
    (message,) = invitations()
    local, _, host = message.message_id.partition("@")
    assert len(local) == 32
    assert host == "northgate.example"
    assert len(message.dedupe_key) == 64
    assert str(patient.pk) not in message.message_id


def test_late_enough_the_kind_is_overdue(clinic, version, at):
    """A person enrolled long after the due date is caught up with one message, for today."""
    at("2026-12-20 10:00")
    patient = people.make_patient(clinic)
    people.enrol(patient, version)
    report = plan(clinic, date(2026, 12, 20))
    assert report.caught_up == 1
    (message,) = invitations()
    assert message.kind == "overdue"
    at("2026-12-21 10:00")
    assert plan(clinic, date(2026, 12, 21)).messages == 0  # never a second catch-up


def test_several_reminders_of_one_person_leave_in_one_message(clinic, october, at):
    version = small_version(clinic, "vegf", "neuro-exam")
    patient = vegf_person(clinic, version)
    people.record(patient, "neuro-exam", date(2026, 8, 21))
    at("2026-11-06 09:00")
    report = plan(clinic, date(2026, 11, 6))
    assert (report.messages, report.planned) == (1, 2)


@pytest.mark.parametrize(
    ("other_last", "carried"),
    [
        (date(2026, 8, 31), ["neuro-exam", "vegf"]),  # its first step falls 9 days later, 16 Nov
        (date(2026, 9, 3), ["neuro-exam", "vegf"]),  # 19 Nov, ten days after Mon 9 Nov
        (date(2026, 9, 4), ["vegf"]),  # 20 Nov: eleven days
    ],
)
def test_what_falls_due_within_ten_days_goes_along(clinic, october, at, other_last, carried):
    version = small_version(clinic, "vegf", "neuro-exam")
    patient = vegf_person(clinic, version)
    people.record(patient, "neuro-exam", other_last)
    at("2026-11-07 09:00")
    plan(clinic, FIRST_STEP)
    (message,) = invitations()
    codes = message.reminders.order_by("screening__code").values_list("screening__code", flat=True)
    assert list(codes) == carried
    assert message.values["first_on"] == "2026-11-23"  # the dates are those of the earliest


def test_what_went_along_is_not_sent_again_on_its_own_day(clinic, october, at):
    version = small_version(clinic, "vegf", "neuro-exam")
    patient = vegf_person(clinic, version)
    people.record(patient, "neuro-exam", date(2026, 8, 31))
    at("2026-11-07 09:00")
    plan(clinic, FIRST_STEP)
    letters().update(state=MessageState.SENT, sent_at=datetime(2026, 11, 9, 9, tzinfo=UTC))
    Reminder.objects.update(state=ReminderState.SENT)
    at("2026-11-16 09:00")
    assert plan(clinic, date(2026, 11, 16)).messages == 0


def test_a_reminder_that_comes_up_while_another_waits_joins_it(clinic, october, at):
    version = small_version(clinic, "vegf", "neuro-exam")
    patient = vegf_person(clinic, version)
    people.record(patient, "neuro-exam", date(2026, 9, 20))
    at("2026-11-07 09:00")
    plan(clinic, FIRST_STEP)
    # A result entered in error: the other screening is due earlier than anybody thought.
    people.record(patient, "neuro-exam", date(2026, 8, 22))
    people.results.enter_in_error(
        observation=patient.observations.get(performed_on=date(2026, 9, 20)),
        reason="wrong person",
        by=people.SYSTEM,
    )
    plan(clinic, date(2026, 11, 8))
    (message,) = invitations()
    assert message.reminders.count() == 2
    assert letters().filter(state=MessageState.CANCELLED).count() == 1


def test_the_second_and_third_reminder_refer_to_the_first(clinic, version, at):
    vegf_person(clinic, version)
    at("2026-11-09 10:00")
    plan(clinic, date(2026, 11, 9))
    letters().update(state=MessageState.SENT, sent_at=datetime(2026, 11, 9, 9, tzinfo=UTC))
    Reminder.objects.update(state=ReminderState.SENT)
    at("2026-11-21 10:00")
    plan(clinic, DUE)
    first, second = invitations()
    assert second.thread_id == first.message_id


def test_all_three_steps_and_then_a_call(clinic, version, at):
    patient = vegf_person(clinic, version)
    for offset in range(-20, 30):
        day = DUE + timedelta(days=offset)
        at(f"{day} 10:00")
        plan(clinic, day)
        letters().filter(state=MessageState.QUEUED, due_at__lte=datetime.now(UTC)).update(
            state=MessageState.SENT, sent_at=datetime.now(UTC)
        )
    assert sorted(Reminder.objects.values_list("step", flat=True)) == [-14, 0, 7]
    call = WorkItem.objects.get(patient=patient)
    assert call.kind == WorkItemKind.CALL
    assert call.opened_at.date() == date(2026, 12, 5)  # seven days after the last one


def test_nobody_is_called_the_day_before(clinic, version, at):
    vegf_person(clinic, version)
    at("2026-12-04 10:00")
    plan(clinic, date(2026, 12, 4))
    assert not WorkItem.objects.exists()


def test_a_closed_call_does_not_come_back_the_next_minute(clinic, version, at):
    vegf_person(clinic, version)
    at("2026-12-05 10:00")
    plan(clinic, date(2026, 12, 5))
    WorkItem.objects.update(
        closed_at=datetime(2026, 12, 5, 11, tzinfo=UTC), closed_by="marit", outcome="will think"
    )
    plan(clinic, date(2026, 12, 5))
    assert WorkItem.objects.count() == 1


def test_unsigned_means_no_mail_and_the_report_says_so(clinic, october, at):
    version = small_version(clinic, signed=False)
    vegf_person(clinic, version)
    at("2026-11-21 10:00")
    report = plan(clinic, DUE)
    assert (report.messages, report.unsigned) == (0, ("Small, version 1",))
    sign(version, clinic, on=date(2026, 11, 22))  # from tomorrow on
    assert plan(clinic, DUE).messages == 0
    at("2026-11-22 10:00")
    assert plan(clinic, date(2026, 11, 22)).unsigned == ()


def test_a_signature_for_another_clinic_does_not_count(clinic, other_clinic, october, at):
    version = small_version(clinic, signed=False)
    sign(version, other_clinic)
    vegf_person(clinic, version)
    at("2026-11-21 10:00")
    assert plan(clinic, DUE).messages == 0


@pytest.mark.parametrize("remind", [Remind.STAFF, Remind.NONE])
def test_a_screening_that_is_for_staff_never_mails_a_patient(clinic, october, at, remind):
    vegf_person(clinic, small_version(clinic, remind=remind))
    at("2026-11-21 10:00")
    report = plan(clinic, DUE)
    assert (report.planned, report.messages, report.unreachable) == (0, 0, 0)


def test_a_screening_that_is_postponed_waits_and_is_then_caught_up_once(clinic, version, at):
    """R34, R35."""
    patient = vegf_person(clinic, version)
    at("2026-11-06 09:00")
    screenings.postpone(
        screening=owed(patient), until_on=date(2026, 12, 15), reason="asked", by=people.SYSTEM
    )
    for day in (date(2026, 11, 7), DUE, date(2026, 11, 28), date(2026, 12, 13)):
        at(f"{day} 10:00")
        assert plan(clinic, day).messages == 0
    assert not WorkItem.objects.exists()
    at("2026-12-15 10:00")
    assert plan(clinic, date(2026, 12, 15)).messages == 1
    assert invitations()[0].kind == "time_to_book"  # in grace on that day
    assert invitations()[0].values["last_on"] is None  # its last day is today


def test_a_collected_sample_is_not_asked_for_again(clinic, version, at):
    patient = vegf_person(clinic, version)
    at("2026-11-20 09:00")
    people.record(patient, "vegf", date(2026, 11, 18), status="collected")
    at("2026-11-21 10:00")
    assert plan(clinic, DUE).messages == 0


def test_people_without_a_way_to_reach_them_are_one_call_each_and_not_one_a_screening(
    clinic, october, at
):
    version = small_version(clinic, "vegf", "neuro-exam")
    patient = vegf_person(clinic, version, email="", email_consent_on=None)
    people.record(patient, "neuro-exam", date(2026, 8, 21))
    at("2026-11-21 10:00")
    report = plan(clinic, DUE)
    assert (report.messages, report.unreachable, report.calls) == (0, 1, 1)
    plan(clinic, DUE)
    call = WorkItem.objects.get()
    assert (call.kind, call.patient) == (WorkItemKind.CALL, patient)
    WorkItem.objects.update(
        closed_at=datetime(2026, 11, 21, 11, tzinfo=UTC), closed_by="marit", outcome="phoned"
    )
    plan(clinic, DUE)
    assert WorkItem.objects.count() == 1  # told for this step
    at("2026-11-28 10:00")
    plan(clinic, date(2026, 11, 28))
    assert WorkItem.objects.count() == 2  # and once more for the next


def test_one_poisonous_person_does_not_stop_the_others(clinic, version, at, monkeypatch):
    good = [vegf_person(clinic, version) for _ in range(5)]
    bad = vegf_person(clinic, version)
    from pathways.services import message_rows

    new = message_rows.new

    def poisoned(**values):
        if values["patient"].pk == bad.pk:
            raise RuntimeError("a name nobody can write")
        return new(**values)

    monkeypatch.setattr(message_rows, "new", poisoned)
    at("2026-11-21 10:00")
    report = plan(clinic, DUE)
    assert (report.messages, report.failed) == (5, 1)
    assert set(letters().values_list("patient", flat=True)) == {one.pk for one in good}
    assert WorkItem.objects.get().patient == bad
    assert not Reminder.objects.filter(patient=bad).exists()  # nothing half-written


def test_the_number_of_queries_does_not_grow_with_the_people(clinic, other_clinic, at):
    def queries(where: Clinic, count: int) -> int:
        at("2026-10-01 09:00")
        version = small_version(where)
        for _ in range(count):
            vegf_person(where, version)
        at("2026-11-21 10:00")
        with CaptureQueriesContext(connection) as asked:
            assert plan(where, DUE).messages == count
        # SQLite takes few parameters at a time, so its inserts are split.
        return len([query for query in asked if not query["sql"].startswith("INSERT")])

    few = queries(clinic, 10)
    # On PostgreSQL a large set is copied in, which asks for its numbers first.
    assert queries(other_clinic, 150) <= few + 1
    assert few <= 40


def test_a_second_run_writes_nothing(clinic, version, at):
    for _ in range(3):
        vegf_person(clinic, version)
    at("2026-11-21 10:00")
    plan(clinic, DUE)
    with CaptureQueriesContext(connection) as asked:
        plan(clinic, DUE)
    assert not [
        query["sql"] for query in asked if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}
    ]


def test_a_new_version_does_not_write_to_the_same_people_again(clinic, version, at):
    from pathways.services import enrolments

    patient = vegf_person(clinic, version)
    at("2026-11-21 10:00")
    plan(clinic, DUE)
    letters().update(state=MessageState.SENT, sent_at=datetime.now(UTC))
    Reminder.objects.update(state=ReminderState.SENT)
    newer = small_version(clinic, number=2)
    enrolments.adopt_version(enrolments=[enrolment_of(patient)], version=newer, by=people.SYSTEM)
    assert owed(patient).due_on == DUE
    assert plan(clinic, DUE).messages == 0


def test_every_clinic_is_planned_in_its_own_day(clinic, october, at, settings):
    settings.CLOCK_GUARD = False
    tokyo = people.make_clinic("tokyo", time_zone="Asia/Tokyo", country="JP")
    vegf_person(tokyo, small_version(tokyo))
    at("2026-11-05 16:00")  # the 6th in Tokyo, the 5th in London
    reports = {report.clinic: report for report in reminders.plan_all(by=SWEEP)}
    assert reports["tokyo"].day == date(2026, 11, 6)
    assert reports["northgate"].day == date(2026, 11, 5)
    assert reports["tokyo"].messages == 1


def test_a_clinic_whose_window_is_always_open_writes_at_once(clinic, version, at):
    Clinic.objects.update(window_always_open=True)
    clinic.refresh_from_db()
    vegf_person(clinic, version)
    at("2026-11-21 03:00")
    plan(clinic, DUE)
    assert invitations()[0].due_at == datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "step_on", "opens_at"),
    [
        # R47: the clocks of London go forward on 28 March 2027, a Sunday.
        (date(2026, 12, 26), date(2027, 3, 26), None),  # Good Friday: a holiday
        (date(2026, 12, 30), date(2027, 3, 30), datetime(2027, 3, 30, 8, tzinfo=UTC)),
        (date(2026, 12, 24), date(2027, 3, 24), datetime(2027, 3, 24, 9, tzinfo=UTC)),
    ],
)
def test_nine_in_the_morning_is_the_clinics_nine(clinic, at, last, step_on, opens_at):
    at("2026-12-31 09:00")
    version = small_version(clinic)
    vegf_person(clinic, version, last=last)
    at(f"{step_on} 05:00")
    plan(clinic, step_on)
    message = invitations()[0]
    if opens_at is None:
        assert message.due_at.date() == date(2027, 3, 30)  # after Easter Monday
    else:
        assert opens_at <= message.due_at <= opens_at + timedelta(hours=1)
