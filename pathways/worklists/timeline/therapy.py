"""Lines about treatment: courses, cycles, days not given as planned, other care, toxicity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pathways.models import CareEntry, TherapyCourse, TherapyCycle, Toxicity
from pathways.rules.course_states import AdministrationState, CourseState, CycleState, EntryKind
from pathways.worklists.course_deeds import deed_words, deeds_of_course, deeds_of_cycle
from pathways.worklists.timeline.moment import Moment, Pen


def therapy_lines(pen: Pen, courses: Iterable[TherapyCourse]) -> Iterator[Moment]:
    """Yield the beginning and end of each course, each cycle, and each day given otherwise."""
    for course in courses:
        if course.state == CourseState.ENTERED_IN_ERROR:
            why = f": {course.end_reason}" if course.end_reason else ""
            said = f"entered in error{why}"
            yield pen.on(course.planned_on, said, course.recorded_by, struck=course.label)
            continue
        if course.began_on is None:
            yield pen.on(course.planned_on, f"{course.label}, planned", course.recorded_by)
        else:
            dose = f". Prescribed: {course.dose_note}" if course.dose_note else ""
            yield pen.on(course.began_on, f"{course.label} began{dose}", course.recorded_by)
        if course.ended_on is not None:
            reason = f": {course.end_reason}" if course.end_reason else ""
            yield pen.on(course.ended_on, f"{course.label} {course.state}{reason}")
        for hold in course.holds.all():
            end = pen.span(hold.from_on, hold.until_on)
            said = f"{course.label} on hold{end}: {hold.reason}"
            yield pen.on(hold.from_on, said, hold.recorded_by)
        yield from _deeds(pen, course)
        for cycle in course.cycles.all():
            yield _cycle(pen, course, cycle)
            yield from _days(pen, course, cycle)


def _deeds(pen: Pen, course: TherapyCourse) -> Iterator[Moment]:
    """Yield what was changed, moved or taken back; a reason that its own cycle's line says, once."""
    cycles = list(course.cycles.all())
    deeds = deeds_of_course(course, {row.number for row in cycles})
    deeds += [deed for row in cycles for deed in deeds_of_cycle(course, row)]
    for deed in deeds:
        name = f", cycle {deed.cycle_number}" if deed.cycle_number else ""
        said = f"{course.label}{name}: {deed_words(deed)}"
        yield pen.on(deed.effective_on, said, deed.recorded_by)


def _cycle(pen: Pen, course: TherapyCourse, cycle: TherapyCycle) -> Moment:
    name = f"{course.label}, cycle {cycle.number}"
    reason = f": {cycle.reason}" if cycle.reason else ""
    if cycle.given_on is None:
        state = "planned" if cycle.state == CycleState.PLANNED else cycle.state
        late = (cycle.planned_on - cycle.first_planned_on).days
        moved = f", first planned {pen.day(cycle.first_planned_on)}" if late else ""
        return pen.on(cycle.planned_on, f"{name} {state}{moved}{reason}")
    late = (cycle.given_on - cycle.first_planned_on).days
    first = pen.day(cycle.first_planned_on)
    delay = f", {late} days after its first plan of {first}" if late > 0 else ""
    end = f". {cycle.state.capitalize()}" if cycle.state != CycleState.STARTED else ""
    end += f" {pen.day(cycle.ended_on)}" if end and cycle.ended_on else ""
    return pen.on(cycle.given_on, f"{name}: day 1 given{delay}{reason}{end}")


def _days(pen: Pen, course: TherapyCourse, cycle: TherapyCycle) -> Iterator[Moment]:
    """Days given as planned say nothing new: the others are named."""
    for each in cycle.days.all():
        if each.state == AdministrationState.GIVEN:
            continue
        on = each.given_on or cycle.given_on or cycle.planned_on
        reason = f": {each.reason}" if each.reason else ""
        name = f"{course.label}, cycle {cycle.number} day {each.cycle_day}"
        yield pen.on(on, f"{name}, {each.drug.label} {each.state}{reason}", each.recorded_by)


def care_lines(pen: Pen, entries: Iterable[CareEntry]) -> Iterator[Moment]:
    """Yield a line for each entry of care beside the courses."""
    for entry in entries:
        kind = EntryKind(entry.kind).replace("-", " ").capitalize()
        end = pen.span(entry.from_on, entry.until_on)
        detail = f". {entry.detail}" if entry.detail else ""
        line = pen.on(entry.from_on, f"{kind}: {entry.label}{end}{detail}", entry.recorded_by)
        yield pen.recorded(entry, line)


def toxicity_lines(pen: Pen, toxicities: Iterable[Toxicity]) -> Iterator[Moment]:
    """Yield a line for each adverse event on record."""
    for row in toxicities:
        term = row.term.replace("-", " ").capitalize()
        before = (
            f", {row.baseline_grade} before treatment" if row.baseline_grade is not None else ""
        )
        end = pen.span(row.began_on, row.ended_on)
        action = f". Done: {row.action}" if row.action != "none" else ""
        said = f"{term}, CTCAE {row.list_version} grade {row.grade}{before}{end}{action}"
        yield pen.recorded(row, pen.on(row.began_on, said, row.recorded_by))
