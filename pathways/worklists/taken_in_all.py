"""What was taken of a drug in all, as far as it is recorded here: a sum with its parts and its marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pathways.catalogue import load_drugs, load_marks
from pathways.models import CourseDrug, TherapyCourse
from pathways.rules.course_states import AdministrationState, CourseState
from pathways.rules.therapy import Taken, day_of, days_taken, grams


@dataclass(frozen=True, slots=True)
class TakenInAll:
    """What was taken of a drug in all, as far as it is recorded here, with its marks."""

    label: str
    words: str
    sum: str
    marks: tuple[str, ...]


def taken_in_all(courses: Sequence[TherapyCourse], day: date) -> list[TakenInAll]:
    """Return the amount of each drug of which one is kept; arithmetic, with its sum shown."""
    found: dict[str, list[tuple[Decimal | None, int]]] = {}
    for course in courses:
        if course.state == CourseState.ENTERED_IN_ERROR:
            continue
        days_1 = [row.given_on for row in course.cycles.all() if row.given_on]
        holds = [hold.period for hold in course.holds.all()]
        for row in course.drugs.all():
            entry = load_drugs().get(row.drug)
            if entry is None or not entry.cumulative or row.from_on is None:
                continue
            days = days_taken(
                Taken(row.period, tuple(row.days), row.daily_mg),
                until_on=day,
                holds=holds,
                days_1=days_1,
                missed=_missed(course, row),
            )
            found.setdefault(row.drug, []).append((row.daily_mg, days))
    return [_in_all(drug, amounts) for drug, amounts in found.items()]


def _missed(course: TherapyCourse, row: CourseDrug) -> list[date]:
    return [
        day_of(cycle.given_on, given.cycle_day)
        for cycle in course.cycles.all()
        if cycle.given_on is not None
        for given in cycle.days.all()
        if given.drug_id == row.pk and given.state == AdministrationState.NOT_GIVEN
    ]


def _in_all(drug: str, amounts: list[tuple[Decimal | None, int]]) -> TakenInAll:
    label = load_drugs()[drug].label
    marks = tuple(
        f"{mark.standing}: {mark.grams} g, {mark.words} "
        f"({'; '.join(each.document for each in mark.sources)})"
        for mark in load_marks()
        if mark.drug == drug
    )
    known = [(mg, days) for mg, days in amounts if mg is not None]
    if len(known) < len(amounts):
        return TakenInAll(label, "not computed", "a daily amount is not recorded", marks)
    total = f"{grams(known).normalize():f}"
    shown = " + ".join(f"{mg.normalize():f} mg × {days} days" for mg, days in known)
    return TakenInAll(label, f"{total} g", f"{shown}, as recorded here; holds taken out", marks)
