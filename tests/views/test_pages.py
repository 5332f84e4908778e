"""What holds of every page: a title, one heading, and no inline style or script."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import Message, MessageBody, Sweep, User
from tests.views.house import House, signed_in
from tests.views.test_doors import DOORS, GUARDED, address

# Letters are shown in a closed frame with a policy of its own (see views/sheets.py).
LETTERS = {"letter-sheet", "messages-gallery-sheet", "due-export", "import-rejects"}
PAGES = [name for name in GUARDED if name not in LETTERS | {"find"}]  # "find" leads on to a list


class Reader(HTMLParser):
    """Collects what a strict policy would refuse, and the headings."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.headings = 0
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and not names.get("src")):
            self.inline.append(tag)
        self.inline += [f"{tag} {name}" for name in names if name == "style" or name[:2] == "on"]
        self.headings += tag == "h1"
        if names.get("id"):
            self.ids.append(str(names["id"]))


def who(name: str, nurse: User, hematologist: User, coordinator: User) -> User:
    special = {
        "check_decide": hematologist,
        "check_coordinate": coordinator,
        "check_tune": hematologist,
    }
    return special.get(DOORS[name], nurse)


def test_a_page_has_a_title_one_heading_and_nothing_inline(
    house: House, nurse: User, hematologist: User, coordinator: User
) -> None:
    readers = {user: signed_in(user) for user in (nurse, hematologist, coordinator)}
    found = {}
    for name in PAGES:
        client = readers[who(name, nurse, hematologist, coordinator)]
        if wrong := faults_of(client.get(address(name, house))):
            found[name] = wrong
    assert found == {}


def faults_of(answer: Any) -> list[str]:
    """What is wrong with a page that a strict policy and a screen reader are to read."""
    if answer.status_code != 200:
        return [f"answers {answer.status_code}"]
    reader = Reader()
    body = answer.content.decode()
    reader.feed(body)
    wrong = list(reader.inline)
    if reader.headings != 1:
        wrong.append(f"{reader.headings} headings")
    if len(reader.ids) != len(set(reader.ids)):
        wrong.append("an id stands twice")
    title = body.partition("<title>")[2].partition("</title>")[0]
    if not title.endswith(" · POEMS Clinic") or title == " · POEMS Clinic":
        wrong.append(f"title {title!r}")
    if "unsafe-inline" in answer["Content-Security-Policy"]:
        wrong.append("unsafe-inline")
    return wrong


@pytest.mark.parametrize("name", ["letter-sheet", "messages-gallery-sheet"])
def test_a_letter_stands_in_a_closed_frame_with_dead_links(
    name: str, house: House, nurse: User
) -> None:
    answer = signed_in(nurse).get(address(name, house))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    body = answer.content.decode()
    assert "<h1" in body
    assert 'href="http' not in body


@pytest.mark.parametrize(
    ("version", "kept", "told"),
    [
        (1, False, "<p>version 1 of its words</p>"),
        (0, True, "<p>version 0 of its words</p>"),
        (0, False, "queued in version 0 of its words; shown in version 1, which is used now"),
    ],
)
def test_a_letter_says_in_which_version_of_its_words_it_is(
    house: House, nurse: User, version: int, kept: bool, told: str
) -> None:
    Message.objects.filter(pk=house.message.pk).update(template_version=version)
    if kept:
        MessageBody.objects.create(message=house.message, content=b"Subject: Visit\r\n\r\nHello")
    assert told in signed_in(nurse).get(address("letter", house)).content.decode()


def test_the_sign_in_page_says_what_is_wrong_and_keeps_the_name(house: House) -> None:
    answer = Client().post(reverse("sign-in"), {"username": "marit", "password": "wrong"})
    body = answer.content.decode()
    assert "<title>Error: Sign in" in body
    assert 'value="marit"' in body
    assert "do not belong together" in body


def test_signing_in_pauses_after_five_wrong_passwords(nurse: User) -> None:
    for _ in range(5):
        answer = Client().post(reverse("sign-in"), {"username": "marit", "password": "wrong"})
    assert answer.status_code == 429
    assert b"Signing in is paused" in answer.content


def test_signing_out_needs_a_post_and_shuts_the_door(nurse: User, house: House) -> None:
    client = signed_in(nurse)
    assert client.get(reverse("sign-out")).status_code == 405
    client.post(reverse("sign-out"))
    assert client.get(reverse("due-list")).status_code == 302


def test_a_page_warns_when_no_sweep_ran(house: House, nurse: User) -> None:
    assert b"No sweep has run yet" in signed_in(nurse).get(reverse("due-list")).content


def test_a_page_is_quiet_while_sweeps_run(house: House, nurse: User) -> None:
    _sweeps_ended()
    assert b'role="alert"' not in signed_in(nurse).get(reverse("due-list")).content


def test_readyz_tells_a_late_sweep_from_a_recent_one(house: House, client: Client) -> None:
    assert client.get(reverse("readyz")).status_code == 503
    _sweeps_ended()
    answer = client.get(reverse("readyz"))
    assert answer.status_code == 200
    assert answer.json()["sweep"] == "ok"


def test_healthz_answers_without_a_database(client: Client) -> None:
    assert client.get(reverse("healthz")).json() == {"web": "ok"}


def test_the_theme_is_kept_for_the_person(house: House, nurse: User) -> None:
    client = signed_in(nurse)
    client.post(reverse("settings"), {"theme": "dark", "back": reverse("post")})
    assert b'data-theme="dark"' in client.get(reverse("due-list")).content


def test_a_foreign_address_is_no_way_back(house: House, nurse: User) -> None:
    answer = signed_in(nurse).post(
        reverse("settings"), {"theme": "dark", "back": "https://elsewhere.example/"}
    )
    assert answer["Location"] == reverse("due-list")


def _sweeps_ended() -> None:
    from pathways import clock

    for name in ("plan", "send"):
        Sweep.objects.create(name=name, started_at=clock.now(), finished_at=clock.now())
