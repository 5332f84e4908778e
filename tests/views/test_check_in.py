"""Check-in answers by phone: what cannot wait first, nothing preselected, everything typed kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.catalogue import load_check_in
from pathways.models import Alert, CheckIn, Clinic, Patient, User
from pathways.rules.alert_states import Severity
from tests import people
from tests.views.house import signed_in

SAID = {"channel": "phone", "emergency-signs": "none"}


@pytest.fixture(autouse=True)
def monday(at: Callable[[str], None]) -> None:
    at("2026-11-23 10:30")


@pytest.fixture
def person(clinic: Clinic) -> Patient:
    return people.make_patient(clinic)


@pytest.fixture
def caller(nurse: User) -> Client:
    return signed_in(nurse)


def ask(client: Client, person: Patient) -> str:
    return client.get(reverse("check-in", args=[person.pk])).content.decode()


def save(client: Client, person: Patient, **answers: str) -> Any:
    words = {**SAID, **answers}
    return client.post(reverse("check-in", args=[person.pk]), words, follow=True)


def test_what_cannot_wait_stands_first_with_the_number_to_call(
    caller: Client, person: Patient, clinic: Clinic
) -> None:
    page = ask(caller, person)
    first = load_check_in().questions[0]
    places = [page.index(sign) for sign in first.signs]
    assert f"They call {clinic.emergency_number}" in page
    assert max(places) < page.index(load_check_in().questions[1].text)


def test_nothing_is_preselected(caller: Client, person: Patient) -> None:
    page = ask(caller, person)
    assert page.count('type="radio"') > 40
    assert "checked" not in page


def test_answers_raise_the_alert_of_the_most_urgent_and_show_what_to_say(
    caller: Client, person: Patient
) -> None:
    answer = save(caller, person, weakness="days", fall="not-hurt", note="Since Friday.")
    page = answer.content.decode()
    alert = Alert.objects.get(rule="check-in")
    assert alert.severity == Severity.SAME_DAY
    assert "We want to hear about this today" in page
    assert reverse("alert", args=[alert.pk]) in page
    assert page.index("Yes, it got worse within days") < page.index("Yes, but I was not hurt")
    assert "Since Friday." in page
    row = CheckIn.objects.get()
    assert set(row.answers) == {"emergency-signs", "weakness", "fall"}
    assert row.recorded_by == "marit"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"emergency-signs": "one"}, "Please call 999 now"),
        ({"weakness": "slow"}, "within 7 days"),
        ({"pain": "eased"}, "at your next visit"),
        ({}, "No answer is on a list that asks for more"),
    ],
)
def test_each_level_has_its_own_words(
    caller: Client, person: Patient, answers: dict[str, str], words: str
) -> None:
    assert words in save(caller, person, **answers).content.decode()


def test_what_was_typed_is_kept_when_the_first_question_was_left_out(
    caller: Client, person: Patient
) -> None:
    words = {"channel": "phone", "weakness": "slow", "note": "Since Friday."}
    page = caller.post(reverse("check-in", args=[person.pk]), words).content.decode()
    assert "Ask this first" in page
    assert "Since Friday." in page
    assert 'value="slow"' in page
    assert page.count("checked") == 2
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("moment", "shut"), [("2026-11-23 10:30", False), ("2026-11-21 10:30", True)]
)
def test_the_text_for_out_of_hours_stands_there_while_the_clinic_is_shut(
    caller: Client,
    person: Patient,
    clinic: Clinic,
    at: Callable[[str], None],
    moment: str,
    shut: bool,
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(out_of_hours_text="Phone ward 4.")
    at(moment)
    assert ("Phone ward 4." in ask(caller, person)) is shut


def test_an_answer_that_is_none_is_refused_beside_its_question(
    caller: Client, person: Patient
) -> None:
    page = save(caller, person, weakness="sometimes").content.decode()
    assert "Select a valid choice" in page
    assert not CheckIn.objects.exists()


def test_the_answers_of_another_person_are_not_found(
    caller: Client, person: Patient, clinic: Clinic
) -> None:
    save(caller, person)
    other = people.make_patient(clinic)
    address = reverse("check-in-kept", args=[other.pk, CheckIn.objects.get().pk])
    assert caller.get(address).status_code == 404
