"""One line of a list of therapy, by the same verbs as the pages: a course, a cycle, an entry of care.

What a line says already stands: nothing happens. What it says anew is written down, and said. What
it cannot say (an overlap, a plan moved earlier) is refused with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.catalogue import load_regimens
from pathways.models import CareEntry, Patient, TherapyCourse, TherapyCycle
from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.services import care_entries, therapy
from pathways.services.actors import Actor
from pathways.services.care_entries import Entry
from pathways.services.errors import Refused
from pathways.services.list_report import Cell, LineChange, cell
from pathways.services.therapy import CoursePlan
from pathways.services.therapy_rows import words

SOURCE = "import"
FROM_FILE = "as the imported file says"
ENDED = frozenset({CourseState.COMPLETED, CourseState.STOPPED})
Firsts = dict[tuple[Any, ...], int]


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
    def course(self) -> tuple[Any, ...]:
        """What makes it the same course: person, regimen, planned first day."""
        return (self.mrn, self.regimen, self.course_on)

    @property
    def order(self) -> tuple[Any, ...]:
        """Courses before their cycles, cycles in their order, the ending of a course last."""
        ends = self.cycle is None and self.state in {*ENDED, CourseState.ENTERED_IN_ERROR}
        number = 10_000 if ends else self.cycle or 0
        return (self.mrn, self.kind or "", self.course_on or date.min, self.regimen, number)


def record(row: TherapyRow, *, patient: Patient, firsts: Firsts, by: Actor) -> LineChange:
    """Write down one line in the caller's transaction, and say what it changed."""
    if row.kind is not None:
        is_new, cells = _entry(row, row.kind, patient, by)
        return LineChange(row.line, row.mrn, _entry_of(row, row.kind).name, is_new, tuple(cells))
    if row.course_on is None:
        raise Refused("A course is known by its regimen and planned first day", field="course_on")
    about = f"{load_regimens()[row.regimen].short} from {words(row.course_on)}"
    if row.cycle is not None:
        about = f"{about}, cycle {row.cycle}"
    courses = TherapyCourse.objects.filter(
        patient=patient, regimen=row.regimen, planned_on=row.course_on
    )
    course = courses.exclude(state=CourseState.ENTERED_IN_ERROR).first()
    is_new = course is None
    if course is None:
        if row.state == CourseState.ENTERED_IN_ERROR and courses.exists():
            return LineChange(row.line, row.mrn, about, is_new=False)
        first = firsts.get(row.course, 1)
        plan = CoursePlan(
            regimen=row.regimen,
            planned_on=row.course_on,
            first_cycle=first,
            dose_note=row.dose if row.cycle is None else "",
        )
        course = therapy.start_course(patient=patient, plan=plan, by=by, source=SOURCE)
    cells = _course(row, course, by) if row.cycle is None else _cycle(row, row.cycle, course, by)
    if is_new and row.dose and row.cycle is None:
        cells.insert(0, cell("dose", None, row.dose))
    return LineChange(row.line, row.mrn, about, is_new, tuple(cells))


def _course(row: TherapyRow, course: TherapyCourse, by: Actor) -> list[Cell]:
    cells = []
    if row.dose and row.dose != course.dose_note:
        cells.append(cell("dose", course.dose_note, row.dose))
        therapy.modify_course(
            course=course,
            on=course.began_on or course.planned_on,
            reason=row.why or FROM_FILE,
            dose_note=row.dose,
            by=by,
        )
    if row.given_on is not None and row.given_on != course.began_on:
        if course.cycle_days is not None:
            raise Refused(
                "This course has cycles: give day 1 on the line of the cycle", field="given_on"
            )
        cells.append(cell("given_on", course.began_on, row.given_on))
        therapy.begin_course(course=course, on=row.given_on, by=by)
    course.refresh_from_db()
    return [*cells, *_course_state(row, course, by)]


