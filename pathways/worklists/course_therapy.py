"""Therapy as the course chart and the value strip tell it, from the rows of courses and cycles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pathways.charts.course.data import Band, Therapy
from pathways.models import TherapyCourse, TherapyCycle
from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.rules.due_phrase import short_date
from pathways.rules.observations import Period
from pathways.rules.therapy import without
from pathways.worklists.person_record import PersonRecord

BEVACIZUMAB = "bevacizumab"
_GIVEN = frozenset({CycleState.STARTED, CycleState.COMPLETED})


def standing(record: PersonRecord) -> list[TherapyCourse]:
    """Return the courses that nobody took back, oldest first."""
    return [each for each in record.courses if each.state != CourseState.ENTERED_IN_ERROR]


def given(record: PersonRecord, name: str) -> list[Period]:
    """Return the periods in which a drug was taken, holds taken out."""
    return [
        period
        for course in standing(record)
        for drug in course.drugs.all()
        if drug.from_on is not None and drug.drug == name
        for period in without(drug.period, [hold.period for hold in course.holds.all()])
    ]


def transplants(record: PersonRecord) -> list[date]:
    """Return each day 0 on record, oldest first."""
    days = {
        entry.from_on
        for entry in record.entries
        if entry.kind == EntryKind.DAY_0 and entry.withdrawn_at is None
    }
    days |= {each.transplant_on for each in record.enrolments if each.transplant_on is not None}
    return sorted(days)


def therapy_of(record: PersonRecord, today: date) -> Therapy:
    """Return bands, heads and heavy lines of the chart."""
    courses = standing(record)
    bands, heads = [], []
    for course in courses:
        own = list(_bands(course, today))
        bands += own
        from_on = course.began_on or course.planned_on
        heads.append((from_on, max([from_on, *(band.until_on for band in own)]), course.label))
    days = [(on, "ASCT", short_date(on, on)) for on in transplants(record)]
    return Therapy(tuple(bands), tuple(heads), tuple(days))


def _bands(course: TherapyCourse, today: date) -> Iterator[Band]:
    cycles = list(course.cycles.all())
    if not cycles:
        yield from _whole(course, today)
        return
    length = timedelta(days=course.cycle_days or 28)
    shift = 0
    for index, cycle in enumerate(cycles):
        began = cycle.given_on or cycle.planned_on
        after = cycles[index + 1] if index + 1 < len(cycles) else None
        until = began + length
        if after is not None:  # the next cycle ends this one, however it was planned
            until = min(until, after.given_on or after.planned_on)
        if course.ended_on is not None:
            until = min(until, max(course.ended_on, began))
        if cycle.ended_on is not None:
            until = min(until, max(cycle.ended_on, began))
        # What came later than the cycles before it already had: later cycles only move along.
        moved = (began - cycle.first_planned_on).days
        delay, shift = max(moved - shift, 0), moved
        yield _band(course, cycle, began, until, delay, today)


def _band(
    course: TherapyCourse, cycle: TherapyCycle, began: date, until: date, delay: int, today: date
) -> Band:
    name = f"{course.label}, cycle {cycle.number}"
    held = cycle.state == CycleState.HELD and cycle.given_on is None
    if held:
        said = f"{name} held since {short_date(began, date.min)}"
        return Band(began, max(today, began), said, str(cycle.number), held=True)
    taken = cycle.state in _GIVEN or cycle.given_on is not None
    said = f"{name}, {'day 1' if taken else 'planned'} {short_date(began, date.min)}"
    if delay:
        said += f", {delay} days later than planned"
    if cycle.reason:
        said += f": {cycle.reason}"
    return Band(began, until, said, str(cycle.number), planned=not taken, delay=delay)


def _whole(course: TherapyCourse, today: date) -> Iterator[Band]:
    """A course without cycles is one band, as long as it goes on."""
    began = course.began_on or course.planned_on
    until = course.ended_on or max(today, began + timedelta(days=1))
    said = f"{course.label}, from {short_date(began, date.min)}"
    if course.ended_on is not None:
        said += f" to {short_date(course.ended_on, date.min)}"
    yield Band(began, until, said, planned=course.began_on is None)


def in_short(courses: Iterable[TherapyCourse]) -> list[str]:
    """Return each course in short, oldest first: "Rd × 4", "Lenalidomide"."""
    said = []
    for course in courses:
        number = sum(1 for cycle in course.cycles.all() if cycle.given_on is not None)
        said.append(f"{course.label} × {number}" if number else course.label)
    return said
