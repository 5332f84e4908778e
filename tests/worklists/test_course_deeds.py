"""A reason that somebody had to type is read later, on Therapy and in History, whatever came after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from pathways.models import Clinic, CourseDeed, PathwayVersion, Patient, TherapyCourse
from pathways.rules.course_states import AdministrationState
from pathways.services import therapy
from pathways.services.errors import Refused
from pathways.services.therapy import DrugPlan, Given
from pathways.worklists.history import HistoryFilters, history
from pathways.worklists.therapy_page import therapy_page
from tests.courses import FIRST, cycle_of, give, plan_course
from tests.people import SYSTEM, enrol, make_patient

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
Deed = Callable[[TherapyCourse, str], object]
TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MORE, LESS = DrugPlan("lenalidomide", (), "25 mg"), DrugPlan("lenalidomide", (), "15 mg")
DEX = DrugPlan("dexamethasone", (1, 8), "20 mg")


@pytest.fixture
def course(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> TherapyCourse:
    """An Rd of which cycle 1 was given on its day; it is 21 November."""
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrol(patient, pathway_version)
    made: TherapyCourse = plan_course(patient, drugs=[MORE, DEX])
    give(made, 1, FIRST)
    return made


def said_on_therapy(patient: Patient) -> str:
    page = therapy_page(patient, TODAY)
    parts: list[str] = []
    for course in (*page.going_on, *page.earlier):
        parts += [course.line, *course.holds, *course.changes]
        parts += [f"{row.days} {row.remark}" for row in course.cycles]
    return " | ".join(parts)


def said_in_history(patient: Patient) -> str:
    found = history(patient, TODAY, ZoneInfo("UTC"), HistoryFilters.read(["therapy"], "", "all"))
    return " | ".join(line.sentence for line in found.lines)


def change(course: TherapyCourse, why: str) -> None:
    therapy.modify_course(course=course, on=FIRST + WEEK, reason=why, drugs=[LESS, DEX], by=SYSTEM)


def delay(course: TherapyCourse, why: str, weeks: int = 5) -> None:
    two = cycle_of(course, 2)
    therapy.delay_cycle(cycle=two, until_on=FIRST + weeks * WEEK, reason=why, by=SYSTEM)


def delay_twice(course: TherapyCourse, why: str) -> None:
    delay(course, why)
    delay(course, "holiday", 6)


def delay_and_take_back(course: TherapyCourse, why: str) -> None:
    delay(course, why)
    therapy.take_back_delay(cycle=cycle_of(course, 2), reason="slip", by=SYSTEM)


def take_back_a_delay(course: TherapyCourse, why: str) -> None:
    delay(course, "holiday")
    therapy.take_back_delay(cycle=cycle_of(course, 2), reason=why, by=SYSTEM)


def delay_and_complete(course: TherapyCourse, why: str) -> None:
    delay(course, why)
    two = give(course, 2, FIRST + 5 * WEEK)
    therapy.complete_cycle(cycle=two, on=FIRST + 9 * WEEK - DAY, by=SYSTEM)


def give_otherwise_and_cut_short(course: TherapyCourse, why: str) -> None:
    one = cycle_of(course, 1)
    therapy.modify_cycle(cycle=one, note="no dexamethasone", reason=why, by=SYSTEM)
    therapy.complete_cycle(cycle=one, on=FIRST + WEEK, reason="holiday", by=SYSTEM)


def cut_short(course: TherapyCourse, why: str) -> None:
    therapy.complete_cycle(cycle=cycle_of(course, 1), on=FIRST + WEEK, reason=why, by=SYSTEM)


def take_back_day_1(course: TherapyCourse, why: str) -> None:
    give(course, 2, FIRST + 4 * WEEK)
    therapy.take_back_day_1(cycle=cycle_of(course, 2), reason=why, by=SYSTEM)


def take_back_the_only_day_1(course: TherapyCourse, why: str) -> None:
    therapy.take_back_day_1(cycle=cycle_of(course, 1), reason=why, by=SYSTEM)


def hold_for_a_week(course: TherapyCourse, why: str) -> None:
    therapy.hold_course(course=course, from_on=FIRST + WEEK, reason=why, by=SYSTEM)
    therapy.resume_course(course=course, on=FIRST + 2 * WEEK, by=SYSTEM)


def hold_for_no_day(course: TherapyCourse, why: str) -> None:
    therapy.hold_course(course=course, from_on=FIRST + WEEK, reason=why, by=SYSTEM)
    therapy.resume_course(course=course, on=FIRST + WEEK, by=SYSTEM)


def miss_a_day(course: TherapyCourse, why: str) -> None:
    drug = course.drugs.get(drug="dexamethasone")
    missed = Given(drug, 8, AdministrationState.NOT_GIVEN, reason=why)
    therapy.record_administration(cycle=cycle_of(course, 1), given=missed, by=SYSTEM)


def miss_a_day_and_take_back_day_1(course: TherapyCourse, why: str) -> None:
    miss_a_day(course, why)
    take_back_the_only_day_1(course, "slip")


def stop(course: TherapyCourse, why: str) -> None:
    therapy.stop_course(course=course, on=FIRST + WEEK, reason=why, by=SYSTEM)


def stop_and_reopen(course: TherapyCourse, why: str) -> None:
    stop(course, why)
    therapy.reopen_course(course=course, reason="slip", by=SYSTEM)


def reopen(course: TherapyCourse, why: str) -> None:
    stop(course, "rash")
    therapy.reopen_course(course=course, reason=why, by=SYSTEM)


def enter_in_error(course: TherapyCourse, why: str) -> None:
    therapy.enter_course_in_error(course=course, reason=why, by=SYSTEM)


DEEDS: tuple[Deed, ...] = (
    change,
    delay,
    delay_twice,
    delay_and_take_back,
    take_back_a_delay,
    delay_and_complete,
    give_otherwise_and_cut_short,
    cut_short,
    take_back_day_1,
    take_back_the_only_day_1,
    hold_for_a_week,
    hold_for_no_day,
    miss_a_day,
    miss_a_day_and_take_back_day_1,
    stop,
    stop_and_reopen,
    reopen,
    enter_in_error,
)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_a_reason_that_was_typed_is_read_where_the_change_shows(
    course: TherapyCourse, deed: Deed
) -> None:
    deed(course, "renal function")
    assert "renal function" in said_on_therapy(course.patient)
    assert "renal function" in said_in_history(course.patient)


def test_a_change_says_what_became_of_what_from_which_day(course: TherapyCourse) -> None:
    change(course, "renal function")
    (view,) = therapy_page(course.patient, TODAY).going_on
    assert view.changes == ("8 Jun: Lenalidomide from 25 mg to 15 mg (renal function)",)
    assert "Rd: Lenalidomide from 25 mg to 15 mg (renal function)" in said_in_history(
        course.patient
    )


def test_a_hold_of_no_day_that_moves_the_next_cycle_is_said_on_that_cycle(
    course: TherapyCourse,
) -> None:
    on = FIRST + WEEK
    therapy.hold_course(course=course, from_on=on, reason="infection", by=SYSTEM)
    therapy.resume_course(course=course, on=on, next_on=FIRST + 5 * WEEK, by=SYSTEM)
    (view,) = therapy_page(course.patient, TODAY).going_on
    two = next(row for row in view.cycles if row.number == 2)
    assert (two.late, two.remark) == ("+7 d", "infection")
    assert view.changes == ("8 Jun: held and resumed on the same day (infection)",)


def test_the_reason_of_a_cycle_stands_there_once(course: TherapyCourse) -> None:
    delay(course, "infection")
    assert said_on_therapy(course.patient).count("infection") == 1
    assert said_in_history(course.patient).count("infection") == 1


def test_a_change_that_changes_nothing_is_refused_and_leaves_nothing(
    course: TherapyCourse,
) -> None:
    with pytest.raises(Refused, match="nothing would change"):
        therapy.modify_course(
            course=course, on=FIRST + WEEK, reason="x", drugs=[MORE, DEX], by=SYSTEM
        )
    assert not CourseDeed.objects.exists()


def test_a_delayed_cycle_keeps_the_day_it_was_first_planned_for_once_it_is_given(
    course: TherapyCourse,
) -> None:
    delay(course, "infection")
    give(course, 2, FIRST + 5 * WEEK)
    (view,) = therapy_page(course.patient, TODAY).going_on
    two = next(row for row in view.cycles if row.number == 2)
    assert (two.first_planned, two.planned, two.given, two.late) == (
        "29 Jun",
        "6 Jul",
        "6 Jul",
        "+7 d",
    )
    assert "first plan of 29 Jun" in said_in_history(course.patient)


def test_a_cycle_that_was_never_moved_says_its_planned_day_once(course: TherapyCourse) -> None:
    give(course, 2, FIRST + 5 * WEEK)
    (view,) = therapy_page(course.patient, TODAY).going_on
    assert {row.first_planned for row in view.cycles} == {""}
