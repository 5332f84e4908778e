"""Adverse events: graded by a named list, read against their baseline, put down to something."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pathways import clock
from pathways.models import Clinic, Patient, TherapyCourse
from pathways.rules.course_states import CourseState
from pathways.rules.disease_words import CtcaeVersion, ToxicityCause
from pathways.services import toxicity
from pathways.services.errors import Refused
from tests import people
from tests.disease import DAY, suffer


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    return people.make_patient(clinic)


def course_of(patient: Patient, **changes: Any) -> TherapyCourse:
    values: dict[str, Any] = {
        "clinic": patient.clinic,
        "patient": patient,
        "regimen": "rd",
        "regimen_version": 1,
        "label": "Rd",
        "state": CourseState.RUNNING,
        "cycle_days": 28,
        "planned_on": DAY - timedelta(days=14),
        "began_on": DAY - timedelta(days=7),
        "recorded_at": clock.now(),
        "recorded_by": "test",
    }
    course: TherapyCourse = TherapyCourse.objects.create(**(values | changes))
    return course


def test_grade_baseline_and_cause_are_kept_side_by_side(patient: Patient) -> None:
    row = suffer(patient)
    assert (row.grade, row.baseline_grade, row.cause) == (2, 1, ToxicityCause.BOTH)


@pytest.mark.parametrize("baseline", [None, 0, 3])
def test_a_baseline_may_be_unknown_none_or_higher(patient: Patient, baseline: int | None) -> None:
    assert suffer(patient, baseline=baseline).baseline_grade == baseline


@pytest.mark.parametrize(
    ("term", "version", "grade", "fits"),
    [
        ("sensory-neuropathy", CtcaeVersion.V5, 4, True),
        ("sensory-neuropathy", CtcaeVersion.V5, 5, False),
        ("motor-neuropathy", CtcaeVersion.V5, 5, True),
        ("febrile-neutropenia", CtcaeVersion.V5, 2, False),
        ("febrile-neutropenia", CtcaeVersion.V5, 3, True),
        ("proteinuria", CtcaeVersion.V5, 4, False),
        ("sensory-neuropathy", CtcaeVersion.V5, 0, False),
        # Of another list only the range is known: the grades of version 5 say nothing about it.
        ("sensory-neuropathy", CtcaeVersion.NCI_2003, 5, True),
        ("sensory-neuropathy", CtcaeVersion.V6, 6, False),
    ],
)
def test_a_grade_must_be_one_that_the_term_has(
    patient: Patient, term: str, version: CtcaeVersion, grade: int, fits: bool
) -> None:
    if fits:
        row = suffer(patient, term=term, list_version=version, grade=grade, baseline=None)
        assert row.grade == grade
        return
    with pytest.raises(Refused, match=f"has no grade {grade} in list") as caught:
        suffer(patient, term=term, list_version=version, grade=grade, baseline=None)
    assert caught.value.field == "grade"


def test_a_baseline_is_a_grade_of_the_same_list(patient: Patient) -> None:
    with pytest.raises(Refused, match="has no grade 5") as caught:
        suffer(patient, baseline=5)
    assert caught.value.field == "baseline"


def test_an_unknown_term_is_refused(patient: Patient) -> None:
    with pytest.raises(Refused, match="not a term of the catalogue"):
        suffer(patient, term="hiccups")


@pytest.mark.parametrize("days", [-1, 0])
def test_it_cannot_end_before_it_begins(patient: Patient, days: int) -> None:
    ended_on = DAY + timedelta(days=days)
    if days == 0:
        assert suffer(patient, ended_on=ended_on).ended_on == ended_on
        return
    with pytest.raises(Refused, match="cannot end before") as caught:
        suffer(patient, ended_on=ended_on)
    assert caught.value.field == "ended_on"


@pytest.mark.parametrize("field", ["began_on", "ended_on"])
def test_no_day_lies_in_the_future(patient: Patient, field: str) -> None:
    tomorrow = clock.today(patient.clinic) + timedelta(days=1)
    with pytest.raises(Refused, match="lies in the future") as caught:
        suffer(patient, **{field: tomorrow})
    assert caught.value.field == field


def test_it_did_not_begin_before_birth(patient: Patient) -> None:
    with pytest.raises(Refused, match="before the birth date"):
        suffer(patient, began_on=patient.birth_date - timedelta(days=1))


@pytest.mark.parametrize("days", [0, -1])
def test_it_hangs_on_a_course_that_had_begun(patient: Patient, days: int) -> None:
    course = course_of(patient, began_on=DAY)
    began_on = DAY + timedelta(days=days)
    if days == 0:
        assert suffer(patient, began_on=began_on, course=course).course == course
        return
    with pytest.raises(Refused, match="before the first day of that course") as caught:
        suffer(patient, began_on=began_on, course=course)
    assert caught.value.field == "course"


def test_another_persons_course_or_one_in_error_is_refused(patient: Patient) -> None:
    other = people.make_patient(patient.clinic)
    with pytest.raises(Refused, match="another person"):
        suffer(patient, course=course_of(other))
    gone = course_of(patient, state=CourseState.ENTERED_IN_ERROR)
    with pytest.raises(Refused, match="entered in error"):
        suffer(patient, course=gone)


def test_what_went_on_is_ended_once(patient: Patient) -> None:
    row = suffer(patient)
    toxicity.end(toxicity=row, ended_on=DAY + timedelta(days=3), by=people.SYSTEM)
    row.refresh_from_db()
    assert row.ended_on == DAY + timedelta(days=3)
    with pytest.raises(Refused, match="already"):
        toxicity.end(toxicity=row, ended_on=DAY + timedelta(days=4), by=people.SYSTEM)


def test_it_is_taken_back_with_a_reason_and_stays_readable(patient: Patient) -> None:
    row = suffer(patient)
    toxicity.withdraw(toxicity=row, reason="graded on the wrong form", by=people.SYSTEM)
    row.refresh_from_db()
    assert row.withdrawn_reason == "graded on the wrong form"
    assert not patient.toxicities.standing().exists()
    with pytest.raises(Refused, match="entered in error"):
        toxicity.end(toxicity=row, ended_on=DAY, by=people.SYSTEM)
