"""Publish the product's pathway, or a clinic's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from pathways.catalogue import CatalogueError, load_pathway
from pathways.management.commands import _doors
from pathways.services import catalogue
from pathways.services.actors import Actor


class Command(_doors.Door):
    """Publishes the catalogue's pathway version; publishing it again changes nothing."""

    help = (
        "Publish the pathway of the catalogue as an immutable version. Running it again changes "
        "nothing; changed content under a published number is refused. With --clinic and --pathway "
        "it becomes that clinic's own version, which comes before the product's there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Say whose version it is, and where it is written."""
        parser.add_argument("--clinic", metavar="CODE", help="publish as this clinic's own version")
        parser.add_argument(
            "--pathway",
            metavar="FOLDER",
            help="a pathway.toml with its screenings, written like the product's; needs --clinic",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, and say what is published."""
        code = options["clinic"]
        written = Path(options["pathway"]) if options["pathway"] else None
        if written is not None and code is None:
            _doors.unusable("--pathway is a clinic's own: name the clinic with --clinic CODE.")
        if written is not None and not written.exists():
            _doors.unusable(f"--pathway {written} is not there. Name a folder with a pathway.toml.")
        clinic = _doors.clinic_named(code) if code else None
        try:
            entry = load_pathway(written) if written is not None else None
            with self.refusals():
                version = catalogue.load(
                    by=Actor.system("command:load_catalogue"), entry=entry, clinic=clinic
                )
        except CatalogueError as error:
            _doors.unusable(f"The catalogue cannot be used:\n{error}")
        whose = f" for {clinic.code} alone" if clinic else ""
        self.stdout.write(
            f"{version} is published{whose}: {version.definitions.count()} screening definitions. "
            f"Until {'the' if clinic else 'a'} clinic signs it (sign_pathway), it drives staff lists "
            "but no mail."
        )
