"""Scales of value: a log one with 1-2-5 ticks, and a plain one rounded out around a score."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

_STEPS = (1, 2, 5)
_MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class LogScale:
    """Equal distances are equal ratios; `top` is where the highest tick lies."""

    ticks: tuple[Decimal, ...]
    top: float
    bottom: float

    def y(self, value: Decimal) -> float:
        """Return where a value above nought lies."""
        low, high = math.log(self.ticks[0]), math.log(self.ticks[-1])
        share = (math.log(value) - low) / (high - low)
        return round(self.bottom - share * (self.bottom - self.top), 1)


def log_ticks(values: Iterable[Decimal]) -> tuple[Decimal, ...]:
    """Return 1-2-5 ticks from the last at or below the lowest to the first at or above the highest.

    Every value is above nought. Over many decades only the powers of ten are kept.
    """
    found = list(values)
    low, high = min(found), max(found)
    exponent = low.adjusted()
    ticks: list[Decimal] = []
    while not ticks or ticks[-1] < high or len(ticks) < 2:
        ticks += [Decimal(step).scaleb(exponent) for step in _STEPS]
        exponent += 1
    first = max(index for index, tick in enumerate(ticks) if tick <= low)
    last = next(index for index, tick in enumerate(ticks) if tick >= high)
    if first == last:
        last += 1
    if last >= len(ticks):
        ticks.append(Decimal(1).scaleb(exponent))
    kept = ticks[first : last + 1]
    if len(kept) > _MOST_TICKS:
        kept = _powers(kept)
    return tuple(kept)


def _powers(ticks: Sequence[Decimal]) -> list[Decimal]:
    """Powers of ten alone, rounded out so that both ends still hold every value."""
    first, last = ticks[0].adjusted(), ticks[-1].adjusted()
    if ticks[-1] > Decimal(1).scaleb(last):
        last += 1
    return [Decimal(1).scaleb(exponent) for exponent in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class LinearScale:
    """Equal distances are equal differences; never turned upside down."""

    low: Decimal
    high: Decimal
    top: float
    bottom: float

    def y(self, value: Decimal) -> float:
        """Return where a value lies."""
        share = float((value - self.low) / (self.high - self.low))
        return round(self.bottom - share * (self.bottom - self.top), 1)

    def length(self, difference: Decimal) -> float:
        """Return how long a difference is drawn."""
        return round(float(difference / (self.high - self.low)) * (self.bottom - self.top), 1)


def score_ends(
    values: Iterable[Decimal],
    change: Decimal | None = None,
    *,
    lowest: Decimal | None = None,
    highest: Decimal | None = None,
) -> tuple[Decimal, Decimal]:
    """Return the ends of a score's scale: the values rounded out, at least four times the change.

    A published change must not fill the panel, or every wobble would look like one. The ends stay
    within the instrument's own range where it has one.
    """
    found = list(values)
    low, high = min(found), max(found)
    least = max((change or Decimal(0)) * 4, Decimal(4))
    step = _round_step(max(high - low, least))
    low = (low / step).to_integral_value("ROUND_FLOOR") * step
    high = (high / step).to_integral_value("ROUND_CEILING") * step
    while high - low < least:
        high += step
        if high - low < least:
            low -= step
    if highest is not None and high > highest:
        low, high = low - (high - highest), highest
    if lowest is not None and low < lowest:
        low, high = lowest, max(high, lowest + least)
        high = min(high, highest) if highest is not None else high
    return low, high


def _round_step(length: Decimal) -> Decimal:
    for step in (1, 2, 5, 10, 20, 50, 100):
        if length <= step * 8:
            return Decimal(step)
    return Decimal(500)
