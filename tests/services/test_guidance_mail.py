"""The note on "when to call": once an interval and person, whatever comes between."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from pathways import clock
from pathways.models import (
    AuditEvent,
    Clinic,
    Enrolment,
    Message,
    PathwayVersion,
    Patient,
    Remind,
    Sweep,
    WorkItem,
)
from pathways.rules.lifecycles import MessageState, Phase
from pathways.services import calendar, enrolments, guidance_mail, message_rows, outbox_hold
from pathways.services.actors import Actor
from tests import people, post
from tests.services.cast import enrolment_of, plan, sign, small_version

pytestmark = pytest.mark.django_db
BEGAN = date(2026, 3, 2)
DUE = date(2026, 6, 2)  # three months later, a Tuesday
BY = Actor.system("test")


@pytest.fixture
def version(clinic: Clinic, at: Any) -> PathwayVersion:
    at("2026-03-02 09:00")
    return small_version(clinic, remind=Remind.STAFF)


@pytest.fixture
def maya(clinic: Clinic, version: PathwayVersion) -> Patient:
    """In active treatment since 2 March; nothing reminds her, so the note is her only letter."""
    return person(clinic, version)


def person(clinic: Clinic, version: PathwayVersion, **more: Any) -> Patient:
    patient = people.make_patient(clinic, email_consent_on=BEGAN)
    people.enrol(patient, version, **({"enrolled_on": BEGAN, "phase_since": BEGAN} | more))
    return patient


def notes(**which: Any) -> QuerySet[Message]:
    rows: QuerySet[Message] = Message.objects.filter(kind="when_to_call", **which)
    return rows.exclude(state=MessageState.CANCELLED).order_by("due_at")


def sweep(clinic: Clinic, at: Any, day: date, *, sent: bool = True) -> int:
    """One day's sweep; what it wrote leaves on that day."""
    at(f"{day} 09:30")
    days = calendar.of(clinic)
    count = guidance_mail.plan(clinic=clinic, day=day, days=days, by=BY)
    if sent:
        for row in Message.objects.filter(kind="when_to_call", state=MessageState.QUEUED):
            Message.objects.filter(pk=row.pk).update(
                state=MessageState.SENT, sent_at=row.due_at, ended_at=row.due_at
            )
    return count


def sweeps(clinic: Clinic, at: Any, first: date, last: date, every: int = 1) -> list[date]:
    """Sweeps of many days; return those that wrote a note."""
    days = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, every)]
    return [day for day in days if sweep(clinic, at, day)]


@pytest.mark.parametrize(("day", "count"), [(DUE - timedelta(days=1), 0), (DUE, 1)])
def test_it_is_due_three_months_after_treatment_began(clinic, maya, at, day, count):
    assert sweep(clinic, at, day) == count


def test_a_year_of_treatment_has_three_and_a_year_of_remission_one(clinic, version, at):
    maya = person(clinic, version)
    noor = person(clinic, version, phase=Phase.REMISSION)
    sweeps(clinic, at, BEGAN, BEGAN + timedelta(days=362))
    assert [row.due_at.date() for row in notes(patient=maya)] == [
        date(2026, 6, 2),
        date(2026, 9, 2),
        date(2026, 12, 2),
    ]
    assert [row.due_at.date() for row in notes(patient=noor)] == [date(2026, 9, 2)]


def test_somebody_on_hold_on_the_day_gets_it_when_the_hold_ends(clinic, maya, at):
    enrolment = enrolment_of(maya)
    at("2026-05-30 09:00")
    enrolments.hold(
        enrolment=enrolment,
        from_on=date(2026, 5, 30),
        reason="Abroad",
        review_on=date(2026, 6, 20),
        by=BY,
    )
    assert sweeps(clinic, at, date(2026, 5, 31), date(2026, 6, 14)) == []
    at("2026-06-15 08:00")
    enrolments.resume(enrolment=Enrolment.objects.get(), on=date(2026, 6, 15), by=BY)
    assert sweeps(clinic, at, date(2026, 6, 15), date(2026, 7, 15)) == [date(2026, 6, 15)]


def test_days_without_a_sweep_lose_nothing(clinic, maya, at):
    sweep(clinic, at, BEGAN)
    assert sweeps(clinic, at, date(2026, 7, 30), date(2026, 8, 20)) == [date(2026, 7, 30)]


def test_a_late_signature_loses_nothing(clinic, at):
    at("2026-03-02 09:00")
    version = small_version(clinic, remind=Remind.STAFF, signed=False)
    person(clinic, version)
    assert sweeps(clinic, at, date(2026, 6, 1), date(2026, 6, 9)) == []
    sign(version, clinic, on=date(2026, 6, 10))
    assert sweeps(clinic, at, date(2026, 6, 9), date(2026, 7, 1)) == [date(2026, 6, 10)]


def test_somebody_loaded_two_days_late_is_told_at_once(clinic, version, at):
    at("2026-06-04 08:00")
    person(clinic, version, enrolled_on=DUE, phase_since=BEGAN)
    assert sweep(clinic, at, date(2026, 6, 4)) == 1


def test_an_address_given_later_is_written_to_then(clinic, version, at):
    maya = person(clinic, version)
    maya.contact_points.filter(kind="email").update(
        suspended_at=clock.now(), suspended_reason="bounced"
    )
    assert sweeps(clinic, at, DUE, date(2026, 6, 9)) == []
    maya.contact_points.filter(kind="email").update(suspended_at=None, suspended_reason="")
    assert sweep(clinic, at, date(2026, 6, 10)) == 1


