"""Terms of adverse events with the grades each one has, and the lists that grades are given by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice
from pathways.rules.disease_words import CtcaeVersion

TOXICITY_FILE = HERE / "toxicity.toml"
HIGHEST_GRADE = 5
# The list whose grade texts are kept here.
TEXTS = CtcaeVersion.V5


class ToxicityGroup(StrEnum):
    """Where a term stands in a list for people."""

    NERVES = "nerves"
    BLOOD = "blood"
    CHEMISTRY = "chemistry"
    GENERAL = "general"


@dataclass(frozen=True)
class GradeList:
    """One list that grades are given by, and what must be known of it."""

    version: CtcaeVersion
    label: str
    note: str
    sources: tuple[SourceEntry, ...]


@dataclass(frozen=True)
class ToxicityEntry:
    """One term: its grades by the list `TEXTS`; `checked` is false where they are from memory."""

    key: str
    label: str
    group: ToxicityGroup
    grades: Mapping[int, str]
    checked: bool
    note: str
    sources: tuple[SourceEntry, ...]

    def words(self, version: str, grade: int) -> str:
        """Return the text of a grade, empty for a list whose texts are not kept: never another's."""
        return self.grades.get(grade, "") if version == TEXTS else ""


@dataclass(frozen=True)
class ToxicityCatalogue:
    """The lists and the terms, each in the order of the file."""

    lists: Mapping[CtcaeVersion, GradeList]
    terms: Mapping[str, ToxicityEntry]


def load_toxicity(path: Path = TOXICITY_FILE) -> ToxicityCatalogue:
    """Return lists and terms. Raises ``CatalogueError`` naming file and entry."""
    titles = load_sources()
    problems = Problems()
    top = read_toml(path, problems)
    list_rows = top.tables("list", "version")
    lists = [_list(row, titles) for row in list_rows]
    term_rows = top.tables("term")
    terms = [_term(row, titles) for row in term_rows]
    for table in (*list_rows, *term_rows, top):
        table.finish()
    refuse_twice(
        [(row, entry.version.value) for row, entry in zip(list_rows, lists, strict=True)], "list"
    )
    refuse_twice([(row, entry.key) for row, entry in zip(term_rows, terms, strict=True)], "term")
    for missing in sorted(set(CtcaeVersion) - {entry.version for entry in lists}):
        top.complain(f"list '{missing}' is missing", "Describe every list a grade may follow")
    problems.raise_if_any()
    return ToxicityCatalogue(
        lists={entry.version: entry for entry in lists},
        terms={entry.key: entry for entry in terms},
    )


def _list(row: Table, titles: Mapping[str, str]) -> GradeList:
    return GradeList(
        version=row.choice("version", CtcaeVersion),
        label=row.text("label"),
        note=row.text("note"),
        sources=read_sources(row, titles),
    )


def _term(row: Table, titles: Mapping[str, str]) -> ToxicityEntry:
    return ToxicityEntry(
        key=row.text("key"),
        label=row.text("label"),
        group=row.choice("group", ToxicityGroup),
        grades=_grades(row),
        checked=row.flag("checked", default=None),
        note=row.text("note", ""),
        sources=read_sources(row, titles),
    )


def _grades(row: Table) -> dict[int, str]:
    grades: dict[int, str] = {}
    for table in row.tables("grades", "grade"):
        grade, words = table.whole("grade"), table.text("words")
        table.finish()
        if not 1 <= grade <= HIGHEST_GRADE:
            row.complain(f"grade {grade} does not exist", f"Grades run from 1 to {HIGHEST_GRADE}")
        if grade <= max(grades, default=0):
            row.complain(f"grade {grade} is out of order", "List each grade once, lowest first")
        grades[grade] = words
    return grades
