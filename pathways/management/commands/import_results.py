"""Load a list of results."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from pathways import clock
from pathways.exchange.results import COLUMNS, OPTIONAL, ResultImport
from pathways.management.commands import _doors, _imports
from pathways.services.actors import Actor


class Command(_imports.ImportDoor):
    """Records results of people who are registered, and reschedules them."""

    columns = COLUMNS
    optional = OPTIONAL
    help = (
        "Record results from a CSV file. The same file again changes nothing; a later word on the "
        "same sample (person, code, day, specimen, laboratory) replaces the earlier, which is "
        "kept. status is collected, final, rejected, lost or entered-in-error. A value without a "
        "unit is kept and compared with nothing; an unlikely one is refused until a reason is "
        "given. A line that cannot be "
        "used is reported as file:line: column: reason, the rest is loaded, exit code 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What both imports take, and what a comma in a number means."""
        super().add_arguments(parser)
        parser.add_argument(
            "--decimal",
            choices=["comma", "point"],
            default="",
            help="what a comma in a number means, where 1,250 could be read either way",
        )

        parser.add_argument(
            "--keep-implausible",
            default="",
            metavar="REASON",
            help="keep every unlikely value as printed, with this reason in the record",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file and say what became of it."""
        clinic = _doors.clinic_named(options["clinic"])
        opened = self.open_file(options)
        run = ResultImport(
            sheet=opened.sheet,
            clinic=clinic,
            dates=opened.dates,
            today=clock.today(clinic),
            by=Actor.system("import:results"),
            rejects=opened.rejects,
            ears=self.ears(opened, options),
            decimal=options["decimal"],
            keep_implausible=options["keep_implausible"].strip(),
            dry_run=options["dry_run"],
        )
        taken = run.run()
        self.stdout.write(
            f"{clinic}: {run.report.recorded:,} recorded, {run.report.unchanged:,} known already, "
            f"{taken.refused:,} refused."
        )
        self.close(taken, opened, dry_run=options["dry_run"])
