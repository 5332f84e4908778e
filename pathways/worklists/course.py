"""The course of one person for the chart, and the same data as a table, from rows read already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from pathways.catalogue import find_analyte
from pathways.charts.course.data import Course, LaneMark, MarkKind, NextDue
from pathways.charts.course.drawing import course_svg
from pathways.charts.course.pieces import LeftOut, log_panel_of, said
from pathways.charts.course.sheet import NARROW, WIDE
from pathways.charts.time_axis import Span
from pathways.models import Observation
from pathways.rules.alert_states import ALERT_OPEN, AlertState
from pathways.rules.course_states import EntryKind
from pathways.rules.due_phrase import short_date
from pathways.rules.due_status import DueStatus
from pathways.worklists.course_clone import FIXATION, SPEP, clone_reports, clone_strip_of
from pathways.worklists.course_therapy import BEVACIZUMAB, given, therapy_of
from pathways.worklists.course_values import (
    SHOWN,
    VEGF,
    Source,
    final,
    scores_of,
    taken_back,
)
from pathways.worklists.due_rows import DueRow
from pathways.worklists.person_record import PersonRecord
from pathways.worklists.result_words import result_row

EXAM = "neuro-exam"
SPANS = ((Span.SIX_MONTHS, "6 months"), (Span.TWO_YEARS, "2 years"), (Span.ALL, "All"))


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table beneath the chart: the same value, with everything printed about it."""

    address: str
    on: str
    label: str
    value: str
    unit: str
    source: str
    note: str
    struck: bool


@dataclass(frozen=True, slots=True)
class CourseView:
    """The chart on both sheets, its spans, what no axis can hold, and the table."""

    wide: SafeString
    narrow: SafeString
    spans: tuple[tuple[Span, str, bool], ...]
    left_out: tuple[str, ...]
    table: tuple[Measured, ...]
    published: bool


def read_span(word: str) -> Span:
    """Return the span an address asks for; two years where it asks for none we know."""
    return next((span for span in Span if span == word), Span.TWO_YEARS)


def course_view(
    record: PersonRecord,
    today: date,
    zone: ZoneInfo,
    span: Span,
    source: Source,
    owed: Sequence[DueRow] = (),
) -> CourseView:
    """Return the chart of a person as of a day; asks the database nothing."""
    course, out = course_of(record, today, zone, source, owed)
    return CourseView(
        wide=course_svg(course, span, WIDE),
        narrow=course_svg(course, span, NARROW),
        spans=tuple((each, words, each is span) for each, words in SPANS),
        left_out=tuple(f"{said('VEGF', each.reading)}: not drawn, {each.reason}" for each in out),
        table=tuple(_table(record.observations, out, today, source)),
        published=any(score.change is not None for score in course.scores),
    )


def course_of(
    record: PersonRecord,
    today: date,
    zone: ZoneInfo,
    source: Source,
    owed: Sequence[DueRow] = (),
) -> tuple[Course, tuple[LeftOut, ...]]:
    """Return what the chart is drawn from, and the VEGF values that stand on no axis."""
    rows, alerts = record.observations, _alerted(record)
    analyte = find_analyte(VEGF)
    vegf, out = log_panel_of(
        "VEGF",
        analyte.unit if analyte else "",
        [row.reading for row in final(rows, VEGF)],
        voided=taken_back(rows, VEGF),
        interfering=given(record, BEVACIZUMAB),
        href=lambda reading: source(reading.ref),
        alerts=alerts,
        due=_next_due(owed, VEGF, "VEGF", today),
    )
    course = Course(
        title=f"Course of {record.patient}",
        today=today,
        therapy=therapy_of(record, today),
        vegf=vegf,
        clone=clone_strip_of(clone_reports(rows), source, alerts),
        scores=scores_of(rows, today, source, alerts, _next_due(owed, EXAM, "exam", today)),
        marks=tuple(sorted(_marks(record, zone), key=lambda mark: mark.on)),
    )
    return course, out


def _alerted(record: PersonRecord) -> dict[int, str]:
    """Return what the open alerts say about a result, by its key."""
    told: dict[int, list[str]] = {}
    for alert in record.alerts:
        if alert.observation_id is not None and alert.state in ALERT_OPEN:
            told.setdefault(alert.observation_id, []).append(alert.title)
    return {key: "; ".join(titles) for key, titles in told.items()}


# What stands still (held, postponed, a result awaited) has no day that a bar may promise.
_RUNS = frozenset({DueStatus.NOT_DUE, DueStatus.DUE_SOON, DueStatus.DUE, DueStatus.OVERDUE})


def _next_due(owed: Sequence[DueRow], code: str, name: str, today: date) -> NextDue | None:
    """Return when a screening of this code is due next, if one is owed on a day."""
    for row in owed:
        if row.code == code and row.due_on is not None and row.state.status in _RUNS:
            late = row.state.status is DueStatus.OVERDUE
            lines = ("overdue" if late else f"{name} due", short_date(row.due_on, today))
            on = short_date(row.due_on, date.min)
            words = f"{row.title}: overdue, was due {on}" if late else f"{row.title}: due {on}"
            return NextDue(row.due_on, lines, words, late)
    return None


def _marks(record: PersonRecord, zone: ZoneInfo) -> Iterator[LaneMark]:
    for alert in record.alerts:
        if alert.state == AlertState.ENTERED_IN_ERROR:
            continue
        on = alert.raised_at.astimezone(zone).date()
        open_ = alert.state in ALERT_OPEN
        kind = MarkKind.ALERT_OPEN if open_ else MarkKind.ALERT_ANSWERED
        state = "open alert" if open_ else "answered alert"
        yield LaneMark(on, kind, f"{state}, {short_date(on, date.min)}: {alert.title}")
    for row in record.check_ins:
        if row.withdrawn_at is None:
            on = row.answered_at.astimezone(zone).date()
            note = f": {row.note}" if row.note else ""
            said_on = f"check-in, {short_date(on, date.min)}{note}"
            yield LaneMark(on, MarkKind.CHECK_IN, said_on)
    for entry in record.entries:
        if entry.kind == EntryKind.ILLNESS and entry.withdrawn_at is None:
            words = f"illness, from {short_date(entry.from_on, date.min)}: {entry.label}"
            yield LaneMark(entry.from_on, MarkKind.ILLNESS, words, "", entry.until_on)


def _table(
    rows: Iterable[Observation], out: Iterable[LeftOut], today: date, source: Source
) -> Iterator[Measured]:
    """The values of the chart, newest first, with those entered in error struck through."""
    codes = {VEGF, SPEP, *FIXATION, *(code for group in SHOWN for code in group)}
    reasons = {each.reading.ref: f"not drawn: {each.reason}" for each in out}
    for row in rows:
        if row.code not in codes or row.superseded_by_id is not None:
            continue
        words = result_row(row, today)
        notes = [words.late, reasons.get(row.pk, "")]
        if row.reference_high is not None and not words.late:
            notes.append(f"limit {row.reference_high.normalize():f}")
        if words.struck:
            notes.append("entered in error")
        yield Measured(
            address=source(row.pk),
            on=short_date(row.performed_on, date.min),
            label=words.label,
            value=words.value,
            unit=words.unit or ("no unit recorded" if row.pk in reasons else ""),
            source=", ".join(part for part in (row.lab, row.method) if part),
            note="; ".join(note for note in notes if note),
            struck=words.struck,
        )
