"""A course of therapy in words: drugs, and cycles as rows and as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from pathways.catalogue import load_drugs, load_regimens
from pathways.charts.cycle_bars import CycleBar, cycle_bars
from pathways.models import Administration, CourseDrug, TherapyCourse, TherapyCycle
from pathways.rules.course_states import (
    AdministrationState,
    CourseState,
    CycleState,
)
from pathways.rules.cycle_days import write_days
from pathways.rules.due_phrase import short_date
from pathways.rules.therapy import runs_until
from pathways.worklists.course_deeds import deed_words, deeds_of_cycle
from pathways.worklists.cycle_record import Asked

COURSE_TAGS = {
    CourseState.PLANNED: "waiting",
    CourseState.RUNNING: "due-soon",
    CourseState.ON_HOLD: "on-hold",
    CourseState.COMPLETED: "done",
    CourseState.STOPPED: "closed",
    CourseState.ENTERED_IN_ERROR: "closed",
}


@dataclass(frozen=True, slots=True)
class DrugRow:
    """One drug as it is or was prescribed."""

    label: str
    neurotoxic: bool
    plan: str
    dose: str
    when: str
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One cycle: planned, given, what of it, and why it is not as planned."""

    pk: int
    number: int
    tag: str
    state: str
    planned: str
    first_planned: str
    given: str
    late: str
    days: str
    remark: str
    begun: bool
    delayed: bool
    waiting: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class CourseView:
    """Everything a page says of one course."""

    pk: int
    label: str
    title: str
    tag: str
    state: str
    line: str
    copied: str
    dose_note: str
    drugs: tuple[DrugRow, ...]
    cycles: tuple[CycleRow, ...]
    bars: SafeString
    holds: tuple[str, ...]
    changes: tuple[str, ...]
    ask: str
    open: bool
    held: bool
    begun: bool
    continuous: bool
    next_words: str
    before: tuple[Asked, ...]
    within_words: str
    within: tuple[Asked, ...]


def course_line(course: TherapyCourse, day: date) -> str:
    """Return when a course began and ended, and what its cycles are."""
    parts = []
    if course.began_on is not None:
        parts.append(f"since {short_date(course.began_on, day)}")
    else:
        parts.append(f"planned from {short_date(course.planned_on, day)}")
    if course.ended_on is not None:
        parts.append(f"ended {short_date(course.ended_on, day)}")
    if course.end_reason:
        parts.append(course.end_reason)
    if course.cycle_days is not None:
        last = f", to cycle {course.planned_cycles}" if course.planned_cycles else ""
        parts.append(f"cycles of {course.cycle_days} days{last}")
        if course.first_cycle > 1:
            parts.append(f"from cycle {course.first_cycle}; earlier ones elsewhere")
    return "; ".join(parts)


def drug_rows(course: TherapyCourse, day: date) -> tuple[DrugRow, ...]:
    """Return the drugs of a course, those taken now first."""
    rows = sorted(course.drugs.all(), key=lambda row: (row.until_on is not None, row.pk))
    return tuple(_drug(row, course, day) for row in rows)


def _drug(row: CourseDrug, course: TherapyCourse, day: date) -> DrugRow:
    entry = load_drugs().get(row.drug)
    days = write_days(row.days)
    every = "every day" if course.cycle_days is not None else "continuous"
    plan = f"days {days}" if "," in days or "–" in days else f"day {days}"
    when = ""
    if row.from_on is not None and (row.from_on != course.began_on or row.until_on):
        when = f"from {short_date(row.from_on, day)}"
    if row.until_on is not None:
        when += f" to {short_date(row.until_on, day)}"
    return DrugRow(
        label=row.label,
        neurotoxic=row.neurotoxic,
        plan=", ".join(part for part in (plan if days else every, row.route) if part),
        dose=row.dose_text,
        when=when.strip(),
        status=entry.status.value if entry else "",
        why=entry.why if entry else "",
    )


def cycle_rows(course: TherapyCourse, day: date) -> tuple[CycleRow, ...]:
    """Return the cycles of a course as rows of a table."""
    rows = [row for row in course.cycles.all() if not _never(row)]
    last_given = max((row.number for row in rows if row.given_on), default=0)
    return tuple(_cycle(row, course, row.number < last_given, day) for row in rows)


