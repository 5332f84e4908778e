"""What the planner writes, the outbox would send: the two never undo one another."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db.models import QuerySet

from pathways import clock
from pathways.models import Audience, Message, Reminder
from pathways.rules.lifecycles import MessageState
from pathways.services import appointments, enrolments, letters, outbox_hold, screenings
from pathways.services.outbox_facts import Calendars, judge
from tests import people
from tests.services.cast import DUE, enrolment_of, owed, plan, small_version, vegf_person

pytestmark = pytest.mark.django_db
NURSE = people.SYSTEM
MONDAY = date(2026, 11, 23)

HISTORIES = {
    "nothing special": lambda patient: None,
    "to be transferred in December": lambda patient: enrolments.transfer(
        enrolment=enrolment_of(patient),
        effective_on=date(2026, 12, 1),
        reason="moves away",
        by=NURSE,
    ),
    "back from a hold": lambda patient: (
        enrolments.hold(
            enrolment=enrolment_of(patient),
            from_on=date(2026, 11, 10),
            reason="in hospital",
            review_on=date(2026, 12, 1),
            by=NURSE,
        ),
        enrolments.resume(enrolment=enrolment_of(patient), on=date(2026, 11, 10), by=NURSE),
    ),
    "postponed for a week, and that is over": lambda patient: screenings.postpone(
        screening=owed(patient), until_on=date(2026, 11, 17), reason="asked", by=NURSE
    ),
    "a visit missed": lambda patient: appointments.cancel(
        appointment=appointments.book(
            patient=patient,
            starts_at=datetime(2026, 11, 19, 10, tzinfo=UTC),
            minutes=30,
            codes=["vegf"],
            by=NURSE,
        ),
        reason="could not come",
        still_needed=True,
        by=NURSE,
    ),
}


@pytest.mark.parametrize("history", HISTORIES)
def test_the_outbox_sends_what_was_planned_and_a_new_plan_adds_nothing(
    clinic, at, history, settings
):
    settings.RECIPIENT_ALLOW_LIST = ["*"]
    at("2026-10-01 09:00")
    patient = vegf_person(clinic, small_version(clinic))
    at("2026-11-10 09:00")
    HISTORIES[history](patient)
    for moment in ("2026-11-21 09:00", "2026-11-22 09:00", "2026-11-23 10:30"):
        at(moment)
        plan(clinic, clock.today(clinic))
    invitations = list(
        to_patients()
        .filter(state=MessageState.QUEUED, kind="time_to_book")
        .select_related("patient", "contact_point", "clinic", "appointment")
    )
    (message,) = invitations
    (judged,) = judge(invitations, now=clock.now(), calendars=Calendars())
    assert judged.verdict.way == "go"
    assert judged.stale_reminders == []
    rows = Reminder.objects.count()
    plan(clinic, MONDAY)
    assert Reminder.objects.count() == rows
    # And it can be put into words.
    message.row = letters.rendered(message, at=clock.now())
    assert message.row.subject == "Time to book your next visit"


def to_patients() -> QuerySet[Message]:
    """Every message to a patient; alerts write to staff beside them."""
    rows: QuerySet[Message] = Message.objects.filter(audience=Audience.PATIENT)
    return rows


def test_what_a_person_held_back_is_not_planned_again(clinic, at):
    at("2026-10-01 09:00")
    vegf_person(clinic, small_version(clinic))
    at("2026-11-20 10:00")
    plan(clinic, date(2026, 11, 20))
    outbox_hold.hold_one(message=to_patients().get(), reason="will phone", by=NURSE)
    for day in (date(2026, 11, 20), DUE, date(2026, 11, 22)):
        plan(clinic, day)
    assert to_patients().count() == 1


@pytest.mark.parametrize("kind", ["booked", "moved", "cancelled", "cancelled_no_need", "tomorrow"])
def test_every_word_on_a_visit_can_be_put_into_words(clinic, at, kind):
    at("2026-11-20 10:00")
    patient = vegf_person(clinic, small_version(clinic), last=date(2026, 8, 21))
    visit = appointments.book(
        patient=patient,
        starts_at=datetime(2026, 12, 10, 10, 30, tzinfo=UTC),
        minutes=30,
        codes=["vegf"],
        by=NURSE,
    )
    if kind == "moved":
        appointments.move(
            appointment=visit, starts_at=datetime(2026, 12, 11, 10, 30, tzinfo=UTC), by=NURSE
        )
    elif kind.startswith("cancelled"):
        appointments.cancel(
            appointment=visit, reason="ill", still_needed=kind == "cancelled", by=NURSE
        )
    elif kind == "tomorrow":
        at("2026-12-09 09:00")
        plan(clinic, date(2026, 12, 9))
    message = to_patients().select_related("patient", "contact_point", "clinic").get(kind=kind)
    raw = letters.bytes_of(message, at=clock.now())
    assert message.message_id.encode() in raw
    assert (b"visit.ics" in raw) is (kind != "tomorrow")
