"""After a failure: when again, when a person, when nobody at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pathways.rules.delivery import (
    Unsure,
    breaker_pause,
    clock_trouble,
    is_poison,
    next_try,
    server_means_us,
    when_unsure,
)

NOW = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 240), (50, 240)]
)
def test_the_waits_are_the_agreed_grid(tries: int, minutes: int) -> None:
    assert next_try(tries, jitter=0) == timedelta(minutes=minutes)


def test_jitter_lengthens_a_wait_by_a_tenth_at_most() -> None:
    assert next_try(2, jitter=1) == timedelta(minutes=5.5)


@pytest.mark.parametrize(("tries", "jitter"), [(0, 0.0), (1, -0.1), (1, 1.1)])
def test_a_wait_without_sense_is_refused(tries: int, jitter: float) -> None:
    with pytest.raises(ValueError):
        next_try(tries, jitter=jitter)


@pytest.mark.parametrize(
    ("claims", "tries", "poison"), [(5, 0, False), (6, 0, True), (40, 35, False), (40, 34, True)]
)
def test_claims_without_a_word_of_a_try_make_poison(claims: int, tries: int, poison: bool) -> None:
    assert is_poison(claims, tries) is poison


@pytest.mark.parametrize(
    ("trips", "minutes"), [(0, 1), (1, 1), (2, 2), (3, 5), (4, 10), (5, 15), (99, 15)]
)
def test_the_breaker_waits_longer_each_time(trips: int, minutes: int) -> None:
    assert breaker_pause(trips) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("domains", "us"),
    [
        (["a", "b"], False),
        (["a", "b", "c"], True),
        (["a", "b", "a"], False),
        (["a", "a", "b", "c"], True),
        (["a", "b", "c", "c"], False),
    ],
)
def test_three_different_domains_refused_in_a_row_mean_us(domains: list[str], us: bool) -> None:
    assert server_means_us(domains) is us


@pytest.mark.parametrize(
    ("resends", "useful", "answer"),
    [
        (0, True, Unsure.SEND_AGAIN),
        (0, False, Unsure.ASK_A_PERSON),
        (1, True, Unsure.ASK_A_PERSON),
    ],
)
def test_in_doubt_once_more_then_a_person(resends: int, useful: bool, answer: Unsure) -> None:
    assert when_unsure(resends=resends, still_useful=useful) is answer


@pytest.mark.parametrize(
    ("seconds", "trouble"), [(60, False), (61, True), (-60, False), (-61, True)]
)
def test_a_minute_between_the_clocks_is_too_much(seconds: int, trouble: bool) -> None:
    database = NOW + timedelta(seconds=seconds)
    told = clock_trouble(machine=NOW, database=database, now=NOW, last_sweep=None)
    assert bool(told) is trouble


@pytest.mark.parametrize(("seconds", "trouble"), [(-86400, False), (60, False), (61, True)])
def test_time_that_goes_back_stops_the_sweep(seconds: int, trouble: bool) -> None:
    last = NOW + timedelta(seconds=seconds)
    told = clock_trouble(machine=NOW, database=NOW, now=NOW, last_sweep=last)
    assert bool(told) is trouble
