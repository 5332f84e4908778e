"""The result codes the product knows: what each one is, in which unit, from which specimen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice
from pathways.rules.lab_text import plain_name
from pathways.rules.lifecycles import Role
from pathways.rules.plausible import Asking, Askings
from pathways.rules.units import Units

ANALYTES_FILE = HERE / "analytes.toml"


class AnalyteKind(StrEnum):
    """What a result row under this code can hold."""

    QUANTITY = "quantity"  # a number with a unit
    SCORE = "score"  # a number without a unit, on a published scale
    FINDING = "finding"  # words, such as "no band seen"
    PANEL = "panel"  # several results at once; a number is welcome, none is needed
    ASSESSMENT = "assessment"  # it was done on that day; no value


class AnalyteGroup(StrEnum):
    """Where a code stands in a list for people; the labels are what they read."""

    CLONE = "VEGF and the plasma-cell clone"
    COUNT = "Blood count"
    CHEMISTRY = "Kidney, liver, glucose"
    HORMONES = "Hormones and vitamins"
    HEART_LUNG = "Heart and lung"
    BODY = "Weight, pressure, urine"
    NERVES = "Nerves"
    EXAMS = "Exams, imaging and visits"


# What a number that no document states may be; each is a proposal that the clinic signs.
PROPOSABLE = ("expected_days", "ask_below", "ask_above", "entered_by", "factors")


@dataclass(frozen=True)
class AnalyteEntry:
    """One result code. ``unit`` and ``loinc`` are empty where there is none (or none verified).

    ``lowest`` and ``highest`` are the ends of a published scale: nothing lies outside. ``askings``
    say, unit by unit, where somebody is asked if the number is right. ``also`` are names a laboratory
    may print. ``parts`` are the analytes that are entered together under this code.
    ``rise_percent`` is the published rise above the lowest value of the series, where there is one.
    """

    code: str
    label: str
    kind: AnalyteKind
    group: AnalyteGroup
    units: Units
    also: tuple[str, ...]
    parts: tuple[str, ...]
    specimens: tuple[str, ...]
    loinc: str
    lowest: Decimal | None
    highest: Decimal | None
    askings: Askings
    rise_percent: int
    specimen_required: bool
    entered_by: frozenset[Role]
    expected_days: int
    note: str
    sources: tuple[SourceEntry, ...]

    @property
    def unit(self) -> str:
        """The canonical unit, empty where there is none."""
        return self.units.canonical

    @property
    def takes_value(self) -> bool:
        """Whether a number may stand beside this code."""
        return self.kind in (AnalyteKind.QUANTITY, AnalyteKind.SCORE, AnalyteKind.PANEL)

    @property
    def needs_value(self) -> bool:
        """Whether a final result under this code says nothing without a number or words."""
        return self.kind in (AnalyteKind.QUANTITY, AnalyteKind.SCORE, AnalyteKind.FINDING)

    def specimen(self, written: str) -> str | None:
        """Return the specimen that these words mean, None for one this analyte is not measured in.

        Laboratories add the tube: "plasma EDTA" and "EDTA plasma" are plasma.
        """
        said = " ".join(written.casefold().split())
        if not said or not self.specimens or said in self.specimens:
            return said
        named = [specimen for specimen in self.specimens if specimen in said.split()]
        return named[0] if len(named) == 1 else None


def load_analytes(path: Path = ANALYTES_FILE) -> dict[str, AnalyteEntry]:
    """Return every result code by its code. Raises ``CatalogueError`` naming file and entry."""
    titles = load_sources()
    problems = Problems()
    top = read_toml(path, problems)
    for name in set(top.words("proposed")) - set(PROPOSABLE):
        top.complain(f"proposed names {name!r}", f"Use one of: {', '.join(PROPOSABLE)}")
    usual = _roles(top, [role.value for role in Role if role is not Role.AUDITOR])
    rows = top.tables("analyte", "code")
    entries = []
    for row in rows:
        entries.append(_analyte(row, titles, usual))
        row.finish()
    top.finish()
    refuse_twice([(row, entry.code) for row, entry in zip(rows, entries, strict=True)], "code")
    codes = {entry.code for entry in entries}
    for row, entry in zip(rows, entries, strict=True):
        for part in entry.parts:
            if part not in codes:
                row.complain(f"part {part!r} is not a code", "Name codes of this file")
    problems.raise_if_any()
    return {entry.code: entry for entry in entries}


def names_of(entries: dict[str, AnalyteEntry]) -> dict[str, str]:
    """Return the code of every name a laboratory may print; printed names come before our codes."""
    found: dict[str, str] = {}
    for entry in entries.values():
        for name in (entry.label, *entry.also):
            found.setdefault(plain_name(name), entry.code)
    for entry in entries.values():
        for name in (entry.code, entry.code.replace("-", " ")):
            found.setdefault(plain_name(name), entry.code)
    return found


def _analyte(row: Table, titles: dict[str, str], usual: frozenset[Role]) -> AnalyteEntry:
    unit, beside = row.text("unit", ""), dict(_unconverted(row))
    asking = Asking(row.decimal("ask_below"), row.decimal("ask_above"))
    entry = AnalyteEntry(
        code=row.text("code"),
        label=row.text("label"),
        kind=row.choice("kind", AnalyteKind),
        group=_group(row),
        units=Units(
            canonical=unit,
            factors=tuple(_other_unit(row, unit) for unit in row.words("other_units")),
            unconverted=tuple(beside),
        ),
        also=row.words("also"),
        parts=row.words("parts"),
        specimens=row.words("specimens"),
        loinc=row.text("loinc", ""),
        lowest=row.decimal("lowest"),
        highest=row.decimal("highest"),
        askings=MappingProxyType({unit: asking, **beside}),
        rise_percent=row.whole("rise_percent", 0),
        specimen_required=row.flag("specimen_required", default=False),
        entered_by=_roles(row, []) or usual,
        expected_days=row.whole("expected_days", 0),
        note=row.text("note", ""),
        # Only a checked code, a published range or rise needs a citation; a plain name does not.
        sources=read_sources(row, titles) if row.has("sources") else (),
    )
    _check(row, entry)
    return entry


def _check(row: Table, entry: AnalyteEntry) -> None:
    """Complain about what does not fit together."""
    quantity = entry.kind is AnalyteKind.QUANTITY
    if quantity and not entry.unit:
        row.complain("a quantity has no unit", "Give its canonical unit")
    if entry.kind in (AnalyteKind.ASSESSMENT, AnalyteKind.FINDING) and entry.unit:
        row.complain(f"unit {entry.unit!r} on a code that takes no number", "Remove the unit")
    cited = entry.loinc or entry.lowest is not None or entry.highest is not None
    if (cited or entry.rise_percent) and not entry.sources:
        row.complain("a LOINC code, a range or a rise has no source", "Add sources")
    if entry.lowest is not None and entry.highest is not None and entry.lowest >= entry.highest:
        row.complain("lowest is not below highest", "Mend the range")
    below, above = asking = entry.askings[entry.unit]
    if quantity and (below is None or above is None):
        row.complain("a quantity has no range for asking", "Give ask_below and ask_above")
    if not quantity and asking != Asking():
        row.complain("a range for asking on a code that is no quantity", "Remove it")
    if below is not None and above is not None and below >= above:
        row.complain("ask_below is not below ask_above", "Mend the range")


def _group(row: Table) -> AnalyteGroup:
    """Read the short name of a group, such as "heart-lung"."""
    names = {group.name.lower().replace("_", "-"): group for group in AnalyteGroup}
    written = row.text("group")
    if written not in names:
        row.complain(f"unknown group {written!r}", f"Use one of: {', '.join(names)}")
    return names.get(written, AnalyteGroup.EXAMS)


def _roles(row: Table, default: list[str]) -> frozenset[Role]:
    """Read who may enter; a word that is no role is a complaint."""
    written = row.words("entered_by", tuple(default))
    known = {role.value for role in Role}
    for word in set(written) - known:
        row.complain(f"entered_by names {word!r}", f"Use: {', '.join(sorted(known))}")
    return frozenset(Role(word) for word in written if word in known)


def _unconverted(row: Table) -> Iterator[tuple[str, Asking]]:
    """Read "% from 3 to 20": a unit without a factor, and where somebody is asked."""
    for written in row.words("unconverted"):
        found = re.fullmatch(r"(.+) from ([\d.]+) to ([\d.]+)", written)
        low, high = (Decimal(found[2]), Decimal(found[3])) if found else (Decimal(0), Decimal(0))
        if found is None or low >= high:
            row.complain(
                f"unit {written!r} has no range for asking", 'Write it as "% from 3 to 20"'
            )
        yield (found[1] if found else written), Asking(low, high)


def _other_unit(row: Table, written: str) -> tuple[str, Decimal]:
    """Read "g/dL x 10": one g/dL is ten of the canonical unit."""
    unit, _, factor = written.rpartition(" x ")
    try:
        exact = Decimal(factor)
    except ArithmeticError:
        exact = Decimal(0)
    if exact <= 0 or not unit:
        row.complain(f"other unit {written!r} has no factor", 'Write it as "g/dL x 10"')
    return unit or written, exact
