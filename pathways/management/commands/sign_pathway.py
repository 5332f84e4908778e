"""Put a clinician's name under a pathway version, for one clinic."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from pathways import clock
from pathways.management.commands import _doors
from pathways.services import catalogue
from pathways.services.actors import Actor


class Command(_doors.Door):
    """Records who signed which version for a clinic, and when."""

    help = (
        "Record that a clinician of the clinic has signed a pathway version. Without a signature "
        "no patient of that clinic gets mail. The same person may sign only once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Clinic, name, day and version."""
        _doors.add_clinic_argument(parser)
        parser.add_argument("--by", required=True, help="name and role of the clinician who signs")
        parser.add_argument("--on", metavar="DATE", help="the day of signing; today if absent")
        parser.add_argument(
            "--version", type=int, metavar="N", help="the version's number; the newest if absent"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sign, and say what was signed."""
        clinic = _doors.clinic_named(options["clinic"])
        signed_on = _doors.day_of(options["on"], "--on") if options["on"] else clock.today(clinic)
        with self.refusals():
            number = options["version"]
            version = (
                catalogue.version_numbered(clinic, number)
                if number is not None
                else catalogue.current_version(clinic)
            )
            row = catalogue.sign(
                version=version,
                clinic=clinic,
                signed_by=options["by"],
                signed_on=signed_on,
                by=Actor.system("command:sign_pathway"),
            )
        self.stdout.write(
            f"{version} is signed for {clinic} by {row.signed_by} on {row.signed_on}."
        )
