"""A link that does not work: forged, cut, run out, or of somebody who has died."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from pathways.messaging import tokens
from pathways.messaging.tokens import LinkPurpose
from pathways.models import Clinic, Message, Patient, WorkItem
from pathways.rules.lifecycles import LifeStatus
from tests.views.answering import (
    BORN,
    CALL,
    STOP,
    WHEN,
    Visitor,
    headline,
    link,
    one_click,
    text_of,
    title,
)


def _bad_addresses(message: Message) -> dict[str, str]:
    good = link(message, CALL)
    return {
        "forged": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "cut": good[:-5],
        "empty": "/c/",
        "other purpose": good.replace("/c/", "/s/"),
        "unknown message": f"/c/{tokens.make(CALL, 10**9)}",
        "with a slash": good + "/",
        "with a full stop": good + ".",
        "not ascii": "/c/é",
        "with a line break": good + "%0a",
        "a line break alone": "/c/%0a",
        "a line break within": good[:-5] + "%0a" + good[-5:],
        "one click with a line break": one_click(message) + "%0d%0a",
        "one click of another purpose": good.replace("/c/", "/u/"),
    }


@pytest.mark.parametrize("case", list(_bad_addresses(Message(pk=1))))
def test_every_bad_link_shows_the_same_page(message: Message, case: str) -> None:
    response = Client().get(_bad_addresses(message)[case])
    assert response.status_code == 404
    assert headline(response) == "This link does not work"
    assert response.content == Client().get("/c/nonsense").content


def test_a_forged_link_costs_as_many_queries_as_an_unknown_one(
    message: Message, django_assert_num_queries: Callable[[int], object]
) -> None:
    for address in (_bad_addresses(message)["forged"], _bad_addresses(message)["unknown message"]):
        with django_assert_num_queries(3):  # type: ignore[attr-defined]
            Client().get(address)


def test_a_bad_link_takes_its_clinic_from_the_host(message: Message, other_clinic: Clinic) -> None:
    here = Client(headers={"host": "southgate.example"}).get("/c/nonsense")
    assert title(here) == "Southgate Clinic"
    nowhere = Client(headers={"host": "elsewhere.example"}).get("/c/nonsense")
    assert title(nowhere) == "Your clinic"
    assert "Northgate" not in nowhere.content.decode()


def test_a_link_of_someone_who_has_died_opens_nothing(message: Message, patient: Patient) -> None:
    visitor = Visitor(link(message, CALL))
    Patient.objects.filter(pk=patient.pk).update(
        life_status=LifeStatus.DECEASED, died_on=date(2026, 11, 1)
    )
    assert headline(visitor.open()) == "This link does not work"
    assert headline(visitor.give(BORN)) == "This link does not work"
    assert not WorkItem.objects.exists()


def test_mail_to_staff_has_no_links(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(audience="staff")
    assert headline(Visitor(link(message, CALL)).open()) == "This link does not work"


@pytest.mark.parametrize(("purpose", "days"), [(CALL, 60), (STOP, 365), (WHEN, 365)])
def test_a_link_runs_out_after_its_time(
    message: Message, purpose: LinkPurpose, days: int, at: Callable[[str], None]
) -> None:
    last = datetime(2026, 11, 21, 10, 30, tzinfo=UTC) + timedelta(days=days)
    at(f"{last:%Y-%m-%d %H:%M}")
    assert headline(Visitor(link(message, purpose)).open()) == "First, your birth date"
    at(f"{last + timedelta(minutes=1):%Y-%m-%d %H:%M}")
    response = Visitor(link(message, purpose)).open()
    assert headline(response) == "This link has run out"
    assert "020 7946 0180" in text_of(response)
    assert headline(Visitor(link(message, purpose)).give(BORN)) == "This link has run out"
