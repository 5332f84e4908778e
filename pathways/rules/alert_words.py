"""How an alert's clock is said: time left, by when, how old. Pure words, no verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pathways.rules.alert_states import Severity
from pathways.rules.due_phrase import short_date, travel_date

SEVERITY_LABELS: Mapping[Severity, str] = {
    severity: severity.value.capitalize() for severity in Severity
}
# Red is for what has fewer hours left than this, or is past its time.
PRESSING_BELOW = timedelta(hours=4)
# Beyond a week a weekday says nothing.
NAMED_WEEKDAYS = 7
_MINUTES_IN_A_DAY = 24 * 60


class TimeLeft(NamedTuple):
    """The words for a deadline, and whether they are to be red."""

    words: str
    pressing: bool


def span(length: timedelta) -> str:
    """Return a length of time: "40 min", "3 h 10", "8 h", "1 d 8 h" or "7 d"."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < _MINUTES_IN_A_DAY:
        hours, rest = divmod(minutes, 60)
        # Minutes are news on the last hours alone.
        return (
            f"{hours} h {rest:02d}"
            if rest and timedelta(hours=hours) < PRESSING_BELOW
            else f"{hours} h"
        )
    days, rest = divmod(minutes, _MINUTES_IN_A_DAY)
    hours = rest // 60
    return f"{days} d {hours} h" if hours and days < NAMED_WEEKDAYS else f"{days} d"


def time_left(deadline: datetime, now: datetime) -> TimeLeft:
    """Return how long an answer may still wait, or how long it is past its time."""
    left = deadline - now
    if left <= timedelta(0):
        return TimeLeft(f"{span(-left)} past", pressing=True)
    return TimeLeft(f"{span(left)} left", pressing=left < PRESSING_BELOW)


def age(raised: datetime, now: datetime) -> str:
    """Return how long ago something was found: "2 d old"."""
    return f"{span(now - raised)} old"


def by_when(deadline: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return "by 11:40 today", "by Tue 24 Nov 17:00", or "by 3 Feb 2027" far ahead."""
    local, today = deadline.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"by {local:%H:%M} today"
    if abs((local.date() - today).days) > NAMED_WEEKDAYS:
        return f"by {short_date(local.date(), today)}"
    return f"by {travel_date(local.date(), today)} {local:%H:%M}"


def moment(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return an instant as day and hour on the clinic's clocks: "17 Nov 07:12"."""
    local = instant.astimezone(zone)
    return f"{short_date(local.date(), now.astimezone(zone).date())} {local:%H:%M}"


def span_words(minutes: int, kind: str = "") -> str:
    """Return a response time in words: "15 minutes", "4 hours", "16 working hours"."""
    if minutes % 60:
        return f"{minutes} {kind}minutes"
    hours = minutes // 60
    return f"{hours} {kind}hour" if hours == 1 else f"{hours} {kind}hours"
