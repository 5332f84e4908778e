"""Move people to another version of the pathway."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from pathways.management.commands import _doors
from pathways.services import adoption, catalogue
from pathways.services.actors import Actor


class Command(_doors.Door):
    """Moves one person or a whole clinic to a version, and prints who changes what."""

    help = (
        "Move everybody of a clinic, or one person, to a published pathway version (the newest if "
        "none is named) and print each screening whose due date changes: number, code, old and "
        "new day. What has another rule falls due today at the earliest; what "
        "has the same rule keeps its dates. Try it with --dry-run first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Clinic, person, version, and whether it is a rehearsal."""
        _doors.add_clinic_argument(parser)
        parser.add_argument("--mrn", metavar="M", help="one person only, by hospital number")
        parser.add_argument(
            "--version", type=int, metavar="N", help="the version's number; the newest if absent"
        )
        parser.add_argument("--dry-run", action="store_true", help="show it, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Adopt, printing every change as it comes."""
        clinic = _doors.clinic_named(options["clinic"])
        people = changes = 0
        with self.refusals():
            number = options["version"]
            version = (
                catalogue.version_numbered(clinic, number)
                if number is not None
                else catalogue.current_version(clinic)
            )
            for batch in adoption.adopt(
                clinic=clinic,
                version=version,
                by=Actor.system("command:adopt_version"),
                mrn=options["mrn"],
                dry_run=options["dry_run"],
            ):
                people += batch.people
                changes += len(batch.moved)
                for moved in batch.moved:
                    was = _words(moved.was_due_on, owed=moved.was_owed)
                    now = _words(moved.is_due_on, owed=moved.is_owed)
                    self.stdout.write(f"{moved.mrn}  {moved.code}  {was} → {now}")
                if people % (10 * adoption.BATCH) == 0:
                    self.progress(people, "people")
        would = "would move" if options["dry_run"] else "moved"
        self.stdout.write(
            f"{people:,} people {would} to {version}; {changes:,} screenings change their due date."
        )
        if not catalogue.is_signed(version, clinic):
            self.stdout.write(
                f"{version} is not signed for {clinic}: its people get no mail until it is "
                "(sign_pathway)."
            )


def _words(day: date | None, *, owed: bool) -> str:
    if not owed:
        return "not owed"
    return day.isoformat() if day else "no date"
