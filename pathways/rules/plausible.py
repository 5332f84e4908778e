"""What is asked about before a value is kept: an unknown unit, or a number nobody would expect.

The ranges are proposals for asking. They are not reference ranges: a value outside one is kept as
soon as somebody says why, and a value inside one may still be far from what a laboratory prints
as its limits. A frequent slip is the unit (132 g/dL for 132 g/L), so the question names the unit
in which the number would be expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from pathways.rules.quantities import written
from pathways.rules.units import Unit, Units, printed


class Asking(NamedTuple):
    """The range outside which is asked, in one unit; None leaves an end open."""

    below: Decimal | None = None
    above: Decimal | None = None


# By unit: the canonical one, and each that has no factor to it.
Askings = Mapping[str, Asking]
FAR, NEAR = Decimal(5), Decimal(3)  # times the value before, or a part of it: proposed


class Earlier(NamedTuple):
    """The final value before in the same specimen, in the canonical unit, and as it is told."""

    value: Decimal
    words: str


class Question(NamedTuple):
    """What is asked, of which field ("unit" or "value"), and in which units it would fit."""

    field: str
    words: str
    hints: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """The question as a sentence of its own, so that what may be done can follow it."""
        return self.words if self.words.endswith("?") else f"{self.words}."


def question(
    label: str,
    value: Decimal | None,
    comparator: str,
    spelt: str,
    units: Units,
    askings: Askings,
) -> Question | None:
    """Return what is to be asked about a value, or None.

    A value without a unit cannot be judged and is not asked about; it is kept without one. A ratio
    has none.
    """
    if value is None or not units.canonical or not (spelt or units.is_ratio):
        return None
    unit = units.find(spelt)
    if unit is not None and _expected(value, comparator, unit, askings):
        return None
    shown = f"{label} {comparator}{written(value)} {printed(spelt)}".rstrip()
    if unit is None:
        names = f"not one of its units ({', '.join(units.names)})"
        why = "it is a ratio, and has no unit" if units.is_ratio else names
        return Question("unit", f"{shown}: {why}")
    hints = tuple(
        other.name
        for other in units
        if other.name != unit.name and _expected(value, comparator, other, askings)
    )
    ends = " to ".join(written(end) for end in askings[unit.canonical] if end is not None)
    said = f"is it {' or '.join(hints)}?" if hints else "is the number right?"
    beyond = f"We ask outside {ends} {printed(unit.canonical)}".rstrip()
    return Question("value", f"{shown}: {said} {beyond}", hints)


def crossed(low: Decimal | None, high: Decimal | None) -> str:
    """Return why two limits of a laboratory cannot stand together; empty where they can."""
    if low is None or high is None or low <= high:
        return ""
    return (
        f"The lower limit {written(low)} lies above the upper limit {written(high)}. Exchange the "
        "two, or leave out what the report does not print"
    )


def slip(label: str, value: Decimal, unit: Unit, units: Units, earlier: Earlier) -> Question | None:
    """Return what is to be asked where another unit would bring a value near the one before it.

    2.8 g/dL after 2.8 g/L is possible, so no range asks about it; far more often it is a slip. A
    true change in the unit that was used before is never asked about.
    """
    if value <= 0 or earlier.value <= 0 or _apart(unit.convert(value), earlier.value) < FAR:
        return None
    nearer = tuple(
        other.name
        for other in units
        if other.canonical == unit.canonical and _apart(other.convert(value), earlier.value) < NEAR
    )
    if not nearer:
        return None
    shown = f"{label} {written(value)} {unit.name}"
    said = f"is it {' or '.join(nearer)}?"
    return Question("value", f"{shown}, after {earlier.words}: {said}", nearer)


def _apart(one: Decimal, other: Decimal) -> Decimal:
    """Return how many times the smaller the greater is."""
    smaller, greater = sorted((one, other))
    return greater / smaller if smaller else greater


def _expected(value: Decimal, comparator: str, unit: Unit, askings: Askings) -> bool:
    """Say whether nobody need be asked; a bound such as "<5" is only ever open on its own side."""
    canonical = unit.convert(value)
    low, high = askings.get(unit.canonical, Asking())
    too_low = low is not None and canonical < low and not comparator.startswith("<")
    too_high = high is not None and canonical > high and not comparator.startswith(">")
    return not (too_low or too_high)
