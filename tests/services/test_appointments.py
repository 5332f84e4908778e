"""Visits: booked, moved, cancelled, attended or not, and what the person is told of each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pathways.messaging.kinds import MessageKind
from pathways.models import Appointment, AuditEvent, Message, Reminder, WorkItem
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import (
    AppointmentState,
    MessageState,
    ReminderState,
    WorkItemKind,
)
from pathways.services import announcements, appointments, enrolments, work_items
from pathways.services.errors import Refused
from tests import people
from tests.services.cast import DUE, SWEEP, owed, plan, small_version, vegf_person

pytestmark = pytest.mark.django_db
VISIT = datetime(2026, 12, 10, 10, 30, tzinfo=UTC)  # a Thursday
NURSE = people.SYSTEM


@pytest.fixture
def patient(clinic, at):
    at("2026-10-01 09:00")
    return vegf_person(clinic, small_version(clinic))


def book(patient, starts_at=VISIT, **more) -> Appointment:
    values = {"minutes": 45, "codes": ["vegf"], "by": NURSE} | more
    return appointments.book(patient=patient, starts_at=starts_at, **values)


def queued(kind: MessageKind | None = None) -> list[Message]:
    rows = Message.objects.filter(state=MessageState.QUEUED, audience="patient")
    rows = rows.exclude(kind=MessageKind.WHEN_TO_CALL)  # owed to everybody, visit or none
    return list(rows.filter(kind=kind) if kind else rows)


def sent(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, sent_at=message.due_at)


def test_booking_stops_the_invitations_and_confirms_the_visit(clinic, patient, at):
    at("2026-11-20 10:00")
    plan(clinic, date(2026, 11, 20))
    assert [message.kind for message in queued()] == ["time_to_book"]
    visit = book(patient)
    (booked,) = queued()
    assert booked.kind == "booked"
    assert booked.dedupe_key == f"{booked.contact_point_id}:{visit.pk}:0:booked"
    assert booked.useful_until == VISIT
    assert Reminder.objects.get(step=0).state == ReminderState.CANCELLED
    assert Message.objects.get(kind="time_to_book").reason == "a visit is booked"


def test_a_booked_screening_gets_appointment_mail_only_and_its_due_date_stays(clinic, patient, at):
    """R38: overdue 16 days and booked."""
    at("2026-12-05 10:00")
    book(patient)
    at("2026-12-07 10:00")
    plan(clinic, date(2026, 12, 7))
    assert not Reminder.objects.exists()
    assert [message.kind for message in queued()] == ["booked"]
    assert not WorkItem.objects.exists()
    state = owed(patient).status_on(date(2026, 12, 7))
    assert (state.status, state.days_overdue) == (DueStatus.OVERDUE, 16)


def test_a_cancelled_visit_lets_the_reminders_resume(clinic, patient, at):
    at("2026-11-20 10:00")
    plan(clinic, date(2026, 11, 20))
    visit = book(patient)
    at("2026-11-23 10:00")
    appointments.cancel(appointment=visit, reason="clinic ill", still_needed=True, by=NURSE)
    plan(clinic, date(2026, 11, 23))
    assert {message.kind for message in queued()} == {"cancelled", "time_to_book"}
    # The step that the booking called off is still useful, so it is planned again.
    assert Reminder.objects.get(state=ReminderState.PLANNED).step == 0


@pytest.mark.parametrize(("needed", "kind"), [(True, "cancelled"), (False, "cancelled_no_need")])
def test_a_cancellation_says_whether_a_new_day_is_wanted(clinic, patient, at, needed, kind):
    at("2026-11-20 22:00")
    visit = book(patient)
    at("2026-11-21 21:30")  # a Saturday night
    appointments.cancel(appointment=visit, reason="clinic ill", still_needed=needed, by=NURSE)
    (message,) = queued()
    assert (message.kind, message.appointment_revision) == (kind, 1)
    # Changes leave from 07:00 to 21:00 on any day: Sunday morning.
    assert message.due_at == datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert message.useful_until == datetime(2026, 12, 11, tzinfo=UTC)  # the end of the visit's day
    assert message.values["sequence"] == 1
    assert ("first_on" in message.values) is needed


def test_moving_tells_the_new_time_and_the_old_one(clinic, patient, at):
    at("2026-11-20 10:00")
    visit = book(patient)
    (first,) = queued()
    sent(first)
    later = VISIT + timedelta(days=5)
    moved = appointments.move(appointment=visit, starts_at=later, by=NURSE)
    assert (moved.revision, moved.on) == (1, date(2026, 12, 15))
    (message,) = queued()
    assert message.kind == "moved"
    assert message.values["starts_at"] == later.isoformat()
    assert message.values["old_starts_at"] == VISIT.isoformat()
    assert message.thread_id == first.message_id  # the one already sent stays said
    assert message.useful_until == later


def test_a_second_move_replaces_the_first_that_was_not_told(clinic, patient, at):
    at("2026-11-20 22:30")
    visit = book(patient)
    sent(queued()[0])
    appointments.move(appointment=visit, starts_at=VISIT + timedelta(days=1), by=NURSE)
    appointments.move(appointment=visit, starts_at=VISIT + timedelta(days=2), by=NURSE)
    (message,) = queued()
    assert message.appointment_revision == 2
    assert message.values["old_starts_at"] == VISIT.isoformat()  # what the person knows
    old = Message.objects.get(appointment_revision=1)
    assert (old.state, old.reason) == (MessageState.CANCELLED, "replaced by: moved")


def test_moved_there_and_back_before_anything_was_said_needs_no_mail(clinic, patient, at):
    at("2026-11-20 22:30")
    visit = book(patient)
    sent(queued()[0])
    appointments.move(appointment=visit, starts_at=VISIT + timedelta(days=1), by=NURSE)
    appointments.move(appointment=visit, starts_at=VISIT, by=NURSE)
    assert queued() == []


def test_the_word_on_the_day_before_leaves_at_ten_also_on_a_sunday(clinic, patient, at):
    monday = datetime(2026, 12, 14, 10, 30, tzinfo=UTC)
    at("2026-11-20 10:00")
    visit = book(patient, monday)
    sent(queued()[0])
    at("2026-12-11 10:00")
    assert plan(clinic, date(2026, 12, 11)).visits == 0  # three days ahead
    at("2026-12-12 08:00")
    assert plan(clinic, date(2026, 12, 12)).visits == 1
    assert plan(clinic, date(2026, 12, 12)).visits == 0
    (message,) = queued()
    assert (message.kind, message.due_at) == ("tomorrow", datetime(2026, 12, 13, 10, tzinfo=UTC))
    # Late, on the day itself, the word "tomorrow" would be wrong.
    assert message.useful_until == datetime(2026, 12, 14, tzinfo=UTC)
    assert message.dedupe_key == f"{message.contact_point_id}:{visit.pk}:0:tomorrow"


@pytest.mark.parametrize(("booked_at", "told"), [("2026-12-08 10:00", 1), ("2026-12-08 10:01", 0)])
def test_no_word_on_the_day_before_if_booked_less_than_a_day_ago(
    clinic, patient, at, booked_at, told
):
    at(booked_at)
    book(patient)  # on Thursday the 10th; the word would leave on the 9th at 10:00
    at("2026-12-09 09:00")
    assert plan(clinic, date(2026, 12, 9)).visits == told


def test_a_move_replaces_the_word_on_the_day_before(clinic, patient, at):
    at("2026-11-20 10:00")
    visit = book(patient)
    sent(queued()[0])
    at("2026-12-08 10:00")
    plan(clinic, date(2026, 12, 8))
    assert len(queued(MessageKind.TOMORROW)) == 1
    appointments.move(appointment=visit, starts_at=VISIT + timedelta(days=7), by=NURSE)
    assert [message.kind for message in queued()] == ["moved"]


def test_no_word_on_the_day_before_when_that_day_is_over(clinic, patient, at):
    at("2026-11-20 10:00")
    book(patient)
    at("2026-12-09 17:30")  # after the sending hours: it would arrive on the day itself
    assert plan(clinic, date(2026, 12, 9)).visits == 0


def test_a_change_within_a_day_is_also_told_by_phone(clinic, patient, at):
    at("2026-11-20 10:00")
    visit = book(patient)
    sent(queued()[0])
    at("2026-12-09 11:00")
    appointments.cancel(appointment=visit, reason="clinic ill", still_needed=True, by=NURSE)
    call = WorkItem.objects.get()
    assert (call.kind, call.due_on, call.appointment) == (
        WorkItemKind.CALL,
        date(2026, 12, 9),
        visit,
    )


def test_a_change_for_a_person_without_email_is_phoned(clinic, at):
    at("2026-10-01 09:00")
    patient = vegf_person(clinic, small_version(clinic), email="", email_consent_on=None)
    visit = book(patient)
    assert not WorkItem.objects.exists()  # the booking itself was agreed with them
    appointments.move(appointment=visit, starts_at=VISIT + timedelta(days=1), by=NURSE)
    assert Message.objects.filter(audience="patient").count() == 0
    assert WorkItem.objects.get().kind == WorkItemKind.CALL


def test_not_attended_asks_for_a_call_three_days_after_and_the_due_date_stays(clinic, patient, at):
    """R40."""
    at("2026-12-05 10:00")
    visit = book(patient)
    at("2026-12-10 16:00")
    appointments.not_attended(appointment=visit, by=NURSE)
    call = WorkItem.objects.get()
    assert (call.kind, call.due_on) == (WorkItemKind.CALL, date(2026, 12, 13))
    state = owed(patient).status_on(date(2026, 12, 13))
    assert (state.status, state.days_overdue) == (DueStatus.OVERDUE, 22)
    at("2026-12-12 10:00")
    plan(clinic, date(2026, 12, 12))
    assert WorkItem.objects.count() == 1  # nobody is put on the list twice


def test_the_second_missed_visit_says_so_and_is_for_today(clinic, patient, at):
    at("2026-12-05 10:00")
    first = book(patient)
    at("2026-12-10 16:00")
    appointments.not_attended(appointment=first, by=NURSE)
    second = book(patient, VISIT + timedelta(days=7))
    at("2026-12-17 16:00")
    appointments.not_attended(appointment=second, by=NURSE)
    call = WorkItem.objects.get(appointment=second)
    assert "2 visits in a row" in call.summary
    assert call.due_on == date(2026, 12, 17)


def test_a_call_that_was_agreed_is_off_the_list_for_two_weeks(clinic, patient, at):
    """R41."""
    at("2026-12-07 10:00")
    plan(clinic, date(2026, 12, 7))
    call = WorkItem.objects.get()
    work_items.put_off(call, until_on=date(2026, 12, 21), reason="agreed", by=NURSE)
    at("2026-12-10 10:00")
    plan(clinic, date(2026, 12, 10))
    assert not WorkItem.objects.showing(date(2026, 12, 10)).exists()
    assert WorkItem.objects.showing(date(2026, 12, 21)).get() == call
    assert owed(patient).status_on(date(2026, 12, 10)).status is DueStatus.OVERDUE


def test_booking_settles_the_call_about_it(clinic, patient, at):
    at("2026-12-07 10:00")
    plan(clinic, date(2026, 12, 7))
    book(patient)
    assert WorkItem.objects.get().outcome == "A visit is booked."


def test_after_attending_reminders_wait_for_the_record(clinic, patient, at):
    at("2026-11-18 10:00")
    visit = book(patient, datetime(2026, 11, 20, 10, tzinfo=UTC))
    at("2026-11-20 15:00")
    appointments.attended(appointment=visit, by=NURSE)
    assert queued() == []  # nothing more to say about a visit that took place
    for day in (DUE, date(2026, 11, 26)):
        at(f"{day} 10:00")
        assert plan(clinic, day).messages == 0


def test_a_visit_whose_day_has_passed_no_longer_counts_as_booked(clinic, patient, at):
    at("2026-11-10 10:00")
    book(patient, datetime(2026, 11, 20, 10, tzinfo=UTC))
    at("2026-11-20 18:00")
    assert plan(clinic, date(2026, 11, 20)).messages == 0
    at("2026-11-21 10:00")
    assert plan(clinic, DUE).messages == 1


def test_a_death_cancels_everything_in_one_transaction(clinic, patient, at):
    at("2026-11-20 10:00")
    book(patient, codes=["vegf"])
    plan(clinic, date(2026, 11, 20))
    at("2026-12-08 10:00")
    plan(clinic, date(2026, 12, 8))
    assert queued()
    enrolments.record_death(patient=patient, died_on=date(2026, 12, 7), by=NURSE)
    assert queued() == []
    assert Appointment.objects.get().state == AppointmentState.CANCELLED
    assert not Reminder.objects.filter(state=ReminderState.PLANNED).exists()
    plan(clinic, date(2026, 12, 8))
    assert queued() == []


def test_a_transfer_stops_the_mail_from_its_day_on(clinic, patient, at):
    """R43: transferred effective 1 December, recorded on 21 November."""
    at("2026-11-21 08:00")
    plan(clinic, DUE)
    (message,) = queued()
    (enrolment,) = patient.enrolments.all()
    enrolments.transfer(
        enrolment=enrolment, effective_on=date(2026, 12, 1), reason="moved away", by=NURSE
    )
    assert queued() == [message]  # dated 23 November: still theirs to hear
    at("2026-11-27 10:00")
    plan(clinic, date(2026, 11, 27))
    assert [row.due_at.date() for row in queued()] == [date(2026, 11, 30)]
    at("2026-12-01 10:00")
    before = Message.objects.count()
    plan(clinic, date(2026, 12, 1))
    assert Message.objects.count() == before


def test_a_person_who_returns_is_reminded_from_the_return_on(clinic, patient, at):
    """R44."""
    (enrolment,) = patient.enrolments.all()
    at("2026-12-01 10:00")
    enrolments.transfer(
        enrolment=enrolment, effective_on=date(2026, 12, 1), reason="moved away", by=NURSE
    )
    at("2027-03-10 10:00")
    enrolment.refresh_from_db()
    enrolments.return_to_care(
        enrolment=enrolment, on=date(2027, 3, 10), reason="moved back", by=NURSE
    )
    plan(clinic, date(2027, 3, 10))
    (message,) = queued()
    assert (message.kind, message.values["hoped_by_on"]) == ("time_to_book", "2027-03-10")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_at": datetime(2026, 9, 30, 10, tzinfo=UTC)}, "starts_at"),
        ({"starts_at": datetime(2026, 12, 10, 10)}, "starts_at"),  # noqa: DTZ001 - the point
        ({"starts_at": datetime(2030, 12, 10, 10, tzinfo=UTC)}, "starts_at"),
        ({"minutes": 0}, "minutes"),
        ({"codes": []}, "codes"),
        ({"codes": ["vegf", "unheard-of"]}, "codes"),
    ],
)
def test_a_booking_that_cannot_be_is_refused_with_its_field(patient, change, field):
    with pytest.raises(Refused) as refused:
        book(patient, **change)
    assert refused.value.field == field
    assert not Appointment.objects.exists()


def test_the_same_time_twice_is_refused_and_leaves_nothing_behind(patient):
    book(patient)
    with pytest.raises(Refused):
        book(patient)
    assert Appointment.objects.count() == 1
    assert AuditEvent.objects.filter(verb="booked a visit").count() == 1


def test_a_visit_to_come_cannot_have_been_attended(patient, at):
    visit = book(patient)
    with pytest.raises(Refused):
        appointments.attended(appointment=visit, by=NURSE)
    appointments.cancel(appointment=visit, reason="x", still_needed=True, by=NURSE)
    with pytest.raises(Refused):
        appointments.move(appointment=visit, starts_at=VISIT, by=NURSE)


def test_who_came_can_be_put_right(patient, at):
    visit = book(patient)
    at("2026-12-10 16:00")
    appointments.not_attended(appointment=visit, by=NURSE)
    visit = appointments.attended(appointment=visit, by=NURSE)
    assert visit.state == AppointmentState.ATTENDED
    assert WorkItem.objects.get().outcome == "The person did come."


def test_announcing_the_same_revision_twice_makes_one_row(patient):
    visit = book(patient)
    announcements.announce(appointment=visit, kind=MessageKind.BOOKED, by=SWEEP)
    assert Message.objects.filter(audience="patient").count() == 1


def test_a_place_that_names_a_department_is_refused_before_it_is_written_to_anybody(patient, at):
    at("2026-11-20 10:00")
    with pytest.raises(Refused, match="tells anybody who sees the envelope") as refused:
        book(patient, place="Neurology outpatients, floor 3")
    assert refused.value.field == "place"
    assert not Appointment.objects.exists()
    assert book(patient, place="Floor 3, 14 Quayside").place == "Floor 3, 14 Quayside"
