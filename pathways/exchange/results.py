"""A laboratory's or a clinic's list of results: one line a result, loaded as often as it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pathways import catalogue
from pathways.catalogue import AnalyteEntry, AnalyteKind
from pathways.exchange import cells
from pathways.exchange.cells import BadCell, Dates
from pathways.exchange.csv_in import Line, Sheet
from pathways.exchange.intake import Intake, Taken
from pathways.exchange.rejects import Rejects
from pathways.models import Clinic
from pathways.rules.lifecycles import ResultStatus
from pathways.services import audit, results_bulk
from pathways.services.actors import Actor
from pathways.services.results_bulk import ResultRow

COLUMNS = (
    "mrn",
    "code",
    "performed_on",
    "reported_on",
    "value",
    "comparator",
    "unit",
    "specimen",
    "lab",
    "reference_high",
    "status",
)
REQUIRED = ("mrn", "code", "performed_on", "status")
LONGEST = {"mrn": 40, "value": 200, "unit": 30, "specimen": 40, "lab": 80}
MICRO = str.maketrans({"µ": "u", "μ": "u"})


@dataclass(slots=True)
class ResultImport:
    """One run of the import: its file, its clinic, and what became of the lines."""

    sheet: Sheet
    clinic: Clinic
    dates: Dates
    today: date
    by: Actor
    rejects: Rejects
    tell: Callable[[str], None]
    progress: Callable[[int], None]
    decimal: str = ""
    dry_run: bool = False
    report: results_bulk.BulkReport = field(default_factory=results_bulk.BulkReport)

    def run(self) -> Taken:
        """Load the file; one audit event for the run if it changed anything."""
        intake: Intake[ResultRow, results_bulk.BulkReport] = Intake(
            self.sheet,
            self.rejects,
            lambda line: read_result(
                line, dates=self.dates, today=self.today, decimal=self.decimal
            ),
            self._write,
            self._absorb,
            self.tell,
            self.progress,
            results_bulk.BATCH,
        )
        taken = intake.run()
        if self.report.recorded and not self.dry_run:
            audit.record(
                by=self.by,
                verb="imported results",
                subject=self.clinic,
                clinic=self.clinic,
                detail={
                    "recorded": self.report.recorded,
                    "unchanged": self.report.unchanged,
                    "refused": taken.refused,
                },
            )
        return taken

    def _write(self, rows: Sequence[ResultRow]) -> results_bulk.BulkReport:
        return results_bulk.record_rows(
            rows, clinic=self.clinic, today=self.today, by=self.by, dry_run=self.dry_run
        )

    def _absorb(self, report: results_bulk.BulkReport, lines: dict[int, Line]) -> None:
        self.report.add(report)
        for line, refused in report.refused:
            lines[line].complain(refused.field or "line", refused.message.rstrip("."))
        for line, reason in report.notes:
            self.tell(f"{self.sheet.path}:{line}: note: {reason}.")


def read_result(line: Line, *, dates: Dates, today: date, decimal: str = "") -> ResultRow | None:
    """Return the result of a line, or complain about every cell that will not do."""
    text = line.cells
    for name in REQUIRED:
        if not text[name]:
            line.complain(name, "is blank. Every result needs it")
    for name, longest in LONGEST.items():
        if len(text[name]) > longest:
            line.complain(name, f"{len(text[name])} characters long; at most {longest} are stored")
    days: dict[str, date | None] = {}
    for name in ("performed_on", "reported_on"):
        try:
            days[name] = dates.read(text[name], today=today)
        except BadCell as error:
            line.complain(name, str(error))
    performed_on, reported_on = days.get("performed_on"), days.get("reported_on")
    if performed_on and reported_on and reported_on < performed_on:
        line.complain("reported_on", f"{reported_on} is before it was performed ({performed_on})")
    status = ""
    try:
        status = cells.read_word(text["status"], list(ResultStatus)) if text["status"] else ""
    except BadCell as error:
        line.complain("status", str(error))
    analyte = catalogue.find_analyte(text["code"].casefold())
    if analyte is None and text["code"]:
        line.complain("code", _unknown_code(text["code"]))
    if analyte is None or not line.is_good or performed_on is None:
        return None
    measured = _read_value(line, analyte, ResultStatus(status), decimal)
    unit, specimen = _unit(line, analyte, measured), _specimen(line, analyte)
    if not line.is_good:
        return None
    return (
        ResultRow(
            line=line.number,
            mrn=text["mrn"],
            code=analyte.code,
            performed_on=performed_on,
            status=ResultStatus(status),
            reported_on=reported_on,
            value=measured.value,
            value_text=measured.text,
            comparator=measured.comparator,
            unit=unit,
            specimen=specimen,
            lab=" ".join(text["lab"].split()),
            reference_high=_reference(line, decimal),
        )
        if line.is_good
        else None
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    value: Decimal | None = None
    comparator: str = ""
    text: str = ""


def _read_value(line: Line, analyte: AnalyteEntry, status: ResultStatus, decimal: str) -> _Measured:
    """Read value and comparator as this kind of result can hold them."""
    cell = line.cells["value"]
    try:
        sign = cells.read_comparator(line.cells["comparator"])
    except BadCell as error:
        line.complain("comparator", str(error))
        return _Measured()
    if not cell:
        if sign:
            line.complain("comparator", "is given without a value")
        return _Measured()
    if status is ResultStatus.COLLECTED:
        line.complain("value", "is given, but the sample is only collected. Write status final")
        return _Measured()
    if not analyte.takes_value:
        return _Measured(text=cell)  # words of a finding, or a remark on what was done
    try:
        read = cells.read_quantity(cell, decimal=decimal)
    except BadCell as error:
        if analyte.kind is AnalyteKind.PANEL:
            return _Measured(text=cell)
        line.complain("value", str(error))
        return _Measured()
    if read.comparator and sign and read.comparator != sign:
        line.complain("comparator", f"is {sign}, but the value says {read.comparator}")
    if analyte.kind is AnalyteKind.SCORE and read.value is not None:
        low, high = analyte.lowest, analyte.highest
        if (low is not None and read.value < low) or (high is not None and read.value > high):
            line.complain("value", f"{cell} is outside the scale {low} to {high} of {analyte.code}")
    return _Measured(read.value, read.comparator or sign)


def _unit(line: Line, analyte: AnalyteEntry, measured: _Measured) -> str:
    """Return the unit as the catalogue spells it; another unit is never guessed at."""
    cell = line.cells["unit"]
    if not cell or measured.value is None or not analyte.unit:
        return cell
    units = [analyte.unit, *(other.unit for other in analyte.other_units)]
    for unit in units:
        if _plain(unit) == _plain(cell):
            return unit
    line.complain(
        "unit", f"{cells.short(cell)} is not a unit of {analyte.code}: {', '.join(units)}"
    )
    return ""


def _specimen(line: Line, analyte: AnalyteEntry) -> str:
    cell = line.cells["specimen"].casefold()
    if not cell or not analyte.specimens or cell in analyte.specimens:
        return cell
    # Laboratories add the tube: "plasma EDTA" and "EDTA plasma" are plasma.
    named = [specimen for specimen in analyte.specimens if specimen in cell.split()]
    if len(named) == 1:
        return named[0]
    line.complain(
        "specimen",
        f"{cells.short(cell)} is not a specimen of {analyte.code}: {', '.join(analyte.specimens)}",
    )
    return ""


def _reference(line: Line, decimal: str) -> Decimal | None:
    try:
        return cells.read_number(line.cells["reference_high"], decimal=decimal)
    except BadCell as error:
        line.complain("reference_high", str(error))
        return None


def _plain(unit: str) -> str:
    return unit.translate(MICRO).replace("^", "*").replace(" ", "").casefold()


def _unknown_code(code: str) -> str:
    near = cells.nearest(code.casefold(), catalogue.load_analytes())
    hint = f"Did you mean {near}?" if near else "The catalogue lists the codes (analytes.toml)"
    return f"{cells.short(code)} is not a code of the catalogue. {hint}".rstrip(".")
