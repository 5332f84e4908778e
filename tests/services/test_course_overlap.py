"""One drug is not given in two courses on one day; each refusal names the other and the way on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from pathways.models import Clinic, PathwayVersion, Patient, TherapyCourse
from pathways.services import therapy
from pathways.services.errors import Refused
from pathways.services.therapy import DrugPlan
from tests.courses import FIRST, cycle_of, give, plan_course
from tests.people import SYSTEM, enrol, make_patient

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
DAY = timedelta(days=1)
LAST = FIRST + 27 * DAY  # of cycle 1
LENALIDOMIDE = [DrugPlan("lenalidomide")]


@pytest.fixture
def maya(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    """In active treatment; it is 21 November."""
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrol(patient, pathway_version)
    return patient


@pytest.fixture
def rd(maya: Patient) -> TherapyCourse:
    """An Rd whose only cycle was given from 1 to 28 June."""
    course: TherapyCourse = plan_course(maya, planned_cycles=1)
    give(course, 1, FIRST)
    return course


def complete(course: TherapyCourse, on: date = LAST) -> None:
    therapy.complete_course(course=course, on=on, by=SYSTEM)


@pytest.mark.parametrize(
    ("regimen", "ended"),
    [("rd", True), ("lenalidomide-alone", True), ("lenalidomide-alone", False), ("vd", False)],
)
def test_a_course_is_not_planned_inside_a_cycle_that_gave_its_drug(
    maya: Patient, rd: TherapyCourse, regimen: str, ended: bool
) -> None:
    if ended:
        complete(rd)
    with pytest.raises(Refused) as refused:
        plan_course(maya, regimen, on=LAST)
    assert refused.value.field == "planned_on"
    assert "cycle 1 of Rd runs from 1 Jun 2026 to 28 Jun 2026" in str(refused.value)
    assert "can begin on 29 Jun 2026" in str(refused.value)
    assert not TherapyCourse.objects.exclude(pk=rd.pk).exists()
    assert plan_course(maya, regimen, on=LAST + DAY).planned_on == LAST + DAY


def test_a_course_of_other_drugs_may_run_beside_it(maya: Patient, rd: TherapyCourse) -> None:
    beside = plan_course(maya, "bevacizumab-alone", on=FIRST)
    assert give(beside, 1, FIRST).given_on == FIRST
    without = [DrugPlan("bortezomib", (1, 8))]
    assert plan_course(maya, "vd", on=FIRST, drugs=without).planned_on == FIRST


def test_a_cycle_that_was_cut_short_leaves_the_days_after_it_free(
    maya: Patient, rd: TherapyCourse
) -> None:
    therapy.stop_course(course=rd, on=FIRST + 9 * DAY, reason="rash", by=SYSTEM)
    with pytest.raises(Refused, match="can begin on 11 Jun 2026"):
        plan_course(maya, "lenalidomide-alone", on=FIRST + 9 * DAY)
    plan_course(maya, "lenalidomide-alone", on=FIRST + 10 * DAY)


def test_a_drug_that_was_left_out_of_a_course_is_free_from_that_day(
    maya: Patient, rd: TherapyCourse
) -> None:
    on = FIRST + 7 * DAY
    therapy.modify_course(course=rd, on=on, reason="sleep", drugs=LENALIDOMIDE, by=SYSTEM)
    plan_course(maya, "vd", on=on)


def test_day_1_is_not_given_inside_a_cycle_of_another_course(
    maya: Patient, rd: TherapyCourse
) -> None:
    other = plan_course(maya, "lenalidomide-alone", on=LAST + DAY)
    with pytest.raises(Refused, match=r"Lenalidomide: cycle 1 of Rd runs") as refused:
        give(other, 1, LAST)
    assert refused.value.field == "given_on"
    assert cycle_of(other, 1).given_on is None
    give(other, 1, LAST + DAY)


def test_a_day_that_was_given_is_written_down_whatever_another_course_plans(
    maya: Patient, rd: TherapyCourse
) -> None:
    other = plan_course(maya, "lenalidomide-alone", on=LAST + DAY)
    assert give(rd, 1, FIRST + 7 * DAY).given_on == FIRST + 7 * DAY
    with pytest.raises(Refused, match="runs from 8 Jun 2026 to 5 Jul 2026"):
        give(other, 1, LAST + DAY)


def test_a_course_is_not_planned_over_a_cycle_that_is_planned(maya: Patient) -> None:
    course = plan_course(maya, planned_cycles=2)
    with pytest.raises(Refused, match=r"is planned from 29 Jun 2026 to 26 Jul.*its last cycle"):
        plan_course(maya, "vd", on=LAST + DAY)
    therapy.modify_course(course=course, on=FIRST, reason="switch", planned_cycles=1, by=SYSTEM)
    plan_course(maya, "vd", on=LAST + DAY)


def test_a_cycle_is_not_delayed_into_another_course(maya: Patient, rd: TherapyCourse) -> None:
    plan_course(maya, "vd", on=LAST + 29 * DAY)
    bridge = plan_course(maya, "dexamethasone-alone", on=LAST + DAY, planned_cycles=1)
    with pytest.raises(Refused, match=r"cycle 1 of Vd is planned") as refused:
        therapy.delay_cycle(
            cycle=cycle_of(bridge, 1), until_on=LAST + 30 * DAY, reason="x", by=SYSTEM
        )
    assert refused.value.field == "until_on"


def test_a_drug_that_goes_on_without_cycles_is_ended_before_it_begins_again(
    maya: Patient,
) -> None:
    alone = plan_course(maya, "thalidomide-alone")
    therapy.begin_course(course=alone, on=FIRST, by=SYSTEM)
    with pytest.raises(Refused, match=r"Thalidomide goes on in .*Write down its last day first"):
        plan_course(maya, "td", on=LAST)
    later = plan_course(maya, "td", on=date(2026, 12, 1))  # a switch may be planned ahead
    therapy.stop_course(course=alone, on=LAST, reason="switch", by=SYSTEM)
    give(later, 1, LAST + DAY)


def test_an_older_course_is_written_down_after_a_newer_one(
    maya: Patient, rd: TherapyCourse
) -> None:
    older = plan_course(maya, "vd", on=FIRST - 42 * DAY)
    give(older, 1, FIRST - 42 * DAY)
    give(older, 2, FIRST - 21 * DAY)
    with pytest.raises(Refused, match="and cycle 2 of this course would run to 12 Jun 2026"):
        give(older, 2, FIRST - 9 * DAY)


def test_an_ending_is_not_taken_back_over_a_course_that_followed(
    maya: Patient, rd: TherapyCourse
) -> None:
    therapy.stop_course(course=rd, on=FIRST + 9 * DAY, reason="rash", by=SYSTEM)
    after = plan_course(maya, "lenalidomide-alone", on=FIRST + 10 * DAY)
    give(after, 1, FIRST + 10 * DAY)
    with pytest.raises(Refused, match="and cycle 1 of this course would run to 28 Jun 2026"):
        therapy.reopen_course(course=rd, reason="slip", by=SYSTEM)


def test_what_was_entered_in_error_stands_in_nobody_s_way(maya: Patient, rd: TherapyCourse) -> None:
    therapy.enter_course_in_error(course=rd, reason="another person", by=SYSTEM)
    plan_course(maya, on=FIRST + 7 * DAY)
