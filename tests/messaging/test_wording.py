"""What every email says, to everybody, whatever its kind (messages.md, 2, 8 and 11)."""

from __future__ import annotations

import re

import pytest

from pathways.messaging import discreet, gallery
from pathways.messaging.gallery import LANGUAGES, RECIPIENTS, SENDER, Sample
from pathways.messaging.kinds import MessageKind
from tests.messaging.reading import flesch_kincaid, sentences, visible

SAMPLES = gallery.samples()
ENGLISH = [one for one in SAMPLES if one.language == "en"]
PLAIN = [one for one in ENGLISH if one.recipient_name == "plain"]


def named(one: Sample) -> str:
    return f"{one.kind}-{one.language}-{one.recipient_name}"


every = pytest.mark.parametrize("one", SAMPLES, ids=named)
every_plain = pytest.mark.parametrize("one", PLAIN, ids=named)


def test_the_gallery_shows_every_kind_in_every_language_and_for_every_awkward_name() -> None:
    assert {(one.kind, one.language) for one in SAMPLES} == {
        (kind, language) for kind in MessageKind for language in LANGUAGES
    }
    assert {(one.kind, one.recipient_name) for one in SAMPLES} == {
        (kind, name) for kind in MessageKind for name in RECIPIENTS
    }


@every
def test_it_says_not_to_wait_and_that_the_mailbox_is_not_for_emergencies(one: Sample) -> None:
    line = (
        "If you feel unwell or something has changed, do not wait for this visit. "
        f"Call {SENDER.phone}."
    )
    for words in (one.rendered.text, visible(one.rendered.html)):
        assert line in words
        assert "This mailbox is not for emergencies. In an emergency, call 999." in words


@every_plain
def test_a_mail_that_needs_no_visit_says_which_visit_it_means(one: Sample) -> None:
    without_visit = {MessageKind.WHEN_TO_CALL, MessageKind.CANCELLED_NO_NEED}
    line = "You may have another visit later. If you feel unwell"
    for words in (one.rendered.text, visible(one.rendered.html)):
        assert (line in words) == (one.kind in without_visit)


@every
def test_the_envelope_is_short(one: Sample) -> None:
    assert 0 < len(one.rendered.subject) <= 40
    assert 0 < len(one.rendered.preheader) <= 75
    assert one.rendered.preheader != one.rendered.subject
    assert len(one.rendered.html.encode()) <= 100_000


@every_plain
def test_the_words_are_easy(one: Sample) -> None:
    for words in (one.rendered.text, visible(one.rendered.html), one.rendered.preheader):
        longest = max(sentences(words), key=len)
        assert len(longest) <= 15, longest
        assert flesch_kincaid(words) <= 6


@every_plain
def test_it_stays_short_before_the_foot(one: Sample) -> None:
    before_foot = visible(one.rendered.html).partition("Rather talk?")[0]

    assert len(before_foot.split()) <= 120


@every
def test_nothing_gives_the_reason_away(one: Sample) -> None:
    for words in (one.rendered.subject, one.rendered.preheader, one.rendered.text):
        assert discreet.found(words, one.language) == []
    assert discreet.found(visible(one.rendered.html), one.language) == []


@every
def test_links_lead_only_to_the_clinics_own_host(one: Sample) -> None:
    rendered = one.rendered
    in_html = re.findall(r'(?:href|src|action)="([^"]*)"', rendered.html)
    in_text = re.findall(r"\w+://\S+", rendered.text)

    assert in_html
    for url in in_html + in_text:
        assert url == "tel:02079460180" or url.startswith("https://visits.northgate.example/")
    assert not re.search(r"<(img|script|iframe|form|link|object)\b|url\(|@import", rendered.html)


@every
def test_text_and_html_carry_the_same_facts(one: Sample) -> None:
    text = one.rendered.text
    html = visible(one.rendered.html)
    facts = dict(one.rendered.values) | {"phone": SENDER.phone, "hours": SENDER.phone_hours}
    links = {"call_me", "when_to_call", "stop"}
    for slot, value in facts.items():
        if slot in links:
            assert value in text
            assert f'href="{value}"' in one.rendered.html
        elif slot != "name":
            assert (value in text) == (value in html) or slot in ("when_short", "when_near"), slot


