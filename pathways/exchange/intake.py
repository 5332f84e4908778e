"""Take a file in: batch by batch, bad lines told and set aside, the rest written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from django.db import connection, connections

from pathways.exchange.csv_in import Line, Sheet
from pathways.exchange.rejects import Rejects

Row = TypeVar("Row")
Done = TypeVar("Done")
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
class Intake(Generic[Row, Done]):
    """How one kind of file is read and written.

    `read` turns a line into a row, or complains about it and returns None; `write` writes a
    batch of rows and says what came of it; `absorb` counts that in and complains about the lines
    that were refused; `tell` says one thing to the operator. With two `workers` one batch is
    prepared while the database writes another: only where batches cannot touch the same person.
    """

    sheet: Sheet
    rejects: Rejects
    read: Callable[[Line], Row | None]
    write: Callable[[Sequence[Row]], Done]
    absorb: Callable[[Done, dict[int, Line]], None]
    tell: Callable[[str], None]
    progress: Callable[[int], None]
    batch: int = BATCH
    workers: int = 1

    def run(self) -> Taken:
        """Take the whole file in; complaints come in the order of the lines."""
        taken = Taken()
        batches = _batches(self.sheet.lines(), self.batch)
        try:
            if self.workers == 1:
                for lines in batches:
                    rows = self._rows(lines)
                    self._settle(lines, self.write(rows) if rows else None, taken)
            else:
                self._run_overlapping(batches, taken)
        finally:
            self.rejects.close()
        return taken

    def _run_overlapping(self, batches: Iterator[list[Line]], taken: Taken) -> None:
        waiting: deque[tuple[list[Line], Future[Done] | None]] = deque()

        def settle_first() -> None:
            lines, future = waiting.popleft()
            self._settle(lines, future.result() if future else None, taken)

        with ThreadPoolExecutor(self.workers) as pool:
            for lines in batches:
                rows = self._rows(lines)
                waiting.append((lines, pool.submit(self._write_apart, rows) if rows else None))
                if len(waiting) > self.workers:
                    settle_first()
            while waiting:
                settle_first()

    def _write_apart(self, rows: Sequence[Row]) -> Done:
        """Write in a thread of its own, which has a connection of its own to close."""
        try:
            return self.write(rows)
        finally:
            connections.close_all()

    def _rows(self, lines: list[Line]) -> list[Row]:
        rows = []
        for line in lines:
            row = self.read(line) if line.is_good else None
            if row is not None and line.is_good:
                rows.append(row)
        return rows

    def _settle(self, lines: list[Line], done: Done | None, taken: Taken) -> None:
        if done is not None:
            self.absorb(done, {line.number: line for line in lines})
        for line in lines:
            self._count(line, taken)
        self.progress(taken.lines)

    def _count(self, line: Line, taken: Taken) -> None:
        taken.lines += 1
        if line.is_good:
            return
        taken.refused += 1
        for problem in line.problems:
            self.tell(f"{self.sheet.path}:{line.number}: {problem.field}: {problem.reason}.")
        self.rejects.add(line)


def workers_here() -> int:
    """Return two where a second connection sees what the first wrote, else one."""
    return 2 if connection.vendor == "postgresql" and not connection.in_atomic_block else 1


def _batches(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    waiting = iter(lines)
    while batch := list(islice(waiting, size)):
        yield batch
