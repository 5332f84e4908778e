"""What is asked about before a value is kept: an unknown unit, or a number nobody would expect.

The ranges are proposals for asking. They are not reference ranges: a value outside one is kept as
soon as somebody says why, and a value inside one may still be far from what a laboratory prints
as its limits. A frequent slip is the unit (132 g/dL for 132 g/L), so the question names the unit
in which the number would be expected.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from pathways.rules.quantities import written
from pathways.rules.units import Unit, Units


class Asking(NamedTuple):
    """The range outside which is asked, in the canonical unit; None leaves an end open."""

    below: Decimal | None = None
    above: Decimal | None = None


class Question(NamedTuple):
    """What is asked, of which field ("unit" or "value"), and in which units it would fit."""

    field: str
    words: str
    hints: tuple[str, ...] = ()


def question(
    label: str,
    value: Decimal | None,
    comparator: str,
    spelt: str,
    units: Units,
    asking: Asking,
) -> Question | None:
    """Return what is to be asked about a value, or None.

    A value without a unit cannot be judged and is not asked about; it is kept without one.
    """
    if value is None or not spelt or not units.canonical:
        return None
    unit = units.find(spelt)
    if unit is None:
        shown = f"{label} {comparator}{written(value)} {spelt}"
        return Question("unit", f"{shown}: not one of its units ({', '.join(units.names)})")
    if _expected(value, comparator, unit, units, asking):
        return None
    hints = tuple(
        other.name
        for other in units
        if other.name != unit.name
        and (other.name in units.unconverted or _expected(value, comparator, other, units, asking))
    )
    ends = " to ".join(written(end) for end in asking if end is not None)
    shown = f"{label} {comparator}{written(value)} {spelt}"
    said = f"is it {' or '.join(hints)}?" if hints else "is the number right?"
    return Question("value", f"{shown}: {said} We ask outside {ends} {units.canonical}", hints)


def _expected(value: Decimal, comparator: str, unit: Unit, units: Units, asking: Asking) -> bool:
    """Say whether nobody need be asked; a bound such as "<5" is only ever open on its own side."""
    if unit.canonical != units.canonical:
        return True
    canonical = unit.convert(value)
    low, high = asking
    too_low = low is not None and canonical < low and not comparator.startswith("<")
    too_high = high is not None and canonical > high and not comparator.startswith(">")
    return not (too_low or too_high)
