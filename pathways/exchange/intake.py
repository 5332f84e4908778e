"""Take a file in: batch by batch, bad lines told and set aside, the rest written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from django.db import connection, connections

from pathways.exchange.csv_in import Line, Sheet
from pathways.exchange.rejects import Rejects
from pathways.models import Clinic
from pathways.services import alerts, audit
from pathways.services.actors import Actor
from pathways.services.list_report import Hear, LineChange, ListReport

Row = TypeVar("Row")
Done = TypeVar("Done", bound=ListReport)
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


def _say_nothing(changes: Iterable[LineChange]) -> None:
    """Nobody wants to know what each line changes."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Who listens to an import: complaints and notes, lines done, what each line changes."""

    tell: Callable[[str], None]
    progress: Callable[[int], None]
    hear: Hear = _say_nothing


@dataclass
class Intake(Generic[Row, Done]):
    """How one kind of file is read and written.

    `read` turns a line into a row, or complains about it and returns None; `write` writes a
    batch of rows and says what came of it, which is counted into `report`. With two `workers` one
    batch is prepared while the database writes another: only where batches cannot touch the same
    person. Lines that say the same in the column `together` are written in one batch; the file is
    then read whole, and its bad lines are told at the end.
    """

    sheet: Sheet
    rejects: Rejects
    read: Callable[[Line], Row | None]
    write: Callable[[Sequence[Row]], Done]
    report: Done
    ears: Ears
    batch: int = BATCH
    workers: int = 1
    together: str = ""
    # Where a service names a field otherwise than the file.
    columns: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> Taken:
        """Take the whole file in; complaints come in the order of the lines."""
        taken = Taken()
        try:
            if self.together:
                self._run_together(taken)
            elif self.workers == 1:
                for lines in _batches(self.sheet.lines(), self.batch):
                    rows = self._rows(lines)
                    self._settle(lines, self.write(rows) if rows else None, taken)
            else:
                self._run_overlapping(_batches(self.sheet.lines(), self.batch), taken)
        finally:
            self.rejects.close()
        return taken

    def run_for_good(self, verb: str, *, clinic: Clinic, by: Actor) -> Taken:
        """Take the file in; one audit event for the run if anything of it changed something.

        The alert rules are asked once about each person, however many batches they stand in.
        """
        taken = Taken()
        try:
            with alerts.once_each(by=by):
                taken = self.run()
        finally:
            # A file that breaks off half-way has written its first half all the same.
            if self.report.recorded:
                audit.record(
                    by=by,
                    verb=verb,
                    subject=clinic,
                    clinic=clinic,
                    detail={
                        "recorded": self.report.recorded,
                        "unchanged": self.report.unchanged,
                        "refused": taken.refused,
                    },
                )
        return taken

    def _run_together(self, taken: Taken) -> None:
        lines = list(self.sheet.lines())
        done = 0
        for batch in _whole(lines, self.together, self.batch):
            rows = self._rows(batch)
            if rows:
                self._absorb(self.write(rows), batch)
            done += len(batch)
            self.ears.progress(done)
        for line in lines:
            self._count(line, taken)

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
            self._absorb(done, lines)
        for line in lines:
            self._count(line, taken)
        self.ears.progress(taken.lines)

    def _absorb(self, done: Done, lines: list[Line]) -> None:
        """Count a batch in, tell what it noted, and complain about the lines it refused."""
        self.ears.hear(sorted(done.changes, key=lambda change: change.line))
        done.changes.clear()  # told; those of a whole file would fill the memory
        self.report.add(done)
        by_number = {line.number: line for line in lines}
        known = {*self.sheet.header, *self.sheet.absent}
        for number, refused in done.refused:
            column = self.columns.get(refused.field or "", refused.field or "")
            by_number[number].complain(
                column if column in known else "line", refused.message.rstrip(".")
            )
        for number, note in done.notes:
            self.ears.tell(f"{self.sheet.path}:{number}: note: {note}.")

    def _count(self, line: Line, taken: Taken) -> None:
        taken.lines += 1
        if line.is_good:
            return
        taken.refused += 1
        for problem in line.problems:
            self.ears.tell(f"{self.sheet.path}:{line.number}: {problem.field}: {problem.reason}.")
        self.rejects.add(line)


def workers_here() -> int:
    """Return two where a second connection sees what the first wrote, else one."""
    return 2 if connection.vendor == "postgresql" and not connection.in_atomic_block else 1


def _batches(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    waiting = iter(lines)
    while batch := list(islice(waiting, size)):
        yield batch


def _whole(lines: Iterable[Line], column: str, size: int) -> Iterator[list[Line]]:
    """Yield batches of at least `size` lines, never cut between lines that belong together."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.cells.get(column, ""), []).append(line)
    batch: list[Line] = []
    for group in groups.values():
        batch += group
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
