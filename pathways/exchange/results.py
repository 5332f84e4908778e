"""A laboratory's or a clinic's list of results: one line a result, loaded as often as it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from pathways.catalogue import AnalyteEntry
from pathways.exchange.cells import Dates
from pathways.exchange.csv_in import Sheet
from pathways.exchange.intake import Ears, Intake, Taken
from pathways.exchange.rejects import Rejects
from pathways.exchange.result_lines import LineReader, anything
from pathways.models import Clinic
from pathways.services import results_bulk
from pathways.services.actors import Actor
from pathways.services.list_report import ListReport
from pathways.services.result_standing import SaidInFile
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
OPTIONAL = ("method", "sample_number", "reference_low", "collected_at", "doubt")


@dataclass(slots=True)
class ResultImport:
    """One run of the import: its file, its clinic, and what became of the lines."""

    sheet: Sheet
    clinic: Clinic
    dates: Dates
    today: date
    by: Actor
    rejects: Rejects
    ears: Ears
    decimal: str = ""
    keep_implausible: str = ""
    may_enter: Callable[[AnalyteEntry], bool] = anything
    dry_run: bool = False
    report: ListReport = field(default_factory=ListReport)
    said: SaidInFile = field(default_factory=SaidInFile)

    def run(self) -> Taken:
        """Load the file; one audit event for the run if it changed anything."""
        reader = LineReader(
            dates=self.dates,
            today=self.today,
            time_zone=self.clinic.time_zone,
            decimal=self.decimal,
            keep_implausible=self.keep_implausible,
            may_enter=self.may_enter,
        )
        intake: Intake[ResultRow, ListReport] = Intake(
            self.sheet,
            self.rejects,
            reader.read,
            self._write,
            self.report,
            self.ears,
            results_bulk.BATCH,
        )
        if self.dry_run:
            return intake.run()
        return intake.run_for_good("imported results", clinic=self.clinic, by=self.by)

    def _write(self, rows: Sequence[ResultRow]) -> ListReport:
        return results_bulk.record_rows(
            rows,
            clinic=self.clinic,
            today=self.today,
            by=self.by,
            said=self.said,
            dry_run=self.dry_run,
        )
