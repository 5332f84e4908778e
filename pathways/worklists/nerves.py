"""The nerves of one person: every series of every instrument, set beside baseline, last and best.

Four questions, whatever the length of the history. A total that could not be computed is listed
with how far it came; nothing is drawn or compared across scorers, devices, aids or versions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import InstrumentEntry, Part, TotalEntry, load_instruments
from pathways.models import ExamItem, NeuroExam, Observation, Patient
from pathways.models.authors import Authors, authors_of
from pathways.rules.due_phrase import short_date
from pathways.rules.exam_words import ExamOrigin, ScoringMode, Side
from pathways.rules.observations import Reading, series_of
from pathways.rules.quantities import written
from pathways.worklists.exam_words import (
    WORSE,
    answer_words,
    only_recorded,
    source_words,
    threshold_words,
    total_name,
)
from pathways.worklists.nerve_beside import Beside, beside, standing_apart
from pathways.worklists.result_words import unit_beside, value_words

SCORED = {ScoringMode.CLINICIAN: "scored by a clinician", ScoringMode.SELF_REPORT: "self-report"}
UNFOLDED = 3  # values that stand open under a series; the rest is a press away


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value of a series, or why there is none, with its items and who scored."""

    on: str
    value: str
    items: str
    who: str
    exam_id: int | None


@dataclass(frozen=True, slots=True)
class SeriesTable:
    """One series: its newest value, what it is set beside, and every value, newest first."""

    name: str
    range: str
    worse: str
    unit: str
    value: str
    on: str
    beside: tuple[Beside, ...]
    apart: str
    lines: tuple[ValueLine, ...]
    published: str
    source: str
    caveat: str

    @property
    def newest(self) -> tuple[ValueLine, ...]:
        """The last few values; a single one before them is not worth hiding."""
        return self.lines if len(self.lines) <= UNFOLDED + 1 else self.lines[:UNFOLDED]

    @property
    def earlier(self) -> tuple[ValueLine, ...]:
        """What is folded under them."""
        return self.lines[len(self.newest) :]


@dataclass(frozen=True, slots=True)
class SignRow:
    """A finding in words, at the latest exam that says something of it and at the one before."""

    label: str
    latest: str
    on: str
    before: str
    before_on: str


@dataclass(frozen=True, slots=True)
class ExamLine:
    """One exam in a line."""

    pk: int
    on: str
    how: str
    attribution: str
    struck: bool
    why: str


@dataclass(frozen=True, slots=True)
class NervesPage:
    """Everything the tab shows."""

    series: tuple[SeriesTable, ...]
    signs: tuple[SignRow, ...]
    exams: tuple[ExamLine, ...]


def nerves_page(patient: Patient, day: date) -> NervesPage:
    """Return the nerves of a person, as of the day."""
    exams = list(
        NeuroExam.objects.filter(patient=patient)
        .prefetch_related("items")
        .order_by("-performed_on", "-id")
    )
    standing = [exam for exam in exams if exam.withdrawn_at is None]
    codes = [each.code for entry in load_instruments().values() for each in entry.totals]
    kept = {
        row.pk: row for row in Observation.objects.final().filter(patient=patient, code__in=codes)
    }
    by_code: dict[str, list[Reading]] = defaultdict(list)
    for row in kept.values():
        by_code[row.code].append(row.reading)
    authors = authors_of(patient.clinic_id)
    tables = []
    for entry in load_instruments().values():
        for each in entry.totals:
            short = _unfinished(entry, each, standing, kept, authors, day)
            groups = list(series_of(by_code[each.code]).values())
            # The series that was last added to stands first; what has no total goes with it.
            groups.sort(key=lambda group: group[-1].on, reverse=True)
            for number, group in enumerate(groups or ([[]] if short else [])):
                unfinished = short if number == 0 else []
                readings = by_code[each.code]
                tables.append(
                    _table(entry, each, group, readings, kept, standing, unfinished, authors, day)
                )
    return NervesPage(
        tuple(tables), _signs(standing, day), tuple(_exam(each, authors, day) for each in exams)
    )


def who_words(exam: NeuroExam, authors: Authors) -> str:
    """Return who scored and how, who only wrote it down, and that it was read off a letter."""
    letter = ", from a letter" if exam.origin == ExamOrigin.LETTER else ""
    how = f"{SCORED[ScoringMode(exam.mode)]}{letter}"
    return f"{exam.scored_by}, {how}{only_recorded(exam, authors)}"


def items_of(entry: InstrumentEntry, each: TotalEntry, rows: Sequence[ExamItem]) -> str:
    """Return the items of a total in a line: "arms 1, legs 2"; "items not given" for a total alone."""
    found = {Part(row.item, Side(row.side)): row for row in rows if row.instrument == entry.code}
    said = []
    for item in entry.items:
        answers = [found[part] for part in item.parts if part in found and part in each.parts]
        if answers:
            values = " · ".join(answer_words(row) for row in answers)
            said.append(f"{item.label.lower()} {values}")
    return ", ".join(said)