def _course_state(row: TherapyRow, course: TherapyCourse, by: Actor) -> list[Cell]:
    """Follow a line that ends, holds or withdraws a course."""
    becomes = [cell("state", course.state, row.state)]
    if row.state in ENDED:
        if row.until_on is None:
            raise Refused("The last day of the course is missing", field="until_on")
        if course.state == row.state and course.ended_on == row.until_on:
            return []
        if course.state == CourseState.PLANNED or course.ended_on is not None:
            raise Refused(f"This course is {course.state} here; look at it first", field="state")
        if row.state == CourseState.STOPPED:
            therapy.stop_course(course=course, on=row.until_on, reason=row.why, by=by)
        else:
            therapy.complete_course(course=course, on=row.until_on, by=by)
        return [*becomes, cell("until_on", None, row.until_on)]
    if row.state == CourseState.ON_HOLD and course.state != CourseState.ON_HOLD:
        if row.from_on is None:
            raise Refused("The first day of the hold is missing", field="from_on")
        if course.holds.filter(from_on=row.from_on).exists():
            return []  # resumed since: the file is older than the record
        therapy.hold_course(course=course, from_on=row.from_on, reason=row.why, by=by)
        return [*becomes, cell("from_on", None, row.from_on)]
    if row.state == CourseState.ENTERED_IN_ERROR:
        therapy.enter_course_in_error(course=course, reason=row.why, by=by)
        return becomes
    return []


def _cycle(row: TherapyRow, number: int, course: TherapyCourse, by: Actor) -> list[Cell]:
    cycle = (
        TherapyCycle.objects.select_related("course").filter(course=course, number=number).first()
    )
    if cycle is None:
        last = course.cycles.order_by("-number").first()
        upto = f"; cycles to {last.number} are planned" if last else ""
        raise Refused(f"Cycle {number} is not planned yet{upto}", field="cycle")
    cells = []
    if row.given_on is not None and row.given_on != cycle.given_on:
        cells.append(cell("given_on", cycle.given_on, row.given_on))
        cycle = therapy.start_cycle(cycle=cycle, given_on=row.given_on, by=by)
    elif row.planned_on is not None and cycle.given_on is None and row.given_on is None:
        cells.extend(_plan(row, row.planned_on, cycle, by))
    if row.dose and row.dose != cycle.note:
        cells.append(cell("dose", cycle.note, row.dose))
        cycle = therapy.modify_cycle(cycle=cycle, note=row.dose, reason=row.why or FROM_FILE, by=by)
    if row.state == CycleState.COMPLETED and row.until_on is not None:
        if cycle.ended_on != row.until_on:
            cells.append(cell("until_on", cycle.ended_on, row.until_on))
            therapy.complete_cycle(cycle=cycle, on=row.until_on, reason=row.why, by=by)
    elif row.state == CourseState.ENTERED_IN_ERROR and cycle.given_on is not None:
        cells.append(cell("given_on", cycle.given_on, None))
        therapy.take_back_day_1(cycle=cycle, reason=row.why, by=by)
    return cells


def _plan(row: TherapyRow, planned_on: date, cycle: TherapyCycle, by: Actor) -> list[Cell]:
    if planned_on == cycle.planned_on:
        return []
    if planned_on < cycle.planned_on:
        raise Refused(
            f"Cycle {cycle.number} is planned on {words(cycle.planned_on)} here; "
            "a plan only moves to a later day",
            field="planned_on",
        )
    becomes = [cell("planned_on", cycle.planned_on, planned_on)]
    therapy.delay_cycle(cycle=cycle, until_on=planned_on, reason=row.why or FROM_FILE, by=by)
    return becomes


def _entry_of(row: TherapyRow, kind: EntryKind) -> Entry:
    if row.from_on is None:
        raise Refused("The first day is missing", field="from_on")
    return Entry(kind, row.from_on, row.label, row.until_on, row.detail)


def _entry(
    row: TherapyRow, kind: EntryKind, patient: Patient, by: Actor
) -> tuple[bool, list[Cell]]:
    """Write down an entry of care; return whether it is new, and what it changes."""
    entry = _entry_of(row, kind)
    same = CareEntry.objects.filter(
        patient=patient, kind=kind, label=entry.name, from_on=entry.from_on
    )
    standing = same.standing().first()
    if row.state == CourseState.ENTERED_IN_ERROR:
        if standing is None:
            return False, []
        care_entries.withdraw_entry(entry=standing, reason=row.why, by=by)
        return False, [cell("state", "on record", row.state)]
    if standing is None:
        if same.exists():
            return False, []  # entered in error since: that stands
        care_entries.record_entry(patient=patient, entry=entry, by=by, source=SOURCE)
        said = {"from_on": entry.from_on, "until_on": entry.until_on, "detail": entry.detail}
        return True, [cell(name, None, each) for name, each in said.items() if each]
    if row.detail and row.detail != standing.detail:
        raise Refused(
            "This entry stands with another detail. Enter that one in error first", field="detail"
        )
    if row.until_on is not None and row.until_on != standing.until_on:
        becomes = [cell("until_on", standing.until_on, row.until_on)]
        care_entries.end_entry(entry=standing, until_on=row.until_on, by=by)
        return False, becomes
    return False, []
