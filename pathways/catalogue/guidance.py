"""Guidance that people may read: when to call, prevention, do's and don'ts, questions.

The words are the product's own; every entry says which passage it rests on and whether a
clinician has signed it. Nothing here names a dose, a drug choice or a survival figure.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice

GUIDANCE_FOLDER = HERE / "guidance"

#: The words a page fills in; a clinic sets each of them.
PLACEHOLDERS = frozenset({"emergency_number", "phone", "day_and_night_line", "fever_limit"})


class Audience(StrEnum):
    PATIENT = "patient"
    STAFF = "staff"


class GuidanceKind(StrEnum):
    WHEN_TO_CALL = "when-to-call"
    PREVENTION = "prevention"
    DO = "do"
    DONT = "dont"
    QUESTION = "question"
    BLOCK = "block"  # a short paragraph for the fuller emails


class Urgency(StrEnum):
    """The four levels of the "when to call" page; NONE for other guidance."""

    NONE = ""
    EMERGENCY = "E"
    SAME_DAY = "D"
    WITHIN_7_DAYS = "W"
    NEXT_VISIT = "N"


class SignOff(StrEnum):
    PROPOSED = "proposed"  # not yet signed by a clinician
    SIGNED = "signed"


@dataclass(frozen=True)
class GuidanceEntry:
    """One piece of guidance; ``signs`` are the lines of a "when to call" box."""

    key: str
    kind: GuidanceKind
    level: Urgency
    title: str
    text: str
    signs: tuple[str, ...]
    fits: tuple[str, ...]
    audience: Audience
    sign_off: SignOff
    sources: tuple[SourceEntry, ...]


def load_guidance(folder: Path = GUIDANCE_FOLDER) -> tuple[GuidanceEntry, ...]:
    """Return all guidance, by kind and then in the order of the files.

    Raises ``CatalogueError`` naming file, entry and cure.
    """
    titles = load_sources()
    problems = Problems()
    read: list[tuple[Table, GuidanceEntry]] = []
    for path in sorted(folder.glob("*.toml")):
        top = read_toml(path, problems)
        for row in top.tables("guidance"):
            read.append((row, _guidance(row, titles)))
            row.finish()
        top.finish()
    if not read:
        problems.add(folder.name, "whole folder", "holds no guidance", "Add at least one entry")
    refuse_twice([(row, entry.key) for row, entry in read], "key")
    problems.raise_if_any()
    order = list(GuidanceKind)
    return tuple(sorted((entry for _, entry in read), key=lambda entry: order.index(entry.kind)))


def _guidance(row: Table, titles: dict[str, str]) -> GuidanceEntry:
    kind = row.choice("kind", GuidanceKind)
    is_box = kind is GuidanceKind.WHEN_TO_CALL
    entry = GuidanceEntry(
        key=row.text("key"),
        kind=kind,
        level=row.choice("level", Urgency, Urgency.NONE),
        title=row.text("title"),
        text=row.text("text", "" if is_box else None),
        signs=row.words("signs", default=None if is_box else ()),
        fits=row.words("fits"),
        audience=row.choice("audience", Audience),
        sign_off=row.choice("sign_off", SignOff),
        sources=read_sources(row, titles),
    )
    if is_box and entry.level is Urgency.NONE:
        row.complain("a when-to-call box has no level", "Give its level: E, D, W or N")
    for words in (entry.title, entry.text, *entry.signs):
        for _, name, _, _ in string.Formatter().parse(words):
            if name is not None and name not in PLACEHOLDERS:
                known = ", ".join(sorted(PLACEHOLDERS))
                row.complain(f"unknown placeholder {{{name}}}", f"Use one of: {known}")
    return entry
