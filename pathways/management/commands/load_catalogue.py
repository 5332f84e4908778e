"""Publish the product's pathway."""

from __future__ import annotations

from typing import Any

from pathways.catalogue import CatalogueError
from pathways.management.commands import _doors
from pathways.services import catalogue
from pathways.services.actors import Actor


class Command(_doors.Door):
    """Publishes the catalogue's pathway version; publishing it again changes nothing."""

    help = (
        "Publish the pathway of the catalogue as an immutable version. Running it again changes "
        "nothing; changed content under a published number is refused."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, and say what is published."""
        try:
            with self.refusals():
                version = catalogue.load(by=Actor.system("command:load_catalogue"))
        except CatalogueError as error:
            _doors.unusable(f"The catalogue cannot be used:\n{error}")
        self.stdout.write(
            f"{version} is published: {version.definitions.count()} screening definitions. "
            "Until a clinic signs it (sign_pathway), it drives staff lists but no mail."
        )
