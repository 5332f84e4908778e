"""Stop these emails, and start them again."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pathways.models import Appointment, ContactPoint, Message, Patient, Reply, WorkItem
from pathways.rules.lifecycles import WorkItemKind
from tests.views.answering import BORN, STOP, Visitor, consents, everything, headline, link, text_of


def test_a_carer_who_stops_reads_that_the_patients_mail_goes_on(message: Message) -> None:
    ContactPoint.objects.filter(pk=message.contact_point_id).update(holder=ContactPoint.CARER)
    visitor = Visitor(link(message, STOP))
    assert "The patient’s own emails, visits and care go on." in text_of(visitor.give(BORN))
    assert headline(visitor.press("stop")) == "The emails to you have stopped"


def test_stopping_asks_once_more_then_stops_and_makes_a_task(
    message: Message, patient: Patient
) -> None:
    visitor = Visitor(link(message, STOP))
    assert headline(visitor.give(BORN)) == "Stop these emails?"
    assert consents(patient) == {True}
    response = visitor.press("stop")
    assert headline(response) == "Your emails have stopped"
    assert "Your care goes on." in text_of(response)
    assert consents(patient) == {False}
    item = WorkItem.objects.get()
    assert (item.kind, item.patient) == (WorkItemKind.CALL, patient)
    assert Reply.objects.get().answer == "stop"


def test_keeping_the_emails_changes_nothing(message: Message, patient: Patient) -> None:
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    assert headline(visitor.press("keep")) == "You keep your emails"
    assert consents(patient) == {True}
    assert not Reply.objects.exists()


def test_stopping_twice_is_one_stop(message: Message) -> None:
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    visitor.press("stop")
    before = everything()
    assert headline(visitor.press("stop")) == "Your emails have stopped"
    assert everything() == before


def test_the_emails_can_start_again(message: Message, patient: Patient) -> None:
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    visitor.press("stop")
    assert headline(visitor.open()) == "You have answered already"
    visitor.open("?again")
    assert headline(visitor.give(BORN)) == "Your emails have stopped"
    assert headline(visitor.press("start")) == "Your emails start again"
    assert consents(patient) == {True}
    assert not WorkItem.objects.open().exists()
    before = everything()
    visitor.press("start")
    assert everything() == before


def test_an_address_that_is_not_used_any_more_cannot_be_started(
    message: Message, patient: Patient
) -> None:
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    visitor.press("stop")
    ContactPoint.objects.filter(patient=patient, kind=ContactPoint.EMAIL).update(
        suspended_at=datetime.now(UTC), suspended_reason="bounced"
    )
    before = everything()
    assert headline(visitor.press("start")) == "Please call us"
    assert everything() == before


def test_the_next_visit_shows_day_and_time_and_nothing_else(
    message: Message, patient: Patient
) -> None:
    Appointment.objects.create(
        clinic=patient.clinic,
        patient=patient,
        starts_at=datetime(2027, 3, 2, 10, 30, tzinfo=UTC),
        on=date(2027, 3, 2),
        place="Neurology, floor 3",
        booked_at=datetime.now(UTC),
        booked_by="test",
    )
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    words = text_of(visitor.press("stop"))
    assert "Next visit Tuesday 2 March 2027 10:30 am" in words
    assert "Neurology" not in words
