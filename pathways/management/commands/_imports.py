"""The options and the closing words that both imports share."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import CommandError, CommandParser

from pathways.exchange import door
from pathways.exchange.csv_in import DEFAULT_ENCODING, UnusableFile
from pathways.exchange.door import Opened
from pathways.exchange.intake import Ears, Taken
from pathways.management.commands import _doors
from pathways.services.list_report import LineChange

SILENT_SECONDS = 5  # a short run says nothing until it is done


class Runs(Protocol):
    """One import that is ready to run."""

    def run(self) -> Taken:
        """Load the file."""


class ImportDoor(_doors.Door):
    """A command that loads a CSV file into one clinic."""

    _spoke_at = 0.0
    columns: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """File, clinic, and how the file is written."""
        more = f", and perhaps {', '.join(self.optional)}" if self.optional else ""
        parser.add_argument(
            "file", type=Path, help=f"CSV with the columns {', '.join(self.columns)}{more}"
        )
        _doors.add_clinic_argument(parser)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, only")
        parser.add_argument(
            "--encoding",
            default=DEFAULT_ENCODING,
            help="how the file was saved: utf-8 (with or without byte order mark), latin-1, cp1252",
        )
        parser.add_argument(
            "--date-format",
            default="",
            metavar="FORMAT",
            help="how dates are written, e.g. '%%d/%%m/%%Y'; without it only 2025-12-31 is read",
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="PATH",
            help="where refused lines go; FILE.rejects.csv beside the file if absent",
        )

    def open_file(self, options: dict[str, Any]) -> Opened:
        """Open the file, or stop with exit code 2."""
        try:
            return door.open_file(
                options["file"],
                columns=self.columns,
                optional=self.optional,
                encoding=options["encoding"],
                date_format=options["date_format"],
                rejects_path=options["rejects"],
                dry_run=options["dry_run"],
            )
        except UnusableFile as error:
            _doors.unusable(str(error))

    def ears(self, opened: Opened, options: dict[str, Any]) -> Ears:
        """Return who listens; what each line would change is said in a dry run only."""
        self._spoke_at = time.monotonic()
        if not options["dry_run"]:
            return Ears(self.tell, self.tell_progress)
        return Ears(self.tell, self.tell_progress, partial(self.tell_changes, opened.sheet.path))

    def tell_changes(self, path: Path, changes: Iterable[LineChange]) -> None:
        """Say what a line would change of what is recorded; what it adds is only counted."""
        for change in changes:
            if not change.is_new:
                cells = "; ".join(
                    f"{cell.column}: {cell.before or 'nothing'} → {cell.after or 'nothing'}"
                    for cell in change.cells
                )
                self.stdout.write(f"{path}:{change.line}: {change.about}: {cells}")

    def tell(self, text: str) -> None:
        """Say one thing about one line, on the error stream."""
        self.stderr.write(text, self.style.NOTICE)

    def tell_progress(self, lines: int) -> None:
        """Say how far a long run has come, every few seconds."""
        now = time.monotonic()
        if now - self._spoke_at >= SILENT_SECONDS:
            self._spoke_at = now
            self.progress(lines, "lines")

    def close(self, taken: Taken, opened: Opened, *, dry_run: bool) -> None:
        """End with exit code 1 if a line was refused, and say where it lies now."""
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        if not taken.refused:
            return
        where = opened.rejects.path
        place = (
            f" They are in {where}, with the reason of each; mend and load that file."
            if where
            else ""
        )
        raise CommandError(
            f"{taken.refused:,} of {taken.lines:,} lines refused.{place}", returncode=_doors.PARTLY
        )
