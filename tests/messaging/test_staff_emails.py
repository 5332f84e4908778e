"""Email to staff: a number, an urgency, a time and a link. Nothing about anybody."""

from __future__ import annotations

import re

import pytest

from pathways.messaging import discreet, gallery
from pathways.messaging.envelope import UnsendableError
from pathways.messaging.staff_emails import StaffKind, render
from tests.messaging.reading import visible

every = pytest.mark.parametrize("kind", StaffKind)


@every
def test_nothing_gives_a_person_or_a_reason_away(kind: StaffKind) -> None:
    letter = gallery.staff_sample(kind)
    for words in (letter.subject, letter.preheader, letter.text, visible(letter.html)):
        assert discreet.found(words, "en") == []


@every
def test_links_lead_only_to_the_staffs_site(kind: StaffKind) -> None:
    letter = gallery.staff_sample(kind)
    links = re.findall(r'href="([^"]*)"', letter.html) + re.findall(r"https?://\S+", letter.text)
    assert links
    assert all(link.startswith("https://clinic.example/alerts/") for link in links)
    assert not re.search(r"<(img|script|iframe|form|link|object)\b|url\(|@import", letter.html)


@every
def test_text_and_html_carry_the_same_numbers(kind: StaffKind) -> None:
    letter = gallery.staff_sample(kind)
    for words in (letter.text, visible(letter.html)):
        assert "41" in words
        assert "1 Feb" in words


def test_the_digest_says_what_it_left_out_and_how_many() -> None:
    letter = gallery.staff_sample(StaffKind.DIGEST)
    assert letter.subject == "22 alerts to answer, 1 past the time"
    assert "and 19 more" in letter.text


def test_an_empty_digest_says_so() -> None:
    values = {"day": "Monday 1 Feb", "counts": [], "open": 0, "late": 0, "rows": [], "more": 0}
    letter = render(StaffKind.DIGEST, sender=gallery.SENDER, values={**values, "link": ""})
    assert letter.subject == "No alert to answer today"
    for words in (letter.text, visible(letter.html)):
        assert "No alert waits for an answer." in words
        assert "Sign in and open Alerts." in words


def test_the_digest_names_no_hour_since_it_may_come_late() -> None:
    letter = gallery.staff_sample(StaffKind.DIGEST)
    assert "morning" not in letter.subject + letter.preheader + letter.text + letter.html


def test_a_link_that_is_none_is_not_sent() -> None:
    values = dict(gallery.STAFF_VALUES[StaffKind.ALERT]) | {"link": "javascript:alert(1)"}
    with pytest.raises(UnsendableError, match="STAFF_URL"):
        render(StaffKind.ALERT, sender=gallery.SENDER, values=values)
