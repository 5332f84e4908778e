"""Days, times and lengths as each language says them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pathways.messaging import dates


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Tuesday 2 March 2027"),
        ("es", "martes, 2 de marzo de 2027"),
        ("fr", "mardi 2 mars 2027"),
        ("ja", "2027年3月2日（火）"),
        ("xx", "Tuesday 2 March 2027"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(language: str, words: str) -> None:
    assert dates.day_long(date(2027, 3, 2), language) == words


def test_french_says_first_only_of_the_first() -> None:
    assert dates.day_long(date(2027, 4, 1), "fr") == "jeudi 1er avril 2027"
    assert dates.day_long(date(2027, 4, 11), "fr") == "dimanche 11 avril 2027"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 0, "midnight"),
        (0, 5, "12:05 am"),
        (8, 0, "8 am"),
        (10, 30, "10:30 am"),
        (11, 59, "11:59 am"),
        (12, 0, "midday"),
        (12, 1, "12:01 pm"),
        (14, 15, "2:15 pm"),
    ],
)
def test_a_time_in_english(hour: int, minute: int, words: str) -> None:
    assert dates.time_of_day(datetime(2027, 3, 2, hour, minute, tzinfo=UTC), "en") == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "10:30 de la mañana"), ("fr", "10 h 30"), ("ja", "午前10時30分")],
)
def test_a_time_in_other_languages(language: str, words: str) -> None:
    assert dates.time_of_day(datetime(2027, 3, 2, 10, 30, tzinfo=UTC), language) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "About 1 minute"),
        (45, "About 45 minutes"),
        (60, "About 1 hour"),
        (90, "About 1 hour 30 minutes"),
        (120, "About 2 hours"),
    ],
)
def test_a_length_in_english(minutes: int, words: str) -> None:
    assert dates.length_of(minutes, "en") == words


def test_no_day_of_a_leap_year_makes_a_cancelled_subject_too_long() -> None:
    days = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]

    longest = max(len(f"Cancelled: your visit on {dates.day_short(day, 'en')}") for day in days)

    assert longest <= 40


def test_the_clinics_zone_decides_the_day() -> None:
    late = datetime(2027, 3, 2, 23, 30, tzinfo=UTC)

    assert dates.in_zone(late, "Asia/Tokyo").date() == date(2027, 3, 3)
    assert dates.in_zone(late, "America/New_York").date() == date(2027, 3, 2)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        dates.in_zone(datetime(2027, 3, 2, 10, 30), "Europe/London")  # noqa: DTZ001
