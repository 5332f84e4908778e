"""A value beside an edge, where the value may be known only as "<x" or ">x"."""

from __future__ import annotations

from decimal import Decimal

from pathways.rules.observations import Reading
from pathways.rules.quantities import written


def is_beyond(reading: Reading, edge: Decimal) -> bool | None:
    """Say whether a value lies above an edge; None where a bound such as "<x" does not tell."""
    if reading.value is None:
        return None
    if not reading.comparator:
        return reading.value > edge
    if reading.comparator.startswith(">"):
        strict = reading.comparator == ">"
        sure = reading.value >= edge if strict else reading.value > edge
        return True if sure else None
    return False if reading.value <= edge else None


def is_under(reading: Reading, edge: Decimal) -> bool | None:
    """Say whether a value lies below an edge; None where a bound such as ">x" does not tell."""
    if reading.value is None:
        return None
    if not reading.comparator:
        return reading.value < edge
    if reading.comparator.startswith("<"):
        strict = reading.comparator == "<"
        sure = reading.value <= edge if strict else reading.value < edge
        return True if sure else None
    return False if reading.value >= edge else None


def within_limit(reading: Reading) -> bool:
    """Say whether a value is known to lie within the limit printed with it."""
    return reading.limit_high is not None and is_beyond(reading, reading.limit_high) is False


def as_read(reading: Reading) -> str:
    """Return a value as it is read: with its comparator, without needless noughts."""
    return f"{reading.comparator}{written(reading.value) or 'no number'}"


def limit_words(reading: Reading) -> str:
    """Return the limit the laboratory printed, in words."""
    if reading.limit_high is None:
        return "the laboratory printed no limit"
    return f"the laboratory's limit is {written(reading.limit_high)}"
