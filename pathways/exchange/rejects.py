"""The lines that could not be loaded, in a file that can be mended and loaded again."""

from __future__ import annotations

import csv
import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from pathways.exchange.csv_in import REASON, Line, Sheet, UnusableFile
from pathways.worklists.spreadsheets import quiet


def beside(path: Path) -> Path:
    """Return where the rejects of a file go unless another place is named."""
    return path.with_name(path.name + ".rejects.csv")


class Rejects:
    """Writes refused lines as they were, with a last column `reason`; no file if there are none.

    The file keeps the encoding and the sign between cells of the original, so the same command
    line loads it again; a cell that a spreadsheet would run is led by an apostrophe, which reading
    takes away. Only its owner may read it: it holds what people are treated for.
    """

    def __init__(self, sheet: Sheet, path: Path | None) -> None:
        self.sheet = sheet
        self.path = path
        self.count = 0
        self._file: IO[str] | None = None
        self._writer: Any = None
        if path is not None and not os.access(path.parent, os.W_OK):
            raise UnusableFile(
                f"The rejects file cannot be written in {path.parent}. "
                "Name another place with --rejects PATH."
            )
        if path is not None and path.resolve() == sheet.path.resolve():
            raise UnusableFile("The rejects file would overwrite the file itself. Name another.")

    def add(self, line: Line) -> None:
        """Keep a refused line."""
        self.count += 1
        if self.path is None:
            return
        if self._writer is None:
            self._open(self.path)
        names = self.sheet.header
        cells = [*line.raw, *[""] * (len(names) - len(line.raw))]
        if REASON in names and len(cells) == len(names):
            cells.pop(names.index(REASON))
        why = "; ".join(f"{problem.field}: {problem.reason}" for problem in line.problems)
        self._writer.writerow([quiet(cell) for cell in (*cells, why)])

    def _open(self, path: Path) -> None:
        # A rejects file of an earlier run is replaced; nobody else may have opened it first.
        with suppress(FileNotFoundError):
            path.unlink()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(
            handle, "w", encoding=self.sheet.encoding, errors="replace", newline=""
        )
        self._writer = csv.writer(self._file, delimiter=self.sheet.delimiter)
        self._writer.writerow([*(name for name in self.sheet.header if name != REASON), REASON])

    def close(self) -> None:
        """Finish the file, if one was begun."""
        if self._file is not None:
            self._file.close()
            self._file = None
