"""The stop button of a mail program: at once, whoever posts it, however often."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from pathways.models import Clinic, Consent, Message, Patient, Reply, WorkItem
from pathways.rules.lifecycles import LifeStatus, WorkItemKind
from tests import people
from tests.views.answering import (
    FORM,
    STOP,
    TOO_MUCH,
    consents,
    everything,
    headline,
    link,
    one_click,
    text_of,
)


def test_production_does_not_send_a_mail_program_elsewhere(message: Message, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = Client().post(one_click(message), {"List-Unsubscribe": "One-Click"}, secure=True)
    assert response.status_code == 200


def test_one_click_stops_at_once_however_often_it_is_posted(
    message: Message, patient: Patient
) -> None:
    client = Client(enforce_csrf_checks=True)
    before = Consent.objects.count()
    for _ in range(3):
        response = client.post(one_click(message), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert not response.cookies
        assert "The emails to this address have stopped" in text_of(response)
        assert "Your care goes on." in text_of(response)
    stops = Consent.objects.order_by("id")[before:]
    assert sorted(said.purpose for said in stops) == ["guidance", "visits"]
    assert not any(said.given for said in stops)
    assert Reply.objects.get().detail == "one click"
    assert WorkItem.objects.get().kind == WorkItemKind.CALL


def test_opening_the_one_click_address_does_nothing_and_leads_on(message: Message) -> None:
    before = everything()
    response = Client().get(one_click(message))
    assert headline(response) == "Nothing has changed"
    assert link(message, STOP) in response.content.decode()
    assert everything() == before


def test_one_click_after_a_death_is_answered_and_asks_nobody_to_phone(
    message: Message, patient: Patient
) -> None:
    Patient.objects.filter(pk=patient.pk).update(
        life_status=LifeStatus.DECEASED, died_on=date(2026, 11, 1)
    )
    assert Client().post(one_click(message)).status_code == 200
    assert not WorkItem.objects.exists()


def test_a_stop_touches_only_its_own_address(message: Message, other_clinic: Clinic) -> None:
    other = people.make_patient(other_clinic)
    Client().post(one_click(message))
    assert consents(other) == {True}


def test_a_mail_program_that_posts_too_much_still_stops_the_emails(message: Message) -> None:
    response = Client().post(one_click(message), TOO_MUCH, content_type=FORM)
    assert response.status_code == 200
    assert headline(response) != "This link does not work"
