"""The documents that catalogue entries cite, and the citations themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice

HERE = Path(__file__).parent
SOURCES_FILE = HERE / "sources.toml"


@dataclass(frozen=True)
class SourceEntry:
    """One citation: the document's name in prose, the passage, and what it says (our words)."""

    document: str
    section: str
    note: str
    key: str


def load_sources(path: Path = SOURCES_FILE) -> dict[str, str]:
    """Return short key → the document's name in prose. Raises ``CatalogueError``."""
    problems = Problems()
    top = read_toml(path, problems)
    rows = top.tables("source")
    titles = [(row, row.text("key"), row.text("title")) for row in rows]
    refuse_twice([(row, key) for row, key, _ in titles], "source")
    for table in (*rows, top):
        table.finish()
    problems.raise_if_any()
    return {key: title for _, key, title in titles}


def read_source(row: Table, titles: Mapping[str, str]) -> SourceEntry:
    """Read one citation; a document that ``sources.toml`` does not name is a complaint."""
    key = row.text("document")
    if key and key not in titles:
        row.complain(
            f"unknown source document {key!r}",
            "Name the document in sources.toml first",
        )
    return SourceEntry(
        document=titles.get(key, key),
        section=row.text("section"),
        note=row.text("note", ""),
        key=key,
    )


def read_sources(row: Table, titles: Mapping[str, str]) -> tuple[SourceEntry, ...]:
    """Read the ``sources`` list of an entry; an entry without any is refused."""
    cited = []
    for table in row.tables("sources", "document"):
        cited.append(read_source(table, titles))
        table.finish()
    return tuple(cited)
