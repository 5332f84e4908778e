"""Answers through a link that come in at the same moment, as double presses and guessers do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TypeVar

import pytest
from django.db import connection

from pathways import clock
from pathways.models import AuditEvent, Clinic, Consent, GatePause, Message, Reply, WorkItem
from pathways.services import replies
from pathways.services.errors import Refused
from pathways.services.replies import When
from tests import people
from tests.views.answering import make_message

RIGHT, WRONG = date(1968, 3, 14), date(1968, 3, 15)
AT_ONCE = 8
Answer = TypeVar("Answer")


@pytest.fixture
def message(clinic: Clinic) -> Message:
    """An email that reached Maya, born on 14 March 1968."""
    return make_message(people.make_patient(clinic))


def all_at_once(deed: Callable[[], Answer]) -> list[Answer]:
    """Do the same deed on several connections at the same time."""

    def one(_: int) -> Answer:
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return list(crowd.map(one, range(AT_ONCE)))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_get_five_tries_together(message: Message) -> None:
    all_at_once(lambda: replies.open_gate(message=message, birth_date=WRONG))
    gate = GatePause.objects.get()
    assert gate.failures == replies.TRIES
    assert gate.paused_until is not None
    assert WorkItem.objects.count() == 1
    assert not replies.open_gate(message=message, birth_date=RIGHT).opened


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_presses_at_once_are_one_request_for_a_call(message: Message) -> None:
    promises = all_at_once(lambda: replies.call_me(message=message, when=When.MORNING))
    assert len(set(promises)) == 1
    assert Reply.objects.count() == 1
    assert WorkItem.objects.count() == 1
    assert AuditEvent.objects.filter(verb="asked for a call").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_stops_and_starts_at_once_are_one_each(message: Message) -> None:
    before = Consent.objects.count()
    stopped = all_at_once(lambda: replies.stop(message=message, one_click=True))
    assert sorted(stopped) == [False] * (AT_ONCE - 1) + [True]
    assert Consent.objects.count() == before + 2
    started = all_at_once(lambda: replies.start_again(message=message))
    assert sorted(started) == [False] * (AT_ONCE - 1) + [True]
    assert Consent.objects.count() == before + 4


@pytest.mark.django_db
def test_the_right_date_gives_all_tries_back(message: Message) -> None:
    for _ in range(replies.TRIES - 1):
        replies.open_gate(message=message, birth_date=WRONG)
    assert replies.open_gate(message=message, birth_date=RIGHT).opened
    again = replies.open_gate(message=message, birth_date=WRONG)
    assert again.tries_left == replies.TRIES - 1


@pytest.mark.django_db
def test_a_time_of_day_that_is_not_offered_is_refused(message: Message) -> None:
    with pytest.raises(Refused, match="when we can call"):
        replies.call_me(message=message, when="at midnight")
    assert not Reply.objects.exists()


@pytest.mark.django_db
def test_a_long_other_number_fits_its_row(message: Message) -> None:
    number = "+" + "1" * 39
    replies.call_me(message=message, when=When.AFTERNOON, number=number)
    assert number in Reply.objects.get().detail
    assert number in WorkItem.objects.get().summary


def test_an_older_email_gives_a_guesser_no_more_tries(message: Message) -> None:
    assert message.patient is not None
    older = make_message(message.patient)
    left = [
        replies.open_gate(message=each, birth_date=WRONG).tries_left
        for each in (message, older, message, older, message)
    ]
    assert left == [4, 3, 2, 1, 0]
    for each in (message, older):
        assert not replies.open_gate(message=each, birth_date=RIGHT).opened


def test_somebody_elses_wrong_dates_pause_nobody(message: Message, clinic: Clinic) -> None:
    theirs = make_message(people.make_patient(clinic))
    for _ in range(5):
        replies.open_gate(message=theirs, birth_date=WRONG)
    assert replies.open_gate(message=message, birth_date=RIGHT).opened


def test_each_pause_is_longer_until_the_right_date_comes(
    message: Message, at: Callable[[str], None]
) -> None:
    def hours_of_pause() -> float:
        for _ in range(5):
            until = replies.open_gate(message=message, birth_date=WRONG).paused_until
        assert until is not None
        return (until - clock.now()).total_seconds() / 3600

    lasted = []
    for day in range(1, 7):
        at(f"2026-12-{2 * day:02d} 09:00")
        lasted.append(hours_of_pause())
    assert lasted == [0.25, 1, 4, 16, 24, 24]
    at("2026-12-20 09:00")
    assert replies.open_gate(message=message, birth_date=RIGHT).opened
    assert hours_of_pause() == 0.25