def _table(
    entry: InstrumentEntry,
    each: TotalEntry,
    group: Sequence[Reading],
    readings: Sequence[Reading],
    kept: dict[int, Observation],
    exams: Sequence[NeuroExam],
    short: list[tuple[date, ValueLine]],
    authors: Authors,
    day: date,
) -> SeriesTable:
    by_pk = {exam.pk: exam for exam in exams}
    newest = group[-1] if group else None
    lines = [
        (reading.on, _line(entry, each, kept[reading.ref], by_pk, authors, day))
        for reading in group
    ]
    lines = sorted([*lines, *short], key=lambda pair: pair[0], reverse=True)
    low, high = each.analyte.lowest, each.analyte.highest
    method = f", {newest.method}" if newest and newest.method else ""
    return SeriesTable(
        name=f"{total_name(entry, each)}{method}",
        range=f"{written(low)} to {written(high)}" if high is not None else entry.unit,
        worse=WORSE[entry.worse],
        unit=unit_beside(newest) if newest else "",
        value=written(newest.value) if newest else "",
        on=short_date(newest.on, day) if newest else "",
        beside=beside(entry, each, group, day),
        apart=standing_apart(newest, readings, day) if newest else "",
        lines=tuple(line for _, line in lines),
        published=threshold_words(each.threshold, entry.unit),
        source=source_words(entry) if each.threshold else "",
        caveat=entry.caveat,
    )


def _line(
    entry: InstrumentEntry,
    each: TotalEntry,
    row: Observation,
    exams: dict[int, NeuroExam],
    authors: Authors,
    day: date,
) -> ValueLine:
    exam = exams.get(row.exam_id or 0)
    items = items_of(entry, each, list(exam.items.all())) if exam else ""
    typed = f"entered as a result by {authors.named(row.recorded_by)}"
    return ValueLine(
        on=short_date(row.performed_on, day),
        value=value_words(row),
        items=items or "total alone, items not given",
        who=who_words(exam, authors) if exam else typed,
        exam_id=exam.pk if exam else None,
    )


def _unfinished(
    entry: InstrumentEntry,
    each: TotalEntry,
    exams: Sequence[NeuroExam],
    kept: dict[int, Observation],
    authors: Authors,
    day: date,
) -> list[tuple[date, ValueLine]]:
    """Return the exams that tested some items of a total and could not compute it."""
    totalled = {row.exam_id for row in kept.values() if row.code == each.code}
    found = []
    for exam in exams:
        items = list(exam.items.all())
        made = each.of(entry.answers_of(items))
        if exam.pk in totalled or not made.tested or not each.scored_in(ScoringMode(exam.mode)):
            continue
        line = ValueLine(
            on=short_date(exam.performed_on, day),
            value=made.words,
            items=items_of(entry, each, items),
            who=who_words(exam, authors),
            exam_id=exam.pk,
        )
        found.append((exam.performed_on, line))
    return found


def _signs(exams: Sequence[NeuroExam], day: date) -> tuple[SignRow, ...]:
    rows = []
    for entry in load_instruments().values():
        if entry.totals:
            continue
        said = [
            (exam.performed_on, words)
            for exam in exams
            if (words := sign_words(entry, list(exam.items.all())))
        ][:2]
        if said:
            (on, latest), before = said[0], said[1] if len(said) > 1 else None
            rows.append(
                SignRow(
                    label=entry.label,
                    latest=latest,
                    on=short_date(on, day),
                    before=before[1] if before else "",
                    before_on=short_date(before[0], day) if before else "",
                )
            )
    return tuple(rows)


def sign_words(entry: InstrumentEntry, rows: Sequence[ExamItem]) -> str:
    """Return a finding in words: "ankle absent right, absent left; knee reduced right"."""
    found = [row for row in rows if row.instrument == entry.code]
    by_item: dict[str, list[str]] = defaultdict(list)
    labels = {item.code: item.label.lower() for item in entry.items}
    for row in found:
        said = row.word or row.state
        by_item[row.item].append(f"{said} {row.side}".rstrip())
    if len(labels) == 1 and list(labels.values()) == [entry.label.lower()]:
        return ", ".join(each for said in by_item.values() for each in said)
    return "; ".join(f"{labels[item]} {', '.join(said)}" for item, said in by_item.items())


def _exam(exam: NeuroExam, authors: Authors, day: date) -> ExamLine:
    return ExamLine(
        pk=exam.pk,
        on=short_date(exam.performed_on, day),
        how=who_words(exam, authors),
        attribution=exam.attribution,
        struck=exam.withdrawn_at is not None,
        why=exam.withdrawn_reason,
    )
