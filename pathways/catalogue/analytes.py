"""The result codes the product knows: what each one is, in which unit, from which specimen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice

ANALYTES_FILE = HERE / "analytes.toml"


class AnalyteKind(StrEnum):
    """What a result row under this code can hold."""

    QUANTITY = "quantity"  # a number with a unit
    SCORE = "score"  # a number without a unit, on a published scale
    FINDING = "finding"  # words, such as "no band seen"
    PANEL = "panel"  # several results at once; a number is welcome, none is needed
    ASSESSMENT = "assessment"  # it was done on that day; no value


@dataclass(frozen=True)
class UnitEntry:
    """Another unit that is accepted: value in it × ``factor`` = value in the canonical unit."""

    unit: str
    factor: Decimal


@dataclass(frozen=True)
class AnalyteEntry:
    """One result code. ``unit`` and ``loinc`` are empty where there is none (or none verified)."""

    code: str
    label: str
    kind: AnalyteKind
    unit: str
    other_units: tuple[UnitEntry, ...]
    specimens: tuple[str, ...]
    loinc: str
    lowest: Decimal | None
    highest: Decimal | None
    expected_days: int
    note: str
    sources: tuple[SourceEntry, ...]

    @property
    def takes_value(self) -> bool:
        """Whether a number may stand beside this code."""
        return self.kind in (AnalyteKind.QUANTITY, AnalyteKind.SCORE, AnalyteKind.PANEL)


def load_analytes(path: Path = ANALYTES_FILE) -> dict[str, AnalyteEntry]:
    """Return every result code by its code. Raises ``CatalogueError`` naming file and entry."""
    titles = load_sources()
    problems = Problems()
    top = read_toml(path, problems)
    rows = top.tables("analyte", "code")
    entries = []
    for row in rows:
        entries.append(_analyte(row, titles))
        row.finish()
    top.finish()
    refuse_twice([(row, entry.code) for row, entry in zip(rows, entries, strict=True)], "code")
    problems.raise_if_any()
    return {entry.code: entry for entry in entries}


def _analyte(row: Table, titles: dict[str, str]) -> AnalyteEntry:
    entry = AnalyteEntry(
        code=row.text("code"),
        label=row.text("label"),
        kind=row.choice("kind", AnalyteKind),
        unit=row.text("unit", ""),
        other_units=tuple(_other_unit(unit) for unit in row.words("other_units")),
        specimens=row.words("specimens"),
        loinc=row.text("loinc", ""),
        lowest=row.decimal("lowest"),
        highest=row.decimal("highest"),
        expected_days=row.whole("expected_days", 0),
        note=row.text("note", ""),
        # Only a checked code or a published range needs a citation; a plain name does not.
        sources=read_sources(row, titles) if row.has("sources") else (),
    )
    if entry.kind is AnalyteKind.QUANTITY and not entry.unit:
        row.complain("a quantity has no unit", "Give its canonical unit")
    if entry.kind in (AnalyteKind.ASSESSMENT, AnalyteKind.FINDING) and entry.unit:
        row.complain(f"unit {entry.unit!r} on a code that takes no number", "Remove the unit")
    if (entry.loinc or entry.lowest is not None or entry.highest is not None) and not entry.sources:
        row.complain("a LOINC code or a range has no source", "Add sources")
    if entry.lowest is not None and entry.highest is not None and entry.lowest >= entry.highest:
        row.complain("lowest is not below highest", "Mend the range")
    for unit in entry.other_units:
        if unit.factor <= 0:
            row.complain(f"other unit {unit.unit!r} has no factor", 'Write it as "g/dL x 10"')
    return entry


def _other_unit(written: str) -> UnitEntry:
    """Read "g/dL x 10": one g/dL is ten of the canonical unit."""
    unit, _, factor = written.rpartition(" x ")
    try:
        return UnitEntry(unit=unit, factor=Decimal(factor))
    except ArithmeticError:
        return UnitEntry(unit=written, factor=Decimal(0))
