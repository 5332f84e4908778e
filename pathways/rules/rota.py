"""Who stands where, day by day: gaps in a rota, and stretches that would overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pathways.rules.dates import ONE_DAY, days
from pathways.rules.observations import Period

# How far ahead a gap is looked for. Proposed.
LOOKED_AHEAD_DAYS = 28


def gaps(held: Iterable[Period], first: date, last: date) -> Sequence[Period]:
    """Return the stretches of days between two days, both included, on which nobody stands."""
    found: list[Period] = []
    day = first
    for period in sorted(held, key=lambda each: each.from_on):
        if period.from_on > last:
            break
        if period.from_on > day:
            found.append(Period(day, period.from_on - ONE_DAY))
        if period.until_on is None:
            return found
        day = max(day, period.until_on + ONE_DAY)
    if day <= last:
        found.append(Period(day, last))
    return found


def ahead(today: date) -> date:
    """Return the last day that the rota is looked at."""
    return today + days(LOOKED_AHEAD_DAYS)


def overlap(one: Period, other: Period) -> bool:
    """Say whether two stretches share a day."""
    return (other.until_on is None or one.from_on <= other.until_on) and (
        one.until_on is None or other.from_on <= one.until_on
    )
