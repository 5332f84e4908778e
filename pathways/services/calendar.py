"""A clinic's calendar: its days off, its working days, and the hours in which it writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from pathways.messaging.kinds import KIND_FACTS, MessageKind
from pathways.models import Clinic, Closure
from pathways.rules import dates
from pathways.rules.dates import SendingWindow

# Changes to a booked visit may leave in waking hours (delivery.md, 4.8).
WAKING_FROM, WAKING_TO = time(7), time(21)
# Where a country has few holidays of its own and its parts have more: the largest part's. A clinic
# elsewhere adds or works around a day with a Closure.
USUAL_PART = {"GB": "ENG"}


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return a country's public holidays of one year; an unknown country has none."""
    part = USUAL_PART.get(country)
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part, years=year).keys())
    except NotImplementedError:
        return frozenset()


class DaysOff:
    """The days on which a clinic is shut: public holidays, asked for year by year, and closures."""

    def __init__(self, country: str, closures: frozenset[date]) -> None:
        self._country = country
        self._closures = closures

    def __contains__(self, day: object) -> bool:
        """Tell whether the clinic is shut on that day, weekends aside."""
        return isinstance(day, date) and (
            day in self._closures or day in public_holidays(self._country, day.year)
        )


@dataclass(frozen=True, slots=True)
class ClinicCalendar:
    """One clinic's days and hours; made once a sweep, since it reads the closures."""

    time_zone: str
    opens: time
    closes: time
    always_open: bool
    days_off: DaysOff

    def window(self, kind: MessageKind) -> SendingWindow:
        """Return the hours in which a kind of message may leave."""
        facts = KIND_FACTS[kind]
        waking = facts.exempt_from_hours
        return SendingWindow(
            opens=WAKING_FROM if waking else self.opens,
            closes=WAKING_TO if waking else self.closes,
            tz_name=self.time_zone,
            working_days_only=not facts.exempt_from_working_days,
            always_open=self.always_open,
        )

    def next_opening(self, instant: datetime, kind: MessageKind) -> datetime:
        """Return the first instant, not before this one, at which that kind may leave (UTC)."""
        return dates.next_opening(instant, self.window(kind), self.days_off)

    def next_working_day(self, day: date) -> date:
        """Return the day itself if the clinic works then, else the first working day after it."""
        return dates.next_working_day(day, self.days_off)

    def working_day_after(self, day: date) -> date:
        """Return the first working day after this one."""
        return self.next_working_day(day + timedelta(days=1))

    def working_day_before(self, day: date) -> date:
        """Return the last working day before this one."""
        return dates.working_day_before(day, self.days_off)

    def instant(self, day: date, at: time = time(0)) -> datetime:
        """Return the UTC instant at which the clinic's clocks show that time on that day."""
        return dates.local_instant(day, at, self.time_zone)

    def day_of(self, instant: datetime) -> date:
        """Return the clinic's calendar day of an instant."""
        return dates.localdate(instant, self.time_zone)


def of(clinic: Clinic) -> ClinicCalendar:
    """Return a clinic's calendar. One query, for its closures."""
    closures = frozenset(Closure.objects.in_clinic(clinic).values_list("on", flat=True))
    return ClinicCalendar(
        time_zone=clinic.time_zone,
        opens=clinic.opens_at,
        closes=clinic.closes_at,
        always_open=clinic.window_always_open,
        days_off=DaysOff(clinic.country, closures),
    )
