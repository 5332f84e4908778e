"""Print a clinic's due list."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from pathways import clock
from pathways.management.commands import _doors
from pathways.worklists import due_export


class Command(_doors.Door):
    """One row per open screening: what the due-list page shows, row for row."""

    help = (
        "Print one row per open screening of a clinic as of a day, ordered by due date, hospital "
        "number and code; what has no date comes last. Dates are the clinic's."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Clinic, day, format, and whether closed screenings are wanted too."""
        _doors.add_clinic_argument(parser)
        parser.add_argument("--on", metavar="DATE", help="YYYY-MM-DD; the clinic's today if absent")
        parser.add_argument(
            "--format",
            choices=["csv", "table"],
            default="table",
            help="for a program, or for reading",
        )
        parser.add_argument("--all", action="store_true", help="closed screenings too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Stream the rows to standard output."""
        clinic = _doors.clinic_named(options["clinic"])
        day = _doors.day_of(options["on"], "--on") if options["on"] else clock.today(clinic)
        rows = due_export.rows(clinic, day, all=options["all"])
        form = due_export.csv_lines if options["format"] == "csv" else due_export.table_lines
        _doors.write_out(form(rows), self.stdout)
