"""The birth date before every answer: tries, pause, and how long it opens the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pathways.models import Clinic, GatePause, Message, Patient, Reply, WorkItem
from pathways.rules.lifecycles import WorkItemKind
from tests import people
from tests.views.answering import (
    BORN,
    CALL,
    STOP,
    WRONG,
    Visitor,
    everything,
    headline,
    link,
    make_message,
    text_of,
)


def test_a_post_without_birth_date_or_pass_changes_nothing(message: Message) -> None:
    before = everything()
    visitor = Visitor(link(message, STOP))
    assert headline(visitor.press("stop")) == "First, your birth date"
    visitor.carried = "forged:pass"
    assert headline(visitor.press("stop")) == "First, your birth date"
    assert everything() == before


def test_a_wrong_date_says_how_many_tries_are_left(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(WRONG)
    response = visitor.give(WRONG)
    assert headline(response) == "That date does not match"
    assert "You can try 3 more times." in text_of(response)
    assert "15" in response.content.decode()  # what was typed is kept
    assert not Reply.objects.exists()


def test_the_last_try_is_one_time(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    for _ in range(3):
        visitor.give(WRONG)
    assert "You can try 1 more time." in text_of(visitor.give(WRONG))


def test_five_wrong_dates_pause_the_page_and_tell_the_clinic(
    message: Message, patient: Patient
) -> None:
    visitor = Visitor(link(message, CALL))
    for _ in range(5):
        response = visitor.give(WRONG)
    assert headline(response) == "This page is paused"
    assert "Try again after 10:45 am, or call us." in text_of(response)
    item = WorkItem.objects.get()
    assert (item.kind, item.patient) == (WorkItemKind.CHECK_ADDRESS, patient)


def test_a_paused_page_opens_to_nobody_until_its_time(
    message: Message, at: Callable[[str], None]
) -> None:
    visitor = Visitor(link(message, CALL))
    for _ in range(5):
        visitor.give(WRONG)
    assert headline(visitor.give(BORN)) == "This page is paused"
    assert headline(visitor.open()) == "This page is paused"
    at("2026-11-21 10:44")
    assert headline(visitor.give(BORN)) == "This page is paused"
    at("2026-11-21 10:45")
    assert headline(visitor.give(BORN)) == "When can we call you?"


def test_the_pause_is_told_in_the_clinics_time_and_rounded_up(
    message: Message, at: Callable[[str], None]
) -> None:
    at("2026-07-01 22:50:20")
    visitor = Visitor(link(message, CALL))
    for _ in range(5):
        response = visitor.give(WRONG)
    # 22:50 UTC is 23:50 in London in summer; the pause ends on the next day there.
    assert "Try again after 12:06 am, Thursday 2 July 2026" in text_of(response)


def test_all_links_of_one_message_pause_together(message: Message) -> None:
    for _ in range(5):
        Visitor(link(message, CALL)).give(WRONG)
    assert headline(Visitor(link(message, STOP)).give(BORN)) == "This page is paused"


@pytest.mark.parametrize(
    "boxes", [{"day": "31", "month": "4", "year": "1968"}, dict.fromkeys(BORN, "")]
)
def test_what_is_no_date_costs_no_try(message: Message, boxes: dict[str, str]) -> None:
    visitor = Visitor(link(message, CALL))
    for _ in range(6):
        response = visitor.give(boxes)
    assert headline(response) == "First, your birth date"
    assert "We could not read that date." in text_of(response)
    assert not GatePause.objects.filter(failures__gt=0).exists()


def test_a_date_may_be_written_in_japanese_years(message: Message) -> None:
    boxes = {"day": "１４日", "month": "３月", "year": "昭和４３年"}
    assert headline(Visitor(link(message, CALL)).give(boxes)) == "When can we call you?"


def test_a_page_left_open_for_long_asks_again_and_keeps_the_answer(
    message: Message, at: Callable[[str], None]
) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    at("2026-11-21 11:31")
    response = visitor.press("in the morning")
    assert headline(response) == "First, your birth date"
    assert 'name="answer" value="in the morning"' in response.content.decode()


def test_a_pass_of_one_message_opens_no_other(message: Message, clinic: Clinic) -> None:
    first = Visitor(link(message, CALL))
    first.give(BORN)
    for other in (
        Visitor(link(make_message(people.make_patient(clinic)), CALL)),
        Visitor(link(message, STOP)),
    ):
        other.carried = first.carried
        assert headline(other.press("any time")) == "First, your birth date"
