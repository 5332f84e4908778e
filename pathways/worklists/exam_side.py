"""Beside the exam form: each total as it stands now and last time, and which way is worse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from pathways.catalogue import InstrumentEntry, Part, ScoredBy, TotalEntry, load_instruments
from pathways.models import ExamItem, Observation, Patient
from pathways.rules.due_phrase import short_date
from pathways.rules.exam_words import ScoringMode, Side
from pathways.rules.instruments import Change, ExamAnswer, Reach, change
from pathways.rules.observations import Reading
from pathways.rules.quantities import written
from pathways.worklists.exam_words import (
    WORSE,
    answer_words,
    change_words,
    reach_words,
    threshold_words,
    total_name,
)

# Shown from the start; the others appear once they hold something.
ALWAYS = frozenset({"onls", "mrc-sum-60", "grip-kpa-right", "grip-kpa-left", "walk-10m"})
METHODS = {"walk-10m": Part("aid"), "i-rods": Part("version")}

Box = tuple[str, Part]


@dataclass(frozen=True, slots=True)
class SideRow:
    """One total beside the form. `entry`, `total`, `reading` are for the script that counts along.

    So are the words it says while somebody types: why a total made as last time was cannot be
    compared (`no_change`), why one made otherwise cannot (`other_method`), and `reached`.
    """

    entry: InstrumentEntry
    total: TotalEntry
    name: str
    worse: str
    now: str
    how: str
    last: str
    last_on: str
    change: str
    reach: str
    reading: Reading | None
    no_change: str
    other_method: str
    reached: str
    shown: bool
    always: bool


@dataclass(frozen=True, slots=True)
class LastTime:
    """What was last answered to each box, and the last value of each series.

    Answers are a clinician's, but those that only a patient can give.
    """

    answers: Mapping[Box, str]
    readings: Mapping[str, Reading]
    on: date | None


def last_time(patient: Patient, before: date, without: int | None = None) -> LastTime:
    """Return the last answers and totals up to a day, leaving out one exam: two questions."""
    instruments = load_instruments().values()
    own = [entry.code for entry in instruments if entry.scored_by is ScoredBy.PATIENT]
    items = (
        ExamItem.objects.filter(
            Q(exam__mode=ScoringMode.CLINICIAN) | Q(instrument__in=own),
            exam__patient=patient,
            exam__withdrawn_at__isnull=True,
            exam__performed_on__lte=before,
        )
        .exclude(exam=without)
        .select_related("exam")
        .order_by("exam__performed_on", "exam_id", "id")
    )
    answers: dict[Box, str] = {}
    on = None
    for row in items:
        answers[row.instrument, Part(row.item, Side(row.side))] = answer_words(row)
        on = row.exam.performed_on
    codes = [each.code for entry in instruments for each in entry.totals]
    rows = Observation.objects.filter(patient=patient, code__in=codes, performed_on__lte=before)
    if without is not None:
        rows = rows.exclude(exam=without)
    readings = {reading.code: reading for reading in rows.readings()}
    return LastTime(answers, readings, on)


def side_rows(
    last: LastTime, answers: Iterable[ExamAnswer], mode: ScoringMode, day: date
) -> list[SideRow]:
    """Return every total, computed from these answers, beside its last value."""
    given = list(answers)
    return [
        _row(entry, each, given, last.readings.get(each.code), mode, day)
        for entry in load_instruments().values()
        for each in entry.totals
    ]


def _row(
    entry: InstrumentEntry,
    each: TotalEntry,
    given: list[ExamAnswer],
    before: Reading | None,
    mode: ScoringMode,
    day: date,
) -> SideRow:
    made = each.of(entry.answers_of(given)) if each.scored_in(mode) else each.of({})
    now = None
    part = METHODS.get(each.code)
    if made.value is not None:
        method = next(
            (
                given_one.word
                for given_one in given
                if part and (given_one.instrument, given_one.item) == (entry.code, part.item)
            ),
            "",
        )
        now = Reading(0, each.code, day, made.value, "", entry.unit, method=method)
    changed = change(entry.worse, each.threshold, before, now) if made.tested else Change()
    return SideRow(
        entry=entry,
        total=each,
        name=total_name(entry, each),
        worse=WORSE[entry.worse],
        now=f"{written(made.value)} {entry.unit}".strip() if made.value is not None else "",
        how=made.words,
        last=written(before.value) if before else "",
        last_on=short_date(before.on, day) if before else "",
        change=change_words(changed, each.threshold),
        reach=reach_words(changed, entry),
        reading=before,
        no_change=_why_none(entry, before, before.method if before and part else ""),
        other_method=_why_none(entry, before, f"not {before.method}") if before and part else "",
        reached=reach_words(Change(reach=Reach.REACHED), entry),
        shown=each.scored_in(mode) and (each.code in ALWAYS or made.tested > 0),
        always=each.code in ALWAYS | {"onls-self", "mrc-sum-70", "grip-kg-right", "grip-kg-left"},
    )


def _why_none(entry: InstrumentEntry, before: Reading | None, method: str) -> str:
    """Return why a total made by this method could not be set beside the last one, or ""."""
    if before is None:
        return change(entry.worse, None, None, None).why_not
    made = Reading(0, before.code, before.on, Decimal(0), "", entry.unit, method=method)
    return change(entry.worse, None, before, made).why_not


def thresholds() -> str:
    """Return the published changes in one line: "INCAT: 1 point; MRC sum, 60: 2 points; …"."""
    printed = [
        f"{entry.short}: {threshold_words(entry.threshold, entry.unit)}"
        for entry in load_instruments().values()
        if entry.threshold is not None
    ]
    return "; ".join(printed)
