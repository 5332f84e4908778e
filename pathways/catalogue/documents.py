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

    ``number`` counts from 1 within the section, as in the document. ``why`` gives the reason and
    the literature for an item that is contested.
    """

    key: str
    title: str
    text: str
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
    document = top.text("document")
    if document and document not in titles:
        top.complain(
            f"unknown source document {document!r}",
            "Name the document in sources.toml first",
        )
    sections = top.tables("section")
    read: list[tuple[Table, DocumentEntry]] = []
    for section in sections:
        passage = section.text("section")
        for number, row in enumerate(section.tables("item"), start=1):
            read.append((row, _item(row, number, document, titles.get(document, ""), passage)))
            row.finish()
        section.text("key")
        section.finish()
    refuse_twice([(row, entry.key) for row, entry in read], "key")
    return DocumentList(
        key=top.text("key"),
        title=top.text("title"),
        text=top.text("text", ""),
        entries=tuple(entry for _, entry in read),
    )


def _item(row: Table, number: int, document: str, title: str, passage: str) -> DocumentEntry:
    entry = DocumentEntry(
        key=row.text("key"),
        title=row.text("title"),
        text=row.text("text"),
        number=number,
        source=SourceEntry(
            document=title, section=f"{passage}, item {number}", note="", key=document
        ),
        status=row.choice("status", Standing),
        why=row.text("why", ""),
        audience=row.choice("audience", Audience, Audience.STAFF),
    )
    if entry.status is not Standing.ACCEPTED and not entry.why:
        row.complain(f"{entry.status} without why", "Say why, with the literature that says so")
    if entry.status is not Standing.ACCEPTED and entry.audience is Audience.PATIENT:
        row.complain(f"{entry.status} but shown to patients", "Make its audience staff")
    return entry
