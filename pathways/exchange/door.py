"""Open a file and its rejects for an import, with every option checked before a line is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pathways.exchange import csv_in, rejects
from pathways.exchange.cells import Dates, UnusableFormat
from pathways.exchange.csv_in import Sheet, UnusableFile
from pathways.exchange.rejects import Rejects


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that can be read, and where its refused lines go."""

    sheet: Sheet
    dates: Dates
    rejects: Rejects


def open_file(
    path: Path,
    *,
    columns: tuple[str, ...],
    encoding: str,
    date_format: str,
    rejects_path: Path | None,
    dry_run: bool,
    optional: tuple[str, ...] = (),
) -> Opened:
    """Check file, encoding, header, date format and the place of the rejects file.

    A dry run writes no rejects file unless a place for it is named. Raises `UnusableFile`.
    """
    try:
        dates = Dates(date_format)
    except UnusableFormat as error:
        raise UnusableFile(str(error)) from error
    sheet = csv_in.open_sheet(path, columns=columns, optional=optional, encoding=encoding)
    place = rejects_path or (None if dry_run else rejects.beside(path))
    return Opened(sheet, dates, Rejects(sheet, place))
