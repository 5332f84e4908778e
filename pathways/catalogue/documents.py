"""What the documents say: their lists, in our words, without any dose.

Status is our reading, never advice: *accepted* means that nothing we read speaks against the
statement; *contested* means that a named source does, or that the statement must not be used as
advice, and says why; *experimental* means that no study in this disease was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pathways.catalogue.guidance import Audience
from pathways.catalogue.sources import HERE, SourceEntry, load_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice

DOCUMENTS_FOLDER = HERE / "documents"


class Standing(StrEnum):
    """Our reading of a statement; see the head of this module."""

    ACCEPTED = "accepted"
    CONTESTED = "contested"
    EXPERIMENTAL = "experimental"


@dataclass(frozen=True)
class DocumentEntry:
    """One item of a list: where it stands in the document, and how it is to be read.

    ``group`` is the section of the list ("physical" among the tests) and ``number`` counts from 1
    within it, as in the document. ``why`` gives the reason and
    the literature for an item that is contested.
    """

    key: str
    title: str
    text: str
    group: str
    number: int
    source: SourceEntry
    status: Standing
    why: str
    audience: Audience


@dataclass(frozen=True)
class DocumentList:
    """One list of a document, such as its twenty causes."""

    key: str
    title: str
    text: str
    entries: tuple[DocumentEntry, ...]


def load_documents(folder: Path = DOCUMENTS_FOLDER) -> tuple[DocumentList, ...]:
    """Return every list, in the order their files name. Raises ``CatalogueError``."""
    titles = load_sources()
    problems = Problems()
    ordered = []
    for path in sorted(folder.glob("*.toml")):
        top = read_toml(path, problems)
        order = top.whole("order")
        ordered.append((order, _document_list(top, titles)))
        top.finish()
    if not ordered:
        problems.add(folder.name, "whole folder", "holds no list", "Add at least one TOML file")
    problems.raise_if_any()
    return tuple(entry for _, entry in sorted(ordered, key=lambda pair: (pair[0], pair[1].key)))


def _document_list(top: Table, titles: dict[str, str]) -> DocumentList:
    read: list[tuple[Table, DocumentEntry]] = []
    for section in top.tables("section"):
        document, passage = section.text("document"), section.text("section")
        group = section.text("key")
        if document and document not in titles:
            section.complain(
                f"unknown source document {document!r}", "Name the document in sources.toml first"
            )
        for number, row in enumerate(section.tables("item"), start=1):
            source = SourceEntry(
                document=titles.get(document, document),
                section=f"{passage}, item {number}",
                note="",
                key=document,
            )
            read.append((row, _item(row, group, number, source)))
            row.finish()
        section.finish()
    refuse_twice([(row, entry.key) for row, entry in read], "key")
    return DocumentList(
        key=top.text("key"),
        title=top.text("title"),
        text=top.text("text", ""),
        entries=tuple(entry for _, entry in read),
    )


def _item(row: Table, group: str, number: int, source: SourceEntry) -> DocumentEntry:
    entry = DocumentEntry(
        key=row.text("key"),
        title=row.text("title"),
        text=row.text("text"),
        group=group,
        number=number,
        source=source,
        status=row.choice("status", Standing),
        why=row.text("why", ""),
        audience=row.choice("audience", Audience),
    )
    if entry.status is not Standing.ACCEPTED and not entry.why:
        row.complain(f"{entry.status} without why", "Say why, with the literature that says so")
    if entry.status is not Standing.ACCEPTED and entry.audience is Audience.PATIENT:
        row.complain(f"{entry.status} but shown to patients", "Make its audience staff")
    return entry
