"""The neurological instruments: items, range, which way is worse, and the published change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from pathways.catalogue.analytes import AnalyteEntry, load_analytes
from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_source, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice
from pathways.rules.exam_words import ItemState, ScoringMode, Side
from pathways.rules.instruments import Answer, Counted, How, Threshold, Total, Worse, total

INSTRUMENTS_FILE = HERE / "instruments.toml"
PROPOSABLE = ("closes", "words", "sites")


class ScoredBy(StrEnum):
    """Who can score an instrument. What only the patient can say is one series in any visit."""

    CLINICIAN = "clinician"
    PATIENT = "patient"
    EITHER = "either"


class Part(NamedTuple):
    """One box of a form: an item on a side."""

    item: str
    side: Side = Side.NONE


class Answered(Protocol):
    """Anything that holds an answer: a row, or what was typed in."""

    @property
    def instrument(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...


@dataclass(frozen=True)
class ItemEntry:
    """One item: a number up to `highest`, one of `words`, or free text.

    `grades` are sentences for the digits from 0 up. A `fraction` may have decimals.
    """

    code: str
    label: str
    highest: Decimal | None
    grades: tuple[str, ...]
    words: tuple[str, ...]
    free: bool
    fraction: bool
    sided: bool

    @property
    def parts(self) -> tuple[Part, ...]:
        """The boxes of this item: right then left, or the one."""
        if self.sided:
            return (Part(self.code, Side.RIGHT), Part(self.code, Side.LEFT))
        return (Part(self.code),)

    def named(self, short: str, side: str = "") -> str:
        """Return what a person calls this item of an instrument: "Vibration, great toe left"."""
        if self.label == short:
            return self.label
        return f"{short}, {self.label[0].lower()}{self.label[1:]} {side}".rstrip()

    @property
    def numeric(self) -> bool:
        """Whether it is answered with a number."""
        return self.highest is not None


@dataclass(frozen=True)
class TotalEntry:
    """One series of an instrument: the result code it is kept under, and what it is made of.

    `mode` is empty where the instrument is scored one way only.
    """

    code: str
    mode: ScoringMode | None
    how: How
    parts: tuple[Part, ...]
    threshold: Threshold | None
    analyte: AnalyteEntry

    def of(self, answers: Mapping[Part, Answer]) -> Total:
        """Return this total of the answers to the instrument's items."""
        return total(self.how, [answers.get(part) for part in self.parts])

    def scored_in(self, mode: ScoringMode) -> bool:
        """Whether an exam in this mode adds to this series."""
        return self.mode is None or self.mode is mode


@dataclass(frozen=True)
class InstrumentEntry:
    """One instrument. `published` cites the printed change; it comes from CIDP, not from POEMS."""

    code: str
    label: str
    short: str
    unit: str
    scored_by: ScoredBy
    worse: Worse
    closes: bool
    caveat: str
    items: tuple[ItemEntry, ...]
    totals: tuple[TotalEntry, ...]
    threshold: Threshold | None
    published: SourceEntry | None
    sources: tuple[SourceEntry, ...]

    @property
    def parts(self) -> tuple[tuple[ItemEntry, Part], ...]:
        """Every box of the instrument with its item, in the order they are filled in."""
        return tuple((item, part) for item in self.items for part in item.parts)

    def answers_of(self, rows: Iterable[Answered]) -> dict[Part, Answer]:
        """Return the answers to this instrument among rows of many, by their box."""
        return {
            Part(row.item, Side(row.side)): Answer(ItemState(row.state), row.value)
            for row in rows
            if row.instrument == self.code
        }

    def takes(self, mode: ScoringMode) -> bool:
        """Whether it can be scored in this mode."""
        return mode is ScoringMode.CLINICIAN or self.scored_by is not ScoredBy.CLINICIAN


def load_instruments(path: Path = INSTRUMENTS_FILE) -> dict[str, InstrumentEntry]:
    """Return every instrument by its code. Raises ``CatalogueError`` naming file and entry."""
    titles, analytes = load_sources(), load_analytes()
    problems = Problems()
    top = read_toml(path, problems)
    for name in set(top.words("proposed")) - set(PROPOSABLE):
        top.complain(f"proposed names {name!r}", f"Use one of: {', '.join(PROPOSABLE)}")
    read = [(row, _instrument(row, titles, analytes)) for row in top.tables("instrument", "code")]
    for table, _ in read:
        table.finish()
    top.finish()
    refuse_twice([(row, entry.code) for row, entry in read], "instrument")
    refuse_twice([(row, each.code) for row, entry in read for each in entry.totals], "total")
    problems.raise_if_any()
    return {entry.code: entry for _, entry in read}


