"""The therapy page of one person: what goes on first, then support, transplant, earlier courses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import SupportEntry, find_support, load_regimens, load_support
from pathways.models import CareEntry, Enrolment, Patient, TherapyCourse
from pathways.rules.course_states import (
    COURSE_OPEN,
    PROPHYLAXIS,
    TRANSPLANT_STEPS,
    CourseState,
    EntryKind,
)
from pathways.rules.due_phrase import short_date
from pathways.rules.therapy import milestones
from pathways.worklists.course_deeds import change_words
from pathways.worklists.course_rows import (
    COURSE_TAGS,
    CourseView,
    bars_of,
    course_line,
    cycle_rows,
    drug_rows,
    hold_words,
    side_effects,
    title_of,
)
from pathways.worklists.cycle_record import Asked, OnRecord, asked_of, on_record
from pathways.worklists.phase_hints import phase_hints
from pathways.worklists.taken_in_all import TakenInAll, taken_in_all

KIND_WORDS = {
    EntryKind.DAY_0: "Day 0",
    EntryKind.DAY_100: "Day +100",
    EntryKind.PJP_PROPHYLAXIS: "Pneumocystis prophylaxis",
    EntryKind.ZOSTER_PROPHYLAXIS: "Shingles prophylaxis",
}


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of care."""

    pk: int
    kind: str
    label: str
    when: str
    detail: str
    withdrawn: str
    goes_on: bool
    medicine: SupportEntry | None


@dataclass(frozen=True, slots=True)
class TherapyPage:
    """Everything the page shows."""

    hints: tuple[str, ...]
    going_on: tuple[CourseView, ...]
    earlier: tuple[CourseView, ...]
    prophylaxis: tuple[EntryRow, ...]
    prophylaxis_missing: tuple[tuple[str, str], ...]
    transplant: tuple[EntryRow, ...]
    milestones: tuple[tuple[str, str], ...]
    care: tuple[EntryRow, ...]
    withdrawn: tuple[EntryRow, ...]
    taken: tuple[TakenInAll, ...]


def kind_words(kind: str) -> str:
    """Return a kind of entry as people say it."""
    known = EntryKind(kind)
    return KIND_WORDS.get(known, known.value.replace("-", " ").capitalize())


def offered(kind: str) -> list[tuple[str, str]]:
    """Return the medicines of the catalogue with what they are; those of one kind, if it has any."""
    medicines = load_support()
    chosen = [each for each in medicines if each.kind == kind] or medicines
    return [(each.label, f"{kind_words(each.kind)}: {each.kind_words}") for each in chosen]


def therapy_page(patient: Patient, day: date) -> TherapyPage:
    """Return the page; the number of questions does not grow with the record."""
    courses = list(
        TherapyCourse.objects.filter(patient=patient)
        .prefetch_related("drugs", "holds", "deeds", "cycles__days__drug")
        .order_by("-planned_on", "-id")
    )
    enrolments = list(
        Enrolment.objects.filter(patient=patient)
        .prefetch_related("phases")
        .order_by("-enrolled_on", "-id")
    )
    entries = list(CareEntry.objects.filter(patient=patient).order_by("-from_on", "-id"))
    known = on_record(patient.pk, entries)
    order = {CourseState.RUNNING: 0, CourseState.ON_HOLD: 1, CourseState.PLANNED: 2}
    going_on = sorted(
        (course for course in courses if course.state in COURSE_OPEN),
        key=lambda course: order[CourseState(course.state)],
    )
    standing = [row for row in entries if row.withdrawn_at is None]
    steps = frozenset(TRANSPLANT_STEPS)
    prophylaxis = [row for row in standing if row.kind in PROPHYLAXIS]
    has = {row.kind for row in prophylaxis if row.until_on is None or row.until_on >= day}
    return TherapyPage(
        hints=phase_hints(next(iter(enrolments), None), courses, day),
        going_on=tuple(_course(course, known, day) for course in going_on),
        earlier=tuple(
            _course(course, known, day) for course in courses if course.state not in COURSE_OPEN
        ),
        prophylaxis=_rows(prophylaxis, day),
        prophylaxis_missing=tuple(
            (kind.value, kind_words(kind))
            for kind in EntryKind
            if kind in PROPHYLAXIS and kind not in has
        ),
        transplant=_rows([row for row in reversed(standing) if row.kind in steps], day),
        milestones=_milestones(enrolments, day),
        care=_rows([row for row in standing if row.kind not in steps | PROPHYLAXIS], day),
        withdrawn=_rows([row for row in entries if row.withdrawn_at is not None], day),
        taken=tuple(taken_in_all(courses, day)),
    )


