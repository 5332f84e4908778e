"""The words at the edges of paper: whose, whence, and nothing from outside unescaped."""

from __future__ import annotations

from datetime import UTC, datetime

from django.template import Context
from django.test import RequestFactory

from pathways.models import Clinic, User
from pathways.templatetags.paper import paper
from pathways.worklists.banner import Banner

CLINIC = Clinic(name='The "Old" Mill', time_zone="Europe/London")
READ = datetime(2026, 7, 1, 8, 5, tzinfo=UTC)


def words(**more: object) -> str:
    request = RequestFactory().get("/")
    request.user = User(username="marit", first_name="Marit", last_name="Okafor")
    return paper(Context({"request": request, "clinic": CLINIC, "read_at": READ} | more))


def test_the_foot_says_clinic_reader_and_minute_in_the_clinics_own_hours() -> None:
    assert words() == (
        ' data-paper-foot="The &quot;Old&quot; Mill. Printed by Marit Okafor, '
        'as the record stood 1 Jul 2026, 09:05."'
    )


def test_a_person_stands_at_the_head_with_what_tells_them_from_another() -> None:
    identity = (("Born", "14-Mar-1968 (58 y)"), ("Hospital No.", "0041882"))
    banner = Banner(None, "HADDAD, <Amira>", "Mrs", identity, identity, (), "")  # type: ignore[arg-type]
    said = words(banner=banner)
    assert 'data-paper-name="HADDAD, &lt;Amira&gt; (Mrs)"' in said
    assert 'data-paper-facts="Born 14-Mar-1968 (58 y) · Hospital No. 0041882"' in said


def test_a_list_says_what_it_is_and_how_it_was_narrowed() -> None:
    said = words(sheet=("Due list, 23 Nov 2026", "Open; Owner: Neurology."))
    assert 'data-paper-name="Due list, 23 Nov 2026"' in said
    assert 'data-paper-facts="Open; Owner: Neurology."' in said


def test_a_page_of_no_clinic_says_nothing() -> None:
    assert paper(Context({})) == ""
