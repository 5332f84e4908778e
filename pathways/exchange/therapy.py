"""A pharmacy's or a clinic's list of therapy: a line a course, a cycle, or an entry of care."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from pathways.catalogue import load_regimens
from pathways.exchange import cells
from pathways.exchange.cells import BadCell, Dates
from pathways.exchange.csv_in import Line, Sheet
from pathways.exchange.intake import Ears, Intake, Taken
from pathways.exchange.rejects import Rejects
from pathways.models import Clinic
from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.services import therapy_bulk
from pathways.services.actors import Actor
from pathways.services.list_report import ListReport
from pathways.services.therapy_lines import TherapyRow

# The reason is called `why`: a rejects file has a column `reason` of its own.
COLUMNS = (
    "mrn",
    "regimen",
    "course_on",
    "cycle",
    "planned_on",
    "given_on",
    "state",
    "why",
    "dose",
    "kind",
    "label",
    "from_on",
    "until_on",
    "detail",
)
DAYS = ("course_on", "planned_on", "given_on", "from_on", "until_on")
LONGEST = {"mrn": 40, "why": 200, "dose": 400, "label": 120, "detail": 400}
OF_A_COURSE = (
    CourseState.PLANNED,
    CourseState.RUNNING,
    CourseState.ON_HOLD,
    CourseState.COMPLETED,
    CourseState.STOPPED,
    CourseState.ENTERED_IN_ERROR,
)
OF_A_CYCLE = (
    CycleState.PLANNED,
    CycleState.STARTED,
    CycleState.COMPLETED,
    CourseState.ENTERED_IN_ERROR,
)
# Plans lie ahead; the services say how far. What was given is held against today by them too.
_ANY_DAY = date(2199, 12, 31)


@dataclass(slots=True)
class TherapyImport:
    """One run of the import: its file, its clinic, and what became of the lines."""

    sheet: Sheet
    clinic: Clinic
    dates: Dates
    by: Actor
    rejects: Rejects
    ears: Ears
    dry_run: bool = False
    report: ListReport = field(default_factory=ListReport)

    def run(self) -> Taken:
        """Load the file; one audit event for the run if it changed anything."""
        intake: Intake[TherapyRow, ListReport] = Intake(
            self.sheet,
            self.rejects,
            lambda line: read_row(line, dates=self.dates),
            self._write,
            self.report,
            self.ears,
            therapy_bulk.BATCH,
            together="mrn",
            columns={"reason": "why"},
        )
        if self.dry_run:
            return intake.run()
        return intake.run_for_good("imported therapy", clinic=self.clinic, by=self.by)

    def _write(self, rows: Sequence[TherapyRow]) -> ListReport:
        return therapy_bulk.record_rows(rows, clinic=self.clinic, by=self.by, dry_run=self.dry_run)


def read_row(line: Line, *, dates: Dates) -> TherapyRow | None:
    """Return the row of a line, or complain about every cell that will not do."""
    text = line.cells
    if not text["mrn"]:
        line.complain("mrn", "is blank. Every line needs it")
    for name, longest in LONGEST.items():
        if len(text[name]) > longest:
            line.complain(name, f"{len(text[name])} characters long; at most {longest} are stored")
    days: dict[str, date | None] = {}
    for name in DAYS:
        try:
            days[name] = dates.read(text[name], today=_ANY_DAY)
        except BadCell as error:
            line.complain(name, str(error))
    if bool(text["kind"]) == bool(text["regimen"]):
        line.complain("regimen", "Give a regimen for a course, or a kind for an entry, not both")
    cycle = _cycle(line)
    kind = _kind(line) if text["kind"] else None
    state = _state(line, OF_A_CYCLE if cycle is not None else OF_A_COURSE)
    regimen = text["regimen"].casefold()
    if regimen and regimen not in load_regimens():
        near = cells.nearest(regimen, load_regimens())
        hint = f"Did you mean {near}?" if near else "The catalogue lists them (regimens.toml)"
        line.complain("regimen", f"{cells.short(regimen)} is not a regimen. {hint}".rstrip("."))
    if kind is None and text["regimen"] and not text["course_on"]:
        line.complain("course_on", "is blank. A course is known by its planned first day")
    if not line.is_good:
        return None
    return TherapyRow(
        line=line.number,
        mrn=text["mrn"],
        regimen=regimen,
        cycle=cycle,
        state=state,
        why=text["why"],
        dose=text["dose"],
        kind=kind,
        label=text["label"],
        detail=text["detail"],
        **days,
    )


def _cycle(line: Line) -> int | None:
    cell = line.cells["cycle"]
    if not cell:
        return None
    if not cell.isdecimal() or not 1 <= int(cell) <= 99:
        line.complain("cycle", f"{cells.short(cell)} is not a number from 1 to 99")
        return None
    return int(cell)


def _kind(line: Line) -> EntryKind | None:
    try:
        return EntryKind(cells.read_word(line.cells["kind"], list(EntryKind)))
    except BadCell as error:
        line.complain("kind", str(error))
        return None


def _state(line: Line, states: Sequence[str]) -> str:
    cell = line.cells["state"]
    if not cell:
        return ""
    words = {state.replace(" ", "-"): str(state) for state in states}
    try:
        return words[cells.read_word(cell, words)]
    except BadCell as error:
        line.complain("state", str(error))
        return ""
