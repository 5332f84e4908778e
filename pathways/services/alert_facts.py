"""Everything the alert rules are told about many people, in a number of queries that never grows.

One question a table, whatever the number of people, results or cycles.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from pathways import clock
from pathways.catalogue import (
    AnalyteKind,
    find_analyte,
    load_instruments,
    load_toxicity_terms,
)
from pathways.models import (
    CareEntry,
    CheckIn,
    CourseDrug,
    ExamItem,
    Observation,
    Patient,
    TherapyCourse,
    Toxicity,
)
from pathways.rules.alerts_clone import CLONE
from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.rules.dates import zone
from pathways.rules.exam_words import ItemState, ScoringMode
from pathways.rules.instruments import Counted, Worse
from pathways.rules.lifecycles import SAMPLE_GONE, ResultStatus
from pathways.rules.observations import Period, Reading
from pathways.rules.person_facts import (
    Adverse,
    Answers,
    Cycle,
    Entry,
    Exposure,
    PersonFacts,
    Said,
    Sample,
    Scale,
    Sign,
)
from pathways.rules.therapy import without
from pathways.rules.triage import Answered, Level
from pathways.services import alert_facts_planned
from pathways.services.alert_facts_planned import Planned

ROMBERG = "romberg"
PRE_CYCLE_RECORD, REVIEW = "pre-cycle-record", "hematology-review"
# What begins treatment beside the courses.
_BEGINNINGS = frozenset({EntryKind.DAY_0, EntryKind.RADIOTHERAPY})


@dataclass(slots=True)
class _Person:
    """What was read of one person, table by table."""

    readings: list[Reading] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    exposures: list[Exposure] = field(default_factory=list)
    treatment_days: list[date] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    adverse: list[Adverse] = field(default_factory=list)
    reviews: list[date] = field(default_factory=list)
    records: list[date] = field(default_factory=list)
    check_ins: list[Answers] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)


def load(people: Sequence[Patient]) -> dict[uuid.UUID, PersonFacts]:
    """Return the facts about each person as of their clinic's day."""
    ids = [person.pk for person in people]
    read: dict[uuid.UUID, _Person] = defaultdict(_Person)
    _read_results(ids, read)
    _read_signs(ids, read)
    _read_therapy(ids, read)
    _read_records(ids, read)
    today = {person.pk: clock.today(person.clinic) for person in people}
    planned = alert_facts_planned.load(ids, today)
    return {pk: _facts(read[pk], planned[pk], today[pk]) for pk in ids}


def _facts(one: _Person, planned: Planned, today: date) -> PersonFacts:
    return PersonFacts(
        today=today,
        readings=tuple(one.readings),
        said=tuple(one.said),
        samples=tuple(one.samples),
        signs=tuple(one.signs),
        scales=scales(),
        exposures=tuple(one.exposures),
        treatment_days=tuple(sorted([*one.treatment_days, *planned.transplants])),
        cycles=tuple(one.cycles),
        entries=tuple(one.entries),
        adverse=tuple(one.adverse),
        owed=tuple(planned.owed),
        visits=tuple(planned.visits),
        pathway=planned.pathway,
        reviews=tuple(one.reviews),
        records=tuple(one.records),
        addresses=tuple(planned.addresses),
        asked=tuple(planned.asked),
        check_ins=tuple(one.check_ins),
        withdrawn=frozenset(one.withdrawn),
    )


def _read_results(ids: Iterable[uuid.UUID], read: dict[uuid.UUID, _Person]) -> None:
    for row in Observation.objects.current().filter(patient__in=ids).order_by("performed_on", "pk"):
        one = read[row.patient_id]
        if row.status == ResultStatus.FINAL:
            _sort_result(row, one)
        elif row.status == ResultStatus.COLLECTED or row.status in SAMPLE_GONE:
            analyte = find_analyte(row.code)
            one.samples.append(
                Sample(
                    ref=row.pk,
                    code=row.code,
                    label=analyte.label if analyte else row.code,
                    on=row.performed_on,
                    status=ResultStatus(row.status),
                    expected_on=row.expected_on,
                )
            )
    in_error = Observation.objects.filter(
        patient__in=ids, superseded_by__status=ResultStatus.ENTERED_IN_ERROR
    ).values_list("patient_id", "pk")
    for patient, pk in in_error:
        read[patient].withdrawn.add(f"observation:{pk}")


def _sort_result(row: Observation, one: _Person) -> None:
    if row.code in CLONE:
        one.said.append(
            Said(row.pk, row.code, row.performed_on, row.value_text, row.value, row.comparator)
        )
    if row.code == PRE_CYCLE_RECORD:
        one.records.append(row.performed_on)
    if row.code == REVIEW:
        one.reviews.append(row.performed_on)
    if row.value is not None:
        one.readings.append(row.reading)


