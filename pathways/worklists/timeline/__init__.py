"""One person's history from the rows themselves, newest first, with what is still to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from pathways.worklists.person_record import PersonRecord
from pathways.worklists.timeline.alerts import alert_lines
from pathways.worklists.timeline.contact import (
    check_in_lines,
    decision_lines,
    mail_lines,
    plan_lines,
    reply_lines,
    visit_lines,
    work_lines,
)
from pathways.worklists.timeline.course import course_lines
from pathways.worklists.timeline.disease import disease_lines
from pathways.worklists.timeline.moment import KIND_WORDS, Kind, Moment, Pen
from pathways.worklists.timeline.results import exam_lines, result_lines
from pathways.worklists.timeline.therapy import care_lines, therapy_lines, toxicity_lines

__all__ = ["KIND_WORDS", "Kind", "Moment", "lately", "timeline"]

PAST_SHOWN, NEXT_SHOWN = 10, 3


def timeline(
    record: PersonRecord, titles: Mapping[str, str], day: date, zone: ZoneInfo
) -> tuple[Moment, ...]:
    """Return every line, newest first; asks the database nothing. `titles` names screenings."""
    lines = _lines(record, titles, day, zone)
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


def lately(lines: tuple[Moment, ...]) -> tuple[Moment, ...]:
    """Return the last lines of a timeline and the few that come next, newest first.

    Planned cycles lie months ahead: without this cut they would push out what happened.
    """
    to_come = [line for line in lines if line.future]
    past = [line for line in lines if not line.future]
    return tuple(to_come[-NEXT_SHOWN:] + past[:PAST_SHOWN])


def _lines(
    record: PersonRecord, titles: Mapping[str, str], day: date, zone: ZoneInfo
) -> Iterator[Moment]:
    def pen(kind: Kind) -> Pen:
        return Pen(kind, day, zone, record.authors)

    yield from course_lines(pen(Kind.PHASE), record.patient, record.enrolments)
    yield from result_lines(pen(Kind.RESULT), record.observations)
    yield from exam_lines(pen(Kind.EXAM), record.exams, record.observations)
    yield from therapy_lines(pen(Kind.THERAPY), record.courses)
    yield from care_lines(pen(Kind.CARE), record.entries)
    yield from toxicity_lines(pen(Kind.TOXICITY), record.toxicities)
    yield from disease_lines(pen(Kind.DISEASE), record)
    yield from alert_lines(pen(Kind.ALERT), record.alerts)
    yield from check_in_lines(pen(Kind.CHECK_IN), record.check_ins)
    yield from visit_lines(pen(Kind.VISIT), record.visits)
    yield from mail_lines(pen(Kind.MESSAGE), record.messages)
    yield from plan_lines(pen(Kind.MESSAGE), record.plans)
    yield from reply_lines(pen(Kind.MESSAGE), record.replies)
    yield from decision_lines(pen(Kind.DECISION), record.decisions, titles)
    yield from work_lines(pen(Kind.CALL), record.work)
