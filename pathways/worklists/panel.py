"""Which panel is due, what this laboratory used last for this person, and what an entry did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import AnalyteEntry, load_analytes
from pathways.models import Observation, Patient, Screening
from pathways.rules.due_phrase import short_date
from pathways.rules.lab_text import Pasted, Unread
from pathways.rules.quantities import shown, written
from pathways.rules.units import printed


@dataclass(frozen=True, slots=True)
class Habits:
    """How this person's last results of a panel were written."""

    units: Mapping[str, str]
    specimens: Mapping[str, str]
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
    """Return units, specimens and laboratory of this person's latest results: one question.

    What must be said each time, such as the specimen of VEGF, is never taken from habit.
    """
    wanted = set(codes)
    known = load_analytes()
    units: dict[str, str] = {}
    specimens: dict[str, str] = {}
    labs: dict[str, None] = {}
    of_panel = ""
    rows = Observation.objects.final().filter(patient=patient).order_by("-performed_on", "-id")
    for code, unit, specimen, lab in rows.values_list("code", "unit", "specimen", "lab"):
        if lab:
            labs.setdefault(lab)
        if code in wanted:
            of_panel = of_panel or lab
            if unit:
                units.setdefault(code, unit)
            if specimen and not known[code].specimen_required:
                specimens.setdefault(code, specimen)
    return Habits(units, specimens, of_panel, tuple(labs))


def blank_rows(codes: Iterable[str], habits: Habits) -> list[dict[str, str]]:
    """Return a row for each analyte, its unit as last used for this person or the catalogue's."""
    known = load_analytes()
    units = {code: habits.units.get(code, known[code].unit) for code in codes}
    return [{"code": code, "unit": printed(unit)} for code, unit in units.items()]


def of_one_sample(pasted: Pasted, chosen: str, specimens: Sequence[str]) -> tuple[Pasted, str]:
    """Return the lines that can be of one sample, and the specimen that they name.

    The specimen is one for the whole screen, `chosen` among `specimens` or named by the first line
    that names one. A line of another specimen is handed back, to be entered by itself.
    """
    known = load_analytes()
    kept, unread = [], list(pasted.unread)
    for one in pasted.reported:
        if one.specimen and len(known[one.code].specimens) > 1:
            chosen = chosen or (one.specimen if one.specimen in specimens else "")
            if one.specimen != chosen:
                here = f"this screen is of {chosen}" if chosen else "this panel is of another"
                why = f"names {one.specimen}, and {here}. Enter it by itself"
                unread.append(Unread(one.line, why))
                continue
        kept.append(one)
    return Pasted(tuple(kept), tuple(unread)), chosen


def filled_rows(rows: list[dict[str, str]], pasted: Pasted) -> list[dict[str, str]]:
    """Return the rows with what was pasted: into the empty row of its analyte, else into a new one.

    A second value of one analyte gets a row too, so that somebody chooses: none replaces another.
    """
    filled = [dict(row) for row in rows if row.get("code")]
    empty = {row["code"]: row for row in filled if not row.get("value", "").strip()}
    for one in pasted.reported:
        row = empty.pop(one.code, None)
        if row is None:
            row = {"code": one.code}
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
    # A result older than the row it answers moves it: it counts all the same.
    said = [
        *(["closed"] if closed else []),
        *([f"next due {short_date(due_on, day)}"] if due_on else []),
    ]
    return f"{label}: {', '.join(said) or 'no day is planned'}."
