"""When to call, and who: the clinic's own numbers, and no disease."""

from __future__ import annotations

from pathways.models import AuditEvent, Clinic, Message, Reply, WorkItem
from tests.views.answering import BORN, WHEN, Visitor, headline, link, text_of


def test_the_guidance_has_four_boxes_and_the_clinics_own_numbers(message: Message) -> None:
    response = Visitor(link(message, WHEN)).give(BORN)
    words = text_of(response)
    assert headline(response) == "When to call, and who"
    order = [
        words.index(heading)
        for heading in (
            "Call 999 now",
            "Call us today, day and night",
            "Call us this week",
            "Tell us at your next visit",
        )
    ]
    assert order == sorted(order)
    assert "020 7946 0181" in words
    assert "37.5 °C or more, or shivery" in words
    assert "RxHarun (7 July 2025), part “When to See a Doctor”" in words
    assert 'href="tel:02079460181"' in response.content.decode()


def test_the_guidance_names_no_disease(message: Message) -> None:
    page = Visitor(link(message, WHEN)).give(BORN).content.decode()
    assert "POEMS" not in page.upper()
    assert "neuropathy" not in page.lower()


def test_a_clinic_without_a_night_line_does_not_promise_one(
    message: Message, clinic: Clinic
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(day_night_phone="", fever_threshold="38 °C")
    words = text_of(Visitor(link(message, WHEN)).give(BORN))
    assert "day and night" not in words.lower()
    assert "When we are closed, call 111." in words
    assert "38 °C or more" in words


def test_the_country_gives_the_emergency_words(message: Message, clinic: Clinic) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(country="FR", emergency_number="15")
    words = text_of(Visitor(link(message, WHEN)).give(BORN))
    assert "Call 15 or 112 now" in words
    assert "Text 114" in words


def test_reading_the_guidance_is_no_answer(message: Message) -> None:
    Visitor(link(message, WHEN)).give(BORN)
    assert not Reply.objects.exists()
    assert not WorkItem.objects.exists()
    assert AuditEvent.objects.filter(verb="opened a link").count() == 1
