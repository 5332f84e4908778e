"""Uploaded files: taken in, checked, confirmed by a person, worked, and forgotten within a day.

A row in state *checking* or *loading* is the queue, as the outbox is for mail (docs/adr/0003): the
worker claims one, says how far it is, and writes down what came of it. A worker that dies is
followed by another, which begins again: loading the same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from pathways import clock
from pathways.models import Clinic, ImportChange, ImportRun
from pathways.rules.import_states import IMPORT, IMPORT_WORKED, ImportKind, ImportState
from pathways.rules.lifecycles import may_become
from pathways.services import audit
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.list_report import LineChange

MEGABYTE = 1024 * 1024
LARGEST_BYTES = 10 * MEGABYTE
MOST_LINES = 200_000  # each may be refused with a reason that is longer than the line
SILENT = timedelta(minutes=5)  # a batch takes seconds; a worker silent for so long is gone
KEPT = timedelta(days=1)
LINES_TOLD = 300
MOST_TRIES = 3  # a file that ends its worker ends the next one too
FAULT = (
    "The file met a fault of this program. What was loaded before it stays and loading the file "
    "again does no harm. Tell the administrator the number of this file."
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and how it is written."""

    kind: ImportKind
    file_name: str
    content: bytes
    encoding: str
    date_format: str = ""
    decimal: str = ""


def check_size(size: int) -> None:
    """Refuse a file that is too large, before it is read."""
    if size > LARGEST_BYTES:
        raise Refused(
            f"The file holds {size / MEGABYTE:.1f} MB; at most {LARGEST_BYTES // MEGABYTE} MB are "
            "taken. Split it into several files, each with the line of column names.",
            field="file",
        )


@transaction.atomic
def upload(*, clinic: Clinic, file: Upload, by: Actor) -> ImportRun:
    """Keep a file and ask for it to be checked; nothing of it is loaded."""
    if not file.content.strip():
        raise Refused("The file is empty. Choose the file again, or save it first.", field="file")
    check_size(len(file.content))
    lines = _lines(file.content)
    if lines > MOST_LINES:
        raise Refused(
            f"The file holds {lines:,} lines; at most {MOST_LINES:,} are taken. Split it into "
            "several files, each with the line of column names.",
            field="file",
        )
    run = ImportRun.objects.create(
        clinic=clinic,
        kind=file.kind,
        file_name=file.file_name[-120:],
        encoding=file.encoding,
        date_format=file.date_format,
        decimal=file.decimal,
        content=file.content,
        lines_total=lines,
        uploaded_at=clock.now(),
        uploaded_by=by.name,
        uploader=by.user,
    )
    audit.record(
        by=by,
        verb="uploaded a file",
        subject=run,
        clinic=clinic,
        detail={"kind": file.kind, "bytes": len(file.content)},
    )
    return run


@transaction.atomic
def confirm(run: ImportRun, *, by: Actor) -> None:
    """Ask for a checked file to be loaded."""
    run = _locked(run)
    _move(run, ImportState.LOADING)
    if not run.changes.exists():
        raise Refused("No line of the file would change anything, so there is nothing to load.")
    run.confirmed_at, run.confirmed_by, run.confirmer = clock.now(), by.name, by.user
    run.lines_done, run.beat_at, run.tries = 0, None, 0
    run.save()
    audit.record(by=by, verb="confirmed an import", subject=run, clinic=run.clinic)


@transaction.atomic
def discard(run: ImportRun, *, by: Actor) -> None:
    """Forget a file without loading it."""
    run = _locked(run)
    _move(run, ImportState.DISCARDED)
    run.content, run.rejects, run.ended_at = None, None, clock.now()
    run.told, run.told_more = [], 0
    run.save()
    run.changes.all().delete()
    audit.record(by=by, verb="discarded a file", subject=run, clinic=run.clinic)


@transaction.atomic
def claim() -> ImportRun | None:
    """Give the oldest waiting file to this worker, or nothing; give up one that ends its workers.

    One file at a time: a long load may take its while, and mail and alerts need the other worker.
    """
    now = clock.now()
    if ImportRun.objects.filter(state__in=IMPORT_WORKED, beat_at__gte=now - SILENT).exists():
        return None
    for run in ImportRun.objects.waiting(now - SILENT).order_by("pk")[:5]:
        if run.tries >= MOST_TRIES:
            refuse(run, trouble=FAULT)
            continue
        # One statement, so that of two workers one has it.
        free = ImportRun.objects.waiting(now - SILENT).filter(pk=run.pk, state=run.state)
        if free.update(beat_at=now, lines_done=0, tries=F("tries") + 1):
            ImportChange.objects.filter(run=run).delete()  # it begins again
            claimed: ImportRun = ImportRun.objects.select_related("clinic", "confirmer").get(
                pk=run.pk
            )
            return claimed
    return None


