"""Reading and searching what the documents say. No question to the database."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.catalogue import DocumentEntry, DocumentList, Standing, load_documents

ALL = "all"
_TAGS = {
    Standing.ACCEPTED: "done",
    Standing.CONTESTED: "unsure",
    Standing.EXPERIMENTAL: "information",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Some entries of one list that stand under one heading."""

    title: str
    entries: tuple[tuple[DocumentEntry, str], ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """What fits, list by list; `lists` holds (key, title, number, chosen) of all."""

    groups: tuple[tuple[DocumentList, tuple[Group, ...]], ...]
    lists: tuple[tuple[str, str, int, bool], ...]
    total: int


def read_documents(words: str = "", chosen: str = "", standing: str = "") -> Documents:
    """Return the entries that hold every word, of one list or of all.

    Without any choice the first list stands open, so that the page is never a wall of text.
    """
    every = load_documents()
    wanted = [word.casefold() for word in words.split()]
    keys = {each.key for each in every}
    if chosen not in keys:
        chosen = "" if wanted or standing or chosen == ALL else every[0].key
    groups, lists, total = [], [], 0
    for each in every:
        fitting = [entry for entry in each.entries if _fits(entry, wanted, standing)]
        lists.append((each.key, each.title, len(fitting), each.key == chosen))
        if fitting and (not chosen or each.key == chosen):
            total += len(fitting)
            groups.append((each, _grouped(fitting)))
    return Documents(tuple(groups), tuple(lists), total)


def _fits(entry: DocumentEntry, wanted: list[str], standing: str) -> bool:
    if standing and entry.status != standing:
        return False
    said = f"{entry.title} {entry.text} {entry.why} {entry.key}".casefold()
    return all(word in said for word in wanted)


def _grouped(entries: list[DocumentEntry]) -> tuple[Group, ...]:
    found: dict[str, list[tuple[DocumentEntry, str]]] = {}
    for entry in entries:
        found.setdefault(entry.group, []).append((entry, _TAGS[entry.status]))
    one = len(found) == 1
    return tuple(
        Group("" if one else name.replace("-", " ").capitalize(), tuple(rows))
        for name, rows in found.items()
    )