def _read_signs(ids: Iterable[uuid.UUID], read: dict[uuid.UUID, _Person]) -> None:
    rows = ExamItem.objects.filter(exam__patient__in=ids, instrument=ROMBERG).values_list(
        *("exam__patient", "exam", "exam__performed_on", "exam__mode", "state", "word"),
        "exam__withdrawn_at",
    )
    for patient, exam, on, mode, state, word, withdrawn_at in rows:
        if withdrawn_at is not None:
            read[patient].withdrawn.add(f"exam:{exam}")
            continue
        answer = word.casefold() if state == ItemState.SCORED else state
        read[patient].signs.append(Sign(exam, on, ScoringMode(mode), answer))


def _read_therapy(ids: Iterable[uuid.UUID], read: dict[uuid.UUID, _Person]) -> None:
    courses = TherapyCourse.objects.filter(patient__in=ids).prefetch_related(
        "drugs", "cycles", "holds"
    )
    for course in courses:
        one = read[course.patient_id]
        if course.state == CourseState.ENTERED_IN_ERROR:
            one.withdrawn.add(f"course:{course.pk}")
            continue
        if course.began_on is not None:
            one.treatment_days.append(course.began_on)
        holds = [hold.period for hold in course.holds.all()]
        for drug in course.drugs.all():
            one.exposures.extend(_exposures(course, drug, holds))
        one.cycles.extend(
            Cycle(
                course=course.pk,
                course_label=course.label,
                course_state=CourseState(course.state),
                number=cycle.number,
                planned_on=cycle.planned_on,
                given_on=cycle.given_on,
                state=CycleState(cycle.state),
            )
            for cycle in course.cycles.all()
        )


def _exposures(
    course: TherapyCourse, drug: CourseDrug, holds: Sequence[Period]
) -> Iterable[Exposure]:
    """Return one drug of a course as it was taken, holds taken out; without days if none is known."""
    periods: Sequence[Period | None] = [None]
    if drug.from_on is not None:
        until_on = drug.until_on or course.ended_on
        periods = without(Period(drug.from_on, until_on), holds)
    for period in periods:
        yield Exposure(
            course=course.pk,
            drug=drug.drug,
            label=drug.label,
            classes=tuple(drug.classes),
            neurotoxic=drug.neurotoxic,
            period=period,
            running=course.state == CourseState.RUNNING,
        )


@cache
def scales() -> tuple[Scale, ...]:
    """Return which way each instrument is worse, and the change published for it."""
    return tuple(
        Scale(
            code=total.code,
            label=f"{entry.short} ({total.mode})" if total.mode else entry.short,
            worse_is_higher=entry.worse is Worse.UP,
            is_score=total.analyte.kind is AnalyteKind.SCORE,
            threshold=total.threshold.amount if total.threshold else None,
            in_percent=total.threshold is not None and total.threshold.counted is Counted.PERCENT,
        )
        for entry in load_instruments().values()
        if entry.worse is not Worse.WORDS
        for total in entry.totals
    )


def _read_records(ids: Iterable[uuid.UUID], read: dict[uuid.UUID, _Person]) -> None:
    for entry in CareEntry.objects.standing().filter(patient__in=ids):
        one, kind = read[entry.patient_id], EntryKind(entry.kind)
        one.entries.append(
            Entry(entry.pk, kind, entry.label, Period(entry.from_on, entry.until_on))
        )
        if kind in _BEGINNINGS:
            one.treatment_days.append(entry.from_on)
    terms = load_toxicity_terms()
    for tox in Toxicity.objects.filter(patient__in=ids):
        one = read[tox.patient_id]
        if tox.withdrawn_at is not None:
            one.withdrawn.add(f"toxicity:{tox.pk}")
            continue
        one.adverse.append(
            Adverse(
                ref=tox.pk,
                term=tox.term,
                label=terms[tox.term].label if tox.term in terms else tox.term,
                grade=tox.grade,
                baseline=tox.baseline_grade,
                list_version=tox.list_version,
                period=Period(tox.began_on, tox.ended_on),
            )
        )
    for check_in in CheckIn.objects.filter(patient__in=ids).select_related("clinic"):
        one = read[check_in.patient_id]
        if check_in.withdrawn_at is not None:
            one.withdrawn.add(f"check-in:{check_in.pk}")
            continue
        # In the clinic's own hours: the alert's sentence is written from it.
        at = check_in.answered_at.astimezone(zone(check_in.clinic.time_zone))
        one.check_ins.append(answers_of(check_in.pk, at, check_in.answers))


def answers_of(ref: int, at: datetime, answers: dict[str, Any]) -> Answers:
    """Return a check-in as the rule is told it, from what was kept of its answers."""
    return Answers(
        ref,
        at,
        tuple(
            Answered(each["question"], each["answer"], Level(each["level"]))
            for each in answers.values()
        ),
    )