def progress(run: ImportRun, lines: int) -> None:
    """Say how far the worker is; this is its sign of life too."""
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state)
    mine.update(lines_done=lines, beat_at=clock.now())


def is_silent(run: ImportRun) -> bool:
    """Tell whether nothing moved for so long that nobody need wait before the page."""
    last = run.beat_at or run.confirmed_at or run.uploaded_at
    return clock.now() - last > SILENT


def keep_changes(run: ImportRun, changes: Iterable[LineChange]) -> None:
    """Keep what lines change, for the page. What stands of a line already stays.

    A worker that was given up for dead may still be at work beside its follower.
    """
    rows = [
        ImportChange(
            clinic_id=run.clinic_id,
            run=run,
            line=change.line,
            mrn=change.mrn[:40],
            about=change.about[:300],
            is_new=change.is_new,
            cells=[[cell.column, cell.before, cell.after] for cell in change.cells],
        )
        for change in changes
    ]
    ImportChange.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


@transaction.atomic
def settle(
    run: ImportRun,
    *,
    lines: int,
    summary: Sequence[tuple[str, int]],
    told: Sequence[str],
    rejects: bytes | None,
    told_more: int = 0,
) -> None:
    """Write down what a check or a load came to; once loaded, the file itself is forgotten."""
    claimed, run = run, _locked(run)
    if not _is_still(claimed, run):
        return
    loaded = run.state == ImportState.LOADING
    _move(run, ImportState.LOADED if loaded else ImportState.CHECKED)
    run.lines_done = run.lines_total = lines
    run.summary = [[words, number] for words, number in summary]
    run.told, run.told_more = list(told[:LINES_TOLD]), told_more + len(told[LINES_TOLD:])
    run.rejects = rejects
    if loaded:
        run.content, run.ended_at = None, clock.now()
    run.save()


@transaction.atomic
def refuse(run: ImportRun, *, trouble: str) -> None:
    """Say why a file cannot be used as a whole, and forget it."""
    claimed, run = run, _locked(run)
    if not _is_still(claimed, run):
        return
    _move(run, ImportState.UNUSABLE)
    run.trouble, run.content, run.ended_at = trouble[:600], None, clock.now()
    run.save()
    if run.confirmed_at is None:
        run.changes.all().delete()  # nothing was written; else it says what was


def purge() -> int:
    """Forget of every file older than a day its bytes and name, what was refused and changed."""
    old = ImportRun.objects.filter(uploaded_at__lt=clock.now() - KEPT)
    left = old.filter(state__in=[ImportState.CHECKING, ImportState.CHECKED])
    left.update(state=ImportState.DISCARDED, ended_at=clock.now())
    ImportChange.objects.filter(run__in=old.exclude(state=ImportState.LOADING)).delete()
    held = old.exclude(content=None, rejects=None, told=[], file_name="", trouble="")
    return held.exclude(state=ImportState.LOADING).update(
        # A file's name may be a person's, and why it cannot be used may quote a cell.
        content=None,
        rejects=None,
        told=[],
        told_more=0,
        file_name="",
        trouble="",
    )


def _locked(run: ImportRun) -> ImportRun:
    locked: ImportRun = (
        ImportRun.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=run.pk)
    )
    return locked


def _is_still(claimed: ImportRun, run: ImportRun) -> bool:
    """Tell whether a file is still in the state that its worker claimed it in.

    It may have been discarded meanwhile, or a follower checked it and somebody confirmed it: what
    a late check found must not pass for a load.
    """
    if run.state == ImportState.DISCARDED:
        run.changes.all().delete()  # those heard since
    return run.state == claimed.state and run.state in IMPORT_WORKED


def _move(run: ImportRun, state: ImportState) -> None:
    old = ImportState(run.state)
    if not may_become(IMPORT, old, state):
        raise Refused(f"This file is {old} now. Look at the page again.")
    run.state = state


def _lines(content: bytes) -> int:
    ends = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    return max(0, ends - 1)
