"""Emergency and advice numbers by country; a clinic confirms them before use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice

COUNTRIES_FILE = HERE / "countries.toml"


@dataclass(frozen=True)
class CountryEntry:
    """One country: ISO 3166 code, numbers to dial, and its languages (ISO 639-1).

    ``emergency_number`` is the first choice, for a telephone link; ``emergency_words`` is what a
    person reads ("15 or 112"). ``text_number`` reaches help by text message. Empty: none known.
    """

    code: str
    name: str
    emergency_numbers: tuple[str, ...]
    advice_number: str
    advice_note: str
    text_number: str
    languages: tuple[str, ...]
    sources: tuple[SourceEntry, ...]

    @property
    def emergency_number(self) -> str:
        return self.emergency_numbers[0]

    @property
    def emergency_words(self) -> str:
        return " or ".join(self.emergency_numbers)


def load_countries(path: Path = COUNTRIES_FILE) -> dict[str, CountryEntry]:
    """Return every country by its ISO 3166 code. Raises ``CatalogueError``."""
    titles = load_sources()
    problems = Problems()
    top = read_toml(path, problems)
    shared = read_sources(top, titles)
    rows = top.tables("country", "code")
    entries = [_country(row, shared) for row in rows]
    for table in (*rows, top):
        table.finish()
    refuse_twice([(row, entry.code) for row, entry in zip(rows, entries, strict=True)], "country")
    problems.raise_if_any()
    return {entry.code: entry for entry in entries}


def _country(row: Table, shared: tuple[SourceEntry, ...]) -> CountryEntry:
    entry = CountryEntry(
        code=row.text("code"),
        name=row.text("name"),
        emergency_numbers=row.words("emergency_numbers", default=None),
        advice_number=row.text("advice_number", ""),
        advice_note=row.text("advice_note", ""),
        text_number=row.text("text_number", ""),
        languages=row.words("languages", default=None),
        sources=shared,
    )
    if len(entry.code) != 2 or not entry.code.isupper():
        row.complain(f"code {entry.code!r} is no country code", "Use two capitals, such as GB")
    for number in entry.emergency_numbers:
        if not number.isdigit():
            row.complain(f"emergency number {number!r} is not digits", "Write digits only")
    return entry
