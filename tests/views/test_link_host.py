"""A patients' host shows the pages behind the links and nothing of the staff's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from pathways.messaging.tokens import LinkPurpose
from pathways.models import Clinic, User
from pathways.views import answer_pages, link_host
from tests import people
from tests.views.answering import headline, link, make_message, one_click, title
from tests.views.house import signed_in

PATIENTS = {"host": "northgate.example"}
STAFF_ONLY = [
    *("/", "/sign-in/", "/due/", "/admin/", "/admin/login/", "/mailbox/", "/readyz"),
    *("/components/", "/nothing/here", "/call", "/static/nothing.css"),
]


@pytest.mark.parametrize("path", STAFF_ONLY)
def test_a_link_host_shows_nothing_of_the_staff_site(clinic: Clinic, path: str) -> None:
    answer = Client(headers=PATIENTS).get(path)
    assert answer.status_code == 404
    assert (title(answer), headline(answer)) == ("Northgate Clinic", "This link does not work")
    assert b"POEMS" not in answer.content
    assert not answer.cookies


@pytest.mark.parametrize("host", ["northgate.example:8443", "NORTHGATE.example"])
def test_a_link_host_is_known_in_any_spelling(clinic: Clinic, host: str) -> None:
    assert Client(headers={"host": host}).get("/sign-in/").status_code == 404


def test_a_link_host_with_a_port_is_known_without_it(clinic: Clinic) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(link_host="visits.example:8443")
    assert Client(headers={"host": "visits.example"}).get("/sign-in/").status_code == 404


def test_who_is_signed_in_works_on_the_staff_host_alone(clinic: Clinic, nurse: User) -> None:
    browser = signed_in(nurse)
    assert browser.get("/due/").status_code == 200
    assert browser.get("/due/", headers=PATIENTS).status_code == 404
    assert browser.post("/sign-in/", {"username": "marit"}, headers=PATIENTS).status_code == 404


def test_a_link_host_answers_its_links(clinic: Clinic) -> None:
    message = make_message(people.make_patient(clinic))
    for purpose in LinkPurpose:
        assert Client(headers=PATIENTS).get(link(message, purpose)).status_code == 200
    assert Client(headers=PATIENTS).post(one_click(message)).status_code == 200


def test_a_link_host_answers_machines_and_serves_its_style_sheet(clinic: Clinic) -> None:
    for path in ("/healthz", "/static/pathways/css/patient.css"):
        assert Client(headers=PATIENTS).get(path).status_code == 200


def test_a_host_that_serves_both_is_named_in_the_settings(clinic: Clinic, settings: Any) -> None:
    settings.STAFF_HOSTS = ["northgate.example"]
    assert Client(headers={"host": "northgate.example:8000"}).get("/sign-in/").status_code == 200


def test_the_hosts_are_looked_up_once_a_minute(
    clinic: Clinic, django_assert_num_queries: Callable[[int], Any], monkeypatch: Any
) -> None:
    other = Client(headers={"host": "staff.example"})
    with django_assert_num_queries(1):
        other.get("/sign-in/")
        other.get("/sign-in/")
    Clinic.objects.filter(pk=clinic.pk).update(link_host="staff.example")
    assert other.get("/sign-in/").status_code == 200
    monkeypatch.setattr(link_host, "KEEP_SECONDS", -1.0)
    assert other.get("/sign-in/").status_code == 404


def test_without_a_database_the_machines_page_still_says_so(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> object:
        raise DatabaseError

    monkeypatch.setattr(Clinic.objects.__class__, "order_by", gone)
    assert Client(headers={"host": "staff.example"}).get("/readyz").status_code == 503


def test_no_page_may_ask_for_camera_or_place(clinic: Clinic) -> None:
    for headers in (PATIENTS, {"host": "staff.example"}):
        assert "camera=()" in Client(headers=headers).get("/sign-in/")["Permissions-Policy"]


def test_no_answer_page_stands_in_a_frame(clinic: Clinic) -> None:
    message = make_message(people.make_patient(clinic))
    for path in (link(message, LinkPurpose.CALL), "/c/nonsense", "/"):
        answer = Client(headers=PATIENTS).get(path)
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_a_page_left_open_over_a_change_of_the_key_can_be_sent(
    clinic: Clinic, settings: Any
) -> None:
    message = make_message(people.make_patient(clinic))
    held = answer_pages.Link(message, LinkPurpose.CALL, link(message, LinkPurpose.CALL))
    settings.LINK_KEY = "the old key"
    carried = answer_pages.issue_pass(held)
    settings.LINK_KEY = "the new key"
    assert not answer_pages.holds_pass(held, carried)
    settings.LINK_KEY_FALLBACKS = ["the old key"]
    assert answer_pages.holds_pass(held, carried)
