"""Please call me: the task for the nurse, the time of day, another number."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pathways.models import (
    AuditEvent,
    Clinic,
    ContactPoint,
    Message,
    Patient,
    Reply,
    User,
    WorkItem,
)
from pathways.rules.lifecycles import WorkItemKind
from tests import people
from tests.views.answering import BORN, CALL, Visitor, headline, link, make_message, text_of


def test_the_right_birth_date_asks_for_the_call(message: Message, patient: Patient) -> None:
    response = Visitor(link(message, CALL)).give(BORN)
    assert headline(response) == "When can we call you?"
    assert "the number that ends in 34, by Monday 23 November." in text_of(response)
    item = WorkItem.objects.get()
    assert (item.kind, item.patient, item.due_on) == (
        WorkItemKind.CALL,
        patient,
        date(2026, 11, 23),
    )
    assert Reply.objects.get().detail == "any time"


def test_the_time_of_day_reaches_the_nurse(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    response = visitor.press("in the morning")
    assert headline(response) == "Thank you. We will call you"
    assert "Monday 23 November" in text_of(response)
    assert "in the morning" in WorkItem.objects.get().summary


def test_a_double_press_is_one_answer(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    visitor.give(BORN)
    visitor.press("in the afternoon")
    visitor.press("in the afternoon")
    assert [reply.detail for reply in Reply.objects.order_by("id")] == [
        "any time",
        "in the afternoon",
    ]
    assert AuditEvent.objects.filter(verb="asked for a call").count() == 2
    assert WorkItem.objects.count() == 1


def test_going_back_to_the_birth_date_keeps_the_time_of_day(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    visitor.press("in the morning")
    visitor.give(BORN)
    assert "in the morning" in WorkItem.objects.get().summary


def test_an_unknown_answer_is_shown_the_choice_again(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    assert headline(visitor.press("at midnight")) == "When can we call you?"


def test_another_number_is_told_and_changes_no_record(message: Message, patient: Patient) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    visitor.press("in the morning")
    assert headline(visitor.press("other number")) == "Which number may we call?"
    wrong = visitor.press("number", phone="call my son")
    assert "Please check the number." in text_of(wrong)
    response = visitor.press("number", phone="＋44 20 7946 0077")
    assert headline(response) == "Thank you. We will call you"
    assert "77" in text_of(response)
    summary = WorkItem.objects.get().summary
    assert "+44 20 7946 0077" in summary
    assert "in the morning" in summary
    phone = ContactPoint.objects.in_use().get(patient=patient, kind=ContactPoint.PHONE)
    assert phone.value == "020 7946 0034"


def test_someone_without_a_number_is_asked_for_one(clinic: Clinic) -> None:
    message = make_message(people.make_patient(clinic, phone=""))
    response = Visitor(link(message, CALL)).give(BORN)
    assert headline(response) == "Which number may we call?"


def test_an_answered_link_says_so_until_the_call_was_made(message: Message, nurse: User) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    response = visitor.open()
    assert headline(response) == "You have answered already"
    assert "Your answer: Please call me" in text_of(response)
    assert headline(visitor.open("?again")) == "First, your birth date"
    WorkItem.objects.update(closed_at=datetime.now(UTC), closed_by="marit", outcome="Spoke to her")
    assert headline(visitor.open()) == "First, your birth date"
    visitor.give(BORN)
    assert WorkItem.objects.open().count() == 1
