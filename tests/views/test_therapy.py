"""Therapy through the pages: what a nurse writes down, and which due dates move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import CareEntry, Clinic, PathwayVersion, Patient, TherapyCourse, User
from pathways.rules.course_states import AdministrationState
from pathways.rules.lifecycles import Phase
from pathways.services import therapy
from pathways.services.therapy import DrugPlan, Given
from tests.courses import FIRST, cycle_of, days_1, give, owed, plan_course
from tests.people import SYSTEM, enrol, make_patient, record
from tests.views.house import signed_in

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
WEEK = timedelta(days=7)
CHECKS = ("pre-cycle-record", "thrombosis-review")


@pytest.fixture
def maya(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    """In active treatment since January, with a VEGF in May; it is 21 November."""
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrol(patient, pathway_version)
    record(patient, "vegf", date(2026, 5, 20))
    return patient


@pytest.fixture
def browser(nurse: User) -> Client:
    return signed_in(nurse)


def send(browser: Client, name: str, *which: Any, **words: Any) -> Any:
    """Open a form and send it in as it stands, with some words changed."""
    address = reverse(name, args=which)
    form = browser.get(address).context["form"]
    typed = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    seen = browser.get(address).context["seen"]
    return browser.post(address, typed | {"seen": seen} | words, follow=True)


def page(browser: Client, patient: Patient) -> str:
    answer = browser.get(reverse("patient-therapy", args=[patient.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_cycle_given_a_week_late_moves_its_checks_and_no_vegf(
    browser: Client, maya: Patient
) -> None:
    send(browser, "course-start", maya.pk, "rd", planned_on="2026-06-01", planned_cycles="4")
    course = TherapyCourse.objects.get()
    one, two = cycle_of(course, 1), cycle_of(course, 2)
    send(browser, "cycle-day-1", maya.pk, one.pk, given_on="2026-06-01")
    for code in CHECKS:
        record(maya, code, FIRST)
        assert owed(maya, code).due_on == FIRST + 4 * WEEK
    before, vegf = days_1(course), owed(maya, "vegf").due_on
    answer = send(browser, "cycle-day-1", maya.pk, two.pk, given_on="2026-07-06")
    assert "Later cycles and their checks move with it" in answer.content.decode()
    assert days_1(course)[1:] == [day + WEEK for day in before[1:]]
    for code in CHECKS:
        assert owed(maya, code).due_on == FIRST + 5 * WEEK
        record(maya, code, FIRST + 5 * WEEK)
        assert owed(maya, code).due_on == before[2] + WEEK
    assert owed(maya, "vegf").due_on == vegf
    assert "+7 d" in page(browser, maya)


def test_a_delay_moves_what_follows_and_can_be_taken_back(browser: Client, maya: Patient) -> None:
    course = plan_course(maya, planned_cycles=3)
    before, vegf = days_1(course), owed(maya, "vegf").due_on
    two = cycle_of(course, 2)
    send(browser, "cycle-delay", maya.pk, two.pk, until_on="2026-07-06", reason="low counts")
    assert days_1(course) == [before[0], before[1] + WEEK, before[2] + WEEK]
    assert owed(maya, "vegf").due_on == vegf
    assert "low counts" in page(browser, maya)
    send(browser, "cycle-delay-take-back", maya.pk, two.pk, reason="slip")
    assert days_1(course) == before


def test_day_0_counts_a_fixed_milestone_that_a_late_visit_does_not_move(
    browser: Client, at: At, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    at("2026-11-11 09:00")
    patient = make_patient(clinic)
    enrol(patient, pathway_version, phase=Phase.POST_TRANSPLANT)
    answer = send(browser, "care-add", patient.pk, kind="day-0", from_on="2026-08-03")
    assert "The phase has not changed" in answer.content.decode()
    row = owed(patient, "day-100-review")
    assert (row.due_on, row.overdue_from) == (date(2026, 11, 11), date(2026, 11, 22))
    shown = page(browser, patient)
    assert "11 Nov" in shown
    assert "3 Aug 2027" in shown
    entry = CareEntry.objects.get()
    send(browser, "care-in-error", patient.pk, entry.pk, reason="another person")
    assert owed(patient, "day-100-review").not_assessable == "No transplant date recorded"


def test_an_overlap_is_refused_with_the_way_on_and_what_was_typed_is_kept(
    browser: Client, maya: Patient
) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    two = cycle_of(course, 2)
    answer = send(browser, "cycle-day-1", maya.pk, two.pk, given_on="2026-06-20")
    words = answer.content.decode()
    assert "runs to 28 Jun 2026; cycle 2 can begin on 29 Jun 2026" in words
    assert 'value="2026-06-20"' in words
    assert cycle_of(course, 2).given_on is None


def test_a_regimen_changed_in_the_catalogue_or_by_hand_never_rewrites_the_past(
    browser: Client, maya: Patient
) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    send(
        browser,
        "course-change",
        maya.pk,
        course.pk,
        on="2026-06-11",
        reason="rash",
        cycle_days="35",
        dose_lenalidomide="5 mg",
    )
    assert days_1(course)[:2] == [FIRST, FIRST + 5 * WEEK]
    rows = course.drugs.filter(drug="lenalidomide").order_by("id")
    assert [(row.until_on, row.dose_text) for row in rows] == [
        (date(2026, 6, 10), ""),
        (None, "5 mg"),
    ]


@pytest.mark.parametrize(
    ("was", "told"),
    [
        ({}, "Planned from version {now} of the regimens"),
        (
            {"regimen_version": 0},
            "version 0 of the regimens; version {now} is used for new courses",
        ),
        ({"regimen": "forgotten"}, "version {now} of the regimens; no longer listed"),
    ],
)
def test_a_course_says_which_list_of_regimens_its_plan_was_copied_from(
    browser: Client, maya: Patient, was: dict[str, Any], told: str
) -> None:
    course = plan_course(maya)
    TherapyCourse.objects.filter(pk=course.pk).update(**was)
    page = browser.get(reverse("patient-therapy", args=[maya.pk])).content.decode()
    said = told.format(now=course.regimen_version)
    assert f"{said}</p>" in page


def test_a_form_drawn_before_somebody_else_changed_the_cycle_says_so(
    browser: Client, maya: Patient
) -> None:
    course = plan_course(maya)
    two = cycle_of(course, 2)
    address = reverse("cycle-delay", args=[maya.pk, two.pk])
    seen = browser.get(address).context["seen"]
    therapy.delay_cycle(cycle=two, until_on=date(2026, 7, 1), reason="travel", by=SYSTEM)
    answer = browser.post(
        address, {"until_on": "2026-07-06", "reason": "counts", "seen": seen}, follow=True
    )
    assert "delayed a cycle" in answer.content.decode()
    assert cycle_of(course, 2).planned_on == date(2026, 7, 1)


def test_holding_stopping_and_taking_back_go_through_the_pages(
    browser: Client, maya: Patient
) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    send(browser, "course-hold", maya.pk, course.pk, from_on="2026-06-10", reason="infection")
    assert "On hold from 10 Jun: infection" in page(browser, maya)
    assert owed(maya, "pre-cycle-record").due_on == FIRST  # of the cycle that was given
    send(browser, "course-resume", maya.pk, course.pk, on="2026-06-20", next_on="2026-07-06")
    assert days_1(course)[1] == date(2026, 7, 6)
    send(browser, "course-stop", maya.pk, course.pk, on="2026-06-25", reason="rash")
    assert "Earlier courses" in page(browser, maya)
    assert owed(maya, "pre-cycle-record").not_assessable == "No cycle recorded"
    send(browser, "course-reopen", maya.pk, course.pk, reason="slip")
    assert days_1(course)[1] == date(2026, 7, 6)


def test_several_days_of_a_drug_are_written_down_at_once(browser: Client, maya: Patient) -> None:
    course = plan_course(maya)
    cycle = give(course, 1, FIRST)
    drug = course.drugs.get(drug="dexamethasone")
    send(browser, "cycle-days", maya.pk, cycle.pk, drug=drug.pk, days="1, 8")
    send(
        browser,
        "cycle-days",
        maya.pk,
        cycle.pk,
        drug=drug.pk,
        days="15",
        state="not given",
        reason="high glucose",
    )
    words = page(browser, maya)
    assert "2 given; Dexamethasone day 15 not given: high glucose" in words


def test_a_day_not_given_does_not_say_that_none_was(browser: Client, maya: Patient) -> None:
    course = plan_course(maya)
    cycle = give(course, 1, FIRST)
    drug = course.drugs.get(drug="dexamethasone")
    missed = {"drug": drug.pk, "days": "1", "state": "not given", "reason": "high glucose"}
    send(browser, "cycle-days", maya.pk, cycle.pk, **missed)
    words = page(browser, maya)
    assert "Dexamethasone day 1 not given: high glucose" in words
    assert "0 given" not in words


def test_the_route_is_said_where_there_are_several_and_may_be_put_right(
    browser: Client, maya: Patient
) -> None:
    send(browser, "course-start", maya.pk, "vd", route_bortezomib="intravenous")
    course = TherapyCourse.objects.get(patient=maya)
    routes = dict(course.drugs.values_list("drug", "route"))
    assert routes == {"bortezomib": "intravenous", "dexamethasone": ""}
    send(
        browser,
        "course-change",
        maya.pk,
        course.pk,
        on="2026-11-21",
        reason="written down wrongly",
        route_bortezomib="subcutaneous",
    )
    assert course.drugs.get(drug="bortezomib").route == "subcutaneous"
    assert "subcutaneous" in page(browser, maya)


def test_a_blood_count_is_on_record_once_all_its_parts_are(browser: Client, maya: Patient) -> None:
    give(plan_course(maya), 1, date(2026, 11, 3))
    for code, day in (("hemoglobin", 18), ("platelets", 18)):
        record(maya, code, date(2026, 11, day))
    asked = browser.get(reverse("patient-therapy", args=[maya.pk])).context["page"].going_on[0]
    count = next(each for each in asked.before if each.label.startswith("Blood count"))
    assert (count.on_record, count.words) == (False, "Not recorded")
    record(maya, "neutrophils", date(2026, 11, 19))
    asked = browser.get(reverse("patient-therapy", args=[maya.pk])).context["page"].going_on[0]
    count = next(each for each in asked.before if each.label.startswith("Blood count"))
    assert (count.on_record, count.words) == (True, "Recorded 18 Nov")


def test_one_refused_day_writes_none(browser: Client, maya: Patient) -> None:
    course = plan_course(maya)
    cycle = give(course, 1, FIRST)
    drug = course.drugs.get(drug="dexamethasone")
    answer = send(browser, "cycle-days", maya.pk, cycle.pk, drug=drug.pk, days="1, 9")
    assert "planned on days 1, 8, 15, 22" in answer.content.decode()
    assert cycle.days.count() == 0


def test_what_is_asked_before_a_cycle_is_said_and_never_judged(
    browser: Client, maya: Patient
) -> None:
    course = plan_course(maya)
    give(course, 1, FIRST)
    record(maya, "cbc", date(2026, 5, 30))
    record(maya, "creatinine", date(2026, 6, 25))
    words = page(browser, maya)
    assert "Not recorded since 1 Jun; last 30 May" in words
    assert "Recorded 25 Jun" in words
    for never in ("safe", "do not treat", "go ahead", "abnormal"):
        assert never not in words.casefold()


def test_the_amount_taken_in_all_stands_with_its_sum_and_published_marks(
    browser: Client, maya: Patient
) -> None:
    send(browser, "course-start", maya.pk, "td", planned_on="2026-06-01", mg_thalidomide="100")
    course = TherapyCourse.objects.get()
    cycle = give(course, 1, FIRST)
    drug = course.drugs.get(drug="thalidomide")
    therapy.record_administration(
        cycle=cycle,
        given=Given(drug, 5, AdministrationState.NOT_GIVEN, reason="forgotten"),
        by=SYSTEM,
    )
    therapy.hold_course(course=course, from_on=date(2026, 6, 11), reason="numb feet", by=SYSTEM)
    words = page(browser, maya)
    assert "0.9 g" in words  # ten days less the one not taken
    assert "100 mg × 9 days" in words
    assert "Published mark: 20 g" in words
    assert "Mark in a machine-written summary, to be checked: 50 g" in words


def test_the_chooser_says_class_and_route_of_each_drug_of_a_regimen(
    browser: Client, maya: Patient
) -> None:
    chooser = browser.get(reverse("course-choose", args=[maya.pk])).content.decode()
    drugs = "Lenalidomide (immunomodulatory drug, oral), Dexamethasone (steroid, oral"
    assert drugs in chooser


@pytest.mark.parametrize(
    ("regimen", "said", "unsaid"),
    [
        ("rd", "Day 1 of the first cycle given here", "The day it begins"),
        ("ivig-alone", "The day it begins", "first cycle"),
    ],
)
def test_only_a_course_in_cycles_is_asked_for_its_first_cycle(
    browser: Client, maya: Patient, regimen: str, said: str, unsaid: str
) -> None:
    form = browser.get(reverse("course-start", args=[maya.pk, regimen])).content.decode()
    assert said in form
    assert unsaid not in form


def test_a_contested_regimen_shows_its_reason_before_it_is_planned(
    browser: Client, maya: Patient
) -> None:
    chooser = browser.get(reverse("course-choose", args=[maya.pk])).content.decode()
    form = browser.get(reverse("course-start", args=[maya.pk, "ivig-alone"])).content.decode()
    for words in (chooser, form):
        assert "contested" in words
        assert "Seems unsuccessful in this disease" in words


def test_the_page_costs_the_same_number_of_questions_however_long_the_course(
    browser: Client, maya: Patient, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    course = plan_course(maya, planned_cycles=12)
    for number in range(1, 7):
        give(course, number, FIRST + (number - 1) * 4 * WEEK)
    with django_assert_max_num_queries(24):
        page(browser, maya)


def test_the_form_of_care_offers_medicines_by_name_and_takes_any_other(
    browser: Client, maya: Patient
) -> None:
    address = reverse("care-add", args=[maya.pk])
    every = browser.get(address).content.decode()
    assert '<option value="Zoledronic acid">' in every
    assert '<option value="Gabapentin">' in every
    bone = browser.get(f"{address}?kind=bone-protection").content.decode()
    assert '<option value="Zoledronic acid">' in bone
    assert '<option value="Gabapentin">' not in bone
    send(browser, "care-add", maya.pk, kind="pain-medicine", label="Something else")
    assert "Something else" in page(browser, maya)


def test_a_medicine_that_is_taken_says_what_to_ask_about_until_it_ends(
    browser: Client, maya: Patient
) -> None:
    send(browser, "care-add", maya.pk, kind="pain-medicine", label="tramadol", from_on="2026-06-01")
    words = page(browser, maya)
    assert "Opioid, oral. Ask about nausea, dizziness, constipation, sleepiness, falls." in words
    assert "risk of serotonin excess and sedation" in words
    CareEntry.objects.update(until_on=date(2026, 7, 1))
    assert "Ask about nausea" not in page(browser, maya)


def test_a_drug_whose_dose_changed_within_a_cycle_is_offered_with_dose_and_dates(
    browser: Client, maya: Patient
) -> None:
    more, less = (DrugPlan("lenalidomide", (1, 8, 15), dose) for dose in ("25 mg", "15 mg"))
    course = plan_course(maya, drugs=[more])
    one, two = give(course, 1, FIRST), give(course, 2, FIRST + 4 * WEEK)
    on = FIRST + WEEK
    therapy.modify_course(course=course, on=on, reason="rash", drugs=[less], by=SYSTEM)
    form = browser.get(reverse("cycle-days", args=[maya.pk, one.pk])).context["form"]
    assert [words for _, words in form.fields["drug"].choices] == [
        "Lenalidomide, 25 mg, planned 1, 8, 15, from 1 Jun to 7 Jun",
        "Lenalidomide, 15 mg, planned 1, 8, 15, from 8 Jun",
    ]
    form = browser.get(reverse("cycle-days", args=[maya.pk, two.pk])).context["form"]
    assert [words for _, words in form.fields["drug"].choices] == [
        "Lenalidomide, 15 mg, planned 1, 8, 15, from 8 Jun"
    ]


@pytest.mark.parametrize(
    ("day", "dose", "refused"), [(1, 0, False), (8, 0, True), (8, 1, False), (1, 1, True)]
)
def test_a_day_is_written_down_for_the_dose_that_stood_on_it(
    browser: Client, maya: Patient, day: int, dose: int, refused: bool
) -> None:
    more, less = (DrugPlan("lenalidomide", (1, 8, 15), each) for each in ("25 mg", "15 mg"))
    course = plan_course(maya, drugs=[more])
    one = give(course, 1, FIRST)
    on = FIRST + WEEK
    therapy.modify_course(course=course, on=on, reason="rash", drugs=[less], by=SYSTEM)
    row = course.drugs.order_by("id")[dose]
    answer = send(
        browser, "cycle-days", maya.pk, one.pk, drug=str(row.pk), days=str(day), state="given"
    )
    assert one.days.exists() is not refused
    assert ("Choose what stood on that day" in answer.content.decode()) is refused
