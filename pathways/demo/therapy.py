"""Writes the therapy of the demo's people as rows, since no service plans two years back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from pathways.catalogue import RegimenEntry, load_regimens
from pathways.demo.course_story import CourseStory, CycleStory
from pathways.demo.stamps import Pen
from pathways.demo.therapy_story import Therapy
from pathways.models import (
    Administration,
    CareEntry,
    Clinic,
    CourseDrug,
    CourseHold,
    Patient,
    TherapyCourse,
    TherapyCycle,
    User,
)
from pathways.rules.course_states import AdministrationState, CourseState, CycleState
from pathways.rules.lifecycles import Role
from pathways.rules.therapy import day_of

SOURCE = "demo"
# What was prescribed for these invented people: a fact about each of them, never a proposal.
PRESCRIBED = {
    "lenalidomide": "25 mg",
    "dexamethasone": "40 mg",
    "bortezomib": "1.3 mg/m²",
    "cyclophosphamide": "300 mg/m²",
    "melphalan": "10 mg/m²",
    "thalidomide": "100 mg at night",
}
ROUTES = {"cyclophosphamide": "intravenous"}  # where it is not the first of the catalogue
DAILY_MG = {"thalidomide": Decimal(100)}
# Written down day by day: what the day unit gives. Tablets are taken at home.
GIVEN_BY_US = frozenset({"bortezomib"})


class _Rows:
    """The rows of everybody, written table by table."""

    def __init__(self) -> None:
        self.courses: list[TherapyCourse] = []
        self.drugs: list[CourseDrug] = []
        self.holds: list[CourseHold] = []
        self.cycles: list[TherapyCycle] = []
        self.days: list[Administration] = []
        self.entries: list[CareEntry] = []

    def write(self) -> None:
        """Write parents before children."""
        TherapyCourse.objects.bulk_create(self.courses)
        CourseDrug.objects.bulk_create(self.drugs)
        CourseHold.objects.bulk_create(self.holds)
        TherapyCycle.objects.bulk_create(self.cycles)
        Administration.objects.bulk_create(self.days)
        CareEntry.objects.bulk_create(self.entries)


def write(
    therapies: Mapping[str, Therapy],
    people: dict[str, Patient],
    clinic: Clinic,
    team: dict[Role, User],
    today: date,
) -> None:
    """Write everybody's courses and entries."""
    rows = _Rows()
    for mrn, therapy in therapies.items():
        pen = Pen(clinic, people[mrn], team)
        for story in therapy.courses:
            _course(rows, story, pen, today)
        rows.entries += [
            CareEntry(
                patient=pen.patient,
                kind=entry.kind,
                label=entry.name,
                from_on=entry.from_on,
                until_on=entry.until_on,
                detail=entry.detail,
                source=SOURCE,
                **pen.of(entry.from_on, Role.NURSE),
            )
            for entry in therapy.entries
        ]
    rows.write()


def _course(rows: _Rows, story: CourseStory, pen: Pen, today: date) -> None:
    regimen = load_regimens()[story.regimen]
    begun = story.state is not CourseState.PLANNED
    began_on = story.planned_on if begun else None
    course = TherapyCourse(
        patient=pen.patient,
        regimen=regimen.key,
        regimen_version=regimen.version,
        label=regimen.short,
        state=story.state,
        cycle_days=story.cycle_days,
        planned_cycles=story.planned_cycles,
        planned_on=story.planned_on,
        began_on=began_on,
        ended_on=story.ended_on,
        end_reason=story.reason if story.ended_on else "",
        source=SOURCE,
        **pen.of(story.planned_on - timedelta(days=7)),
    )
    rows.courses.append(course)
    drugs = _drugs(regimen, course, pen)
    rows.drugs += drugs
    if story.held_on is not None:
        rows.holds.append(
            CourseHold(
                course=course, from_on=story.held_on, reason=story.reason, **pen.of(story.held_on)
            )
        )
    for cycle in story.cycles:
        row = TherapyCycle(
            clinic=pen.clinic,
            course=course,
            number=cycle.number,
            first_planned_on=cycle.first_planned_on,
            planned_on=cycle.planned_on,
            given_on=cycle.given_on,
            state=cycle.state,
            ended_on=cycle.ended_on,
            reason=cycle.reason,
        )
        rows.cycles.append(row)
        for drug in drugs:
            if drug.drug in GIVEN_BY_US:
                rows.days += _days(row, drug, cycle, pen, today)


def _drugs(regimen: RegimenEntry, course: TherapyCourse, pen: Pen) -> list[CourseDrug]:
    return [
        CourseDrug(
            clinic=pen.clinic,
            course=course,
            drug=each.drug.key,
            label=each.drug.label,
            route=ROUTES.get(each.drug.key, each.drug.routes[0]),
            classes=list(each.drug.classes),
            neurotoxic=each.drug.neurotoxic,
            days=list(each.days),
            dose_text=PRESCRIBED.get(each.drug.key, ""),
            daily_mg=DAILY_MG.get(each.drug.key),
            from_on=course.began_on,
            until_on=course.ended_on,
        )
        for each in regimen.drugs
    ]


def _days(
    row: TherapyCycle, drug: CourseDrug, cycle: CycleStory, pen: Pen, today: date
) -> list[Administration]:
    """Each planned day up to today: given; after an early stop not given, with the reason."""
    found: list[Administration] = []
    if cycle.given_on is None:
        return found
    for number in drug.days:
        on = day_of(cycle.given_on, number)
        if on >= today:
            break
        stopped = cycle.state is CycleState.DISCONTINUED and on >= (cycle.ended_on or on)
        state = AdministrationState.NOT_GIVEN if stopped else AdministrationState.GIVEN
        found.append(
            Administration(
                cycle=row,
                drug=drug,
                cycle_day=number,
                given_on=None if stopped else on,
                state=state,
                reason=cycle.reason if stopped else "",
                dose_text="" if stopped else drug.dose_text,
                **pen.of(on, Role.NURSE),
            )
        )
    return found
