"""What each line of an uploaded file changes: a page of them, the changed ones before the new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from pathways.models import ImportRun, Patient

PAGE = 50
VIEWS = ((False, "changed", "Changed"), (True, "new", "New"))


@dataclass(frozen=True, slots=True)
class ChangeCell:
    """One cell in words: which column, and what it becomes."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One line; `patient_id` is None where the person is not registered yet."""

    line: int
    mrn: str
    patient_id: Any
    about: str
    cells: tuple[ChangeCell, ...]


@dataclass(frozen=True, slots=True)
class ImportChanges:
    """One view of the lines of a file, and how many each view holds."""

    show: str
    is_new: bool
    rows: tuple[ChangeRow, ...]
    page: Page[Any]
    views: tuple[tuple[str, str, int, bool], ...]

    @property
    def previous_address(self) -> str:
        """The page before, or nothing."""
        return self._address(-1) if self.page.has_previous() else ""

    @property
    def next_address(self) -> str:
        """The page after, or nothing."""
        return self._address(1) if self.page.has_next() else ""

    def _address(self, step: int) -> str:
        return f"?show={self.show}&page={self.page.number + step}#import-lines"


def import_changes(run: ImportRun, show: str, page: str) -> ImportChanges | None:
    """Return one page of the lines that change something, or None where none does.

    Three questions and a lookup of the people, however long the file.
    """
    counted = run.changes.order_by().values_list("is_new").annotate(number=Count("pk"))
    totals = dict(counted)
    if not totals:
        return None
    is_new = show == "new" if show in {"new", "changed"} else not totals.get(False)
    shown = Paginator(run.changes.filter(is_new=is_new), PAGE).get_page(page)
    lines = list(shown.object_list)
    known = dict(
        Patient.objects.filter(
            clinic_id=run.clinic_id, mrn__in={line.mrn for line in lines}
        ).values_list("mrn", "pk")
    )
    return ImportChanges(
        show="new" if is_new else "changed",
        is_new=is_new,
        rows=tuple(
            ChangeRow(
                line=line.line,
                mrn=line.mrn,
                patient_id=known.get(line.mrn),
                about=line.about,
                cells=tuple(
                    ChangeCell(column.replace("_", " "), before, after)
                    for column, before, after in line.cells
                ),
            )
            for line in lines
        ),
        page=shown,
        views=tuple(
            (key, words, totals.get(flag, 0), flag == is_new) for flag, key, words in VIEWS
        ),
    )
