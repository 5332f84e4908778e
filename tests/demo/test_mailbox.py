"""The mailbox reads what the post box wrote, and shows it without letting it do anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from pathways.demo import mailbox
from pathways.models import Clinic
from tests import people

GOLDEN = Path(__file__).parent.parent / "messaging" / "golden"
FIRST = "20261121T090000000000-00001.eml"
SECOND = "20261121T090100000000-00002.eml"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    (tmp_path / FIRST).write_bytes((GOLDEN / "booked.en.eml").read_bytes())
    (tmp_path / SECOND).write_bytes((GOLDEN / "overdue.en.eml").read_bytes())
    return tmp_path


@pytest.fixture
def web(box: Path, settings: Settings, db: None, client: Client) -> Client:
    settings.ENVIRONMENT = "demo"
    settings.MAILBOX_DIR = box
    people.make_clinic("stbrides", is_demo=True)
    return client


def test_the_newest_stands_first(box: Path) -> None:
    mails, number = mailbox.newest(box)
    assert [mail.name for mail in mails] == [SECOND, FIRST]
    assert number == 2


def test_a_half_written_file_is_not_a_mail(box: Path) -> None:
    (box / f".{FIRST}.part").write_bytes(b"From: ")
    (box / "notes.eml").write_bytes(b"From: ")
    assert mailbox.newest(box)[1] == 2


def test_an_empty_folder_is_an_empty_mailbox(tmp_path: Path) -> None:
    assert mailbox.newest(tmp_path / "not there yet") == ([], 0)


@pytest.mark.parametrize("name", ["../settings.py", "..", "", "notes.eml", f"x/{FIRST}"])
def test_no_name_leads_out_of_the_folder(box: Path, name: str) -> None:
    assert mailbox.find(box, name) is None


def test_a_phone_shows_the_clinic_the_subject_and_the_first_words(box: Path) -> None:
    mail = mailbox.newest(box)[0][0]
    assert mail.sender == "Northgate Clinic"
    assert mail.subject
    assert 10 < len(mail.preview) <= mailbox.PREVIEW_LETTERS + 1
    assert "\u200c" not in mail.preview


def test_a_booking_brings_its_calendar_file_and_a_reminder_none(box: Path) -> None:
    overdue, booked = mailbox.newest(box)[0]
    assert booked.calendar.startswith(b"BEGIN:VCALENDAR")
    assert not overdue.calendar


def test_the_page_of_an_email_may_do_nothing_but_be_read(web: Client) -> None:
    answer = web.get(f"/mailbox/{FIRST}/sheet/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert '<base target="_blank">' in answer.content.decode()


def test_the_links_of_an_email_still_lead_somewhere(web: Client) -> None:
    assert 'href="https://' in web.get(f"/mailbox/{FIRST}/sheet/").content.decode()


def test_the_calendar_file_is_handed_out_as_one(web: Client) -> None:
    answer = web.get(f"/mailbox/{FIRST}/visit.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert web.get(f"/mailbox/{SECOND}/visit.ics").status_code == 404


@pytest.mark.parametrize("path", ["part=html&x", "part=script", "part="])
def test_only_the_three_ways_of_showing_are_known(web: Client, path: str) -> None:
    expected = 200 if path.startswith("part=html") else 404
    assert web.get(f"/mailbox/{FIRST}/?{path}").status_code == expected


def test_the_empty_mailbox_says_what_happens_next(web: Client, box: Path) -> None:
    for path in box.glob("*.eml"):
        path.unlink()
    assert "within a minute" in web.get("/mailbox/").content.decode()


def test_a_mail_names_its_invented_reader_and_the_birth_date_its_links_ask_for(
    web: Client, box: Path
) -> None:
    address = mailbox.newest(box)[0][0].address
    people.make_patient(
        Clinic.objects.get(), email=address, family_name="Haddad", birth_date=date(1968, 3, 14)
    )
    assert "HADDAD" in web.get("/mailbox/").content.decode()
    assert "14-Mar-1968" in web.get(f"/mailbox/{SECOND}/").content.decode()
