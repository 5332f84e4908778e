"""Invented numbers that tell a believable story: they fall under treatment and rise with a relapse.

Units are the catalogue's. About a year before today the clinic moved most of its VEGF from serum
at one laboratory to plasma at another, as clinics do, so that the two must not be compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from pathways.demo.course import Course
from pathways.rules.lifecycles import Phase

MONTH_DAYS = 30.4
NORTHGATE, CENTRAL = "Northgate laboratory", "Central Reference"


@dataclass(frozen=True, slots=True)
class Reading:
    """One value as a report gives it. Without value and text it only says that it was done."""

    code: str
    value: Decimal | None = None
    value_text: str = ""
    comparator: str = ""
    unit: str = ""
    specimen: str = ""
    lab: str = ""
    reference_high: Decimal | None = None
    reported_after: int = 0  # days


@dataclass(frozen=True, slots=True)
class Body:
    """One person as the laboratory sees them: how high, how fast better, which VEGF."""

    course: Course
    height: float
    plasma_from: date | None

    def disease(self, on: date) -> float:
        """Return 1 at diagnosis, near 0 when quiet, rising again with a relapse."""
        return min(1.0, 0.04 + 0.96 * math.exp(-self._months(on) / 3.5) + self._again(on))

    def nerve(self, on: date) -> float:
        """Return 1 at diagnosis; nerves mend more slowly than blood, and suffer from a relapse too."""
        return 0.25 + 0.75 * math.exp(-self._months(on) / 11) + self._again(on)

    def _again(self, on: date) -> float:
        relapse = self.course.since(Phase.RELAPSE)
        if relapse is None:
            return 0.0
        return 0.3 / (1 + math.exp(-((on - relapse).days + 20) / 25))

    def _months(self, on: date) -> float:
        started = self.course.since(Phase.ACTIVE_TREATMENT)
        return 0.0 if started is None else max(0.0, (on - started).days / MONTH_DAYS)


def read(code: str, body: Body, on: date, chance: Random) -> list[Reading]:
    """Return the readings that a screening of that code yields on that day."""
    make = _MAKERS.get(code)
    done = Reading(code, value_text="done")
    return make(body, on, chance) if make else [done]


def _near(middle: float, spread: float, chance: Random, places: int = 0) -> Decimal:
    value = max(0.0, chance.gauss(middle, spread))
    return Decimal(f"{value:.{places}f}")


def _blood(code: str, value: Decimal, unit: str, days: int = 1) -> Reading:
    return Reading(code, value, unit=unit, specimen="blood", lab=NORTHGATE, reported_after=days)


def _serum(code: str, value: Decimal, unit: str, days: int = 3) -> Reading:
    return Reading(code, value, unit=unit, specimen="serum", lab=NORTHGATE, reported_after=days)


def vegf(body: Body, on: date, chance: Random) -> list[Reading]:
    """VEGF in the specimen and laboratory of that day, each with its own limit."""
    level = body.disease(on) * body.height
    if body.plasma_from is None or on < body.plasma_from:
        value = _near(round(260 + 4300 * level, -1), 30, chance)
        return [
            Reading("vegf", value, unit="pg/mL", specimen="serum", lab=NORTHGATE,
                    reference_high=Decimal(1000), reported_after=9)
        ]  # fmt: skip
    return [plasma_vegf(_near(34 + 560 * level, 4, chance))]


def plasma_vegf(value: Decimal) -> Reading:
    """Return a VEGF as the second laboratory reports it."""
    return Reading(
        "vegf",
        value,
        unit="pg/mL",
        specimen="plasma",
        lab=CENTRAL,
        reference_high=Decimal(115),
        reported_after=6,
    )


def _m_protein(body: Body, on: date, chance: Random) -> list[Reading]:
    level = body.disease(on)
    value = _near(3.2 * level * body.height, 0.1, chance, 1)
    low = value < Decimal("0.5")
    spep = Reading(
        "spep",
        Decimal("0.5") if low else value,
        comparator="<" if low else "",
        unit="g/L",
        specimen="serum",
        lab=NORTHGATE,
        reported_after=5,
    )
    found = "IgA lambda" if level > 0.22 else "not detected"
    fixed = Reading(
        "immunofixation-serum", value_text=found, specimen="serum", lab=NORTHGATE, reported_after=5
    )
    return [spep, fixed]


def _neuro_exam(body: Body, on: date, chance: Random) -> list[Reading]:
    nerve = body.nerve(on)
    worse = min(1.15, body.height)
    grip = _near(80 - 42 * nerve * worse, 2, chance)
    return [
        Reading("neuro-exam", value_text="done"),
        Reading("onls", Decimal(min(12, round(0.6 + 6.4 * nerve * worse)))),
        Reading("i-rods", Decimal(max(12, round(78 - 50 * nerve * worse)))),
        Reading("mrc-sum-60", Decimal(min(60, round(61 - 16 * nerve * worse)))),
        Reading("grip-kpa-right", grip, unit="kPa"),
        Reading("grip-kpa-left", grip - 3, unit="kPa"),
        Reading("walk-10m", _near(6.5 + 9 * nerve * worse, 0.4, chance, 1), unit="s"),
    ]


def _cbc(body: Body, on: date, chance: Random) -> list[Reading]:
    treated = body.course.phase_on(on) is Phase.ACTIVE_TREATMENT
    return [
        _blood("hemoglobin", _near(124 if treated else 134, 6, chance), "g/L"),
        _blood("platelets", _near(235 + 240 * body.disease(on), 18, chance), "10*9/L"),
        _blood("neutrophils", _near(2.6 if treated else 3.9, 0.5, chance, 1), "10*9/L"),
    ]


def _metabolic(body: Body, on: date, chance: Random) -> list[Reading]:
    return [
        _serum("creatinine", _near(78, 9, chance), "umol/L", 1),
        _serum("alt", _near(26, 6, chance), "U/L", 1),
        _serum("sodium", _near(139, 1.5, chance), "mmol/L", 1),
        _serum("potassium", _near(4.2, 0.25, chance, 1), "mmol/L", 1),
    ]


def _endocrine(body: Body, on: date, chance: Random) -> list[Reading]:
    return [
        _serum("tsh", _near(2.3 + 3.5 * body.disease(on), 0.4, chance, 1), "mIU/L"),
        _serum("free-t4", _near(14.2 - 2.5 * body.disease(on), 0.6, chance, 1), "pmol/L"),
    ]


def _glucose(body: Body, on: date, chance: Random) -> list[Reading]:
    return [_blood("hba1c", _near(38 + 5 * body.disease(on), 2, chance), "mmol/mol")]


def _vitamins(body: Body, on: date, chance: Random) -> list[Reading]:
    return [
        _serum("vitamin-b12", _near(410, 60, chance), "ng/L"),
        _serum("vitamin-d", _near(61, 12, chance), "nmol/L"),
    ]


def _light_chains(body: Body, on: date, chance: Random) -> list[Reading]:
    return [
        _serum("kappa-free", _near(17, 3, chance, 1), "mg/L", 6),
        _serum("lambda-free", _near(19 + 24 * body.disease(on), 3, chance, 1), "mg/L", 6),
    ]


def _lung(body: Body, on: date, chance: Random) -> list[Reading]:
    return [
        Reading("spirometry", value_text="done"),
        Reading("dlco", _near(82 - 24 * body.disease(on), 4, chance), unit="%"),
        Reading("fvc", _near(94 - 12 * body.disease(on), 4, chance), unit="%"),
    ]


def _echo(body: Body, on: date, chance: Random) -> list[Reading]:
    return [
        Reading("echo", value_text="done", reported_after=2),
        Reading("rvsp", _near(27 + 14 * body.disease(on), 3, chance), unit="mmHg"),
    ]


_MAKERS: dict[str, Callable[[Body, date, Random], list[Reading]]] = {
    "vegf": vegf,
    "m-protein": _m_protein,
    "neuro-exam": _neuro_exam,
    "cbc": _cbc,
    "metabolic-panel": _metabolic,
    "endocrine-panel": _endocrine,
    "glucose-hba1c": _glucose,
    "vitamin-b12-d": _vitamins,
    "free-light-chains": _light_chains,
    "lung-function": _lung,
    "echo": _echo,
}
