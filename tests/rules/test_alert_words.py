"""How an alert's clock is said, on both sides of every change of words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pathways.rules import alert_words

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("hours", "words", "pressing"),
    [
        (-30, "1 d 6 h past", True),
        (-0.5, "30 min past", True),
        (0, "0 min past", True),
        (59 / 60, "59 min left", True),
        (1, "1 h left", True),
        (3 + 10 / 60, "3 h 10 left", True),
        (3 + 59 / 60, "3 h 59 left", True),
        (4, "4 h left", False),
        (8.5, "8 h left", False),
        (23.9, "23 h left", False),
        (24, "1 d left", False),
        (32, "1 d 8 h left", False),
        (24 * 7 - 1, "6 d 23 h left", False),
        (24 * 7 + 5, "7 d left", False),
    ],
)
def test_time_left_is_red_only_under_four_hours(hours: float, words: str, pressing: bool) -> None:
    deadline = NOW + timedelta(hours=hours)
    assert alert_words.time_left(deadline, NOW) == (words, pressing)


def test_an_alert_says_how_old_it_is() -> None:
    assert alert_words.age(NOW - timedelta(days=2, hours=3), NOW) == "2 d 3 h old"


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (datetime(2026, 11, 23, 11, 40, tzinfo=UTC), "by 11:40 today"),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), "by Tue 24 Nov 17:00"),
        (datetime(2026, 11, 30, 9, 0, tzinfo=UTC), "by Mon 30 Nov 09:00"),
        (datetime(2026, 12, 1, 9, 0, tzinfo=UTC), "by 1 Dec"),
        (datetime(2027, 2, 3, 9, 0, tzinfo=UTC), "by 3 Feb 2027"),
    ],
)
def test_a_deadline_names_weekday_and_hour_within_a_week(deadline: datetime, words: str) -> None:
    assert alert_words.by_when(deadline, NOW, LONDON) == words


def test_a_deadline_is_said_on_the_clinics_clocks_in_summer_too() -> None:
    july = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    assert alert_words.by_when(july + timedelta(hours=1), july, LONDON) == "by 10:00 today"
    assert alert_words.moment(july, NOW, LONDON) == "1 Jul 09:00"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(15, "15 working minutes"), (60, "1 working hour"), (240, "4 working hours")],
)
def test_a_response_time_is_said_in_minutes_or_hours(minutes: int, words: str) -> None:
    assert alert_words.span_words(minutes, "working ") == words
