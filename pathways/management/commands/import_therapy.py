"""Load a list of courses, cycles and entries of care."""

from __future__ import annotations

from typing import Any

from pathways.exchange.therapy import COLUMNS, TherapyImport
from pathways.management.commands import _doors, _imports
from pathways.services.actors import Actor


class Command(_imports.ImportDoor):
    """Writes down therapy of people who are registered, and reschedules what hangs on it."""

    columns = COLUMNS
    help = (
        "Load courses, cycles and entries of care from a CSV file. A course is a line with regimen "
        "and course_on (planned first day); a cycle of it repeats both and adds cycle, with "
        "planned_on or given_on (day 1); an entry has kind and from_on instead (transplant steps, "
        "prophylaxis, radiotherapy, mobility, illness and the like). state of a course is planned, "
        "running, on-hold (with from_on), completed or stopped (with until_on) or entered-in-error; "
        "of a cycle planned, started, completed (with until_on) or entered-in-error, which takes "
        "day 1 back. why is the reason, dose what was prescribed, in words. The same file again "
        "changes nothing. A line that cannot be used is reported as file:line: column: reason, the "
        "rest is loaded, exit code 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file and say what became of it."""
        clinic = _doors.clinic_named(options["clinic"])
        opened = self.open_file(options)
        run = TherapyImport(
            sheet=opened.sheet,
            clinic=clinic,
            dates=opened.dates,
            by=Actor.system("import:therapy"),
            rejects=opened.rejects,
            ears=self.ears(opened, options),
            dry_run=options["dry_run"],
        )
        taken = run.run()
        self.stdout.write(
            f"{clinic}: {run.report.recorded:,} recorded, {run.report.unchanged:,} known already, "
            f"{taken.refused:,} refused."
        )
        self.close(taken, opened, dry_run=options["dry_run"])
