"""The window strip: when a screening may be done, is due, is overdue, on one shared time axis.

A strip is places in per cent of the axis, so one drawing serves a 216 px column and a full phone's
width. Turning it into SVG is the business of `pathways.charts.strip_svg`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from pathways.rules.due_phrase import MONTHS
from pathways.rules.due_status import DueFacts, DueStatus, due_status

WEEKS_BACK = 10
WEEKS_AHEAD = 9
# How far a bar is drawn past the edge it leaves by, so that its end cap is cut away; per cent.
_BLEED = 3.0
# A bar shorter than this could not be seen at 216 px; per cent, about 2 px.
_LEAST_BAR = 1.0


class Bar(StrEnum):
    """What a stretch of days means; the value is its class in the drawing."""

    MAY_BE_DONE = "open"
    GRACE = "grace"
    OVERDUE = "overdue"
    AWAITED = "awaited"
    POSTPONED = "postponed"


class Mark(StrEnum):
    """What a single day means; the value is its class in the drawing."""

    DUE = "due"
    BOOKED = "booked"
    COLLECTED = "collected"


@dataclass(frozen=True, slots=True)
class StripAxis:
    """One axis for a whole list: its days, and where each month begins, in per cent."""

    today: date
    start_on: date
    end_on: date
    months: tuple[tuple[float, str], ...]

    @property
    def days(self) -> int:
        """Return the length of the axis in days."""
        return (self.end_on - self.start_on).days

    @property
    def today_at(self) -> float:
        """Return where today stands, in per cent."""
        return self.at(self.today)

    def at(self, day: date) -> float:
        """Return where a day stands, in per cent; outside 0 to 100 when off the axis."""
        return round((day - self.start_on).days * 100 / self.days, 2)

    def holds(self, day: date) -> bool:
        """Say whether a day lies on the axis, both ends included."""
        return self.start_on <= day <= self.end_on


@dataclass(frozen=True, slots=True)
class Stretch:
    """A bar from one place to another, in per cent; it may begin or end off the axis."""

    kind: Bar
    start: float
    end: float

    @property
    def width(self) -> float:
        """Return the length in per cent."""
        return round(self.end - self.start, 2)


@dataclass(frozen=True, slots=True)
class Point:
    """A mark at one place, in per cent."""

    kind: Mark
    at: float


@dataclass(frozen=True, slots=True)
class Strip:
    """Everything the drawing needs: bars, then marks above them, and the same in words."""

    bars: tuple[Stretch, ...]
    marks: tuple[Point, ...]
    words: str


@lru_cache(maxsize=8)
def strip_axis(today: date) -> StripAxis:
    """Return the axis of a list read on `today`: ten weeks back, nine ahead."""
    start_on = today - timedelta(weeks=WEEKS_BACK)
    end_on = today + timedelta(weeks=WEEKS_AHEAD)
    axis = StripAxis(today, start_on, end_on, ())
    months = []
    year, month = start_on.year, start_on.month
    while True:
        month += 1
        if month > 12:
            year, month = year + 1, 1
        first = date(year, month, 1)
        if first > end_on:
            break
        months.append((axis.at(first), MONTHS[month - 1]))
    return StripAxis(today, start_on, end_on, tuple(months))


def window_strip(
    facts: DueFacts, as_of: date, booked_on: date | None = None, phrase: str = ""
) -> Strip:
    """Return the strip of one screening as it stands on `as_of`.

    `phrase` is the due phrase of the row; the text alternative is that phrase and both window
    dates. A screening without dates, or one that is closed, has no bar at all.
    """
    axis = strip_axis(as_of)
    bars = tuple(_bars(facts, as_of, axis))
    return Strip(bars, tuple(_marks(facts, as_of, booked_on, axis)), _words(facts, phrase))


def _bars(facts: DueFacts, as_of: date, axis: StripAxis) -> list[Stretch]:
    status = due_status(facts, as_of).status
    opens_on, due_on, overdue_from = facts.opens_on, facts.due_on, facts.overdue_from
    if status in {DueStatus.CLOSED, DueStatus.NOT_ASSESSABLE}:
        return []
    if opens_on is None or due_on is None or overdue_from is None:
        return []
    spans: list[tuple[Bar, date, date]] = []
    if status is DueStatus.POSTPONED:
        spans.append((Bar.POSTPONED, opens_on, facts.postponed_until or overdue_from))
    elif status is DueStatus.ON_HOLD:
        spans.append((Bar.POSTPONED, opens_on, overdue_from))
    elif status in {DueStatus.AWAITING_RESULT, DueStatus.RESULT_OVERDUE}:
        # While the laboratory has the sample nothing is red, however late the day.
        spans.append((Bar.AWAITED, facts.collected_on or as_of, as_of))
    else:
        spans.append((Bar.MAY_BE_DONE, opens_on, due_on))
        if overdue_from - due_on > timedelta(days=1):
            spans.append((Bar.GRACE, due_on, overdue_from))
        if status is DueStatus.OVERDUE:
            spans.append((Bar.OVERDUE, overdue_from, as_of))
    return [bar for kind, first, last in spans if (bar := _stretch(kind, first, last, axis))]


def _stretch(kind: Bar, first: date, last: date, axis: StripAxis) -> Stretch | None:
    """Return the visible part of a bar, or None when nothing of it lies on the axis."""
    shown_at_any_length = kind in {Bar.OVERDUE, Bar.AWAITED}
    if last < first or (last == first and not shown_at_any_length):
        return None
    if last <= axis.start_on or first >= axis.end_on:
        return None
    start = axis.at(first) if first >= axis.start_on else -_BLEED
    end = axis.at(last) if last <= axis.end_on else 100 + _BLEED
    if shown_at_any_length:
        start = round(min(start, end - _LEAST_BAR), 2)
    return Stretch(kind, start, end)


def _marks(facts: DueFacts, as_of: date, booked_on: date | None, axis: StripAxis) -> list[Point]:
    closed = facts.closed_from is not None and facts.closed_from <= as_of
    days: list[tuple[Mark, date | None]] = []
    if not closed and not facts.not_assessable:
        days.append((Mark.DUE, facts.due_on))
    status = due_status(facts, as_of).status
    if status in {DueStatus.AWAITING_RESULT, DueStatus.RESULT_OVERDUE}:
        days.append((Mark.COLLECTED, facts.collected_on))
    days.append((Mark.BOOKED, booked_on))
    return [Point(kind, axis.at(day)) for kind, day in days if day and axis.holds(day)]


def _words(facts: DueFacts, phrase: str) -> str:
    if facts.opens_on is None or facts.overdue_from is None:
        window = facts.not_assessable or "No window dates"
    else:
        window = f"May be done from {_day(facts.opens_on)}, overdue from {_day(facts.overdue_from)}"
    return f"{phrase.rstrip('. ')}. {window}." if phrase else f"{window}."


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
