"""The value strip: what a hematologist asks first, each with unit, specimen, day and doubt.

Facts and sources only: what a change means is for the reader to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from pathways.rules.due_phrase import distance, short_date
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.observations import (
    Reading,
    interfered,
    lowest,
    not_comparable,
    percent_change,
    series_key,
    specimen_said,
)
from pathways.rules.quantities import written
from pathways.worklists.alert_rows import AlertRow
from pathways.worklists.course_clone import clone_reports, fixation_lines
from pathways.worklists.course_therapy import (
    BEVACIZUMAB,
    given,
    in_short,
    standing,
    transplants,
)
from pathways.worklists.course_values import (
    VEGF,
    Source,
    final,
    newest_series,
    score_facts,
)
from pathways.worklists.due_rows import DueRow
from pathways.worklists.person_record import PersonRecord
from pathways.worklists.result_words import unit_beside, value_words

NOT_RECORDED = "Not recorded"


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell of the strip; a line is red only where it says late or above the lab's limit."""

    label: str
    day: str = ""
    value: str = NOT_RECORDED
    unit: str = ""
    lines: tuple[tuple[str, bool], ...] = ()
    href: str = ""
    alert_id: int | None = None
    name: str = ""
    open: bool = field(default=False)


def value_strip(
    record: PersonRecord,
    rows: Sequence[DueRow],
    alerts: Sequence[AlertRow],
    today: date,
    source: Source,
) -> tuple[Fact, ...]:
    """Return the six facts in the order of a reader's questions."""
    exam = next((row for row in rows if row.code == "neuro-exam"), None)
    return (
        _vegf(record, today, source),
        _clone(record, today, source),
        _score(record, "onls", exam, today, source),
        _score(record, "i-rods", None, today, source),
        _therapy(record, today),
        _to_answer(alerts),
    )


def _ago(on: date, today: date) -> str:
    days = (today - on).days
    return (
        f"{short_date(on, today)}, today"
        if days == 0
        else (f"{short_date(on, today)}, {distance(days)} ago")
    )


def _vegf(record: PersonRecord, today: date, source: Source) -> Fact:
    rows = final(record.observations, VEGF)
    readings = [row.reading for row in rows if row.value is not None]
    waiting = [
        row
        for row in record.observations
        if row.code == VEGF
        and row.superseded_by_id is None
        and row.status == ResultStatus.COLLECTED
    ]
    awaited = [
        (f"Sample of {short_date(row.performed_on, today)} awaited", False) for row in waiting
    ]
    if not readings:
        return Fact("VEGF", lines=tuple(awaited), name="vegf")
    last = readings[-1]
    lines = _limit(last) + _against_lowest(record, readings, today) + awaited
    return Fact(
        label=f"VEGF, {specimen_said(VEGF, last.specimen)}",
        day=_ago(last.on, today),
        value=last.number,
        unit=unit_beside(last),
        lines=tuple(lines[:3]),
        href=source(last.ref),
        name="vegf",
    )


def _limit(last: Reading) -> list[tuple[str, bool]]:
    if last.limit_high is None:
        return [("The lab printed no limit", False)]
    limit = written(last.limit_high)
    if last.value is None or not last.exact:
        return [(f"The lab’s limit is {limit}", False)]
    if last.value > last.limit_high:
        return [(f"Above the lab’s limit of {limit}", True)]
    return [(f"Within the lab’s limit of {limit}", False)]


def _against_lowest(
    record: PersonRecord, readings: Sequence[Reading], today: date
) -> list[tuple[str, bool]]:
    """Where the last value stands against the lowest of its own series, or why it cannot be said."""
    last = readings[-1]
    bevacizumab = given(record, BEVACIZUMAB)
    if interfered(last, bevacizumab):
        return [("Not interpretable: bevacizumab within six weeks", False)]
    if last.unstated:
        return [(f"Not comparable: {' and '.join(last.unstated)}", False)]
    series = [each for each in readings if series_key(each) == series_key(last)]
    low = lowest(series, bevacizumab)
    if len(series) == 1:
        if len(readings) == 1:
            return [("First value on record", False)]
        before = readings[-2]
        why = " and ".join(not_comparable(last, before, bevacizumab))
        then = f"{value_words(before)} on {short_date(before.on, today)}"
        return [(f"Not comparable with {then}: {why}", False)]
    if low is None or low.ref == last.ref:
        return [("The lowest of its series", False)]
    when = short_date(low.on, today)
    if not low.exact or not last.exact or low.value is None or last.value is None:
        return [(f"Not computed: its lowest is known as {low.number}, on {when}", False)]
    change = percent_change(last.value, low.value)
    if not change:
        return [(f"At its lowest, {low.number} on {when}", False)]
    return [(f"{written(change)} % above its lowest, {low.number} on {when}", False)]


