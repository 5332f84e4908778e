"""Take a file in: batch by batch, bad lines told and set aside, the rest written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from pathways.exchange.csv_in import Line, Sheet
from pathways.exchange.rejects import Rejects

Row = TypeVar("Row")
BATCH = 1000


@dataclass(slots=True)
class Taken:
    """How many lines held anything, and how many of them were refused."""

    lines: int = 0
    refused: int = 0

    @property
    def taken(self) -> int:
        """Lines that were loaded, or were known already."""
        return self.lines - self.refused


@dataclass
class Intake(Generic[Row]):
    """How one kind of file is read and written.

    `read` turns a line into a row, or complains about it and returns None; `write` writes a
    batch of rows and complains about the lines it refuses; `tell` says one thing to the operator.
    """

    sheet: Sheet
    rejects: Rejects
    read: Callable[[Line], Row | None]
    write: Callable[[Sequence[Row], dict[int, Line]], None]
    tell: Callable[[str], None]
    progress: Callable[[int], None]
    batch: int = BATCH

    def run(self) -> Taken:
        """Take the whole file in; complaints come in the order of the lines."""
        taken = Taken()
        try:
            for lines in _batches(self.sheet.lines(), self.batch):
                rows = []
                for line in lines:
                    row = self.read(line) if line.is_good else None
                    if row is not None and line.is_good:
                        rows.append(row)
                if rows:
                    self.write(rows, {line.number: line for line in lines})
                for line in lines:
                    self._settle(line, taken)
                self.progress(taken.lines)
        finally:
            self.rejects.close()
        return taken

    def _settle(self, line: Line, taken: Taken) -> None:
        taken.lines += 1
        if line.is_good:
            return
        taken.refused += 1
        for problem in line.problems:
            self.tell(f"{self.sheet.path}:{line.number}: {problem.field}: {problem.reason}.")
        self.rejects.add(line)


def _batches(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    waiting = iter(lines)
    while batch := list(islice(waiting, size)):
        yield batch
