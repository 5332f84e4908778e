"""Answers to the check-in questions: kept as given, and an alert that fits the most urgent one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from pathways.models import Alert, Clinic, Message, Patient, User
from pathways.rules.alert_states import AlertState, Severity
from pathways.services import check_ins
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from tests import people
from tests.people import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(at: Callable[[str], None]) -> None:
    at("2026-11-20 09:00")


@pytest.fixture
def patient(clinic: Clinic, coordinator: User) -> Patient:
    return people.make_patient(clinic)


def record(patient: Patient, answers: Mapping[str, str], channel: str = "phone") -> Alert | None:
    row = check_ins.record_check_in(patient=patient, answers=answers, channel=channel, by=SYSTEM)
    return check_ins.alert_of(row)


@pytest.mark.parametrize(
    ("answers", "severity"),
    [
        ({"weakness": "hours", "fall": "no"}, Severity.EMERGENCY),
        ({"pain": "not-eased", "fall": "not-hurt"}, Severity.SAME_DAY),
        ({"weakness": "slow"}, Severity.WITHIN_7_DAYS),
        ({"skin": "patches"}, Severity.NEXT_VISIT),
        ({"fall": "not-sure"}, Severity.WITHIN_7_DAYS),
        ({"breath": "not-sure"}, Severity.SAME_DAY),
    ],
)
def test_the_most_urgent_answer_becomes_the_alert(
    patient: Patient, answers: dict[str, str], severity: Severity
) -> None:
    alert = record(patient, answers)
    assert alert is not None
    assert alert.severity == severity


def test_all_no_is_kept_and_raises_nothing(patient: Patient) -> None:
    assert record(patient, {"weakness": "no", "fall": "no"}) is None
    assert patient.check_ins.get().severity == ""


def test_a_skipped_question_is_never_a_no(patient: Patient) -> None:
    record(patient, {"weakness": "no", "fall": ""})
    assert set(patient.check_ins.get().answers) == {"weakness"}


def test_two_for_the_same_day_ask_to_see_them_face_to_face(patient: Patient) -> None:
    alert = record(patient, {"pain": "not-eased", "swelling": "fast"})
    assert alert is not None
    assert "face to face today" in alert.reason


def test_an_urgent_answer_is_told_to_staff_at_once_without_a_word_of_it(patient: Patient) -> None:
    record(patient, {"pain": "chest-or-back"})
    said = [str(message.values) for message in Message.objects.filter(kind="staff_alert")]
    assert said
    assert not any("chest" in each for each in said)


def test_what_was_taken_back_takes_its_alert_along(patient: Patient, nurse: User) -> None:
    alert = record(patient, {"weakness": "slow"})
    assert alert is not None
    check_ins.withdraw(
        check_in=patient.check_ins.get(), reason="another person's", by=Actor.person(nurse)
    )
    alert.refresh_from_db()
    assert alert.state == AlertState.ENTERED_IN_ERROR


@pytest.mark.parametrize(
    ("answers", "channel", "complaint"),
    [
        ({}, "phone", "at least one"),
        ({"weather": "fine"}, "phone", "no question"),
        ({"fall": "sideways"}, "phone", "no answer"),
        ({"fall": "no"}, "pigeon", "how the answers"),
    ],
)
def test_what_cannot_be_is_refused(
    patient: Patient, answers: dict[str, str], channel: str, complaint: str
) -> None:
    with pytest.raises(Refused, match=complaint):
        record(patient, answers, channel)
    assert not patient.check_ins.exists()
