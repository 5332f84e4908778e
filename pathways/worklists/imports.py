"""Uploaded files in words: the list of a clinic, and how far one of them is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pathways.models import Clinic, ImportRun
from pathways.models.authors import Authors, authors_of
from pathways.rules.import_states import IMPORT_WORKED, ImportKind, ImportState

SHOWN = 30
KINDS = {
    ImportKind.PATIENTS: "People",
    ImportKind.RESULTS: "Results",
    ImportKind.THERAPY: "Therapy",
}
STATES = {
    ImportState.CHECKING: "Being checked",
    ImportState.CHECKED: "Checked, waits for you",
    ImportState.LOADING: "Being loaded",
    ImportState.LOADED: "Loaded",
    ImportState.UNUSABLE: "Cannot be used",
    ImportState.DISCARDED: "Discarded",
}
_TAGS = {
    ImportState.CHECKING: "waiting",
    ImportState.CHECKED: "due",
    ImportState.LOADING: "waiting",
    ImportState.LOADED: "done",
    ImportState.UNUSABLE: "failed",
    ImportState.DISCARDED: "closed",
}


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One uploaded file as a reader sees it."""

    pk: int
    what: str
    state: str
    tag: str
    name: str
    when: str
    who: str
    done: int
    total: int
    summary: tuple[tuple[str, int], ...]
    told: tuple[str, ...]
    told_more: int
    trouble: str
    working: bool
    checked: bool
    loaded: bool
    has_rejects: bool
    confirmed: bool


def latest_imports(clinic: Clinic) -> tuple[ImportRow, ...]:
    """Return the files of a clinic, newest first: two questions that read no file."""
    rows = ImportRun.objects.in_clinic(clinic).defer("content", "rejects", "told")[:SHOWN]
    zone = ZoneInfo(clinic.time_zone)
    authors = authors_of(clinic.pk)
    return tuple(import_row(row, zone, authors, told=(), has_rejects=False) for row in rows)


def import_row(
    run: ImportRun, zone: ZoneInfo, authors: Authors, *, told: Iterable[str], has_rejects: bool
) -> ImportRow:
    """Return one file in words."""
    state = ImportState(run.state)
    return ImportRow(
        pk=run.pk,
        what=KINDS[ImportKind(run.kind)],
        state=STATES[state],
        tag=_TAGS[state],
        name=run.file_name,
        when=f"{run.uploaded_at.astimezone(zone):%-d %b, %H:%M}",
        who=authors.named(run.uploaded_by),
        done=run.lines_done,
        total=max(run.lines_total, run.lines_done, 1),
        summary=tuple((words, number) for words, number in run.summary),
        told=tuple(told),
        told_more=run.told_more,
        trouble=run.trouble,
        working=state in IMPORT_WORKED,
        checked=state is ImportState.CHECKED,
        loaded=state is ImportState.LOADED,
        has_rejects=has_rejects,
        confirmed=run.confirmed_at is not None,
    )
