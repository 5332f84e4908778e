"""One neurological exam: what was found, its totals with their items, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pathways.catalogue import InstrumentEntry, load_instruments
from pathways.models import ExamItem, NeuroExam
from pathways.models.authors import authors_of
from pathways.rules.due_phrase import short_date
from pathways.rules.exam_words import ScoringMode
from pathways.rules.quantities import written
from pathways.worklists.exam_words import WORSE, answer_words, total_name
from pathways.worklists.nerves import items_of, sign_words, who_words


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One total or finding of an exam, in words."""

    label: str
    worse: str
    value: str
    items: str


@dataclass(frozen=True, slots=True)
class ExamPage:
    """Everything about one exam."""

    exam: NeuroExam
    on: str
    who: str
    recorded_by: str
    withdrawn_by: str
    rows: tuple[FoundRow, ...]
    reasons: tuple[str, ...]
    replaces: NeuroExam | None
    replaced_by: NeuroExam | None


def exam_page(exam: NeuroExam, day: date) -> ExamPage:
    """Return the page of an exam; five questions."""
    authors = authors_of(exam.clinic_id)
    items = list(exam.items.all())
    # An exam that was taken back still shows what it said: its first words, not the withdrawal.
    kept = {row.code: row for row in exam.totals.all().order_by("-id")}
    rows: list[FoundRow] = []
    for entry in load_instruments().values():
        if not entry.totals and (said := sign_words(entry, items)):
            rows.append(FoundRow(entry.label, "", said, ""))
        for each in entry.totals:
            made = each.of(entry.answers_of(items))
            row = kept.get(each.code)
            if (row is None and not made.tested) or not each.scored_in(ScoringMode(exam.mode)):
                continue
            value = row.value if row is not None else made.value
            method = f", {row.method}" if row is not None and row.method else ""
            rows.append(
                FoundRow(
                    label=f"{total_name(entry, each)}{method}",
                    worse=WORSE[entry.worse],
                    value=f"{written(value)} {entry.unit}".strip()
                    if value is not None
                    else made.words,
                    items=items_of(entry, each, items) or "total alone, items not given",
                )
            )
    return ExamPage(
        exam=exam,
        on=short_date(exam.performed_on, day),
        who=who_words(exam, authors),
        recorded_by=authors.named(exam.recorded_by),
        withdrawn_by=authors.named(exam.withdrawn_by),
        rows=tuple(rows),
        reasons=tuple(_reason(row) for row in items if row.reason),
        replaces=exam.replaces,
        replaced_by=NeuroExam.objects.filter(replaces=exam).first(),
    )


def _reason(row: ExamItem) -> str:
    entry: InstrumentEntry = load_instruments()[row.instrument]
    label = next((item.label for item in entry.items if item.code == row.item), row.item)
    side = f" {row.side}" if row.side else ""
    return f"{entry.short}, {label.lower()}{side} {answer_words(row)}: {row.reason}"
