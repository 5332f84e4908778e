"""Medicines beside the courses: class, route and what to ask about, never how much."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pathways.catalogue.regimens import UseStatus, read_standing
from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice
from pathways.rules.course_states import EntryKind

SUPPORT_FILE = HERE / "support.toml"


@dataclass(frozen=True)
class SupportEntry:
    """One medicine that an entry of care of its kind may name."""

    key: str
    label: str
    kind: EntryKind
    what: str
    routes: tuple[str, ...]
    ask: tuple[str, ...]
    status: UseStatus
    why: str
    sources: tuple[SourceEntry, ...]

    @property
    def kind_words(self) -> str:
        """Its class and routes in words: "opioid, oral"."""
        return f"{self.what}, {' or '.join(self.routes)}"

    def named_in(self, text: str) -> bool:
        """Whether free text begins with its name, as in "gabapentin, capsules"."""
        said, name = text.strip().casefold(), self.label.casefold()
        return said.startswith(name) and not said[len(name) : len(name) + 1].isalnum()


def load_support(path: Path = SUPPORT_FILE) -> tuple[SupportEntry, ...]:
    """Return every medicine, in the order of the file. Raises ``CatalogueError``."""
    titles = load_sources()
    problems = Problems()
    top = read_toml(path, problems)
    rows = top.tables("medicine", "key")
    entries = [_medicine(row, titles) for row in rows]
    for table in (*rows, top):
        table.finish()
    refuse_twice([(row, entry.key) for row, entry in zip(rows, entries, strict=True)], "medicine")
    problems.raise_if_any()
    return tuple(entries)


def _medicine(row: Table, titles: dict[str, str]) -> SupportEntry:
    status, why = read_standing(row)
    return SupportEntry(
        key=row.text("key"),
        label=row.text("label"),
        kind=row.choice("kind", EntryKind),
        what=row.text("what"),
        routes=row.words("routes", default=None),
        ask=row.words("ask", default=None),
        status=status,
        why=why,
        sources=read_sources(row, titles),
    )
