"""Adverse events of one person: each grade by its own list, beside its baseline and its cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pathways.catalogue import ToxicityGroup, load_toxicity, load_toxicity_terms
from pathways.catalogue.toxicity import TEXTS
from pathways.models import Patient, Toxicity
from pathways.models.authors import Authors
from pathways.rules.disease_words import CtcaeVersion, ToxicityAction
from pathways.rules.due_phrase import short_date
from pathways.rules.toxicity import cause_words, change_words
from pathways.worklists.response_rows import TO_BE_CHECKED

GROUPS = {
    ToxicityGroup.NERVES: "Nerves",
    ToxicityGroup.BLOOD: "Blood",
    ToxicityGroup.CHEMISTRY: "Kidney, liver, glucose",
    ToxicityGroup.GENERAL: "General",
}


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term to choose: the parts of its address, its name and its grades."""

    address: tuple[str, str]
    label: str
    grades: str


@dataclass(frozen=True, slots=True)
class TermGroup:
    """Terms that belong together."""

    label: str
    terms: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True)
class ToxicityRow:
    """One adverse event in words; `text` is empty where the list's texts are not kept here."""

    pk: int
    label: str
    grade: int
    list_label: str
    text: str
    doubt: str
    change: str
    cause: str
    action: str
    began: str
    ended: str
    course: str
    note: str
    by: str
    struck: str

    @property
    def goes_on(self) -> bool:
        """Whether it stands and has no end."""
        return not self.ended and not self.struck


def toxicity_rows(patient: Patient, day: date, authors: Authors) -> tuple[ToxicityRow, ...]:
    """Return every adverse event, newest first; one question."""
    rows = Toxicity.objects.filter(patient=patient).select_related("course")
    return tuple(_row(row, day, authors) for row in rows.order_by("-began_on", "-id"))


def term_groups(version: str) -> tuple[TermGroup, ...]:
    """Return the terms by group, each with the grades it has in this list as far as known."""
    terms = load_toxicity_terms().values()
    return tuple(
        TermGroup(
            label=GROUPS[group],
            terms=tuple(
                TermRow(
                    address=(version, entry.key),
                    label=entry.label,
                    grades=f"grades {', '.join(map(str, entry.grades))}"
                    if version == TEXTS
                    else "",
                )
                for entry in terms
                if entry.group is group
            ),
        )
        for group in ToxicityGroup
    )


def term_label(term: str) -> str:
    """Return the catalogue's name of a term, or its key in words."""
    entry = load_toxicity_terms().get(term)
    return entry.label if entry else term.replace("-", " ").capitalize()


def list_label(version: str) -> str:
    """Return the name of a list of grades."""
    return load_toxicity().lists[CtcaeVersion(version)].label


def _row(row: Toxicity, day: date, authors: Authors) -> ToxicityRow:
    entry = load_toxicity_terms().get(row.term)
    text = entry.words(row.list_version, row.grade) if entry else ""
    return ToxicityRow(
        pk=row.pk,
        label=term_label(row.term),
        grade=row.grade,
        list_label=list_label(row.list_version),
        text=text,
        doubt=TO_BE_CHECKED if text and entry and not entry.checked else "",
        change=change_words(row.grade, row.baseline_grade),
        cause=cause_words(row.cause),
        action="" if row.action == ToxicityAction.NONE else row.action,
        began=short_date(row.began_on, day),
        ended=short_date(row.ended_on, day) if row.ended_on else "",
        course=row.course.label if row.course else "",
        note=row.note,
        by=authors.named(row.recorded_by),
        struck=authors.struck(row),
    )
