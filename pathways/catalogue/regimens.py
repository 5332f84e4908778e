"""Drugs and regimens: what is asked about them, never how much of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pathways.catalogue.analytes import AnalyteEntry, load_analytes
from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice
from pathways.rules.course_states import EntryKind

REGIMENS_FILE = HERE / "regimens.toml"
LONGEST_CYCLE = 90
# What a class is called on a page; a drug of another class is refused until it has a name here.
CLASS_WORDS = {
    "alkylator": "alkylator",
    "anti-cd38": "anti-CD38 antibody",
    "anti-vegf": "anti-VEGF antibody",
    "cytokine": "cytokine",
    "exchange": "plasma exchange",
    "growth-factor": "growth factor",
    "imid": "immunomodulatory drug",
    "immunoglobulin": "immunoglobulin",
    "immunosuppressant": "immunosuppressant",
    "mobilising": "mobilises stem cells",
    "proteasome-inhibitor": "proteasome inhibitor",
    "steroid": "steroid",
}


class UseStatus(StrEnum):
    """Where a treatment stands in the documents and the literature."""

    MAINSTAY = "mainstay"
    USED = "used"
    CONTESTED = "contested"
    EXPERIMENTAL = "experimental"


@dataclass(frozen=True)
class RecordEntry:
    """Something asked to be on record: any of `codes`, all of `together`, or an entry of a kind."""

    key: str
    label: str
    codes: tuple[str, ...]
    together: tuple[str, ...]
    entry: EntryKind | None
    once: bool


@dataclass(frozen=True)
class DrugEntry:
    """One drug. `before` and `within` list what is asked to be on record around a cycle."""

    key: str
    label: str
    classes: tuple[str, ...]
    routes: tuple[str, ...]
    neurotoxic: bool
    cumulative: bool
    ask: tuple[str, ...]
    before: tuple[RecordEntry, ...]
    within: tuple[RecordEntry, ...]
    status: UseStatus
    why: str
    note: str
    sources: tuple[SourceEntry, ...]

    @property
    def kind_words(self) -> str:
        """Its classes and routes in words: "immunomodulatory drug, oral"."""
        classes = " and ".join(CLASS_WORDS[each] for each in self.classes)
        return f"{classes}, {' or '.join(self.routes)}"


@dataclass(frozen=True)
class RegimenDrug:
    """A drug of a regimen on its planned cycle days; no days means every day."""

    drug: DrugEntry
    days: tuple[int, ...]


@dataclass(frozen=True)
class RegimenEntry:
    """One regimen. Cycle length or number are None where no document prints them."""

    key: str
    label: str
    short: str
    version: int
    continuous: bool
    cycle_days: int | None
    planned_cycles: int | None
    drugs: tuple[RegimenDrug, ...]
    status: UseStatus
    why: str
    note: str
    proposed: tuple[str, ...]
    sources: tuple[SourceEntry, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason to hesitate: the regimen's own, then those of its drugs."""
        own = (self.why,) if self.why else ()
        return own + tuple(
            f"{each.drug.label}: {each.drug.why}"
            for each in self.drugs
            if each.drug.why and len(self.drugs) > 1
        )


@dataclass(frozen=True)
class MarkEntry:
    """A mark of an amount taken in all; `printed` is false where only a summary names it."""

    drug: str
    grams: int
    words: str
    printed: bool
    sources: tuple[SourceEntry, ...]

    @property
    def standing(self) -> str:
        """What kind of mark it is: one read where it was printed, or one only pointed to."""
        return (
            "Published mark" if self.printed else "Mark in a machine-written summary, to be checked"
        )


@dataclass(frozen=True)
class Pharmacy:
    """Everything the file holds, under one version number."""

    number: int
    drugs: dict[str, DrugEntry]
    regimens: dict[str, RegimenEntry]
    marks: tuple[MarkEntry, ...]


def load_pharmacy(path: Path = REGIMENS_FILE) -> Pharmacy:
    """Return drugs and regimens. Raises ``CatalogueError`` with every complaint.

    Refused are unknown keys, result codes, kinds and sources, a contested or experimental entry
    without its reason, a planned day beyond its cycle, and the same key twice.
    """
    titles, analytes = load_sources(), load_analytes()
    problems = Problems()
    top = read_toml(path, problems)
    number = top.whole("number")
    rows = top.tables("record")
    records = {entry.key: entry for entry in (_record(row, analytes) for row in rows)}
    drug_rows = top.tables("drug")
    drugs = {entry.key: entry for entry in (_drug(row, records, titles) for row in drug_rows)}
    regimen_rows = top.tables("regimen")
    regimens = [_regimen(row, number, drugs, titles) for row in regimen_rows]
    mark_rows = top.tables("mark", "drug", required=False)
    marks = tuple(_mark(row, drugs, titles) for row in mark_rows)
    refuse_twice([(row, row.text("key")) for row in rows], "record")
    refuse_twice([(row, row.text("key")) for row in drug_rows], "drug")
    refuse_twice([(row, row.text("key")) for row in regimen_rows], "regimen")
    for table in (*rows, *drug_rows, *regimen_rows, *mark_rows, top):
        table.finish()
    problems.raise_if_any()
    return Pharmacy(number, drugs, {entry.key: entry for entry in regimens}, marks)


