"""The form of an exam keeps what is typed, gives it back to its author alone, and looks ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from pathways.models import AuditEvent, Clinic, ExamDraft, NeuroExam, PathwayVersion, Patient, User
from pathways.rules.lifecycles import Role
from pathways.services import enrolments
from tests import people
from tests.people import SYSTEM, enrol, make_patient
from tests.scoring import examine, onls
from tests.views.house import signed_in
from tests.views.test_exams import ONLS, WHO

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
HALF = {
    **WHO,
    "onls-arm": "1",
    "vibration-toe-left": "9",
    "total-onls": "x",
    "note": "half a sente",
}
JSON = {"Accept": "application/json"}


@pytest.fixture
def patient(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    at("2026-11-21 10:42")
    patient = make_patient(clinic)
    enrol(patient, pathway_version)
    return patient


@pytest.fixture
def browser(nurse: User) -> Client:
    return signed_in(nurse)


def form_of(patient: Patient, wrong: NeuroExam | None = None) -> str:
    if wrong is not None:
        return reverse("exam-correct", args=[patient.pk, wrong.pk])
    return reverse("record-exam", args=[patient.pk])


def keep(browser: Client, address: str, words: dict[str, str] = HALF, **more: Any) -> Any:
    """Press "Save draft" on a form opened just now."""
    seen = browser.get(address).context["seen"]
    return browser.post(address, {"seen": seen, **words, "draft": "1"}, **more)


def body(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


@pytest.mark.parametrize("correcting", [False, True])
def test_what_is_half_typed_comes_back_as_it_was_typed(
    browser: Client, patient: Patient, correcting: bool
) -> None:
    wrong = examine(patient, *onls("2", "2")) if correcting else None
    address = form_of(patient, wrong)
    answer = keep(browser, address)
    assert answer["Location"] == f"{address}#exam-saving"
    page = browser.get(address)
    shown = page.content.decode()
    assert "Draft kept at 10:42. Nothing is recorded yet." in shown
    assert "Filled in from your draft of 21 Nov, 10:42" in shown
    form = page.context["form"]
    assert {name: form[name].value() for name in HALF} == HALF
    assert 'class="error' not in shown
    assert NeuroExam.objects.count() == correcting


def test_totals_beside_the_form_count_what_of_the_draft_can_be_read(
    browser: Client, patient: Patient
) -> None:
    keep(browser, form_of(patient), {**HALF, **ONLS})
    side = browser.get(form_of(patient)).context["side"]
    assert {row.total.code: row.now for row, _, _ in side}["onls"] == "3"


def test_only_the_words_of_the_form_are_kept(browser: Client, patient: Patient) -> None:
    keep(browser, form_of(patient), {**HALF, "csrfmiddlewaretoken": "x", "invented": "y"})
    assert set(ExamDraft.objects.get().words) == set(HALF)


def test_the_script_is_told_the_same_sentence(browser: Client, patient: Patient) -> None:
    answer = keep(browser, form_of(patient), headers=JSON)
    said = answer.json()
    assert said["said"] == "Draft kept at 10:42. Nothing is recorded yet."
    again = browser.post(
        form_of(patient), {**HALF, "draft": "1", "seen": said["seen"]}, headers=JSON
    )
    assert again.status_code == 200


def test_another_window_is_told_and_its_words_stay_until_it_insists(
    at: At, browser: Client, patient: Patient
) -> None:
    address = form_of(patient)
    keep(browser, address)
    at("2026-11-21 10:50")
    old = {**HALF, "note": "from the older window", "seen": "", "draft": "1"}
    assert browser.post(address, old, headers=JSON).status_code == 409
    answer = browser.post(address, old)
    shown = answer.content.decode()
    assert "Another window of yours kept a draft of this exam at 10:42" in shown
    assert "from the older window" in shown
    assert ExamDraft.objects.get().words["note"] == "half a sente"
    browser.post(address, {**old, "seen": answer.context["seen"]})
    assert ExamDraft.objects.get().words["note"] == "from the older window"


def test_starting_afresh_discards_the_draft(browser: Client, patient: Patient) -> None:
    address = form_of(patient)
    keep(browser, address)
    browser.post(address, {"afresh": "1"})
    page = browser.get(address)
    assert "half a sente" not in page.content.decode()
    assert page.context["form"]["performed_on"].value() == date(2026, 11, 21)
    assert AuditEvent.objects.filter(verb="discarded a draft of an exam").count() == 1


def test_saving_the_exam_forgets_the_draft(browser: Client, patient: Patient) -> None:
    address = form_of(patient)
    keep(browser, address)
    assert browser.post(address, {**WHO, **ONLS}).status_code == 302
    assert not ExamDraft.objects.exists()
    assert "waits" not in body(browser, reverse("patient-nerves", args=[patient.pk]))


def test_saving_what_does_not_fit_leaves_the_draft(browser: Client, patient: Patient) -> None:
    keep(browser, form_of(patient))
    assert browser.post(form_of(patient), HALF).status_code == 200
    assert ExamDraft.objects.exists()


def test_the_tab_of_nerves_says_to_its_author_alone_that_a_draft_waits(
    browser: Client, patient: Patient, hematologist: User, auditor: User
) -> None:
    wrong = examine(patient, *onls("2", "2"))
    for address in (form_of(patient), form_of(patient, wrong)):
        keep(browser, address)
    nerves = reverse("patient-nerves", args=[patient.pk])
    shown = " ".join(body(browser, nerves).split())
    assert f'A draft of 21 Nov, 10:42 waits: <a href="{form_of(patient)}">continue</a>' in shown
    assert "which corrects the exam of 20 Nov, waits" in shown
    for other in (hematologist, auditor):
        assert "waits" not in body(signed_in(other), nerves)


def test_the_draft_of_another_author_does_not_exist(
    browser: Client, patient: Patient, hematologist: User
) -> None:
    address, other = form_of(patient), signed_in(hematologist)
    keep(browser, address)
    page = other.get(address)
    assert "half a sente" not in page.content.decode()
    assert page.context["draft"] is None
    other.post(address, {"afresh": "1"})
    keep(other, address, {**HALF, "note": "hers"})
    assert browser.get(address).context["form"]["note"].value() == "half a sente"


@pytest.mark.parametrize("deed", ["draft", "ahead", "afresh"])
def test_another_clinic_finds_no_such_person(
    browser: Client, patient: Patient, stranger: User, deed: str
) -> None:
    wrong = examine(patient, *onls())
    for address in (form_of(patient), form_of(patient, wrong)):
        keep(browser, address)
        answer = signed_in(stranger).post(address, {**HALF, deed: "1"})
        assert answer.status_code == 404
    assert ExamDraft.objects.count() == 2


@pytest.mark.parametrize("deed", ["draft", "ahead", "afresh"])
def test_who_does_not_examine_keeps_and_asks_nothing(
    patient: Patient, coordinator: User, auditor: User, deed: str
) -> None:
    for user in (coordinator, auditor):
        assert signed_in(user).post(form_of(patient), {**HALF, deed: "1"}).status_code == 403
    assert not ExamDraft.objects.exists()


@pytest.mark.parametrize("role", [Role.NURSE, Role.HEMATOLOGIST, Role.NEUROLOGIST])
def test_who_examines_keeps_drafts(patient: Patient, clinic: Clinic, role: Role) -> None:
    examiner = signed_in(people.make_user(clinic, role, "examiner"))
    assert keep(examiner, form_of(patient)).status_code == 302


def test_an_idle_time_out_leads_back_to_the_form_with_the_draft(
    patient: Patient, nurse: User
) -> None:
    address = form_of(patient)
    signed = signed_in(nurse)
    keep(signed, address)
    del signed.cookies[site.SESSION_COOKIE_NAME]
    answer = signed.post(address, {**WHO, **ONLS})
    signing_in = {"username": "marit", "password": "correct horse battery"}
    back = signed.post(answer["Location"], signing_in, follow=True)
    assert back.redirect_chain[-1][0] == address
    assert "half a sente" in back.content.decode()
    assert not NeuroExam.objects.exists()


def test_a_draft_of_another_day_shows_the_day_typed_and_says_that_it_is_not_today(
    at: At, nurse: User, patient: Patient
) -> None:
    browser = signed_in(nurse)
    keep(browser, form_of(patient), {**HALF, "performed_on": "2026-11-21"})
    assert "not today" not in body(browser, form_of(patient))
    at("2026-11-23 09:00")
    page = signed_in(nurse).get(form_of(patient))
    shown = page.content.decode()
    assert "The day typed in it is 21 Nov 2026, not today." in shown
    assert "Draft kept on 21 Nov, 10:42." in shown
    assert page.context["form"]["performed_on"].value() == "2026-11-21"
    assert "Neurological exam of 21 Nov: done." in shown


def die(patient: Patient) -> None:
    enrolments.record_death(patient=patient, died_on=date(2026, 11, 21), by=SYSTEM)


def move_away(patient: Patient) -> None:
    enrolments.transfer(
        enrolment=patient.enrolments.get(),
        effective_on=date(2026, 11, 21),
        reason="moved",
        by=SYSTEM,
    )


@pytest.mark.parametrize("leave", [die, move_away])
def test_a_draft_of_somebody_who_died_or_went_elsewhere_is_still_there(
    browser: Client, patient: Patient, leave: Callable[[Patient], None]
) -> None:
    keep(browser, form_of(patient))
    leave(patient)
    shown = body(browser, form_of(patient))
    assert "half a sente" in shown
    assert "No neurological exam is owed now; this one is kept." in shown
    assert browser.post(form_of(patient), {**WHO, **ONLS}).status_code == 302
    assert not ExamDraft.objects.exists()


# What saving will do, for the day as it is typed.


def ahead(browser: Client, address: str, **words: str) -> str:
    answer = browser.post(address, {**WHO, **words, "ahead": "1"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"performed_on": "2026-11-21"}, "Neurological exam of 21 Nov: done. Next due 21 Feb 2027"),
        ({"performed_on": "2026-11-01"}, "Neurological exam of 1 Nov: done. Next due 1 Feb 2027"),
        ({"performed_on": "2026-11-22"}, "It cannot be saved with this day: 2026-11-22 lies in"),
        ({"performed_on": "1950-01-01"}, "lies before the birth date"),
        ({"performed_on": ""}, "Enter the day of the exam to see what saving will do"),
        ({"performed_on": "21/11"}, "Enter the day of the exam to see what saving will do"),
        ({"mode": "self-report"}, "A self-report of 20 Nov does not move the due date"),
        ({"mode": "invented"}, "Neurological exam of 20 Nov: done."),
    ],
)
def test_what_saving_will_do_is_said_for_what_is_typed(
    browser: Client, patient: Patient, words: dict[str, str], said: str
) -> None:
    shown = ahead(browser, form_of(patient), **words)
    assert said in shown
    assert "<form" not in shown
    assert not NeuroExam.objects.exists()
    assert not ExamDraft.objects.exists()


def test_an_earlier_day_than_the_last_exam_is_said_to_move_nothing(
    browser: Client, patient: Patient
) -> None:
    examine(patient, *onls())
    shown = ahead(browser, form_of(patient), performed_on="2026-10-01")
    assert "An exam of 1 Oct does not move the due date, 20 Feb 2027." in shown


def test_a_correction_says_what_is_due_without_the_exam_that_it_corrects(
    browser: Client, patient: Patient
) -> None:
    wrong = examine(patient, *onls())
    address = form_of(patient, wrong)
    assert "Neurological exam of 20 Nov: done. Next due 20 Feb 2027" in body(browser, address)
    shown = ahead(browser, address, performed_on="2026-11-03")
    assert "Neurological exam of 3 Nov: done. Next due 3 Feb 2027" in shown
    shown = ahead(browser, address, mode="self-report")
    assert "the exam that it corrects counts no more" in shown


def test_after_a_refused_save_the_day_is_the_one_that_was_typed(
    browser: Client, patient: Patient
) -> None:
    answer = browser.post(form_of(patient), {**HALF, "performed_on": "2026-11-01"})
    assert "Neurological exam of 1 Nov: done." in answer.content.decode()


def test_looking_ahead_and_keeping_cost_few_questions(
    browser: Client, patient: Patient, django_assert_max_num_queries: Any
) -> None:
    address = form_of(patient)
    for month in range(1, 11):
        examine(patient, *onls(), performed_on=date(2026, month, 20))
    with django_assert_max_num_queries(18):
        ahead(browser, address)
    seen = keep(browser, address, headers=JSON).json()["seen"]
    with django_assert_max_num_queries(12):
        browser.post(address, {**HALF, "seen": seen, "draft": "1"}, headers=JSON)
    with django_assert_max_num_queries(25):
        browser.get(address)
