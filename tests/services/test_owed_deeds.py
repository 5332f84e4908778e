"""What staff still owe for somebody who has died, went elsewhere, or is on hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from pathways import clock
from pathways.models import Alert, Clinic, Message, Patient, WorkItem
from pathways.rules.alert_states import ALERT_OPEN
from pathways.rules.deeds import Care, OwedWhile, is_owed
from pathways.rules.lifecycles import EnrolmentState, MessageState, WorkItemKind
from pathways.services import (
    alert_sweep,
    appointments,
    enrolments,
    failsafe,
    replies,
    work_items,
)
from pathways.services.work_items import Deed
from pathways.worklists.care import care_of
from pathways.worklists.due_list import open_calls
from pathways.worklists.work_items import for_day
from tests import people
from tests.services.cast import enrolment_of, plan, small_version, vegf_person

pytestmark = pytest.mark.django_db
NURSE = people.SYSTEM
DAY = date(2026, 11, 25)
At = Callable[[str], None]


@pytest.fixture
def patient(clinic: Clinic, at: At) -> Patient:
    """Somebody who asked for a call, and whose mail program pressed "stop" by itself."""
    at("2026-11-20 10:00")
    patient = vegf_person(clinic, small_version(clinic))
    plan(clinic, date(2026, 11, 20))
    message = Message.objects.get(patient=patient, state=MessageState.QUEUED)
    replies.call_me(message=message, when=replies.When.MORNING)
    assert replies.stop(message=message, one_click=True)
    at("2026-11-25 10:00")
    return patient


def died(patient: Patient, on: date = date(2026, 11, 24)) -> None:
    enrolments.record_death(patient=patient, died_on=on, by=NURSE)


def transferred(patient: Patient, on: date = DAY) -> None:
    enrolments.transfer(
        enrolment=enrolment_of(patient), effective_on=on, reason="moved away", by=NURSE
    )


def withdrawn(patient: Patient) -> None:
    enrolments.withdraw(enrolment=enrolment_of(patient), effective_on=DAY, reason="asked", by=NURSE)


def completed(patient: Patient) -> None:
    enrolments.complete(enrolment=enrolment_of(patient), effective_on=DAY, reason="done", by=NURSE)


def held(patient: Patient) -> None:
    enrolments.hold(
        enrolment=enrolment_of(patient),
        from_on=DAY,
        reason="in hospital",
        review_on=date(2026, 12, 20),
        by=NURSE,
    )


def subjects(clinic: Clinic, day: date = DAY, *, hidden: bool = False) -> set[str]:
    """What the work list shows, each by the first word of its subject."""
    rows = for_day(clinic, day, hidden=hidden).rows
    return {
        "stop" if row.item.subject.endswith(":stopped") else row.item.subject.partition(":")[0]
        for row in rows
    }


def sweep(clinic: Clinic, day: date = DAY) -> None:
    plan(clinic, day)
    failsafe.sweep_clinic(clinic=clinic, day=day, by=NURSE)
    alert_sweep.assess_all(by=NURSE)


def last_words(alert: Alert) -> str:
    return alert.events.order_by("-pk").values_list("words", flat=True)[0]


def test_while_care_runs_both_calls_are_owed(clinic: Clinic, patient: Patient) -> None:
    sweep(clinic)
    assert subjects(clinic) >= {"call me", "stop"}


@pytest.mark.parametrize("ending", [died, transferred, withdrawn, completed])
def test_after_an_ending_only_what_was_asked_of_us_is_still_owed(
    clinic: Clinic, patient: Patient, ending: Callable[[Patient], None]
) -> None:
    ending(patient)
    sweep(clinic)

    assert subjects(clinic) == {"call me"}
    assert subjects(clinic, hidden=True) == set()
    assert len(open_calls(clinic, DAY)) == 1  # the due list's number is the same


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (died, "Died 24 Nov"),
        (transferred, "Transferred 25 Nov"),
        (withdrawn, "Withdrawn 25 Nov"),
        (held, "On hold"),
    ],
)
def test_a_row_that_stays_says_how_the_care_stands(
    clinic: Clinic, patient: Patient, ending: Callable[[Patient], None], words: str
) -> None:
    ending(patient)
    row = next(row for row in for_day(clinic, DAY).rows if "call me" in row.item.subject)
    assert row.care == words


def test_an_ending_to_come_takes_effect_on_its_day(clinic: Clinic, patient: Patient) -> None:
    transferred(patient, on=date(2026, 12, 1))
    assert "stop" in subjects(clinic, date(2026, 11, 30))
    assert "stop" not in subjects(clinic, date(2026, 12, 1))


@pytest.mark.parametrize("ending", [died, transferred])
def test_a_return_gives_the_calls_back(
    clinic: Clinic, patient: Patient, ending: Callable[[Patient], None]
) -> None:
    ending(patient)
    enrolments.return_to_care(enrolment=enrolment_of(patient), on=DAY, reason="in error", by=NURSE)
    assert subjects(clinic) == {"call me", "stop"}


def test_on_hold_a_call_waits_in_the_open_and_comes_back(
    clinic: Clinic, patient: Patient, at: At
) -> None:
    held(patient)
    sweep(clinic)
    assert subjects(clinic) == {"call me"}
    (waiting,) = for_day(clinic, DAY, hidden=True).rows
    assert (waiting.tag, waiting.care) == ("When the hold ends", "On hold")
    enrolments.resume(enrolment=enrolment_of(patient), on=DAY, by=NURSE)
    assert subjects(clinic) == {"call me", "stop"}


def test_what_is_opened_after_a_death_asks_nobody_to_phone(
    clinic: Clinic, patient: Patient
) -> None:
    """A letter handed over before the death may still come back."""
    died(patient)
    work_items.open_item(
        Deed(
            kind=WorkItemKind.UNDELIVERABLE,
            subject=f"patient:{patient.pk}",
            summary="Not reached by email: phone about the visit",
            clinic=clinic,
            due_on=DAY,
            patient=patient,
        ),
        by=NURSE,
    )
    assert subjects(clinic) == {"call me"}


def test_somebody_who_might_set_out_is_phoned_though_they_went_elsewhere(
    clinic: Clinic, patient: Patient
) -> None:
    work_items.open_item(
        Deed(
            kind=WorkItemKind.CALL,
            subject="appointment:1:1",
            summary="Phone today: the change of a visit was not told by email",
            clinic=clinic,
            due_on=DAY,
            patient=patient,
            owed_while=OwedWhile.ALIVE,
        ),
        by=NURSE,
    )
    transferred(patient)
    assert "appointment" in subjects(clinic)
    died(patient, on=DAY)
    assert "appointment" not in subjects(clinic)


def test_a_visit_before_the_death_is_still_asked_about(
    clinic: Clinic, patient: Patient, at: At
) -> None:
    at("2026-11-25 10:00")
    visit = appointments.book(
        patient=patient,
        starts_at=datetime(2026, 11, 26, 10, tzinfo=UTC),
        minutes=30,
        codes=["vegf"],
        by=NURSE,
    )
    at("2026-11-26 15:00")
    appointments.attended(appointment=visit, by=NURSE)
    at("2026-12-04 10:00")
    sweep(clinic, date(2026, 12, 4))
    died(patient, on=date(2026, 12, 1))
    sweep(clinic, date(2026, 12, 4))
    item = WorkItem.objects.get(kind=WorkItemKind.VISIT_WITHOUT_RECORD)
    assert (item.outcome, item.closed_at) == ("", None)
    assert "visit" in subjects(clinic, date(2026, 12, 4))


@pytest.mark.parametrize(("on", "state"), [(25, "booked"), (26, "cancelled"), (27, "cancelled")])
@pytest.mark.parametrize("ending", [died, transferred])
def test_visits_from_the_very_day_of_an_ending_fall_away(
    clinic: Clinic,
    patient: Patient,
    at: At,
    ending: Callable[[Patient, date], None],
    on: int,
    state: str,
) -> None:
    visit = appointments.book(
        patient=patient,
        starts_at=datetime(2026, 11, on, 15, tzinfo=UTC),
        minutes=30,
        codes=["vegf"],
        by=NURSE,
    )
    at("2026-11-28 10:00")
    failsafe.sweep_clinic(clinic=clinic, day=date(2026, 11, 28), by=NURSE)
    ending(patient, date(2026, 11, 26))
    visit.refresh_from_db()
    assert visit.state == state
    asked = WorkItem.objects.open().filter(subject=work_items.visit_question(visit.pk))
    assert asked.exists() is (state == "booked")


def test_a_hold_that_ends_closes_the_question_about_it(
    clinic: Clinic, patient: Patient, at: At
) -> None:
    held(patient)
    at("2026-12-21 10:00")
    failsafe.sweep_clinic(clinic=clinic, day=date(2026, 12, 21), by=NURSE)
    question = WorkItem.objects.get(subject__startswith="hold:")
    enrolments.resume(enrolment=enrolment_of(patient), on=date(2026, 12, 21), by=NURSE)
    question.refresh_from_db()
    assert question.outcome == "The hold has ended."


def test_at_a_death_the_alerts_stay_to_be_read_without_a_clock(
    clinic: Clinic, patient: Patient
) -> None:
    sweep(clinic)
    (alert,) = Alert.objects.filter(rule="opted-out")
    Alert.objects.filter(pk=alert.pk).update(deadline_at=clock.now())
    died(patient)
    alert.refresh_from_db()
    assert alert.state in ALERT_OPEN
    assert alert.deadline_at is None
    assert last_words(alert).startswith("The person has died.")


@pytest.mark.parametrize(("on", "said"), [(26, False), (25, True)])
def test_a_transfer_is_told_on_the_alerts_from_its_day(
    clinic: Clinic, patient: Patient, on: int, said: bool
) -> None:
    sweep(clinic)
    transferred(patient, on=date(2026, 11, on))
    alert = Alert.objects.get(rule="opted-out")
    assert last_words(alert).startswith("The person was transferred.") is said


@pytest.mark.parametrize("owed_while", OwedWhile)
@pytest.mark.parametrize(
    ("state", "care"),
    [
        ("none", Care.RUNNING),
        (EnrolmentState.ACTIVE, Care.RUNNING),
        (EnrolmentState.ON_HOLD, Care.ON_HOLD),
        ("to come", Care.RUNNING),
        (EnrolmentState.TRANSFERRED, Care.ENDED),
        ("again", Care.RUNNING),
        (EnrolmentState.DECEASED, Care.DIED),
    ],
)
def test_the_table_and_the_database_agree(
    clinic: Clinic, at: At, owed_while: OwedWhile, state: str, care: Care
) -> None:
    at("2026-11-25 10:00")
    patient = people.make_patient(clinic)
    version = small_version(clinic)
    if state != "none":
        people.enrol(patient, version)
    if state == EnrolmentState.ON_HOLD:
        held(patient)
    if state in (EnrolmentState.TRANSFERRED, "again"):
        transferred(patient)
    if state == "again":
        people.enrol(patient, version, enrolled_on=DAY)
    if state == "to come":
        transferred(patient, on=date(2026, 11, 26))
    if state == EnrolmentState.DECEASED:
        died(patient)
    deed = Deed(
        kind=WorkItemKind.CALL,
        subject="x",
        summary="x",
        clinic=clinic,
        due_on=DAY,
        patient=patient,
        owed_while=owed_while,
    )
    work_items.open_item(deed, by=NURSE)
    patient.refresh_from_db()
    assert care_of(patient, patient.enrolments.all(), DAY) is care
    shown = WorkItem.objects.showing(DAY).filter(subject="x").exists()
    waits = WorkItem.objects.put_off(DAY).filter(subject="x").exists()
    assert shown is is_owed(owed_while, care)
    assert waits is (care is Care.ON_HOLD and not shown)