def _record(row: Table, analytes: Mapping[str, AnalyteEntry]) -> RecordEntry:
    codes, together = row.words("codes"), row.words("together")
    for code in (*codes, *together):
        if code not in analytes:
            row.complain(f"result code {code!r} is not known", "Add it to analytes.toml")
    entry = row.choice("entry", EntryKind) if row.has("entry") else None
    if codes and entry:
        row.complain("it names codes and an entry", "Keep one of the two")
    return RecordEntry(
        row.text("key"), row.text("label"), codes, together, entry, row.flag("once", default=False)
    )


def _drug(row: Table, records: Mapping[str, RecordEntry], titles: dict[str, str]) -> DrugEntry:
    status, why = read_standing(row)
    classes = row.words("classes", default=None)
    for name in set(classes) - set(CLASS_WORDS):
        row.complain(f"class {name!r} has no words", "Add them to CLASS_WORDS")
    return DrugEntry(
        key=row.text("key"),
        label=row.text("label"),
        classes=classes,
        routes=row.words("routes", default=None),
        neurotoxic=row.flag("neurotoxic", default=False),
        cumulative=row.flag("cumulative", default=False),
        ask=row.words("ask"),
        before=_asked(row, "before", records),
        within=_asked(row, "within", records),
        status=status,
        why=why,
        note=row.text("note", ""),
        sources=read_sources(row, titles),
    )


def _asked(row: Table, key: str, records: Mapping[str, RecordEntry]) -> tuple[RecordEntry, ...]:
    found = []
    for word in row.words(key):
        if word in records:
            found.append(records[word])
        else:
            row.complain(f"{key} names {word!r}, which is no [[record]]", "Add the record first")
    return tuple(found)


def read_standing(row: Table) -> tuple[UseStatus, str]:
    """Read where an entry stands; a contested or experimental one without its reason is refused."""
    status, why = row.choice("status", UseStatus), row.text("why", "")
    if status in (UseStatus.CONTESTED, UseStatus.EXPERIMENTAL) and not why:
        row.complain(f"it is {status} without a reason", "Write why, with its document")
    return status, why


def _regimen(
    row: Table, number: int, drugs: Mapping[str, DrugEntry], titles: dict[str, str]
) -> RegimenEntry:
    status, why = read_standing(row)
    continuous = row.flag("continuous", default=False)
    cycle_days = row.whole("cycle_days", 0) or None
    if continuous and cycle_days:
        row.complain("a continuous regimen has cycles", "Remove cycle_days, or continuous")
    if cycle_days and cycle_days > LONGEST_CYCLE:
        row.complain(f"cycle_days is {cycle_days}", f"Give at most {LONGEST_CYCLE}")
    members = []
    for table in row.tables("drugs", "drug"):
        key = table.text("drug")
        days = _days(table, cycle_days)
        table.finish()
        if key in drugs:
            members.append(RegimenDrug(drugs[key], days))
        else:
            table.complain(f"drug {key!r} is not listed", "Add it as a [[drug]]")
    return RegimenEntry(
        key=row.text("key"),
        label=row.text("label"),
        short=row.text("short"),
        version=number,
        continuous=continuous,
        cycle_days=cycle_days,
        planned_cycles=row.whole("planned_cycles", 0) or None,
        drugs=tuple(members),
        status=status,
        why=why,
        note=row.text("note", ""),
        proposed=row.words("proposed"),
        sources=read_sources(row, titles),
    )


def _days(table: Table, cycle_days: int | None) -> tuple[int, ...]:
    days = table.numbers("days")
    if list(days) != sorted(set(days)):
        table.complain("days are not in order, or stand twice", "List each day once, in order")
    if days and (days[0] < 1 or cycle_days is None or days[-1] > cycle_days):
        table.complain("a day lies outside the cycle", "Give cycle_days, and days within them")
    return days


def _mark(row: Table, drugs: Mapping[str, DrugEntry], titles: dict[str, str]) -> MarkEntry:
    drug = row.text("drug")
    if drug not in drugs or not drugs[drug].cumulative:
        row.complain(f"no amount is kept of {drug!r}", "Set cumulative = true on the drug")
    printed = row.flag("printed", default=True)
    return MarkEntry(
        drug, row.whole("grams"), row.text("words"), printed, read_sources(row, titles)
    )
