"""Units in their many spellings, and the exact factors between those of one analyte.

`10^9/L`, `x10*9/l`, `G/L` and `10⁹/L` are one unit. Only factors that hold for the analyte whatever
the assay stand in the catalogue; a unit without one (HbA1c in percent) is kept as it is, and its
values stand in a series of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

RATIO = "1"  # the unit of a ratio, as UCUM writes it; nobody prints it
PLACES = Decimal("0.000001")  # as fine as the record stores
_SIGNS = str.maketrans("µμ^×¹²³⁶⁹", "uu*x12369", " \u00a0\u202f")
_POWER = re.compile(r"^x?10[*e]?(3|6|9|12)(?=/|$)")
# Another spelling of the same unit, once case, spaces and signs are made alike.
_ALSO = {
    "k/ul": "10*3/ul",
    "k/mm3": "10*3/ul",
    "10*3/mm3": "10*3/ul",
    "m/ul": "10*6/ul",
    "10*6/mm3": "10*6/ul",
    "g/l": "10*9/l",  # giga, where grams make no sense
    "gpt/l": "10*9/l",
    "t/l": "10*12/l",
    "tpt/l": "10*12/l",
    "/mm3": "/ul",
    "cells/ul": "/ul",
    "iu/l": "u/l",
    "u/l": "iu/l",
    "miu/ml": "iu/l",
    "uiu/ml": "miu/l",
    "mu/l": "miu/l",
    "gm/dl": "g/dl",
    "g%": "g/dl",
    "g/24hr": "g/24h",
    "g/d": "g/24h",
    "g/day": "g/24h",
    "mg/24hr": "mg/24h",
    "mg/d": "mg/24h",
    "percent": "%",
    "%predicted": "%",
    "%pred": "%",
    "ratio": RATIO,
    "sec": "s",
    "kgs": "kg",
    "lbs": "lb",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of one analyte: value × `factor` = value in the `canonical` unit."""

    name: str
    canonical: str
    factor: Decimal

    def convert(self, value: Decimal) -> Decimal:
        """Return the value in the canonical unit, as finely as the record stores it."""
        return (value * self.factor).quantize(PLACES, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Units:
    """The units in which an analyte is understood; none of them for scores and findings."""

    canonical: str = ""
    factors: tuple[tuple[str, Decimal], ...] = ()
    unconverted: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Unit]:
        """Go through the units, the canonical one first."""
        if self.canonical:
            yield Unit(self.canonical, self.canonical, Decimal(1))
        for name, factor in self.factors:
            yield Unit(name, self.canonical, factor)
        for name in self.unconverted:
            yield Unit(name, name, Decimal(1))

    @property
    def is_ratio(self) -> bool:
        """Whether values are plain numbers, for which a laboratory prints no unit."""
        return self.canonical == RATIO

    @property
    def names(self) -> tuple[str, ...]:
        """The units as the catalogue spells them."""
        return tuple(unit.name for unit in self)

    def find(self, spelt: str) -> Unit | None:
        """Return the unit that this spelling means for this analyte; None where none is known.

        No unit at all is the unit of a ratio.
        """
        return _find(self, spelt)


@lru_cache(maxsize=4096)  # a file says the same few units ten thousand times
def _find(units: Units, spelt: str) -> Unit | None:
    by_spelling = {plain(unit.name): unit for unit in units}
    asked = plain(spelt) or (RATIO if units.is_ratio else "")
    return by_spelling.get(asked) or by_spelling.get(_ALSO.get(asked, asked))


def printed(unit: str) -> str:
    """Return a unit as it is printed beside a number; a ratio has none."""
    return "" if unit == RATIO else unit


def plain(unit: str) -> str:
    """Return a unit with case, spaces, powers and micro signs made alike."""
    folded = unit.translate(_SIGNS).casefold().replace("mcg", "ug")
    return _POWER.sub(r"10*\1", folded)
