"""Courses and cycles as a clinic gives them, and what the recall engine makes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathways.models import (
    AuditEvent,
    Clinic,
    CourseDrug,
    PathwayVersion,
    Patient,
    Screening,
    TherapyCourse,
    TherapyCycle,
)
from pathways.rules.course_states import AdministrationState, CourseState, CycleState
from pathways.rules.observations import Period
from pathways.services import therapy
from pathways.services.errors import Refused
from pathways.services.therapy import CoursePlan, DrugPlan, Given
from tests.courses import FIRST, cycle_of, days_1, give, owed, plan_course
from tests.people import SYSTEM, enrol, make_patient, record

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
CHECKS = ("pre-cycle-record", "thrombosis-review")
WEEK = timedelta(days=7)


@pytest.fixture
def maya(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    """In active treatment since January, with a VEGF in May; it is 21 November."""
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrol(patient, pathway_version)
    record(patient, "vegf", date(2026, 5, 20))
    return patient


def test_a_course_lays_its_cycles_out_from_the_planned_day(maya: Patient) -> None:
    course = plan_course(maya, planned_cycles=9)
    assert days_1(course) == [FIRST + timedelta(days=28 * number) for number in range(9)]
    assert [drug.drug for drug in course.drugs.all()] == ["lenalidomide", "dexamethasone"]
    assert (course.state, course.began_on) == (CourseState.PLANNED, None)


def test_a_course_without_a_planned_number_keeps_three_cycles_ahead(maya: Patient) -> None:
    course = plan_course(maya)
    assert len(days_1(course)) == 3
    give(course, 1, FIRST)
    assert len(days_1(course)) == 4


def test_a_course_may_begin_above_cycle_1(maya: Patient) -> None:
    course = plan_course(maya, first_cycle=4, planned_cycles=6)
    numbers = TherapyCycle.objects.filter(course=course).values_list("number", flat=True)
    assert list(numbers) == [4, 5, 6]


def test_the_checks_of_the_first_cycle_are_due_on_its_planned_day(maya: Patient) -> None:
    plan_course(maya)
    for code in CHECKS:
        row = owed(maya, code)
        assert (row.opens_on, row.due_on) == (FIRST - timedelta(days=3), FIRST)


def test_a_cycle_given_a_week_late_moves_what_follows_and_no_vegf(maya: Patient) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    for code in CHECKS:
        record(maya, code, FIRST)
    before, vegf = days_1(course), owed(maya, "vegf").due_on
    checks = {code: owed(maya, code).due_on for code in CHECKS}
    assert checks == dict.fromkeys(CHECKS, FIRST + 4 * WEEK)
    give(course, 2, FIRST + 5 * WEEK)
    for code in CHECKS:
        assert owed(maya, code).due_on == FIRST + 5 * WEEK
        record(maya, code, FIRST + 5 * WEEK)
        assert owed(maya, code).due_on == FIRST + 9 * WEEK
    assert days_1(course)[1:4] == [day + WEEK for day in before[1:4]]
    assert owed(maya, "vegf").due_on == vegf


def test_a_delay_moves_later_cycles_and_each_keeps_its_own(maya: Patient) -> None:
    course = plan_course(maya, planned_cycles=4)
    later = FIRST + 8 * WEEK + timedelta(days=2)
    therapy.delay_cycle(cycle=cycle_of(course, 3), until_on=later, reason="travel", by=SYSTEM)
    second = FIRST + 5 * WEEK
    therapy.delay_cycle(cycle=cycle_of(course, 2), until_on=second, reason="counts", by=SYSTEM)
    two = timedelta(days=2)
    assert days_1(course)[1:] == [second, second + 4 * WEEK + two, second + 8 * WEEK + two]
    assert cycle_of(course, 3).planned.days_late == 2


def test_a_cycle_without_its_record_stays_owed_until_the_next_is_given(maya: Patient) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    assert owed(maya, "pre-cycle-record").due_on == FIRST
    give(course, 2, FIRST + 4 * WEEK)
    row = owed(maya, "pre-cycle-record")
    assert row.due_on == FIRST + 4 * WEEK
    assert Screening.objects.filter(patient=maya, code="pre-cycle-record").count() == 1


def test_on_hold_there_is_no_day_and_that_is_said(maya: Patient) -> None:
    course = plan_course(maya)
    therapy.hold_course(course=course, from_on=FIRST, reason="infection", by=SYSTEM)
    row = owed(maya, "pre-cycle-record")
    assert (row.not_assessable, row.due_on) == ("Therapy on hold, no day 1 planned", None)
    therapy.resume_course(course=course, on=FIRST + WEEK, next_on=FIRST + 2 * WEEK, by=SYSTEM)
    assert owed(maya, "pre-cycle-record").due_on == FIRST + 2 * WEEK
    assert days_1(course)[1] == FIRST + 6 * WEEK


def test_after_the_last_course_no_cycle_is_recorded_and_the_past_keeps_its_records(
    maya: Patient,
) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    record(maya, "pre-cycle-record", FIRST)
    therapy.stop_course(course=course, on=FIRST + WEEK, reason="rash", by=SYSTEM)
    row = owed(maya, "pre-cycle-record")
    assert (row.not_assessable, row.last_done_on) == ("No cycle recorded", FIRST)
    therapy.reopen_course(course=course, reason="wrong person", by=SYSTEM)
    assert owed(maya, "pre-cycle-record").due_on == FIRST + 4 * WEEK
    course.refresh_from_db()
    assert (course.state, course.ended_on) == (CourseState.RUNNING, None)


def test_a_course_entered_in_error_gives_every_date_back(maya: Patient) -> None:
    def dates() -> dict[int, date | None]:
        rows = Screening.objects.open().filter(patient=maya)
        return dict(rows.values_list("pk", "due_on"))

    before = dates()
    course = plan_course(maya)
    give(course, 1, FIRST)
    therapy.enter_course_in_error(course=course, reason="wrong person", by=SYSTEM)
    assert dates() == before


@pytest.mark.parametrize(("day", "refused"), [(27, True), (28, False)])
def test_a_cycle_never_begins_inside_the_one_before(maya: Patient, day: int, refused: bool) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    on = FIRST + timedelta(days=day)
    if not refused:
        assert give(course, 2, on).given_on == on
        return
    with pytest.raises(Refused, match=r"runs to 28 Jun 2026; cycle 2 can begin on 29 Jun 2026"):
        give(course, 2, on)
    therapy.complete_cycle(
        cycle=cycle_of(course, 1), on=on - timedelta(days=1), reason="holiday", by=SYSTEM
    )
    assert give(course, 2, on).given_on == on


@pytest.mark.parametrize(
    ("on", "words"),
    [(date(2026, 11, 22), "in the future"), (date(1968, 3, 13), "before the birth date")],
)
def test_a_day_that_cannot_be_is_refused(maya: Patient, on: date, words: str) -> None:
    course = plan_course(maya)
    with pytest.raises(Refused, match=words):
        give(course, 1, on)


def test_cycles_are_given_in_their_order(maya: Patient) -> None:
    course = plan_course(maya)
    with pytest.raises(Refused, match="Cycle 1 has no day 1 yet"):
        give(course, 2, FIRST + 4 * WEEK)
    give(course, 1, FIRST)
    give(course, 2, FIRST + 4 * WEEK)
    with pytest.raises(Refused, match="Cycle 2 was given too"):
        therapy.take_back_day_1(cycle=cycle_of(course, 1), reason="slip", by=SYSTEM)


def test_a_regimen_goes_on_once(maya: Patient) -> None:
    plan_course(maya)
    with pytest.raises(Refused, match="Rd goes on already"):
        plan_course(maya, on=date(2026, 7, 1))


def test_a_length_that_no_document_prints_is_asked_for(maya: Patient) -> None:
    with pytest.raises(Refused, match="not printed"):
        plan_course(maya, "dvd")
    assert plan_course(maya, "dvd", cycle_days=21).cycle_days == 21


def test_a_change_is_dated_and_leaves_the_cycles_given_alone(maya: Patient) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    changed_on = FIRST + timedelta(days=10)
    therapy.modify_course(
        course=course,
        on=changed_on,
        reason="rash",
        cycle_days=35,
        drugs=[DrugPlan("lenalidomide", tuple(range(1, 22)), "5 mg"), DrugPlan("dexamethasone")],
        by=SYSTEM,
    )
    drug = CourseDrug.objects.filter(course=course, drug="lenalidomide").order_by("id")
    assert [(row.from_on, row.until_on, row.dose_text) for row in drug] == [
        (FIRST, changed_on - timedelta(days=1), ""),
        (changed_on, None, "5 mg"),
    ]
    assert days_1(course)[:2] == [FIRST, FIRST + 5 * WEEK]
    assert AuditEvent.objects.filter(verb="changed a course").count() == 1


def test_a_day_not_given_has_its_reason_and_a_day_given_its_date(maya: Patient) -> None:
    course = plan_course(maya)
    cycle = give(course, 1, FIRST)
    dex = course.drugs.get(drug="dexamethasone")
    not_given = Given(dex, 8, AdministrationState.NOT_GIVEN)
    with pytest.raises(Refused, match="Say why"):
        therapy.record_administration(cycle=cycle, given=not_given, by=SYSTEM)
    row = therapy.record_administration(
        cycle=cycle, given=Given(dex, 8, AdministrationState.GIVEN), by=SYSTEM
    )
    assert row.given_on == FIRST + WEEK
    again = Given(dex, 8, AdministrationState.NOT_GIVEN, reason="glucose")
    row = therapy.record_administration(cycle=cycle, given=again, by=SYSTEM)
    assert (row.state, row.given_on, cycle.days.count()) == ("not given", None, 1)
    with pytest.raises(Refused, match="planned on days 1, 8, 15, 22"):
        therapy.record_administration(
            cycle=cycle, given=Given(dex, 9, AdministrationState.GIVEN), by=SYSTEM
        )


def test_exposure_leaves_the_holds_out(maya: Patient) -> None:
    course = plan_course(maya, "bevacizumab-alone")
    give(course, 1, FIRST)
    held_on, back_on = FIRST + timedelta(days=20), FIRST + timedelta(days=30)
    therapy.hold_course(course=course, from_on=held_on, reason="pressure", by=SYSTEM)
    therapy.resume_course(course=course, on=back_on, by=SYSTEM)
    therapy.stop_course(course=course, on=FIRST + timedelta(days=40), reason="no use", by=SYSTEM)
    found = CourseDrug.objects.exposure([maya.pk], drug_class="anti-vegf")
    one = timedelta(days=1)
    assert found[maya.pk] == (
        Period(FIRST, held_on - one),
        Period(back_on, FIRST + timedelta(days=40)),
    )
    assert CourseDrug.objects.exposure([maya.pk], drug="thalidomide") == {}


def test_a_course_without_cycles_begins_on_a_day(maya: Patient) -> None:
    drugs = [DrugPlan("thalidomide", daily_mg=Decimal(100))]
    course = plan_course(maya, "thalidomide-alone", drugs=drugs)
    assert (course.cycle_days, course.cycles.count()) == (None, 0)
    course = therapy.begin_course(course=course, on=FIRST, by=SYSTEM)
    assert (course.state, course.drugs.get().from_on) == (CourseState.RUNNING, FIRST)
    course = therapy.take_back_beginning(course=course, reason="slip", by=SYSTEM)
    assert (course.state, course.drugs.get().from_on) == (CourseState.PLANNED, None)


def test_what_was_not_begun_when_a_course_stops_is_discontinued(maya: Patient) -> None:
    course = plan_course(maya, planned_cycles=3)
    give(course, 1, FIRST)
    therapy.stop_course(course=course, on=FIRST + WEEK, reason="rash", by=SYSTEM)
    states = TherapyCycle.objects.filter(course=course).values_list("state", "ended_on")
    off = CycleState.DISCONTINUED
    assert list(states) == [(off, FIRST + WEEK), (off, None), (off, None)]


def test_someone_who_died_is_planned_nothing(maya: Patient) -> None:
    Patient.objects.filter(pk=maya.pk).update(life_status="deceased", died_on=date(2026, 11, 1))
    maya.refresh_from_db()
    with pytest.raises(Refused, match="has died"):
        plan_course(maya)
    assert not TherapyCourse.objects.exists()


def test_an_unknown_regimen_is_named(maya: Patient) -> None:
    with pytest.raises(Refused, match="not a regimen"):
        therapy.start_course(patient=maya, plan=CoursePlan("rx", FIRST), by=SYSTEM)


@pytest.mark.parametrize("held", [True, False])
def test_a_course_that_ended_cannot_be_held(maya: Patient, held: bool) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    if held:
        therapy.hold_course(course=course, from_on=FIRST + WEEK, reason="fever", by=SYSTEM)
    therapy.stop_course(course=course, on=FIRST + 2 * WEEK, reason="rash", by=SYSTEM)
    with pytest.raises(Refused, match="This course is stopped"):
        therapy.hold_course(course=course, from_on=FIRST + 3 * WEEK, reason="fever", by=SYSTEM)