def _rows(entries: Sequence[CareEntry], day: date) -> tuple[EntryRow, ...]:
    return tuple(
        EntryRow(
            pk=row.pk,
            kind=kind_words(row.kind),
            label=row.label,
            when=_when(row, day),
            detail=row.detail,
            withdrawn=row.withdrawn_reason,
            goes_on=row.until_on is None,
            medicine=find_support(row.label) if row.until_on is None else None,
        )
        for row in entries
    )


def _when(row: CareEntry, day: date) -> str:
    first = short_date(row.from_on, day)
    if row.until_on is None or row.until_on == row.from_on:
        return first
    return f"{first} to {short_date(row.until_on, day)}"


def _milestones(enrolments: Sequence[Enrolment], day: date) -> tuple[tuple[str, str], ...]:
    days_0 = [each.transplant_on for each in enrolments if each.transplant_on is not None]
    if not days_0:
        return ()
    day_0 = days_0[0]
    return (
        ("Day 0", short_date(day_0, day)),
        *((each.words, short_date(each.on, day)) for each in milestones(day_0, through=day)),
    )


def _course(course: TherapyCourse, known: OnRecord, day: date) -> CourseView:
    cycles = list(course.cycles.all())
    is_open = course.state in COURSE_OPEN
    now = [row for row in course.drugs.all() if row.until_on is None] if is_open else []
    given = [row for row in cycles if row.given_on is not None]
    upcoming = next((row for row in cycles if row.given_on is None and is_open), None)
    held = course.state == CourseState.ON_HOLD
    since_on = given[-1].given_on if given else None
    next_words = within_words = ""
    day_1 = course.planned_on
    if upcoming is not None:
        day_1 = upcoming.planned_on
        planned = "no day, on hold" if held else f"day 1 {short_date(day_1, day)}"
        next_words = f"Before cycle {upcoming.number}, {planned}"
    elif is_open and course.cycle_days is None:
        next_words = "Around this course"
    if given and is_open:
        within_words = f"During cycle {given[-1].number}"

    def asked(when: str) -> tuple[Asked, ...]:
        found = asked_of(now, known, when=when, since_on=since_on, day_1=day_1, day=day)
        return tuple(found)

    rows = cycle_rows(course, day)
    return CourseView(
        pk=course.pk,
        label=course.label,
        title=title_of(course),
        tag=COURSE_TAGS[CourseState(course.state)],
        state=course.state.capitalize(),
        line=course_line(course, day),
        copied=_copied(course),
        dose_note=course.dose_note,
        drugs=drug_rows(course, day),
        cycles=rows,
        bars=bars_of(course, day),
        holds=hold_words(course, day),
        changes=change_words(course, {row.number for row in rows}, day),
        ask=side_effects(course) if is_open else "",
        open=is_open,
        held=held,
        begun=course.began_on is not None,
        continuous=course.cycle_days is None,
        next_words=next_words,
        before=asked("before") if next_words else (),
        within_words=within_words,
        within=asked("within") if within_words else (),
    )


def _copied(course: TherapyCourse) -> str:
    """Return which list of regimens the plan was copied from, and whether another is used now."""
    entry = load_regimens().get(course.regimen)
    said = f"Planned from version {course.regimen_version} of the regimens"
    if entry is None:
        return f"{said}; no longer listed"
    newer = entry.version != course.regimen_version
    return f"{said}; version {entry.version} is used for new courses" if newer else said
