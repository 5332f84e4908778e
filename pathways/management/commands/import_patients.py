"""Load a clinic's list of people."""

from __future__ import annotations

from typing import Any

from pathways import clock
from pathways.exchange.patients import COLUMNS, PatientImport
from pathways.management.commands import _doors, _imports
from pathways.services import catalogue
from pathways.services.actors import Actor


class Command(_imports.ImportDoor):
    """Registers, enrols and updates people by their hospital number."""

    columns = COLUMNS
    help = (
        "Register, enrol and update people from a CSV file. The same file again changes nothing; a "
        "blank cell keeps what is recorded. A line that cannot be used is reported as "
        "file:line: column: reason, the rest is loaded, and the exit code is 1. An email with a "
        "day in email_consent_on may be written to; one without is checked with the person first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file and say what became of it."""
        clinic = _doors.clinic_named(options["clinic"])
        opened = self.open_file(options)
        with self.refusals():
            version = catalogue.current_version(clinic)
        run = PatientImport(
            sheet=opened.sheet,
            clinic=clinic,
            version=version,
            dates=opened.dates,
            today=clock.today(clinic),
            by=Actor.system("import:patients"),
            rejects=opened.rejects,
            ears=self.ears(opened, options),
            dry_run=options["dry_run"],
        )
        taken = run.run()
        report = run.report
        self.stdout.write(
            f"{clinic}: {report.created:,} new, {report.updated:,} changed, "
            f"{report.unchanged:,} unchanged, {taken.refused:,} refused "
            f"({version}{'' if catalogue.is_signed(version, clinic) else ', not signed: no mail'})."
        )
        if report.needs_release:
            self.stdout.write(
                f"More than {clinic.release_over:,} new people: mail to this clinic's people waits "
                "until a coordinator releases it on the post page."
            )
        self.close(taken, opened, dry_run=options["dry_run"])