def test_a_phase_that_changes_does_not_begin_the_count_anew(clinic, maya, at):
    sweep(clinic, at, date(2026, 5, 1))
    enrolments.change_phase(
        enrolment=enrolment_of(maya),
        phase=Phase.POST_TRANSPLANT,
        since_on=date(2026, 5, 1),
        by=BY,
    )
    assert sweeps(clinic, at, date(2026, 5, 2), date(2026, 7, 1), every=5) == []
    enrolments.change_phase(
        enrolment=enrolment_of(maya), phase=Phase.REMISSION, since_on=date(2026, 7, 1), by=BY
    )
    assert sweeps(clinic, at, date(2026, 8, 30), date(2026, 9, 10)) == [date(2026, 9, 2)]


def test_treatment_that_begins_again_asks_for_the_shorter_turn(clinic, version, at):
    noor = person(clinic, version, phase=Phase.REMISSION)
    assert sweep(clinic, at, date(2026, 9, 2)) == 1
    sweep(clinic, at, date(2026, 11, 1))
    enrolments.change_phase(
        enrolment=enrolment_of(noor),
        phase=Phase.ACTIVE_TREATMENT,
        since_on=date(2026, 11, 1),
        by=BY,
    )
    assert sweeps(clinic, at, date(2026, 11, 2), date(2026, 12, 31)) == [date(2026, 12, 2)]


def test_a_note_that_came_to_nothing_is_written_again_once(clinic, maya, at):
    sweep(clinic, at, DUE, sent=False)
    message_rows.stop(Message.objects.all(), reason="the person is on hold", by=BY)
    found = sweeps(clinic, at, DUE + timedelta(days=1), date(2026, 8, 1))
    assert len(found) == 1
    assert found[0] <= DUE + timedelta(days=16)
    assert AuditEvent.objects.filter(verb="planned a note").count() == 2


def test_a_note_that_a_person_held_back_is_not_written_again(clinic, maya, at):
    sweep(clinic, at, DUE, sent=False)
    outbox_hold.hold_one(message=notes().get(), reason="I told her myself", by=BY)
    assert sweeps(clinic, at, DUE + timedelta(days=1), date(2026, 8, 31)) == []
    assert sweep(clinic, at, date(2026, 9, 2)) == 1


def test_a_note_that_still_waits_is_not_joined_by_another(clinic, maya, at):
    sweep(clinic, at, DUE, sent=False)
    for day in (DUE + timedelta(days=20), DUE + timedelta(days=60)):
        assert sweep(clinic, at, day, sent=False) == 0


def test_an_invitation_in_the_same_week_comes_first(clinic, maya, at):
    at("2026-05-29 09:00")
    letter = post.guidance(maya)
    letter.kind, letter.state, letter.sent_at = "overdue", MessageState.SENT, clock.now()
    letter.save()
    assert sweeps(clinic, at, DUE, date(2026, 6, 30)) == [date(2026, 6, 5)]


def test_the_sweep_of_every_minute_and_a_second_planner_write_one(clinic, maya, at):
    for _ in range(3):
        sweep(clinic, at, DUE, sent=False)
    Sweep.objects.all().delete()  # the other planner had not seen that the day was done
    sweep(clinic, at, DUE, sent=False)
    assert notes().count() == 1


def test_a_large_import_is_spread_over_days_longest_waiting_first(clinic, version, at):
    Clinic.objects.filter(pk=clinic.pk).update(daily_ceiling=8)
    clinic.refresh_from_db()
    for number in range(5):
        person(clinic, version, phase_since=BEGAN - timedelta(days=number), enrolled_on=BEGAN)
    found = [sweep(clinic, at, date(2026, 6, 10) + timedelta(days=n)) for n in range(4)]
    assert found == [2, 2, 1, 0]
    assert len(set(notes().values_list("patient"))) == 5


def test_a_look_ahead_takes_no_day_from_the_days_between(clinic, maya, at):
    at("2026-05-01 09:00")
    assert plan(clinic, date(2026, 5, 20)).guidance == 0
    assert sweep(clinic, at, DUE) == 1


def test_what_was_looked_at_is_left_alone_until_its_day(
    clinic, maya, at, django_assert_num_queries
):
    """A day on which nobody is due asks three questions, however many are in care."""
    for _ in range(4):
        person(clinic, maya.enrolments.get().version)
    sweep(clinic, at, BEGAN)
    at("2026-05-20 09:00")
    days = calendar.of(clinic)
    with django_assert_num_queries(3):  # the sweep's row, who is to be looked at, the day kept
        guidance_mail.plan(clinic=clinic, day=date(2026, 5, 20), days=days, by=BY)


def test_one_poisonous_person_does_not_stop_the_others(clinic, maya, at, monkeypatch):
    others = [person(clinic, maya.enrolments.get().version) for _ in range(4)]
    new = message_rows.new

    def poisoned(**values):
        if values["patient"].pk == maya.pk:
            raise RuntimeError("a name nobody can write")
        return new(**values)

    monkeypatch.setattr(message_rows, "new", poisoned)
    assert sweep(clinic, at, DUE) == 4
    assert set(notes().values_list("patient", flat=True)) == {one.pk for one in others}
    assert WorkItem.objects.get().patient == maya