def _clone(record: PersonRecord, today: date, source: Source) -> Fact:
    reports = clone_reports(record.observations)
    if not reports:
        return Fact("M-protein")
    last = reports[-1]
    row = last.row
    value, unit = "no amount", ""
    if last.amount is not None:
        reading = last.amount.reading
        value = reading.number if reading.value is not None else last.amount.value_text
        unit = unit_beside(reading)
    return Fact(
        label="M-protein",
        day=_ago(last.on, today),
        value=value or NOT_RECORDED,
        unit=unit,
        lines=tuple((line, False) for line in fixation_lines(reports, today)),
        href=source(row.pk) if row else "",
    )


def _score(
    record: PersonRecord, code: str, exam: DueRow | None, today: date, source: Source
) -> Fact:
    facts = score_facts(code)
    readings = newest_series(record.observations, code)
    late = []
    if exam is not None and exam.state.status is DueStatus.OVERDUE:
        late.append((f"Exam {exam.tag[0].lower()}{exam.tag[1:]}", True))
    if not readings:
        return Fact(facts.short, lines=tuple(late))
    first, last = readings[0], readings[-1]
    lines = []
    if first.ref != last.ref:
        lines.append((f"{first.number} on {short_date(first.on, today)}, the first", False))
    if len(readings) > 2 and last.value is not None and readings[-2].value is not None:
        before = readings[-2]
        moved = last.value - (before.value or 0)
        said = f"{'+' if moved > 0 else ''}{written(moved)}" if moved else "Unchanged"
        lines.append((f"{said} since {short_date(before.on, today)}", False))
    return Fact(
        label=facts.short,
        day=_ago(last.on, today),
        value=last.number,
        unit=f"{facts.of}, {facts.worse}" if facts.of.startswith("of") else facts.worse,
        lines=tuple(lines + late),
        href=source(last.ref),
    )


def _therapy(record: PersonRecord, today: date) -> Fact:
    courses = standing(record)
    began = [course for course in courses if course.began_on is not None]
    on = [course for course in began if course.ended_on is None or course.ended_on > today]
    days = transplants(record)
    past = in_short(course for course in began if course not in on)
    past += [f"ASCT {short_date(day, today)}" for day in days if day <= today]
    lines = [(", ".join(past), False)] if past else []
    held = [course.label for course in on if course.state == "on hold"]
    if held:
        lines.insert(0, (f"On hold: {', '.join(held)}", False))
    if on:
        since = min(course.began_on for course in on if course.began_on is not None)
        return Fact(
            "Therapy",
            f"since {short_date(since, today)}",
            ", ".join(in_short(on)),
            lines=tuple(lines),
        )
    if not courses and not days:
        return Fact("Therapy")
    ends = [course.ended_on for course in began if course.ended_on is not None]
    planned = [course for course in courses if course.began_on is None and course.ended_on is None]
    lines += [
        (f"Planned: {course.label}, {short_date(course.planned_on, today)}", False)
        for course in planned
    ]
    unit = f"since {short_date(max(ends), today)}" if ends else "now"
    return Fact("Therapy", "", "none", unit, tuple(lines))


def _to_answer(alerts: Sequence[AlertRow]) -> Fact:
    if not alerts:
        return Fact(
            "To answer", "", "0", "open", (("Nothing waits for an answer", False),), name="answer"
        )
    first = alerts[0]
    more = [(f"{len(alerts) - 1} more below", False)] if len(alerts) > 1 else []
    return Fact(
        label="To answer",
        day=f"{len(alerts)} open",
        value=first.sentence,
        lines=((first.line, False), *more),
        alert_id=first.pk,
        name="answer",
        open=True,
    )
