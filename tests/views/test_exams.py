"""The pages of neurological exams: what is refused keeps what was typed, and nothing is a verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import (
    Clinic,
    NeuroExam,
    Observation,
    PathwayVersion,
    Patient,
    Screening,
    User,
)
from pathways.rules.exam_words import ScoringMode, Side
from tests.people import enrol, make_patient
from tests.scoring import examine, grip, mrc, not_testable, onls, score, word
from tests.views.house import signed_in

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
WHO = {
    "performed_on": "2026-11-20",
    "mode": "clinician",
    "scored_by": "S. Achterberg",
    "origin": "examined",
    "mrc_variant": "mrc-sum-60",
    "grip_device": "grip-kpa",
}
ONLS = {"onls-arm": "1", "onls-leg": "2"}


@pytest.fixture
def patient(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrol(patient, pathway_version)
    return patient


@pytest.fixture
def browser(nurse: User) -> Client:
    return signed_in(nurse)


def send(browser: Client, patient: Patient, **words: str) -> Any:
    return browser.post(reverse("record-exam", args=[patient.pk]), {**WHO, **words})


def text(browser: Client, name: str, *arguments: Any) -> str:
    answer = browser.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def test_saving_says_when_the_next_is_due(browser: Client, patient: Patient) -> None:
    answer = send(browser, patient, **ONLS)
    assert answer.status_code == 302
    assert "next due 20 Feb 2027" in text(browser, "patient-nerves", patient.pk)


def test_saving_measures_alone_says_that_no_screening_is_closed(
    browser: Client, patient: Patient
) -> None:
    send(browser, patient, **{"romberg-romberg": "negative"})
    assert "It closes no screening" in text(browser, "patient-nerves", patient.pk)


def test_the_form_says_beforehand_what_saving_will_do(browser: Client, patient: Patient) -> None:
    shown = text(browser, "record-exam", patient.pk)
    assert "Neurological exam of 21 Nov: done. Next due 21 Feb 2027." in shown
    assert "A VEGF in range does not replace this exam" in shown
    assert Screening.objects.open().get(patient=patient, code="neuro-exam").last_done_on is None


def test_a_self_report_names_the_patient_on_every_page_and_the_nurse_as_who_recorded_it(
    browser: Client, patient: Patient, nurse: User
) -> None:
    answer = send(
        browser, patient, mode="self-report", **{"i-rods-centile": "61", "i-rods-version": "2011"}
    )
    assert answer.status_code == 302
    exam = NeuroExam.objects.get()
    assert exam.scored_by == "the patient"
    said = f"the patient, self-report, recorded by {nurse}"
    assert said in text(browser, "patient-nerves", patient.pk)
    assert said in text(browser, "exam", patient.pk, exam.pk)
    assert "S. Achterberg" not in text(browser, "patient-history", patient.pk)
    assert f"the patient, recorded by {nurse}" in text(browser, "patient-history", patient.pk)


def test_a_self_report_needs_no_name_and_a_clinicians_exam_does(
    browser: Client, patient: Patient
) -> None:
    rods = {"i-rods-centile": "61", "i-rods-version": "2011", "scored_by": ""}
    assert send(browser, patient, mode="self-report", **rods).status_code == 302
    refused = send(browser, patient, **{**ONLS, "scored_by": ""})
    assert 'id="id_scored_by_error"' in refused.content.decode()


def test_correcting_a_self_report_into_a_clinicians_exam_offers_the_clinicians_name(
    browser: Client, patient: Patient, nurse: User
) -> None:
    send(browser, patient, mode="self-report", **{"i-rods-centile": "61", "i-rods-version": "2011"})
    form = text(browser, "exam-correct", patient.pk, NeuroExam.objects.get().pk)
    assert f'value="{nurse}"' in form


def test_a_second_onls_of_a_day_leads_to_the_exam_that_has_it(
    browser: Client, patient: Patient
) -> None:
    send(browser, patient, **ONLS)
    refused = send(browser, patient, **ONLS).content.decode()
    address = reverse("exam-correct", args=[patient.pk, NeuroExam.objects.get().pk])
    assert f'leave it empty here. <a href="{address}">The exam of that day</a></li>' in refused
    assert "One thing to correct" in refused


def test_last_time_is_marked_and_never_filled_in(browser: Client, patient: Patient) -> None:
    examine(patient, *onls("1", "2"))
    shown = text(browser, "record-exam", patient.pk)
    assert shown.count("last time</span>") == 2
    assert "checked>" not in shown


def test_last_time_of_a_patients_own_scale_is_shown_and_a_self_reported_onls_is_not(
    browser: Client, patient: Patient
) -> None:
    rods = (score("i-rods", "centile", "61"), word("i-rods", "version", "2011"))
    examine(patient, *rods, *onls("1", "2"), mode=ScoringMode.SELF_REPORT)
    shown = text(browser, "record-exam", patient.pk)
    assert "last time 61" in shown
    assert "last time</span>" not in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"vibration-toe-left": "9"}, "Vibration, great toe left: 9 is outside 0 to 8"),
        ({"mrc-hip-flexion-left": "6"}, "MRC, hip flexion left: 6 is outside 0 to 5"),
        ({"grip-try-1-left": "x"}, "x is not a number"),
        (
            {"mrc-hip-flexion-left": "4+"},
            "The sum is made of whole grades: enter the grade without",
        ),
        ({"mrc-hip-flexion-left": "5−"}, "and write the sign into the note"),
        ({"mrc-hip-flexion-left": "4.5"}, "4.5 is not a whole number"),
        ({**ONLS, "total-onls": "4"}, "the items make 3, the total typed is 4"),
        ({**ONLS, "performed_on": "2026-11-22"}, "lies in the future"),
        ({**ONLS, "performed_on": "1950-01-01"}, "lies before the birth date"),
        ({"mrc-hip-flexion-left": "N"}, "Say why: MRC, hip flexion left"),
        ({"mrc-first-dorsal-interosseous-left": "5"}, "It belongs to seven pairs"),
        ({"walk-10m-seconds": "9.4"}, "say with which aid"),
        ({"i-rods-centile": "61"}, "give the version of the conversion"),
        ({"mode": "self-report", "mrc-hip-flexion-left": "5"}, "scored by a clinician"),
        ({}, "Nothing is filled in yet"),
    ],
)
def test_bad_input_is_named_and_what_was_typed_is_kept(
    browser: Client, patient: Patient, words: dict[str, str], said: str
) -> None:
    answer = send(browser, patient, note="typed before", **words)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert said in shown
    assert "typed before" in shown
    assert "<title>Error: " in shown
    assert not NeuroExam.objects.exists()
    assert not Observation.objects.exists()


def test_an_unlikely_value_asks_for_a_reason_and_then_stands(
    browser: Client, patient: Patient
) -> None:
    words = {f"grip-try-{number}-left": "290" for number in (1, 2, 3)}
    assert 'name="doubt"' in send(browser, patient, **words).content.decode()
    assert send(browser, patient, doubt="a rower", **words).status_code == 302
    assert Observation.objects.get().doubt == "a rower"


def test_a_correction_starts_from_what_it_corrects_and_keeps_both(
    browser: Client, patient: Patient
) -> None:
    exam = examine(patient, *onls("1", "2"), not_testable("incat", "arm"))
    address = reverse("exam-correct", args=[patient.pk, exam.pk])
    shown = browser.get(address).content.decode()
    assert shown.count("checked>") == 3
    browser.post(address, {**WHO, "onls-arm": "1", "onls-leg": "3", "reason": "misread"})
    exam.refresh_from_db()
    assert exam.withdrawn_reason == "misread"
    assert "What replaced it" in text(browser, "exam", patient.pk, exam.pk)
    assert "It corrects" in text(browser, "exam", patient.pk, exam.replaced_by.pk)


def test_an_exam_taken_back_stays_readable_with_its_totals(
    browser: Client, patient: Patient
) -> None:
    exam = examine(patient, *onls("1", "2"))
    address = reverse("exam-in-error", args=[patient.pk, exam.pk])
    browser.post(address, {"reason": "wrong person"})
    shown = text(browser, "exam", patient.pk, exam.pk)
    assert "wrong person" in shown
    assert "arms 1, legs 2" in shown
    assert "No nerve score is recorded" in text(browser, "patient-nerves", patient.pk)


def test_an_auditor_reads_and_a_coordinator_does_not_record(
    patient: Patient, auditor: User, coordinator: User
) -> None:
    exam = examine(patient, *onls())
    shown = text(signed_in(auditor), "patient-nerves", patient.pk)
    assert "Record an exam" not in shown
    assert "Correct…" not in text(signed_in(auditor), "exam", patient.pk, exam.pk)
    for user in (auditor, coordinator):
        assert send(signed_in(user), patient, **ONLS).status_code == 403


# Trap 3 and 5: the threshold is named as one of CIDP, and the word is never a verdict.


def test_a_change_is_said_with_its_direction_its_threshold_and_its_source(
    browser: Client, patient: Patient
) -> None:
    examine(patient, *grip("70", "72", "71"), performed_on=date(2026, 5, 20))
    examine(patient, *grip("60", "62", "61"))
    shown = text(browser, "patient-nerves", patient.pk)
    assert "−10, worse" in shown
    assert (
        "Changed by at least the published CIDP threshold (Practical Neurology, Table 5)" in shown
    )
    assert "from CIDP, not POEMS" in shown
    assert "down is worse" in shown
    assert "deteriorat" not in shown.lower()


def test_a_change_just_below_the_threshold_does_not_claim_it(
    browser: Client, patient: Patient
) -> None:
    examine(patient, *grip("70", "70", "70"), performed_on=date(2026, 5, 20))
    examine(patient, *grip("62.1", "62.1", "62.1"))
    shown = text(browser, "patient-nerves", patient.pk)
    assert "Below the published CIDP threshold" in shown
    assert "Changed by at least" not in shown


# Trap 4:


def test_the_thresholds_of_strength_and_walking_are_said_to_be_unreliable(
    browser: Client, patient: Patient
) -> None:
    examine(patient, score("walk-10m", "seconds", "9.4"), word("walk-10m", "aid", "no aid"))
    shown = text(browser, "patient-nerves", patient.pk)
    assert "thresholds of walking unreliable" in shown


def test_scorers_aids_and_variants_stand_apart(browser: Client, patient: Patient) -> None:
    early = date(2026, 5, 20)
    examine(patient, *onls("1", "2"), *mrc(), performed_on=early)
    examine(patient, *onls("1", "1"), mode=ScoringMode.SELF_REPORT)
    examine(patient, *mrc("4", variant="mrc-sum-70"))
    for day, aid in ((early, "no aid"), (date(2026, 11, 20), "two sticks")):
        walk = (score("walk-10m", "seconds", "9"), word("walk-10m", "aid", aid))
        examine(patient, *walk, performed_on=day)
    shown = text(browser, "patient-nerves", patient.pk)
    assert shown.count("The first of its series: nothing to compare with.") == 5
    for name in ("ONLS, self-report", "MRC sum, 70", "10 m walk, two sticks"):
        assert name in shown


def test_a_walk_with_another_aid_says_with_what_it_is_not_comparable_and_why(
    browser: Client, patient: Patient
) -> None:
    for day, seconds, aid in (
        (date(2026, 5, 8), "10.5", "no aid"),
        (date(2026, 11, 20), "21", "walking frame"),
    ):
        walk = (score("walk-10m", "seconds", seconds), word("walk-10m", "aid", aid))
        examine(patient, *walk, performed_on=day)
    shown = text(browser, "patient-nerves", patient.pk)
    frame, _, alone = shown.partition("10 m walk, no aid</h2>")
    assert "Not comparable with 10.5 s of 8 May: another aid" in frame
    assert "nothing to compare with" not in frame
    assert "The first of its series: nothing to compare with." in alone


def test_back_to_the_aid_before_compares_within_it_and_names_what_stands_between(
    browser: Client, patient: Patient
) -> None:
    for day, seconds, aid in (
        (date(2026, 3, 2), "10", "no aid"),
        (date(2026, 5, 8), "21", "walking frame"),
        (date(2026, 11, 20), "11", "no aid"),
    ):
        walk = (score("walk-10m", "seconds", seconds), word("walk-10m", "aid", aid))
        examine(patient, *walk, performed_on=day)
    newest = text(browser, "patient-nerves", patient.pk).partition("walking frame</h2>")[0]
    assert "+10 %, worse" in newest
    assert "Not comparable with 21 s of 8 May: another aid" in newest


def test_a_sum_that_could_not_be_computed_is_listed_with_how_far_it_came(
    browser: Client, patient: Patient
) -> None:
    last = not_testable("mrc-sum-60", "ankle-dorsiflexion", Side.LEFT, why="cast after a fall")
    exam = examine(patient, *mrc("5")[:-1], last)
    assert "not computed, 11 of 12 tested" in text(browser, "patient-nerves", patient.pk)
    assert "cast after a fall" in text(browser, "exam", patient.pk, exam.pk)


def test_the_tab_asks_the_same_number_of_questions_for_one_exam_and_for_many(
    browser: Client, patient: Patient, django_assert_max_num_queries: Any
) -> None:
    address = reverse("patient-nerves", args=[patient.pk])
    for month in range(1, 11):
        examine(patient, *onls(), *mrc(), performed_on=date(2026, month, 20))
    with django_assert_max_num_queries(20):
        browser.get(address)


@pytest.mark.parametrize(("exams", "folded"), [(4, ""), (5, "2 earlier"), (8, "5 earlier")])
def test_what_is_older_than_a_few_exams_is_folded_and_all_of_it_is_there(
    browser: Client, patient: Patient, exams: int, folded: str
) -> None:
    for month in range(1, exams + 1):
        examine(patient, *onls(), performed_on=date(2026, month, 20))
    shown = text(browser, "patient-nerves", patient.pk)
    summary = shown.partition('<details class="unfold">')[2].partition("<summary>")[2]
    assert summary.partition("<")[0] == folded
    assert shown.count('aria-label="Exam of ') == exams
