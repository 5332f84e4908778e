"""One time axis for everything drawn about a person: to scale, oldest left, today on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pathways.rules.dates import add_months
from pathways.rules.due_phrase import MONTHS

# Months between two ticks, chosen so that about `_MOST_TICKS` names find room.
_STEPS = (1, 3, 6, 12, 24, 60, 120)


class Span(StrEnum):
    """How far back a drawing looks; the value stands in addresses."""

    SIX_MONTHS = "6-months"
    TWO_YEARS = "2-years"
    ALL = "all"


# Months back and ahead. A narrow drawing shows one year where a wide one shows two.
_WIDE = {Span.SIX_MONTHS: (6, 1), Span.TWO_YEARS: (24, 3)}
_NARROW = {Span.SIX_MONTHS: (6, 1), Span.TWO_YEARS: (12, 2)}


@dataclass(frozen=True, slots=True)
class Tick:
    """A month on the axis; January carries its year and weight."""

    x: float
    words: str
    strong: bool


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """From a day to a day, laid on a stretch of the paper."""

    today: date
    start_on: date
    end_on: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Return where a day stands; outside the paper when off the axis."""
        share = (day - self.start_on).days / (self.end_on - self.start_on).days
        return round(self.left + share * (self.right - self.left), 1)

    def inside(self, day: date) -> float:
        """Return where a day stands, held to the nearer end when off the axis."""
        return min(max(self.x(day), self.left), self.right)

    def holds(self, day: date) -> bool:
        """Say whether a day lies on the axis, both ends included."""
        return self.start_on <= day <= self.end_on

    def touches(self, from_on: date, until_on: date) -> bool:
        """Say whether any part of a stretch lies on the axis."""
        return from_on <= self.end_on and until_on >= self.start_on

    def ticks(self, apart: float) -> tuple[Tick, ...]:
        """Return the months to name, their names at least `apart` from one another."""
        months = (self.end_on - self.start_on).days / 30.44
        a_month = (self.right - self.left) / months
        step = next((each for each in _STEPS if each * a_month >= apart), _STEPS[-1])
        first = date(self.start_on.year, 1, 1)
        found = []
        for number in range(0, int(months) + 25, step):
            day = add_months(first, number)
            if self.holds(day):
                name = MONTHS[day.month - 1]
                strong = day.month == 1
                found.append(Tick(self.x(day), f"{name} {day.year}" if strong else name, strong))
        return tuple(found)


def time_axis(
    today: date, span: Span, first_on: date | None, *, left: float, right: float, narrow: bool
) -> TimeAxis:
    """Return the axis of a span; `all` begins with the first day there is anything to show."""
    if span is Span.ALL:
        back = min(first_on or today, add_months(today, -6))
        start_on, ahead = add_months(back, -1), 3
    else:
        months, ahead = (_NARROW if narrow else _WIDE)[span]
        start_on = add_months(today, -months)
    return TimeAxis(today, start_on, add_months(today, ahead), left, right)