def _instrument(
    row: Table, titles: dict[str, str], analytes: dict[str, AnalyteEntry]
) -> InstrumentEntry:
    items = tuple(each for table in row.tables("items", "code") for each in _items(table))
    threshold, published = _published(row, titles)
    entry = InstrumentEntry(
        code=row.text("code"),
        label=row.text("label"),
        short=row.text("short"),
        unit=row.text("unit", ""),
        scored_by=row.choice("scored_by", ScoredBy),
        worse=row.choice("worse", Worse),
        closes=row.flag("closes", default=False),
        caveat=row.text("caveat", ""),
        items=items,
        totals=tuple(
            each
            for table in row.tables("totals", "code", required=False)
            if (each := _total(table, items, threshold, analytes)) is not None
        ),
        threshold=threshold,
        published=published,
        sources=read_sources(row, titles),
    )
    if entry.totals and entry.worse is Worse.WORDS:
        row.complain("a total has no direction", "Say whether up or down is worse")
    if entry.totals and not entry.caveat:
        row.complain("a scale has no caveat", "Say where its threshold comes from, or that none is")
    return entry


def _items(table: Table) -> list[ItemEntry]:
    """Read one item, or as many numbered ones as `repeat` says."""
    code, label, times = table.text("code"), table.text("label"), table.whole("repeat", 0)
    highest, words = table.decimal("highest"), table.words("words")
    grades, free = table.words("grades"), table.flag("free", default=False)
    fraction = table.flag("fraction", default=False)
    sided = table.flag("sided", default=False)
    table.finish()
    if [highest is not None, bool(words), free].count(True) != 1:
        table.complain("an item is not one of number, words or free text", "Give one of the three")
    if grades and len(grades) != (highest or 0) + 1:
        table.complain(f"{len(grades)} grades up to {highest}", "Give one for each digit from 0")
    numbers = range(1, times + 1) if times else (0,)
    return [
        ItemEntry(
            code=f"{code}-{number}" if number else code,
            label=f"{label} {number}" if number else label,
            highest=highest,
            grades=grades,
            words=words,
            free=free,
            fraction=fraction,
            sided=sided,
        )
        for number in numbers
    ]


def _total(
    table: Table,
    items: tuple[ItemEntry, ...],
    threshold: Threshold | None,
    analytes: dict[str, AnalyteEntry],
) -> TotalEntry | None:
    code, named = table.text("code"), table.words("items")
    mode = table.choice("mode", ScoringMode) if table.has("mode") else None
    how, side = table.choice("how", How), table.choice("side", Side, Side.NONE)
    unthresholded = table.flag("unthresholded", default=False)
    table.finish()
    # "try" stands for every "try-1" that `repeat` made of it.
    used = [each for each in items if not named or _stem(each.code) in named or each.code in named]
    parts = tuple(
        part for each in used for part in each.parts if not side or part.side in ("", side)
    )
    if not parts or not all(each.numeric for each in used):
        table.complain("a total is made of no numbers", "Name the items that carry numbers")
    if code not in analytes:
        table.complain(f"total {code!r} is no result code", "Add it to analytes.toml")
        return None
    if how is How.VALUE and len(parts) != 1:
        table.complain(f"a value is taken from {len(parts)} items", "Name the one item and side")
    analyte = analytes[code]
    return TotalEntry(code, mode, how, parts, None if unthresholded else threshold, analyte)


def _stem(code: str) -> str:
    """Return the code of a numbered item without its number."""
    stem, _, number = code.rpartition("-")
    return stem if number.isdigit() else code


def _published(
    row: Table, titles: dict[str, str]
) -> tuple[Threshold, SourceEntry] | tuple[None, None]:
    """Read the printed change and where it is printed; most instruments have none."""
    tables = row.tables("published", "document", required=False)
    found = []
    for table in tables:
        amount = table.decimal("amount") or Decimal(0)
        if amount <= 0:
            table.complain("a published change is not above 0", "Give its amount")
        found.append(
            (Threshold(amount, table.choice("counted", Counted)), read_source(table, titles))
        )
        table.finish()
    if len(found) > 1:
        row.complain("two published changes", "Keep the one that the product shows")
    return found[0] if found else (None, None)
