"""A whole list of courses, cycles and entries of care: each line by the same verbs as the pages.

What a line says already stands: nothing happens. What it says anew is written down. What it cannot
say (an overlap, a plan moved earlier) is refused with the reason, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from pathways.models import CareEntry, Clinic, Patient, TherapyCourse, TherapyCycle
from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.services import alerts, care_entries, therapy
from pathways.services.actors import Actor
from pathways.services.care_entries import Entry
from pathways.services.errors import Refused
from pathways.services.therapy import CoursePlan
from pathways.services.therapy_rows import words

BATCH = 500
SOURCE = "import"
FROM_FILE = "as the imported file says"
ENDED = frozenset({CourseState.COMPLETED, CourseState.STOPPED})


@dataclass(frozen=True, slots=True)
class TherapyRow:
    """One line about a person known by hospital number: a course, a cycle of it, or an entry."""

    line: int
    mrn: str
    regimen: str = ""
    course_on: date | None = None
    cycle: int | None = None
    planned_on: date | None = None
    given_on: date | None = None
    state: str = ""
    why: str = ""
    dose: str = ""
    kind: EntryKind | None = None
    label: str = ""
    from_on: date | None = None
    until_on: date | None = None
    detail: str = ""

    @property
    def order(self) -> tuple[Any, ...]:
        """Courses before their cycles, cycles in their order, the ending of a course last."""
        ends = self.cycle is None and self.state in {*ENDED, CourseState.ENTERED_IN_ERROR}
        number = 10_000 if ends else self.cycle or 0
        return (self.mrn, self.kind or "", self.course_on or date.min, self.regimen, number)


@dataclass(slots=True)
class TherapyReport:
    """What became of the rows; the numbers beside refusals are their lines."""

    recorded: int = 0
    unchanged: int = 0
    refused: list[tuple[int, Refused]] = field(default_factory=list)

    def add(self, other: TherapyReport) -> None:
        """Count another batch in."""
        self.recorded += other.recorded
        self.unchanged += other.unchanged
        self.refused.extend(other.refused)


def record_rows(rows: Sequence[TherapyRow], *, clinic: Clinic, by: Actor) -> TherapyReport:
    """Write down one batch, each line alone; a refused one leaves nothing behind.

    The alert rules are asked once about each person, after the last line. Each line commits for
    itself: replanning locks the clinic, and a batch would hold that lock against the ward. What a
    broken-off batch did not ask, the hourly sweep asks.
    """
    with alerts.once_each(by=by):
        return _record_rows(rows, clinic, by)


def _record_rows(rows: Sequence[TherapyRow], clinic: Clinic, by: Actor) -> TherapyReport:
    report = TherapyReport()
    people = {
        patient.mrn: patient
        for patient in Patient.objects.in_clinic(clinic)
        .select_related("clinic")
        .filter(mrn__in={row.mrn for row in rows})
    }
    firsts = _first_cycles(rows)
    for row in sorted(rows, key=lambda row: row.order):
        try:
            patient = people.get(row.mrn)
            if patient is None:
                raise Refused(
                    f"{row.mrn!r} is nobody's number in {clinic.code}. "
                    "Load the person first, with import_patients",
                    field="mrn",
                )
            with transaction.atomic():
                changed = _record(row, patient, firsts, by)
        except Refused as refused:
            report.refused.append((row.line, refused))
            continue
        if changed:
            report.recorded += 1
        else:
            report.unchanged += 1
    report.refused.sort(key=lambda refusal: refusal[0])
    return report


def _first_cycles(rows: Sequence[TherapyRow]) -> dict[tuple[Any, ...], int]:
    """Return the lowest cycle each course is told of: it may have begun elsewhere."""
    firsts: dict[tuple[Any, ...], int] = {}
    for row in rows:
        if row.cycle is not None:
            key = (row.mrn, row.regimen, row.course_on)
            firsts[key] = min(row.cycle, firsts.get(key, row.cycle))
    return firsts


def _record(
    row: TherapyRow, patient: Patient, firsts: dict[tuple[Any, ...], int], by: Actor
) -> bool:
    if row.kind is not None:
        return _entry(row, row.kind, patient, by)
    if row.course_on is None:
        raise Refused("A course is known by its regimen and planned first day", field="course_on")
    courses = TherapyCourse.objects.filter(
        patient=patient, regimen=row.regimen, planned_on=row.course_on
    )
    course = courses.exclude(state=CourseState.ENTERED_IN_ERROR).first()
    if course is None:
        if row.state == CourseState.ENTERED_IN_ERROR and courses.exists():
            return False
        first = firsts.get((row.mrn, row.regimen, row.course_on), 1)
        plan = CoursePlan(
            regimen=row.regimen,
            planned_on=row.course_on,
            first_cycle=first,
            dose_note=row.dose if row.cycle is None else "",
        )
        course = therapy.start_course(patient=patient, plan=plan, by=by, source=SOURCE)
        fresh = True
    else:
        fresh = False
    changed = _course(row, course, by) if row.cycle is None else _cycle(row, row.cycle, course, by)
    return fresh or changed


def _course(row: TherapyRow, course: TherapyCourse, by: Actor) -> bool:
    changed = False
    if row.dose and row.dose != course.dose_note:
        therapy.modify_course(
            course=course,
            on=course.began_on or course.planned_on,
            reason=row.why or FROM_FILE,
            dose_note=row.dose,
            by=by,
        )
        changed = True
    if row.given_on is not None and row.given_on != course.began_on:
        if course.cycle_days is not None:
            raise Refused(
                "This course has cycles: give day 1 on the line of the cycle", field="given_on"
            )
        therapy.begin_course(course=course, on=row.given_on, by=by)
        changed = True
    course.refresh_from_db()
    return _course_state(row, course, by) or changed


def _course_state(row: TherapyRow, course: TherapyCourse, by: Actor) -> bool:
    if row.state in ENDED:
        if row.until_on is None:
            raise Refused("The last day of the course is missing", field="until_on")
        if course.state == row.state and course.ended_on == row.until_on:
            return False
        if course.state == CourseState.PLANNED or course.ended_on is not None:
            raise Refused(f"This course is {course.state} here; look at it first", field="state")
        if row.state == CourseState.STOPPED:
            therapy.stop_course(course=course, on=row.until_on, reason=row.why, by=by)
        else:
            therapy.complete_course(course=course, on=row.until_on, by=by)
        return True
    if row.state == CourseState.ON_HOLD and course.state != CourseState.ON_HOLD:
        if row.from_on is None:
            raise Refused("The first day of the hold is missing", field="from_on")
        if course.holds.filter(from_on=row.from_on).exists():
            return False  # resumed since: the file is older than the record
        therapy.hold_course(course=course, from_on=row.from_on, reason=row.why, by=by)
        return True
    if row.state == CourseState.ENTERED_IN_ERROR:
        therapy.enter_course_in_error(course=course, reason=row.why, by=by)
        return True
    return False


def _cycle(row: TherapyRow, number: int, course: TherapyCourse, by: Actor) -> bool:
    cycle = (
        TherapyCycle.objects.select_related("course").filter(course=course, number=number).first()
    )
    if cycle is None:
        last = course.cycles.order_by("-number").first()
        upto = f"; cycles to {last.number} are planned" if last else ""
        raise Refused(f"Cycle {number} is not planned yet{upto}", field="cycle")
    changed = False
    if row.given_on is not None and row.given_on != cycle.given_on:
        cycle = therapy.start_cycle(cycle=cycle, given_on=row.given_on, by=by)
        changed = True
    elif row.planned_on is not None and cycle.given_on is None and row.given_on is None:
        changed = _plan(row, row.planned_on, cycle, by)
    if row.dose and row.dose != cycle.note:
        cycle = therapy.modify_cycle(cycle=cycle, note=row.dose, reason=row.why or FROM_FILE, by=by)
        changed = True
    if row.state == CycleState.COMPLETED and row.until_on is not None:
        if cycle.ended_on != row.until_on:
            therapy.complete_cycle(cycle=cycle, on=row.until_on, reason=row.why, by=by)
            changed = True
    elif row.state == CourseState.ENTERED_IN_ERROR and cycle.given_on is not None:
        therapy.take_back_day_1(cycle=cycle, reason=row.why, by=by)
        changed = True
    return changed


def _plan(row: TherapyRow, planned_on: date, cycle: TherapyCycle, by: Actor) -> bool:
    if planned_on == cycle.planned_on:
        return False
    if planned_on < cycle.planned_on:
        raise Refused(
            f"Cycle {cycle.number} is planned on {words(cycle.planned_on)} here; "
            "a plan only moves to a later day",
            field="planned_on",
        )
    therapy.delay_cycle(cycle=cycle, until_on=planned_on, reason=row.why or FROM_FILE, by=by)
    return True


def _entry(row: TherapyRow, kind: EntryKind, patient: Patient, by: Actor) -> bool:
    if row.from_on is None:
        raise Refused("The first day is missing", field="from_on")
    entry = Entry(kind, row.from_on, row.label, row.until_on, row.detail)
    same = CareEntry.objects.filter(
        patient=patient, kind=kind, label=entry.name, from_on=row.from_on
    )
    standing = same.standing().first()
    if row.state == CourseState.ENTERED_IN_ERROR:
        if standing is None:
            return False
        care_entries.withdraw_entry(entry=standing, reason=row.why, by=by)
        return True
    if standing is None:
        if same.exists():
            return False  # entered in error since: that stands
        care_entries.record_entry(patient=patient, entry=entry, by=by, source=SOURCE)
        return True
    if row.detail and row.detail != standing.detail:
        raise Refused(
            "This entry stands with another detail. Enter that one in error first", field="detail"
        )
    if row.until_on is not None and row.until_on != standing.until_on:
        care_entries.end_entry(entry=standing, until_on=row.until_on, by=by)
        return True
    return False
