"""One line of a results file: every cell read as its result code can hold it, or complained of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from pathways import catalogue
from pathways.catalogue import AnalyteEntry, AnalyteKind
from pathways.exchange import cells
from pathways.exchange.cells import BadCell, Dates
from pathways.exchange.csv_in import Line
from pathways.rules.dates import local_instant
from pathways.rules.lifecycles import ResultStatus
from pathways.services.result_questions import question_of
from pathways.services.results_bulk import ResultRow

REQUIRED = ("mrn", "code", "performed_on", "status")
LONGEST = {
    "mrn": 40,
    "value": 200,
    "unit": 30,
    "specimen": 40,
    "lab": 80,
    "method": 80,
    "sample_number": 40,
    "doubt": 200,
}
MOMENT = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{2}:\d{2})(?::\d{2})?")


@dataclass(frozen=True, slots=True)
class _Measured:
    value: Decimal | None = None
    comparator: str = ""
    text: str = ""


def anything(_: AnalyteEntry) -> bool:
    """Whoever runs a command may load every code."""
    return True


@dataclass(frozen=True, slots=True)
class LineReader:
    """How dates and numbers are written in this file, and what is done with unlikely values.

    `keep_implausible` says why every unlikely value of the file stands; a line may say so itself
    in its cell `doubt`. `may_enter` tells which codes the role of an uploader may write, by file as
    by hand.
    """

    dates: Dates
    today: date
    time_zone: str
    decimal: str = ""
    keep_implausible: str = ""
    may_enter: Callable[[AnalyteEntry], bool] = anything

    def read(self, line: Line) -> ResultRow | None:
        """Return the result of a line, or complain about every cell that will not do."""
        text = line.cells
        self._check_lengths(line)
        performed_on, reported_on = self._days(line)
        status = ""
        try:
            status = cells.read_word(text["status"], list(ResultStatus)) if text["status"] else ""
        except BadCell as error:
            line.complain("status", str(error))
        analyte = catalogue.find_analyte(text["code"].casefold())
        if analyte is None and text["code"]:
            line.complain("code", _unknown_code(text["code"]))
        if analyte is not None and not self.may_enter(analyte):
            line.complain("code", _not_in_this_role(analyte))
        if analyte is None or not line.is_good or performed_on is None:
            return None
        measured = _read_value(line, analyte, ResultStatus(status), self.decimal)
        specimen = _specimen(line, analyte)
        doubt = text["doubt"] or self.keep_implausible
        self._ask(line, analyte, measured, doubt)
        collected_at = self._moment(line, performed_on)
        low, high = (self._limit(line, name) for name in ("reference_low", "reference_high"))
        if not line.is_good:
            return None
        return ResultRow(
            line=line.number,
            mrn=text["mrn"],
            code=analyte.code,
            performed_on=performed_on,
            status=ResultStatus(status),
            reported_on=reported_on,
            collected_at=collected_at,
            value=measured.value,
            value_text=measured.text,
            comparator=measured.comparator,
            unit=text["unit"],
            specimen=specimen,
            lab=text["lab"],
            method=text["method"],
            sample_number=text["sample_number"],
            reference_low=low,
            reference_high=high,
            doubt=doubt,
        )

    def _check_lengths(self, line: Line) -> None:
        for name in REQUIRED:
            if not line.cells[name]:
                line.complain(name, "is blank. Every result needs it")
        for name, longest in LONGEST.items():
            long = len(line.cells[name])
            if long > longest:
                line.complain(name, f"{long} characters long; at most {longest} are stored")

    def _days(self, line: Line) -> tuple[date | None, date | None]:
        days: dict[str, date | None] = {}
        for name in ("performed_on", "reported_on"):
            try:
                days[name] = self.dates.read(line.cells[name], today=self.today)
            except BadCell as error:
                line.complain(name, str(error))
        performed_on, reported_on = days.get("performed_on"), days.get("reported_on")
        if performed_on and reported_on and reported_on < performed_on:
            line.complain(
                "reported_on", f"{reported_on} is before it was performed ({performed_on})"
            )
        return performed_on, reported_on

    def _ask(self, line: Line, analyte: AnalyteEntry, measured: _Measured, doubt: str) -> None:
        """Complain about an unlikely value where nobody said why it stands."""
        asked = question_of(analyte, measured.value, measured.comparator, line.cells["unit"])
        if asked is not None and not doubt:
            line.complain(
                asked.field,
                f"{asked.asked} Mend the line, or say why it stands in a column doubt or with "
                "--keep-implausible",
            )

    def _moment(self, line: Line, performed_on: date) -> datetime | None:
        """Return the instant of collection: an hour of that day, in the clinic's zone."""
        cell = line.cells["collected_at"]
        if not cell:
            return None
        found = MOMENT.fullmatch(cell)
        try:
            if found is None:
                raise ValueError
            at = time.fromisoformat(found[2])
        except ValueError:
            line.complain("collected_at", f"{cells.short(cell)} is not an hour. Write it as 09:30")
            return None
        if found[1] and found[1] != performed_on.isoformat():
            line.complain("collected_at", f"{found[1]} is another day than performed_on")
        return local_instant(performed_on, at, self.time_zone)

    def _limit(self, line: Line, name: str) -> Decimal | None:
        try:
            return cells.read_number(line.cells[name], decimal=self.decimal)
        except BadCell as error:
            line.complain(name, str(error))
            return None


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


def _specimen(line: Line, analyte: AnalyteEntry) -> str:
    cell = line.cells["specimen"]
    named = analyte.specimen(cell)
    if named is None:
        line.complain(
            "specimen",
            f"{cells.short(cell)} is not a specimen of {analyte.code}: "
            + ", ".join(analyte.specimens),
        )
    return named or ""


def _not_in_this_role(analyte: AnalyteEntry) -> str:
    roles = " or ".join(sorted(role.value for role in analyte.entered_by))
    return f"{analyte.code} is not entered in your role. Ask a {roles} to load this line"


def _unknown_code(code: str) -> str:
    near = cells.nearest(code.casefold(), catalogue.load_analytes())
    hint = f"Did you mean {near}?" if near else "The catalogue lists the codes (analytes.toml)"
    return f"{cells.short(code)} is not a code of the catalogue. {hint}".rstrip(".")