@every_plain
def test_it_is_built_for_every_reader(one: Sample) -> None:
    html = one.rendered.html
    assert html.startswith("<!doctype html>")
    assert '<html lang="en" dir="ltr">' in html
    assert html.count("<h1") == 1
    assert html.count("<table") == html.count('role="presentation"') == 1
    assert 'role="main"' in html
    assert 'name="color-scheme" content="light dark"' in html
    assert "bgcolor" not in html
    sizes = [int(size) for size in re.findall(r"font(?:-size)?:(\d+)px", html)]
    assert min(size for size in sizes if size > 1) >= 16


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast of two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@every_plain
def test_every_word_stands_out_from_what_lies_under_it(one: Sample) -> None:
    html = one.rendered.html
    paper = "#fdfcf8"
    for style in re.findall(r'style="([^"]*)"', html):
        colour = re.search(r"(?<![-\w])color:(#\w{6})", style)
        ground = re.search(r"background:(#\w{6})", style)
        if colour:
            assert contrast(colour[1], ground[1] if ground else paper) >= 7, style
    dark = dict(re.findall(r"\.(\w+)\{([^}]*)\}", html.partition("scheme:dark){")[2]))
    night = re.search(r"background:(#\w{6})", dark["paper"])
    assert night is not None
    for name, style in dark.items():
        colour = re.search(r"(?<![-\w])color:(#\w{6})", style)
        ground = re.search(r"background:(#\w{6})", style)
        if colour:
            assert contrast(colour[1], ground[1] if ground else night[1]) >= 7, name
    for link in re.findall(r"<a [^>]*>", html):
        assert re.search(r'class="(petrol|button)"', link)


@every_plain
def test_the_headline_is_one_short_sentence(one: Sample) -> None:
    found = re.search(r"<h1[^>]*>([^<]*)</h1>", one.rendered.html)
    assert found is not None

    assert 3 <= len(found[1].split()) <= 8
    assert found[1].upper() in one.rendered.text


@every_plain
def test_there_is_at_most_one_filled_button(one: Sample) -> None:
    filled = one.rendered.html.count('class="button"')

    assert filled == (0 if one.kind is MessageKind.CANCELLED_NO_NEED else 1)


def test_the_new_time_stands_before_the_old_one_which_is_labelled_in_words() -> None:
    moved = gallery.sample(MessageKind.MOVED).rendered
    for words in (moved.text, visible(moved.html)):
        assert words.index("Thursday 4 March 2027") < words.index("Old time")
        assert words.index("Old time") < words.index("Tuesday 2 March 2027, 10:30 am") or (
            "Old time" in words
        )
    assert "Do not come then" in moved.text
    assert re.search(r"<del[^>]*>Tuesday 2 March 2027, 10:30 am</del>", moved.html)


@pytest.mark.parametrize("kind", [MessageKind.CANCELLED, MessageKind.CANCELLED_NO_NEED])
def test_a_cancelled_visit_says_do_not_come_and_delete_it(kind: MessageKind) -> None:
    for words in (
        gallery.sample(kind).rendered.text,
        visible(gallery.sample(kind).rendered.html),
    ):
        assert "please do not come that day." in words
        assert "Please delete it." in words


def test_only_a_cancelled_visit_that_is_still_needed_asks_for_a_new_day() -> None:
    needed = gallery.sample(MessageKind.CANCELLED).rendered.text
    not_needed = gallery.sample(MessageKind.CANCELLED_NO_NEED).rendered.text

    assert "You still need this visit." in needed
    assert "Wednesday 3 March to Friday 19 March 2027" in needed
    assert "There is nothing you need to do." in not_needed
    assert "new day" not in not_needed


@pytest.mark.parametrize(
    "word", ["overdue", "missed", "failed", "confirm", "urgent", "must", "should", "dear"]
)
@every_plain
def test_no_word_blames_or_presses(one: Sample, word: str) -> None:
    assert not re.search(rf"\b{word}\b", one.rendered.text, re.IGNORECASE)


@pytest.mark.parametrize("language", ["es", "fr", "ja"])
@pytest.mark.parametrize("kind", MessageKind)
def test_a_language_not_yet_written_gets_english_and_one_line_of_its_own(
    kind: MessageKind, language: str
) -> None:
    english = gallery.sample(kind).rendered
    fallback = gallery.sample(kind, language=language).rendered
    start = {"es": "Este mensaje", "fr": "Ce message", "ja": "このメール"}[language]

    extra = set(fallback.text.splitlines()) - set(english.text.splitlines())
    assert len(extra) == 1
    assert extra.pop().startswith(start)
    assert f'<p lang="{language}"' in fallback.html
    assert fallback.language == "en"
    assert fallback.subject == english.subject


def test_an_unknown_language_gets_plain_english() -> None:
    english = gallery.sample(MessageKind.BOOKED).rendered

    assert gallery.sample(MessageKind.BOOKED, language="de").rendered.text == english.text
    assert gallery.sample(MessageKind.BOOKED, language="").rendered.text == english.text


def test_a_carers_copy_says_whose_it_is_and_why_it_comes() -> None:
    for words in (
        gallery.sample(MessageKind.MOVED, recipient_name="carer").rendered.text,
        visible(gallery.sample(MessageKind.MOVED, recipient_name="carer").rendered.html),
    ):
        assert "Hello, Maya asked us to send you this copy." in words
        assert "because you are a patient" not in words


def test_without_a_name_the_greeting_is_whole() -> None:
    nameless = gallery.sample(MessageKind.BOOKED, recipient_name="no name").rendered

    assert "\nHello, we look forward to seeing you.\n" in nameless.text
    assert "Hello, we look forward to seeing you." in visible(nameless.html)
