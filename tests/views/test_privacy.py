"""What a page must not give away: to a patient, to the next reader of the screen, to staff."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from pathways.forms.base import Day
from pathways.models import User
from tests.views.house import HALF_A_SENTENCE, House, signed_in
from tests.views.test_doors import GUARDED, address

STRANGE = ["/nothing/here", "/c/abc%0Adef", "/robots.txt", "/cYwAAAAAAAAAB9genAXz4UHgarrff9GeJ5w"]


@pytest.mark.parametrize("address", STRANGE)
@pytest.mark.django_db
def test_a_page_that_is_not_there_does_not_name_the_product(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 404
    assert b"POEMS" not in answer.content


def test_no_page_of_an_error_names_the_product(rf: RequestFactory, db: None) -> None:
    request = rf.get("/")
    for page in (
        defaults.bad_request(request, Exception()),
        defaults.permission_denied(request, Exception()),
        defaults.server_error(request),
    ):
        assert b"POEMS" not in page.content


def test_a_draft_of_an_exam_is_on_no_page_but_its_authors(
    house: House, nurse: User, hematologist: User, coordinator: User, auditor: User
) -> None:
    def pages_with_it(reader: User) -> set[str]:
        found, client = set(), signed_in(reader)
        for name in GUARDED:
            answer = client.get(address(name, house))
            body = b"".join(answer) if answer.streaming else answer.content
            if HALF_A_SENTENCE.encode() in body:
                found.add(name)
        return found

    for reader in (nurse, hematologist, coordinator, auditor):
        assert pages_with_it(reader) == set()
    assert pages_with_it(house.draft.author) == {"record-exam"}


def test_a_reader_of_a_letter_gets_no_key_to_answer_it(house: House, auditor: User) -> None:
    for name in ("letter", "letter-sheet"):
        body = signed_in(auditor).get(reverse(name, args=[house.message.pk])).content.decode()
        assert not re.search(r"/[cswu]/[\w-]{20,}", body)
    assert (
        "/s/…"
        in signed_in(auditor).get(reverse("letter", args=[house.message.pk])).content.decode()
    )


def test_no_page_of_a_signed_in_person_is_kept_by_the_browser(house: House, nurse: User) -> None:
    for page in (reverse("due-list"), reverse("patient", args=[house.patient.pk])):
        assert signed_in(nurse).get(page)["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("typed", "fits"),
    [("1899-12-31", False), ("1900-01-01", True), ("2199-12-31", True), ("2200-01-01", False)],
)
def test_a_day_has_a_year_that_somebody_can_mean(typed: str, fits: bool) -> None:
    field = Day()
    if fits:
        assert field.clean(typed) == date.fromisoformat(typed)
    else:
        with pytest.raises(Exception, match="Check the year"):
            field.clean(typed)


def test_a_slip_in_the_year_is_told_at_its_field(house: House, hematologist: User) -> None:
    address = reverse("postpone", args=[house.patient.pk, house.screening.pk])
    seen = signed_in(hematologist).get(address).context["seen"]
    typed = {"until_on": "9999-12-31", "reason": "abroad", "seen": seen}
    answer = signed_in(hematologist).post(address, typed)
    assert answer.status_code == 200
    assert b"Check the year" in answer.content
