"""Values that may stand in one line, and the arithmetic that may be done with them.

A value is compared only within its series: same code, specimen, laboratory, method and unit
(clinical facts, section 1c: plasma and serum, and two laboratories, are different things). A value
known only as "<x" is a bound, not a number, and a VEGF of which the specimen or the unit is not
known is compared with nothing. All arithmetic here is arithmetic: what a change means
is a clinician's to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from pathways.rules.quantities import shown

# Bevacizumab binds what the VEGF test measures (clinical facts 1c; Mayo notice). Six weeks: proposed.
INTERFERENCE_DAYS = 42
INTERFERED = frozenset({"vegf"})
NO_UNIT = "no unit recorded"
# Without these a VEGF stands alone: plasma and serum are not one test (clinical facts 1c).
MUST_BE_STATED = {"vegf": {"specimen": "specimen not recorded", "unit": NO_UNIT}}
# What a method is to a reader, where it is no assay.
METHODS = {"walk-10m": "another aid", "i-rods": "another version of the conversion"}


def specimen_said(code: str, specimen: str) -> str:
    """Return the specimen of a value, or that it was not recorded where it must be."""
    return specimen or MUST_BE_STATED.get(code, {}).get("specimen", "")


class Reading(NamedTuple):
    """One final value, in the catalogue's unit where its own is known, with what was printed."""

    ref: int
    code: str
    on: date
    value: Decimal | None
    comparator: str = ""
    unit: str = ""
    specimen: str = ""
    lab: str = ""
    method: str = ""
    limit_low: Decimal | None = None
    limit_high: Decimal | None = None

    @property
    def number(self) -> str:
        """The value as a laboratory prints it; a bound keeps its sign."""
        return shown(self.value, self.comparator)

    @property
    def exact(self) -> bool:
        """Whether the value is a number, not a bound such as "<0.05" and not missing."""
        return self.value is not None and not self.comparator

    @property
    def unstated(self) -> tuple[str, ...]:
        """What was not recorded of it and must be before it is compared; empty for most codes."""
        needed = MUST_BE_STATED.get(self.code, {})
        return tuple(words for name, words in needed.items() if not getattr(self, name))


class SeriesKey(NamedTuple):
    """What makes two values comparable. Readings without a unit are a series of their own."""

    code: str
    specimen: str
    lab: str
    method: str
    unit: str


class Period(NamedTuple):
    """From a day to a day, both included; without an end it goes on."""

    from_on: date
    until_on: date | None = None

    def within(self, day: date, days: int = 0) -> bool:
        """Whether the day lies in the period or at most `days` after it."""
        ended_on = self.until_on
        return self.from_on <= day and (ended_on is None or day <= ended_on + timedelta(days=days))


def series_key(reading: Reading) -> SeriesKey:
    """Return the series a reading belongs to."""
    return SeriesKey(reading.code, reading.specimen, reading.lab, reading.method, reading.unit)


def series_of(readings: Iterable[Reading]) -> dict[SeriesKey, list[Reading]]:
    """Return the readings by series, each oldest first."""
    found: dict[SeriesKey, list[Reading]] = defaultdict(list)
    for reading in sorted(readings, key=lambda each: (each.on, each.ref)):
        found[series_key(reading)].append(reading)
    return dict(found)


def interfered(reading: Reading, bevacizumab: Iterable[Period]) -> bool:
    """Whether bevacizumab was given within the six weeks before the sample."""
    return reading.code in INTERFERED and any(
        period.within(reading.on, INTERFERENCE_DAYS) for period in bevacizumab
    )


def not_comparable(
    reading: Reading, earlier: Reading, bevacizumab: Sequence[Period] = ()
) -> tuple[str, ...]:
    """Return why two readings of one code may not be compared; empty if they may."""
    unstated = list(dict.fromkeys(earlier.unstated + reading.unstated))
    reasons = unstated or [
        words
        for words, name in (
            ("another specimen", "specimen"),
            ("another laboratory", "lab"),
            (METHODS.get(reading.code, "another method"), "method"),
            ("another unit, or none", "unit"),
        )
        if getattr(reading, name) != getattr(earlier, name)
    ]
    if interfered(reading, bevacizumab) or interfered(earlier, bevacizumab):
        reasons.append("bevacizumab within six weeks")
    return tuple(reasons)


def lowest(series: Sequence[Reading], bevacizumab: Sequence[Period] = ()) -> Reading | None:
    """Return the lowest reading of a series, the earliest of equals; a bound may be the lowest.

    Readings within six weeks of bevacizumab never count as lowest, nor do those that stand alone.
    """
    counted = [
        each
        for each in series
        if each.value is not None and not each.unstated and not interfered(each, bevacizumab)
    ]
    return min(counted, key=lambda each: (each.value, not each.comparator, each.on), default=None)


def percent_change(value: Decimal, base: Decimal) -> Decimal | None:
    """Return the change from a base in whole percent, halves away from nought; None from nought."""
    if base == 0:
        return None
    return ((value - base) / base * 100).quantize(Decimal(1), ROUND_HALF_UP)
