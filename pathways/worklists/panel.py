"""Which panel is due, what this laboratory used last for this person, and what an entry did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import AnalyteEntry, load_analytes
from pathways.models import Observation, Patient, Screening
from pathways.rules.due_phrase import short_date
from pathways.rules.lab_text import Pasted
from pathways.rules.observation_words import shown
from pathways.rules.quantities import written


@dataclass(frozen=True, slots=True)
class Habits:
    """How this person's last results of a panel were written."""

    units: Mapping[str, str]
    lab: str
    labs: tuple[str, ...]


def panels() -> dict[str, AnalyteEntry]:
    """Return every code whose parts are entered together."""
    return {entry.code: entry for entry in load_analytes().values() if entry.parts}


def due_panel(patient: Patient) -> str:
    """Return the panel whose screening is due first, or the first panel there is."""
    known = panels()
    due = (
        Screening.objects.open()
        .filter(patient=patient, code__in=known, due_on__isnull=False)
        .order_by("due_on", "id")
        .values_list("code", flat=True)
        .first()
    )
    return due or next(iter(known))


def habits_of(patient: Patient, codes: Iterable[str]) -> Habits:
    """Return the units and the laboratory of this person's latest results: one question."""
    wanted = set(codes)
    units: dict[str, str] = {}
    labs: dict[str, None] = {}
    of_panel = ""
    rows = Observation.objects.final().filter(patient=patient).order_by("-performed_on", "-id")
    for code, unit, lab in rows.values_list("code", "unit", "lab"):
        if lab:
            labs.setdefault(lab)
        if code in wanted:
            of_panel = of_panel or lab
            if unit:
                units.setdefault(code, unit)
    return Habits(units, of_panel, tuple(labs))


def blank_rows(codes: Iterable[str], habits: Habits) -> list[dict[str, str]]:
    """Return a row for each analyte, its unit as last used for this person or the catalogue's."""
    known = load_analytes()
    return [{"code": code, "unit": habits.units.get(code, known[code].unit)} for code in codes]


def filled_rows(rows: list[dict[str, str]], pasted: Pasted) -> list[dict[str, str]]:
    """Return the rows with what was pasted: into the row of its analyte, else into a new one."""
    filled = [dict(row) for row in rows if row.get("code")]
    by_code = {row["code"]: row for row in filled}
    for one in pasted.reported:
        row = by_code.get(one.code)
        if row is None:
            row = by_code[one.code] = {"code": one.code}
            filled.append(row)
        quantity = one.quantity
        row |= {
            "value": shown(quantity.value, quantity.comparator) or one.words,
            "unit": one.unit,
            "low": written(one.low),
            "high": written(one.high),
        }
    return filled + [row for row in rows if not row.get("code")]


def next_words(label: str, *, closed: bool, awaited: bool, due_on: date | None, day: date) -> str:
    """Say what an entry did to one screening."""
    if awaited:
        return f"{label}: the result is awaited."
    done = f"{label}: closed" if closed else f"{label}: not closed"
    return f"{done}, next due {short_date(due_on, day)}." if due_on else f"{done}."
