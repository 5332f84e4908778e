"""Calendar arithmetic, working days, and a clinic's own day and sending hours.

Due dates are calendar dates in the clinic's zone and carry no time, so that no change of the
clocks can move one. Instants appear only where something is sent, and they are always UTC.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# A holiday table that leaves no working day in this many days is a mistake, not a calendar.
LONGEST_CLOSURE_DAYS = 366

_LAST_DAY = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_IN_UNIT = {"day": 1, "week": 7}
_MONTHS_IN_UNIT = {"month": 1, "year": 12}
_INTERVAL = re.compile(r"(\d{1,4}) (day|week|month|year)s?", re.ASCII)


@lru_cache(maxsize=4096)
def days(count: int) -> timedelta:
    """Return that many days; remembered, since rules use the same few a million times."""
    return timedelta(days=count)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month, `months` later or earlier, clamped to the month's end.

    31 August and 3 months is 30 November: nobody becomes due in a month that was not meant.
    Raises OverflowError outside the years 1 to 9999.
    """
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    month += 1
    if not 1 <= year <= 9999:
        raise OverflowError(f"{day} and {months} months lies outside the years 1 to 9999.")
    day_of_month = day.day
    if day_of_month > 28:
        last = _LAST_DAY[month]
        if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
            last = 29
        day_of_month = min(day_of_month, last)
    return date(year, month, day_of_month)


@dataclass(frozen=True, slots=True)
class Interval:
    """A length of calendar time: whole months first, whole days after. A week is 7 days."""

    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        if self.months < 0 or self.days < 0:
            raise ValueError(
                f"An interval cannot be negative ({self.months} months, {self.days} days)."
            )

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read "3 months", "14 days", "6 weeks", "1 year" or "0 days".

        Raises ValueError, naming the text and the accepted forms, for anything else.
        """
        match = _INTERVAL.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                f"{text!r} is not an interval. "
                'Write a whole number and a unit, such as "3 months", "6 weeks" or "14 days".'
            )
        number, unit = int(match[1]), match[2]
        if unit in _DAYS_IN_UNIT:
            return cls(days=number * _DAYS_IN_UNIT[unit])
        return cls(months=number * _MONTHS_IN_UNIT[unit])

    def after(self, day: date) -> date:
        """Return the day that lies this long after `day`."""
        moved = add_months(day, self.months) if self.months else day
        return moved + days(self.days) if self.days else moved

    def times(self, k: int) -> Interval:
        """Return `k` such intervals as one, so that a chain clamps once, at its end."""
        return Interval(self.months * k, self.days * k)

    def fits_within(self, longer: Interval) -> bool:
        """Tell whether this never reaches past `longer`, from whatever day both are counted."""
        if self.months <= longer.months and self.days <= longer.days:
            return True
        return all(self.after(day) <= longer.after(day) for day in _telling_days())

    def __bool__(self) -> bool:
        return bool(self.months or self.days)

    def __str__(self) -> str:
        parts = []
        if self.months:
            parts.append(f"{self.months} month" + ("s" if self.months != 1 else ""))
        if self.days or not self.months:
            parts.append(f"{self.days} day" + ("s" if self.days != 1 else ""))
        return " and ".join(parts)


@lru_cache(maxsize=1)
def _telling_days() -> tuple[date, ...]:
    """Every day of four years around a leap day: all that month lengths can do to a sum."""
    first = date(2023, 1, 1)
    return tuple(first + timedelta(days=n) for n in range(4 * 366))


@lru_cache(maxsize=1024)
def zone(tz_name: str) -> ZoneInfo:
    """Return the time zone of that IANA name, or raise ValueError naming it."""
    try:
        return ZoneInfo(tz_name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"{tz_name!r} is not a time zone. Use a name such as Europe/London."
        ) from error


def localdate(instant: datetime, tz_name: str) -> date:
    """Return the calendar day that `instant` falls on in that zone. The instant must be aware."""
    return _aware(instant).astimezone(zone(tz_name)).date()


def local_instant(day: date, at: time, tz_name: str) -> datetime:
    """Return the UTC instant at which the clocks in that zone show `at` on `day`.

    Where the clocks skip that time, it is later by what they skip; where they show it twice,
    it is the first of the two. Each day and time therefore names exactly one instant.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=zone(tz_name))
    return wall.astimezone(UTC)


def is_working_day(day: date, holidays: Container[date]) -> bool:
    """Tell whether `day` is a Monday to Friday that is not a holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def next_working_day(day: date, holidays: Container[date]) -> date:
    """Return `day` if it is a working day, otherwise the first one after it."""
    return _first_working_day(day, holidays, ONE_DAY)


def working_day_before(day: date, holidays: Container[date]) -> date:
    """Return the last working day before `day`."""
    return _first_working_day(day - ONE_DAY, holidays, -ONE_DAY)


def _first_working_day(day: date, holidays: Container[date], step: timedelta) -> date:
    for _ in range(LONGEST_CLOSURE_DAYS):
        if is_working_day(day, holidays):
            return day
        day += step
    raise ValueError(
        f"No working day within {LONGEST_CLOSURE_DAYS} days of {day}. Check the clinic's holidays."
    )


@dataclass(frozen=True, slots=True)
class SendingWindow:
    """The hours, on the clinic's own clocks, in which it writes to people.

    Open from `opens` until just before `closes`. `always_open` is for the demo clinic alone.
    """

    opens: time
    closes: time
    tz_name: str
    working_days_only: bool
    always_open: bool = False

    def __post_init__(self) -> None:
        zone(self.tz_name)
        if not self.always_open and self.opens >= self.closes:
            raise ValueError(
                f"The sending window must open before it closes ({self.opens:%H:%M} to "
                f"{self.closes:%H:%M}), and cannot run past midnight."
            )

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Return the UTC instants at which the window of that day opens and closes."""
        opens_at = local_instant(day, self.opens, self.tz_name)
        closes_at = local_instant(day, self.closes, self.tz_name)
        if closes_at <= opens_at:
            # The clocks skip the opening hour and jump past the closing one. The window keeps
            # its length, or this day would have no window at all.
            nominal = datetime.combine(day, self.closes) - datetime.combine(day, self.opens)
            closes_at = opens_at + nominal
        return opens_at, closes_at


def is_open(instant: datetime, window: SendingWindow, holidays: Container[date]) -> bool:
    """Tell whether a message may leave at that instant."""
    return next_opening(instant, window, holidays) == _aware(instant)


def next_opening(instant: datetime, window: SendingWindow, holidays: Container[date]) -> datetime:
    """Return the first instant, not before `instant`, at which the window is open (in UTC).

    The instant itself comes back if the window is open then. Raises ValueError if the clinic
    has no working day within a year.
    """
    instant = _aware(instant).astimezone(UTC)
    if window.always_open:
        return instant
    day = localdate(instant, window.tz_name)
    for _ in range(LONGEST_CLOSURE_DAYS):
        if not window.working_days_only or is_working_day(day, holidays):
            opens_at, closes_at = window.on(day)
            if instant < closes_at:
                return max(instant, opens_at)
        day += ONE_DAY
    raise ValueError(
        f"The clinic is closed for {LONGEST_CLOSURE_DAYS} days on end. Check its holidays."
    )


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone; an instant must say which it is in.")
    return instant
