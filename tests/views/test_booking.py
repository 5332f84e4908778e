"""The booking form asks where a visit may not be meant, and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import Appointment, Clinic, Patient, User
from pathways.services import appointments
from tests import people
from tests.services.cast import small_version, vegf_person
from tests.views.house import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(clinic: Clinic, at: Callable[[str], None]) -> Patient:
    at("2026-11-25 09:00")
    patient = vegf_person(clinic, small_version(clinic, "vegf", "cbc"))
    appointments.book(
        patient=patient,
        starts_at=datetime(2026, 12, 10, 10, tzinfo=UTC),
        minutes=30,
        codes=["vegf"],
        by=people.SYSTEM,
    )
    return patient


@pytest.fixture
def browser(nurse: User, patient: Patient) -> Client:
    return signed_in(nurse)


def typed(on: str, at: str = "10:00", codes: str = "cbc", **more: str) -> dict[str, Any]:
    return {"on": on, "at": at, "codes": codes, "minutes": "30", "place": "Room 4", **more}


def send(browser: Client, patient: Patient, words: dict[str, Any]) -> Any:
    return browser.post(reverse("book", args=[patient.pk]), words)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (typed("2026-12-25"), "The clinic is shut on Fri 25 Dec."),
        (typed("2026-11-29"), "Sun 29 Nov is at the weekend."),
        (typed("2026-12-17", codes="vegf"), "Booked already on Thu 10 Dec at 10:00: VEGF."),
        (typed("2026-12-10", "10:15"), "another visit then: Thu 10 Dec at 10:00, 30 minutes."),
    ],
)
def test_a_doubtful_visit_is_asked_about_and_booked_all_the_same(
    browser: Client, patient: Patient, words: dict[str, Any], asked: str
) -> None:
    page = send(browser, patient, words)
    said = page.content.decode()
    assert asked in said
    assert 'value="Room 4"' in said
    assert "Book it all the same" in said
    assert Appointment.objects.count() == 1

    again = send(browser, patient, words | {"sure": page.context["sure"]})
    assert again.status_code == 302
    assert Appointment.objects.count() == 2


def test_a_second_booking_offers_to_move_the_first(browser: Client, patient: Patient) -> None:
    page = send(browser, patient, typed("2026-12-17", codes="vegf"))
    booked = Appointment.objects.get()
    assert reverse("visit-move", args=[patient.pk, booked.pk]) in page.content.decode()


def test_a_yes_to_one_question_is_none_to_another(browser: Client, patient: Patient) -> None:
    page = send(browser, patient, typed("2026-11-29"))
    other = send(browser, patient, typed("2026-12-25", sure=page.context["sure"]))
    assert "The clinic is shut on Fri 25 Dec." in other.content.decode()
    assert Appointment.objects.count() == 1


def test_an_ordinary_visit_is_booked_without_a_question(browser: Client, patient: Patient) -> None:
    assert send(browser, patient, typed("2026-12-17")).status_code == 302


def test_a_time_that_is_past_is_refused_rather_than_asked_about(
    browser: Client, patient: Patient
) -> None:
    page = send(browser, patient, typed("2026-11-22"))  # a Sunday
    assert (
        "That time is past"
        in send(browser, patient, typed("2026-11-22", sure=page.context["sure"])).content.decode()
    )


@pytest.mark.parametrize(("on", "status"), [("2026-12-25", 200), ("2026-12-18", 302)])
def test_a_move_to_a_day_off_is_asked_about(
    browser: Client, patient: Patient, on: str, status: int
) -> None:
    visit = Appointment.objects.get()
    address = reverse("visit-move", args=[patient.pk, visit.pk])
    words = {"on": on, "at": "10:00", "minutes": "30", "seen": f"booked:{visit.revision}"}
    assert browser.post(address, words).status_code == status
