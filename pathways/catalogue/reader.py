"""Read a pathway: one TOML file, or a folder with ``pathway.toml`` and files of screenings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pathways.catalogue.analytes import AnalyteEntry, load_analytes
from pathways.catalogue.entries import (
    Booking,
    DefinitionEntry,
    Owner,
    PathwayEntry,
    PhaseEntry,
    Remind,
)
from pathways.catalogue.rule_reader import read_rule
from pathways.catalogue.sources import HERE, load_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice
from pathways.rules.lifecycles import Phase
from pathways.rules.rule_types import RecurrenceKind

PATHWAY_FOLDER = HERE / "pathway"
HEAD_FILE = "pathway.toml"


@dataclass(frozen=True)
class _Shelf:
    """What every screening of a pathway is checked against."""

    number: int
    phases: frozenset[Phase]
    analytes: Mapping[str, AnalyteEntry]
    titles: Mapping[str, str]


def load_pathway(path: Path = PATHWAY_FOLDER) -> PathwayEntry:
    """Return the pathway of this file or folder.

    Raises ``CatalogueError`` with every complaint: unknown key, missing interval or source, a
    number without support, opens after due, unknown phase, owner, kind or result code, or the
    same screening twice in one phase.
    """
    problems = Problems()
    folder = path if path.is_dir() else path.parent
    head = read_toml(path / HEAD_FILE if path.is_dir() else path, problems)
    others = sorted(folder.glob("*.toml")) if path.is_dir() else []
    files = [
        head,
        *(read_toml(file, problems) for file in others if file.name != HEAD_FILE),
    ]

    code, name = head.text("code"), head.text("name")
    number, effective_from = head.whole("number"), head.day("effective_from")
    phase_rows = head.tables("phase")
    phases = tuple(_phase(row) for row in phase_rows)
    refuse_twice([(row, e.key) for row, e in zip(phase_rows, phases, strict=True)], "phase")
    shelf = _Shelf(
        number=number,
        phases=frozenset(entry.key for entry in phases),
        analytes=load_analytes(),
        titles=load_sources(),
    )
    rows = [row for file in files for row in file.tables("screening", "code", required=False)]
    if not rows:
        head.complain("the pathway has no screening", "Add at least one [[screening]]")
    refuse_twice([(row, row.text("code")) for row in rows], "screening")
    definitions = [entry for row in rows for entry in _screening(row, shelf)]
    for table in (*phase_rows, *rows, *files):
        table.finish()
    problems.raise_if_any()
    return PathwayEntry(code, name, number, effective_from, phases, tuple(definitions))


def _phase(row: Table) -> PhaseEntry:
    return PhaseEntry(
        key=row.choice("key", Phase),
        label=row.text("label"),
        meaning=row.text("meaning"),
    )


def _screening(row: Table, shelf: _Shelf) -> list[DefinitionEntry]:
    """Read what a screening is, then one definition for each phase that owes it."""
    code = row.text("code")
    label, plain_label = row.text("label"), row.text("plain_label")
    owner, booking = row.choice("owner", Owner), row.choice("booking", Booking)
    remind, minutes = row.choice("remind", Remind), row.whole("minutes")
    note = row.text("note", "")
    any_of, all_of = (
        row.words("satisfied_any", default=None),
        row.words("satisfied_all"),
    )
    _check_codes(row, code, any_of, all_of, shelf)
    analyte = shelf.analytes.get(code)

    definitions = []
    cells = row.tables("phase", "phase")
    refuse_twice([(cell, cell.text("phase")) for cell in cells], "phase")
    for cell in cells:
        phase = cell.choice("phase", Phase)
        if phase not in shelf.phases:
            cell.complain(f"phase {phase} is not among the pathway's phases", "Add the phase")
        reading = read_rule(
            cell,
            code=code,
            number=shelf.number,
            phase=phase,
            expected_days=analyte.expected_days if analyte else 0,
            titles=shelf.titles,
        )
        own_note = cell.text("note", "")
        on_request = reading is not None and reading.rule.kind is RecurrenceKind.ON_REQUEST
        default_on = cell.flag("default_on", default=True)
        if default_on and on_request:
            cell.complain("an on_request screening is on by default", "Set default_on = false")
        cell.finish()
        if reading is None:
            continue
        definitions.append(
            DefinitionEntry(
                code=code,
                phase=phase,
                label=label,
                plain_label=plain_label,
                owner=owner,
                booking=booking,
                remind=remind,
                rule=reading.rule,
                fixed_anchor=reading.fixed_anchor,
                satisfied_any=any_of,
                satisfied_all=all_of,
                minutes=minutes,
                sources=reading.sources,
                proposed=reading.proposed,
                note=" ".join(part for part in (own_note, note) if part),
                default_on=default_on,
            )
        )
    return definitions


def _check_codes(
    row: Table,
    code: str,
    any_of: tuple[str, ...],
    all_of: tuple[str, ...],
    shelf: _Shelf,
) -> None:
    for satisfying in (*any_of, *all_of):
        if satisfying not in shelf.analytes:
            row.complain(
                f"result code {satisfying!r} is not known",
                "Add it to analytes.toml, or mend the spelling",
            )
    if any_of and code not in any_of:
        row.complain(
            f"its own code {code!r} does not satisfy it",
            f"Add {code!r} to satisfied_any",
        )
