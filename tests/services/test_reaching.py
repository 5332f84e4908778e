"""Addresses, consent, stops, replies by link, and reminders by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from pathways.models import Alert, Consent, ContactPoint, Message, Reminder, Reply, WorkItem
from pathways.rules.lifecycles import MessageState, ReminderState, WorkItemKind
from pathways.services import (
    alert_sweep,
    appointments,
    contacts,
    enrolments,
    reminders,
    replies,
    work_items,
)
from pathways.services.errors import Refused
from tests import people
from tests.services.cast import DUE, enrolment_of, owed, plan, small_version, vegf_person

pytestmark = pytest.mark.django_db
NURSE = people.SYSTEM
VISIT = datetime(2026, 12, 10, 10, 30, tzinfo=UTC)


@pytest.fixture
def patient(clinic, at):
    at("2026-10-01 09:00")
    return vegf_person(clinic, small_version(clinic))


def email_of(patient) -> ContactPoint:
    return ContactPoint.objects.in_use().get(patient=patient, kind="email")


def queued() -> list[Message]:
    letters = Message.objects.filter(state=MessageState.QUEUED, audience="patient")
    return list(letters.exclude(kind="when_to_call"))


@pytest.fixture
def message(clinic, patient, at) -> Message:
    """The invitation of step 0, waiting to leave on Monday 23 November."""
    at("2026-11-20 10:00")
    plan(clinic, date(2026, 11, 20))
    return queued()[0]


# --- R53 and its kin: never to somebody who must not be written to -----------------------------


STOPS = {
    "nothing": lambda patient: None,
    "said no": lambda patient: contacts.record_consent(
        contact_point=email_of(patient),
        purpose="visits",
        given=False,
        on=date(2026, 11, 20),
        source="phone",
        by=NURSE,
    ),
    "bounced": lambda patient: contacts.suspend(
        contact_point=email_of(patient), reason="bounced", by=NURSE
    ),
    "unverified address": lambda patient: contacts.set_email(
        patient=patient, value="new@mail.example", by=NURSE
    ),
    "no address": lambda patient: contacts.set_email(patient=patient, value="", by=NURSE),
    "died": lambda patient: enrolments.record_death(
        patient=patient, died_on=date(2026, 11, 19), by=NURSE
    ),
    "withdrawn": lambda patient: enrolments.withdraw(
        enrolment=enrolment_of(patient),
        effective_on=date(2026, 11, 20),
        reason="asked",
        by=NURSE,
    ),
    "completed": lambda patient: enrolments.complete(
        enrolment=enrolment_of(patient), effective_on=date(2026, 11, 20), reason="done", by=NURSE
    ),
    "on hold": lambda patient: enrolments.hold(
        enrolment=enrolment_of(patient),
        from_on=date(2026, 11, 20),
        reason="in hospital",
        review_on=date(2026, 12, 20),
        by=NURSE,
    ),
    "result in": lambda patient: people.record(patient, "vegf", date(2026, 11, 19)),
}


@pytest.mark.parametrize(("stop", "planned_first"), list(product(STOPS, [False, True])))
def test_nobody_is_written_to_who_must_not_be(clinic, patient, at, stop, planned_first):
    at("2026-11-20 10:00")
    if planned_first:
        plan(clinic, date(2026, 11, 20))
        assert len(queued()) == 1
    STOPS[stop](patient)
    plan(clinic, date(2026, 11, 20))
    assert len(queued()) == (1 if stop == "nothing" else 0)
    if stop != "nothing":
        assert not Reminder.objects.filter(state=ReminderState.PLANNED).exists()


@pytest.mark.parametrize("stop", ["said no", "bounced", "unverified address", "no address"])
def test_who_cannot_be_reached_by_email_is_on_the_call_list(clinic, patient, at, stop):
    at("2026-11-20 10:00")
    plan(clinic, date(2026, 11, 20))
    STOPS[stop](patient)
    plan(clinic, date(2026, 11, 20))
    calls = WorkItem.objects.filter(kind=WorkItemKind.CALL, patient=patient)
    # A bounce and a stop ask for their own call at once, which is enough.
    point = ContactPoint.objects.filter(patient=patient, kind=ContactPoint.EMAIL).first()
    also = {
        "bounced": f"patient:{patient.pk}:address",
        "said no": contacts.stopped(point) if point else "",
    }
    assert [call.subject for call in calls] == [also.get(stop, f"no way to reach:{patient.pk}")]


@pytest.mark.parametrize("number", ["020 7946 0999", ""])
def test_a_suspended_address_is_one_call_however_often_it_is_found(clinic, patient, at, number):
    at("2026-11-20 10:00")
    contacts.set_phone(patient=patient, value=number, by=NURSE)
    STOPS["bounced"](patient)
    plan(clinic, date(2026, 11, 20))
    at("2026-11-30 10:00")
    alert_sweep.assess_all(by=NURSE)
    plan(clinic, date(2026, 11, 30))
    call = WorkItem.objects.get(kind=WorkItemKind.CALL, patient=patient)
    assert call.subject == f"patient:{patient.pk}:address"
    # It is done, and the next step has come meanwhile: somebody is asked again.
    work_items.close(call, outcome="phoned, no answer", by=NURSE)
    plan(clinic, date(2026, 11, 30))
    again = WorkItem.objects.open().get(kind=WorkItemKind.CALL, patient=patient)
    assert again.subject == f"no way to reach:{patient.pk}"


@pytest.mark.parametrize(
    ("words", "in_force"),
    [
        ([(True, date(2026, 1, 5))], True),
        ([(True, date(2026, 1, 5)), (False, date(2026, 3, 1))], False),
        ([(False, date(2026, 3, 1)), (True, date(2026, 1, 5))], False),  # a late entry is older
        ([(True, date(2026, 3, 1)), (False, date(2026, 3, 1))], False),  # same day: the last word
        ([(False, date(2026, 3, 1)), (True, date(2026, 3, 1))], True),
    ],
)
def test_the_newest_word_counts_by_its_day(patient, words, in_force):
    point = email_of(patient)
    Consent.objects.all()._raw_delete("default")
    for given, on in words:
        contacts.record_consent(
            contact_point=point, purpose="visits", given=given, on=on, source="phone", by=NURSE
        )
    assert contacts.consents_in_force([point])[point.pk, "visits"].given is in_force


def test_a_new_verified_address_gets_the_word_on_a_visit_that_was_waiting(patient, at):
    at("2026-11-20 22:00")
    visit = appointments.book(
        patient=patient, starts_at=VISIT, minutes=30, codes=["vegf"], by=NURSE
    )
    appointments.move(appointment=visit, starts_at=VISIT + timedelta(days=1), by=NURSE)
    contacts.set_email(patient=patient, value="new@mail.example", verified_how="by phone", by=NURSE)
    # No yes stands for the new address yet, so the change is phoned rather than lost.
    assert queued() == []
    assert WorkItem.objects.get(kind=WorkItemKind.CALL).appointment == visit


@pytest.mark.parametrize(
    "value", ["nobody", "a@b@c.example", "A B <a@b.example>", "a@b.", "x" * 300]
)
def test_an_address_that_cannot_be_written_to_is_refused(patient, value):
    with pytest.raises(Refused) as refused:
        contacts.set_email(patient=patient, value=value, by=NURSE)
    assert refused.value.field == "email"
    assert email_of(patient).value.startswith("maya")


def test_an_address_typed_in_waits_for_a_check_and_the_check_settles_it(patient):
    contacts.set_email(patient=patient, value="new@mail.example", by=NURSE)
    item = WorkItem.objects.get()
    assert item.kind == WorkItemKind.CHECK_ADDRESS
    contacts.set_email(
        patient=patient, value="new@mail.example", verified_how="read back by phone", by=NURSE
    )
    item.refresh_from_db()
    assert item.outcome == "The address was verified."
    assert email_of(patient).verified_at is not None


def test_the_same_address_anew_after_a_bounce_is_a_new_contact_point(patient):
    old = email_of(patient)
    contacts.suspend(contact_point=old, reason="bounced", by=NURSE)
    new = contacts.set_email(patient=patient, value=old.value, verified_how="by phone", by=NURSE)
    assert new.pk != old.pk
    assert new.suspended_at is None


def test_what_changes_about_an_address_is_asked_of_the_alert_rules_at_once(patient):
    def rules() -> set[str]:
        standing = Alert.objects.open().filter(patient=patient)
        return set(standing.values_list("rule", flat=True)) & {"address-bounced", "no-route"}

    old = email_of(patient)
    contacts.suspend(contact_point=old, reason="bounced", by=NURSE)
    assert rules() == {"address-bounced"}
    contacts.set_phone(patient=patient, value="", by=NURSE)
    assert rules() == {"address-bounced", "no-route"}


@pytest.mark.parametrize("value", ["call me", "12", "+44 (0)20 7946 018x"])
def test_a_phone_number_is_digits(patient, value):
    with pytest.raises(Refused) as refused:
        contacts.set_phone(patient=patient, value=value, by=NURSE)
    assert refused.value.field == "phone"


# --- what people answer through links ----------------------------------------------------------


def test_the_right_birth_date_opens_the_gate(message):
    assert replies.open_gate(message=message, birth_date=date(1968, 3, 14)).opened


def test_five_wrong_dates_pause_the_link_for_a_quarter_of_an_hour_and_the_clinic_is_told(
    message, at
):
    wrong, right = date(1968, 3, 15), date(1968, 3, 14)
    left = [replies.open_gate(message=message, birth_date=wrong).tries_left for _ in range(4)]
    assert left == [4, 3, 2, 1]
    assert not WorkItem.objects.exists()
    answer = replies.open_gate(message=message, birth_date=wrong)
    assert (answer.tries_left, answer.paused_until) == (
        0,
        datetime(2026, 11, 20, 10, 15, tzinfo=UTC),
    )
    assert WorkItem.objects.get().kind == WorkItemKind.CHECK_ADDRESS
    at("2026-11-20 10:14")
    assert not replies.open_gate(message=message, birth_date=right).opened
    at("2026-11-20 10:15")
    assert replies.gate_of(message=message).tries_left == 5
    assert replies.open_gate(message=message, birth_date=wrong).tries_left == 4
    assert replies.open_gate(message=message, birth_date=right).opened
    assert replies.gate_of(message=message).tries_left == 5


def test_an_unreadable_date_is_a_wrong_one(message):
    assert replies.open_gate(message=message, birth_date=None).tries_left == 4


def test_please_call_me_is_one_call_by_the_next_working_day(message, patient):
    promise = replies.call_me(message=message, when="in the morning")
    assert promise.call_by_on == date(2026, 11, 23)  # asked on a Friday
    assert promise.number_ends_in == email_phone_end(patient)
    replies.call_me(message=message, when="any time")
    call = WorkItem.objects.get()
    assert (call.kind, call.message) == (WorkItemKind.CALL, message)
    assert Reply.objects.count() == 2


def email_phone_end(patient) -> str:
    phone = ContactPoint.objects.get(patient=patient, kind="phone").value
    return phone[-2:]


def test_call_me_at_an_unheard_of_time_is_refused(message):
    with pytest.raises(Refused) as refused:
        replies.call_me(message=message, when="at night")
    assert refused.value.field == "when"


@pytest.mark.parametrize("one_click", [True, False])
def test_stop_ends_the_mail_at_once_and_opens_a_call_and_twice_changes_nothing(
    clinic, message, patient, one_click
):
    assert replies.stop(message=message, one_click=one_click)
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert not replies.stop(message=message, one_click=one_click)
    assert WorkItem.objects.get().subject == contacts.stopped(message.contact_point)
    assert Reply.objects.count() == 1
    plan(clinic, date(2026, 11, 20))
    assert queued() == []


def test_a_stop_never_swallows_a_change_of_a_visit(clinic, message, patient, at):
    at("2026-11-20 22:00")
    visit = appointments.book(
        patient=patient, starts_at=VISIT, minutes=30, codes=["vegf"], by=NURSE
    )
    appointments.move(appointment=visit, starts_at=VISIT + timedelta(days=1), by=NURSE)
    replies.stop(message=message)
    subjects = set(WorkItem.objects.values_list("subject", flat=True))
    assert f"appointment:{visit.pk}:1" in subjects


def test_start_again_lets_the_mail_resume(clinic, message):
    replies.stop(message=message)
    replies.start_again(message=message)
    assert WorkItem.objects.get().outcome == "The emails to this address were started again."
    plan(clinic, date(2026, 11, 20))
    assert len(queued()) == 1


# --- by hand -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by_hand_on", "suppressed"), [(date(2026, 11, 19), True), (date(2026, 11, 17), False)]
)
def test_a_reminder_by_hand_stands_in_for_the_automatic_one(
    clinic, patient, at, by_hand_on, suppressed
):
    """R52."""
    at(f"{by_hand_on} 10:00")
    message = reminders.remind_by_hand(screening=owed(patient), by=NURSE)
    assert message.by_hand
    assert message.due_at == datetime(
        by_hand_on.year, by_hand_on.month, by_hand_on.day, 10, tzinfo=UTC
    )
    for day in (date(2026, 11, 20), DUE, date(2026, 11, 22)):
        at(f"{day} 10:00")
        plan(clinic, day)
    assert Reminder.objects.filter(step=0).exists() is not suppressed


def test_by_hand_calls_off_the_automatic_one_that_is_planned_already(clinic, message, patient):
    by_hand = reminders.remind_by_hand(screening=owed(patient), by=NURSE)
    plan(clinic, date(2026, 11, 20))
    assert queued() == [by_hand]


def test_by_hand_is_refused_twice_a_day_or_when_a_visit_is_booked(patient, at):
    at("2026-11-19 10:00")
    reminders.remind_by_hand(screening=owed(patient), by=NURSE)
    with pytest.raises(Refused, match="today already"):
        reminders.remind_by_hand(screening=owed(patient), by=NURSE)
    at("2026-11-20 10:00")
    appointments.book(patient=patient, starts_at=VISIT, minutes=30, codes=["vegf"], by=NURSE)
    with pytest.raises(Refused, match="booked on 10 December 2026"):
        reminders.remind_by_hand(screening=owed(patient), by=NURSE)


def test_by_hand_without_an_address_is_refused_with_the_cure(patient):
    contacts.set_email(patient=patient, value="", by=NURSE)
    with pytest.raises(Refused, match="Phone"):
        reminders.remind_by_hand(screening=owed(patient), by=NURSE)
    assert not Reminder.objects.exists()
