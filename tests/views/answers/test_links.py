"""Opening a link in mail: who is asked what, what changes nothing, what is kept nowhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from pathways.messaging import discreet
from pathways.messaging.tokens import LinkPurpose
from pathways.models import Clinic, ContactPoint, Message, User
from pathways.services import letters
from tests import people
from tests.views.answering import (
    BORN,
    CALL,
    STOP,
    WHEN,
    WRONG,
    Visitor,
    everything,
    headline,
    link,
    make_message,
    one_click,
    text_of,
    title,
)


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_opening_a_link_asks_for_the_birth_date(message: Message, purpose: LinkPurpose) -> None:
    response = Visitor(link(message, purpose)).open()
    assert response.status_code == 200
    assert headline(response) == "First, your birth date"


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_carers_link_asks_for_the_patients_birth_date(
    message: Message, purpose: LinkPurpose
) -> None:
    ContactPoint.objects.filter(pk=message.contact_point_id).update(holder=ContactPoint.CARER)
    visitor = Visitor(link(message, purpose))
    assert headline(visitor.open()) == "First, the patient’s birth date"
    assert (
        headline(visitor.give(BORN))
        == {
            CALL: "Which number may we call?",  # the number on record is the patient's
            STOP: "Stop these emails?",
            WHEN: "When to call, and who",
        }[purpose]
    )


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_scanner_that_opens_every_link_changes_nothing(
    message: Message, purpose: LinkPurpose, method: str
) -> None:
    before = everything()
    getattr(Client(), method)(link(message, purpose))
    getattr(Client(), method)(link(message, purpose), {**BORN, "answer": "stop"})
    getattr(Client(), method)(one_click(message))
    assert everything() == before


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_page_says_no_more_than_the_clinic(message: Message, purpose: LinkPurpose) -> None:
    response = Visitor(link(message, purpose)).open()
    assert title(response) == "Northgate Clinic"
    assert "020 7946 0180" in text_of(response)
    assert "999" in text_of(response)
    assert "Maya" not in response.content.decode()


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_page_is_kept_nowhere_and_leaves_no_cookie(
    message: Message, purpose: LinkPurpose
) -> None:
    for response in (Visitor(link(message, purpose)).open(), Visitor("/c/nonsense").open()):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert not response.cookies


def test_the_button_does_not_need_a_cookie_or_an_origin(message: Message) -> None:
    # A page without a referrer sends "Origin: null" with its form.
    visitor = Visitor(link(message, CALL), headers={"origin": "null"})
    assert headline(visitor.give(BORN)) == "When can we call you?"


@pytest.mark.parametrize("host", ["northgate.example", "staff.example", "127.0.0.1:8000"])
def test_a_link_works_on_any_host_of_the_site(message: Message, host: str) -> None:
    response = Client(headers={"host": host}).get(link(message, CALL))
    assert title(response) == "Northgate Clinic"


def test_a_signed_in_nurse_sees_the_same_page(message: Message, nurse: User) -> None:
    client = Client()
    client.force_login(nurse)
    shown = client.get(link(message, CALL)).content
    assert shown == Client().get(link(message, CALL)).content


@pytest.mark.parametrize(
    ("scheme", "host"), [("http", "127.0.0.1:8000"), ("https", "visits.northgate.example")]
)
def test_the_links_in_the_mail_lead_to_the_pages(
    message: Message, settings: Any, scheme: str, host: str
) -> None:
    settings.LINK_SCHEME = scheme
    message.clinic.link_host = host
    links = letters.links_of(message)
    led = {}
    for address in (links.call_me, links.stop, links.when_to_call, links.one_click_stop):
        parts = urlsplit(address or "")
        assert (parts.scheme, parts.netloc) == (scheme, host)
        led[resolve(parts.path).url_name] = Client().get(parts.path).status_code
    assert led == dict.fromkeys(
        ("answer-call", "answer-stop", "answer-when", "one-click-stop"), 200
    )


def test_no_page_but_the_guidance_gives_anything_away(message: Message, clinic: Clinic) -> None:
    call, stop = Visitor(link(message, CALL)), Visitor(link(message, STOP))
    paused = Visitor(link(make_message(people.make_patient(clinic)), CALL))
    pages = [
        call.open(),
        call.give(WRONG),
        call.give(dict.fromkeys(BORN, "x")),
        call.give(BORN),
        call.press("other number"),
        call.press("number", phone=""),
        call.press("in the morning"),
        call.open(),
        stop.open(),
        stop.give(BORN),
        stop.press("keep"),
        stop.press("stop"),
        stop.open(),
        stop.press("start"),
        Visitor(link(message, WHEN)).open(),
        *(paused.give(WRONG) for _ in range(5)),
        Client().get("/c/nonsense"),
        Client().get(one_click(message)),
        Client().post(one_click(message)),
    ]
    for response in pages:
        assert discreet.found(response.content.decode(), "en") == []
        assert title(response) == "Northgate Clinic"


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_link_opens_on_no_other_clinics_host(
    message: Message, purpose: LinkPurpose, clinic: Clinic, other_clinic: Clinic
) -> None:
    path = urlsplit(link(message, purpose)).path
    own = Client(headers={"host": clinic.link_host}).get(path)
    other = Client(headers={"host": other_clinic.link_host}).get(path)
    assert (own.status_code, other.status_code) == (200, 404)
    assert clinic.phone.encode() not in other.content or clinic.phone == other_clinic.phone


def test_a_one_click_stop_on_another_clinics_host_stops_nothing(
    message: Message, other_clinic: Clinic
) -> None:
    path = urlsplit(one_click(message)).path
    before = everything()
    assert Client(headers={"host": other_clinic.link_host}).post(path).status_code == 404
    assert everything() == before
