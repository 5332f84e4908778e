"""The one door to the present: `now()` and `today(clinic)`.

POEMS_TODAY moves the day for process tests (refused in production); the hour stays the real one.
Leases and the clock guard ask the database for the time instead, so a false day cannot fool them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings


class HasTimeZone(Protocol):
    """Anything with the name of a time zone; in practice a Clinic."""

    time_zone: str


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    real = datetime.now(UTC)
    fixed: date | None = settings.FIXED_DAY
    if fixed is None:
        return real
    return real + timedelta(days=(fixed - real.date()).days)


def today(clinic: HasTimeZone) -> date:
    """Return the clinic's calendar day, in its own time zone."""
    return now().astimezone(ZoneInfo(clinic.time_zone)).date()


def machine_now() -> datetime:
    """Return this machine's real instant, whatever POEMS_TODAY says. For the clock guard alone."""
    return datetime.now(UTC)