def _never(row: TherapyCycle) -> bool:
    """Whether a cycle was never given and never will be."""
    return row.given_on is None and row.state == CycleState.DISCONTINUED


def _cycle(row: TherapyCycle, course: TherapyCourse, followed: bool, day: date) -> CycleRow:
    cycle = row.planned
    tag, state = _cycle_state(row, followed)
    held = row.state == CycleState.HELD
    late = cycle.days_late
    moved = row.planned_on != row.first_planned_on and not held
    words = f"+{late} d" if late > 0 else f"−{-late} d" if late < 0 else ""
    ended = f"ended {short_date(row.ended_on, day)}" if row.ended_on else ""
    earlier = [deed_words(deed) for deed in deeds_of_cycle(course, row)]
    return CycleRow(
        pk=row.pk,
        number=row.number,
        tag=tag,
        state=state,
        planned="no day" if held else short_date(row.planned_on, day),
        first_planned=short_date(row.first_planned_on, day) if moved else "",
        given=short_date(row.given_on, day) if row.given_on else "",
        late="" if held else words,
        days=_days(list(row.days.all())),
        remark="; ".join(part for part in (ended, row.note, row.reason, *earlier) if part),
        begun=row.given_on is not None,
        delayed=row.given_on is None and row.planned_on != row.first_planned_on,
        waiting=row.state == CycleState.PLANNED,
        ended=row.state in (CycleState.COMPLETED, CycleState.DISCONTINUED),
    )


def _cycle_state(row: TherapyCycle, followed: bool) -> tuple[str, str]:
    if row.state == CycleState.STARTED and followed:
        return "done", "Given"
    return {
        CycleState.PLANNED: ("not-due", "Planned"),
        CycleState.STARTED: ("due-soon", "Going on"),
        CycleState.COMPLETED: ("done", "Given"),
        CycleState.HELD: ("on-hold", "Held"),
        CycleState.DISCONTINUED: ("closed", "Stopped"),
    }[CycleState(row.state)]


def _days(days: Sequence[Administration]) -> str:
    if not days:
        return ""
    given = sum(1 for day in days if day.state != AdministrationState.NOT_GIVEN)
    missed = [day for day in days if day.state == AdministrationState.NOT_GIVEN]
    parts = [f"{given} given"] if given else []  # days that nobody wrote down are not "0 given"
    parts += [f"{day.drug.label} day {day.cycle_day} not given: {day.reason}" for day in missed]
    return "; ".join(parts)


def bars_of(course: TherapyCourse, day: date) -> SafeString:
    """Return the cycles of a course as bars on a time axis."""
    length = course.cycle_days or 1
    bars = []
    for row in course.cycles.all():
        if _never(row):
            continue
        cycle = row.planned
        kind = "given" if row.given_on else "planned"
        if row.state == CycleState.HELD:
            kind = "held"
        elif row.state == CycleState.DISCONTINUED:
            kind = "stopped"
        until_on = max(runs_until(cycle, length), cycle.day_1)
        bars.append(CycleBar(row.number, cycle.first_planned_on, cycle.day_1, until_on, kind))
    return cycle_bars(bars, day, str(course.pk))


def hold_words(course: TherapyCourse, day: date) -> tuple[str, ...]:
    """Return each hold of a course with its reason."""
    return tuple(
        f"On hold from {short_date(hold.from_on, day)}"
        + (f" to {short_date(hold.until_on, day)}" if hold.until_on else "")
        + f": {hold.reason}"
        for hold in course.holds.all()
    )


def side_effects(course: TherapyCourse) -> str:
    """Return what to ask the person about, each thing once."""
    found: dict[str, None] = {}
    for row in course.drugs.all():
        entry = load_drugs().get(row.drug)
        if entry is not None and row.until_on is None:
            found.update(dict.fromkeys(entry.ask))
    return ", ".join(found)


def title_of(course: TherapyCourse) -> str:
    """Return the regimen's name in full, or the course's own label where it is no longer listed."""
    entry = load_regimens().get(course.regimen)
    return entry.label if entry else course.label
