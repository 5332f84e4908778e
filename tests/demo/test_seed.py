"""The demo clinic in the database: whole, the same each time, and careful whom it writes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.db import transaction
from django.test import RequestFactory

from pathways import clock, permissions
from pathways.catalogue import ScoredBy, find_analyte, load_instruments
from pathways.demo.people import PEOPLE, Story
from pathways.demo.seed import PASSWORD, STAFF, seed
from pathways.models import (
    Administration,
    Alert,
    AlertEvent,
    Appointment,
    Clinic,
    Consent,
    ContactPoint,
    CourseDrug,
    CourseHold,
    Diagnosis,
    DiseaseFeature,
    Enrolment,
    ExamItem,
    Membership,
    Message,
    NeuroExam,
    Observation,
    PathwaySignOff,
    Patient,
    ResponseRecord,
    Screening,
    ScreeningDecision,
    TherapyCourse,
    TherapyCycle,
    Toxicity,
)
from pathways.rules.course_states import AdministrationState, CourseState
from pathways.rules.disease_words import FeatureState, ResponseDomain
from pathways.rules.due_status import DueStatus
from pathways.rules.exam_words import ScoringMode, Side
from pathways.rules.instruments import ExamAnswer
from pathways.rules.lifecycles import (
    ENDED,
    AppointmentState,
    EnrolmentState,
    LifeStatus,
    MessageState,
    Phase,
    ResultStatus,
)
from pathways.rules.observations import not_comparable
from pathways.services import calendar, catalogue, exams, outbox_facts, recipients, reminders
from pathways.services.actors import Actor
from tests import post

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # a Saturday, in the night


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Clinic]:
    """The demo clinic with its first mail planned; seeded once for all tests here."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(MOMENT, tick=False),
        transaction.atomic(),
    ):
        clinic = seed(link_host="127.0.0.1:8000")
        day = clock.today(clinic)
        report = reminders.plan(clinic=clinic, day=day, by=Actor.system("test"))
        assert not report.failed
        yield clinic
        transaction.set_rollback(True)


def test_sixty_people_in_all_phases(demo: Clinic) -> None:
    assert Patient.objects.in_clinic(demo).count() == 60
    running = Enrolment.objects.running().filter(phases__until_on__isnull=True)
    assert set(running.values_list("phases__phase", flat=True)) == set(Phase)


def test_every_ending_and_the_pause_are_there(demo: Clinic) -> None:
    states = set(Enrolment.objects.in_clinic(demo).values_list("state", flat=True))
    assert states == {EnrolmentState.ACTIVE, EnrolmentState.ON_HOLD, *ENDED}


def test_results_of_every_status_are_there(demo: Clinic) -> None:
    rows = Observation.objects.in_clinic(demo).current()
    assert set(rows.values_list("status", flat=True)) == set(ResultStatus)


def test_every_result_was_written_by_somebody_whom_the_catalogue_lets(demo: Clinic) -> None:
    roles = {username: role for username, role, _ in STAFF}
    rows = Observation.objects.in_clinic(demo).filter(recorded_by__in=roles)
    assert rows.filter(code="hematology-review", recorded_by="lindqvist").exists()
    for code, username in rows.values_list("code", "recorded_by").distinct():
        analyte = find_analyte(code)
        assert analyte is not None
        assert permissions.can_enter(roles[username], analyte.entered_by), (code, username)
    others = Observation.objects.in_clinic(demo).exclude(pk__in=rows)
    assert set(others.values_list("recorded_by", flat=True)) == {"demo:laboratory"}


def test_the_disease_of_everybody_is_written_down(demo: Clinic) -> None:
    with_features = DiseaseFeature.objects.in_clinic(demo).values("patient").distinct()
    assert with_features.count() == 60
    states = set(DiseaseFeature.objects.in_clinic(demo).values_list("state", flat=True))
    assert {FeatureState.PRESENT, FeatureState.ABSENT, FeatureState.NOT_ASSESSED} <= states
    diagnosed = Enrolment.objects.in_clinic(demo).filter(diagnosed_on__isnull=False)
    assert Diagnosis.objects.in_clinic(demo).count() == diagnosed.count()
    assert set(ResponseRecord.objects.values_list("domain", flat=True)) == set(ResponseDomain)
    today = clock.today(demo)
    assert not ResponseRecord.objects.filter(assessed_on__gt=today).exists()


def test_courses_of_every_state_but_planned_and_in_error_are_there(demo: Clinic) -> None:
    found = set(TherapyCourse.objects.in_clinic(demo).values_list("state", flat=True))
    assert found == set(CourseState) - {CourseState.PLANNED, CourseState.ENTERED_IN_ERROR}
    assert TherapyCycle.objects.in_clinic(demo).count() > 200
    assert CourseHold.objects.in_clinic(demo).filter(until_on__isnull=True).count() == 1


def test_bortezomib_is_written_down_day_by_day_and_thalidomide_with_its_daily_amount(
    demo: Clinic,
) -> None:
    given = Administration.objects.in_clinic(demo)
    assert set(given.values_list("drug__drug", flat=True)) == {"bortezomib"}
    assert given.filter(state=AdministrationState.NOT_GIVEN).exclude(reason="").exists()
    kept = CourseDrug.objects.in_clinic(demo).filter(daily_mg__isnull=False)
    assert set(kept.values_list("drug", flat=True)) == {"thalidomide"}


def test_what_treatment_did_is_graded_in_the_course_it_belongs_to(demo: Clinic) -> None:
    rows = Toxicity.objects.in_clinic(demo).select_related("course")
    assert {row.term for row in rows} == {"neutrophils-low", "sensory-neuropathy"}
    assert all(row.course is not None and row.course.planned_on <= row.began_on for row in rows)


def test_every_total_belongs_to_an_exam_whose_items_add_up_to_it(demo: Clinic) -> None:
    totals = Observation.objects.in_clinic(demo).filter(code__in=("onls", "mrc-sum-60"))
    added: dict[tuple[int, str], int] = defaultdict(int)
    for item in ExamItem.objects.in_clinic(demo).filter(instrument__in=("onls", "mrc-sum-60")):
        added[item.exam_id, item.instrument] += int(item.value)
    assert totals.count() > 400
    assert all(added[row.exam_id, row.code] == row.value for row in totals)


def test_what_a_patient_fills_in_is_a_self_report_and_the_rest_a_clinicians(demo: Clinic) -> None:
    own = {e.code for e in load_instruments().values() if e.scored_by is ScoredBy.PATIENT}
    rows = ExamItem.objects.in_clinic(demo).values_list("exam__mode", "instrument").distinct()
    assert {code for mode, code in rows if mode == ScoringMode.SELF_REPORT} == {"i-rods"}
    assert own.isdisjoint(code for mode, code in rows if mode == ScoringMode.CLINICIAN)
    totals = Observation.objects.in_clinic(demo).filter(exam__isnull=False)
    modes = totals.values_list("exam__mode", "code").distinct()
    assert {code for mode, code in modes if mode == ScoringMode.SELF_REPORT} == {"i-rods"}
    assert not totals.filter(exam__mode=ScoringMode.CLINICIAN, code__in=own).exists()
    theirs = NeuroExam.objects.in_clinic(demo).filter(mode=ScoringMode.SELF_REPORT)
    assert set(theirs.values_list("scored_by", flat=True)) == {"the patient"}


def test_every_item_of_an_exam_is_one_the_catalogue_knows(demo: Clinic) -> None:
    used = set(ExamItem.objects.in_clinic(demo).values_list("instrument", "item").distinct())
    known = {(code, item.code) for code, each in load_instruments().items() for item in each.items}
    assert used <= known


@pytest.mark.parametrize("mode", [ScoringMode.CLINICIAN, ScoringMode.SELF_REPORT])
def test_a_new_exam_may_be_compared_with_the_last_one_of_the_demo(
    demo: Clinic, mode: ScoringMode
) -> None:
    """Written like a real one: the same findings once more belong to the same series."""
    last = NeuroExam.objects.in_clinic(demo).filter(mode=mode).order_by("performed_on", "pk").last()
    assert last is not None
    answers = [
        ExamAnswer(row.instrument, row.item, Side(row.side), value=row.value, word=row.word)
        for row in ExamItem.objects.filter(exam=last)
    ]
    with transaction.atomic():
        new = exams.record(
            patient=last.patient,
            findings=exams.Findings(
                performed_on=clock.today(demo),
                mode=mode,
                scored_by="Sofie Achterberg",
                answers=tuple(answers),
            ),
            by=Actor.system("test"),
        )
        before, after = (
            {each.code: each for each in Observation.objects.final().filter(exam=exam).readings()}
            for exam in (last, new)
        )
        transaction.set_rollback(True)
    assert set(before) == set(after)
    assert {code: not_comparable(after[code], before[code]) for code in after} == dict.fromkeys(
        after, ()
    )


@pytest.mark.parametrize(
    ("story", "rule"),
    [
        (Story.SHOWPIECE, "vegf-above-lowest"),
        (Story.INFLUENZA, "vegf-above-lowest"),
        (Story.UNPROTECTED, "thrombosis-prophylaxis-missing"),
        (Story.UNPROTECTED, "pre-cycle-record-missing"),
        (Story.STOPPED, "check-in"),
    ],
)
def test_the_alert_of_a_story_is_open(demo: Clinic, story: Story, rule: str) -> None:
    mrn = next(person.mrn for person in PEOPLE if person.story is story)
    assert Alert.objects.in_clinic(demo).open().filter(patient__mrn=mrn, rule=rule).exists()


def test_people_have_answered_some_alerts_in_every_way(demo: Clinic) -> None:
    happened = set(AlertEvent.objects.in_clinic(demo).values_list("kind", flat=True))
    assert {"raised", "acknowledged", "snoozed", "escalated", "reassigned", "resolved"} <= happened
    rows = Alert.objects.in_clinic(demo)
    assert set(rows.values_list("state", flat=True)) >= {"raised", "acknowledged", "resolved"}
    assert set(rows.values_list("usefulness", flat=True)) == {"", "useful", "noise"}
    assert not rows.filter(owner__isnull=True).exists()


def test_screenings_of_every_status_are_there(demo: Clinic) -> None:
    today = clock.today(demo)
    found = {row.status_on(today).status for row in Screening.objects.open()}
    assert found == set(DueStatus)


def test_decisions_of_every_kind_are_there(demo: Clinic) -> None:
    kinds = set(ScreeningDecision.objects.in_clinic(demo).values_list("kind", flat=True))
    assert kinds == {"postponed", "early recall", "requested", "ceased"}


def test_visits_kept_missed_and_to_come_are_there(demo: Clinic) -> None:
    today = clock.today(demo)
    rows = Appointment.objects.in_clinic(demo)
    assert rows.filter(state=AppointmentState.ATTENDED).count() > 200
    assert rows.filter(state=AppointmentState.NOT_ATTENDED).count() == 3
    assert rows.upcoming(today).count() >= 8
    assert rows.unanswered(today).count() == 1


def test_nobody_is_booked_for_a_day_on_which_the_clinic_is_shut(demo: Clinic) -> None:
    days = calendar.of(demo)
    rows = Appointment.objects.in_clinic(demo).upcoming(clock.today(demo))
    assert all(days.next_working_day(row.on) == row.on for row in rows)


def test_nobody_is_diagnosed_before_the_work_up_is_over(demo: Clinic) -> None:
    rows = Enrolment.objects.in_clinic(demo)
    in_work_up = rows.filter(phases__until_on__isnull=True, phases__phase=Phase.WORK_UP)
    assert {row.diagnosed_on for row in in_work_up} == {None}
    assert not rows.filter(diagnosed_on__gt=clock.today(demo)).exists()


def test_two_screenings_are_late_by_more_than_a_year(demo: Clinic) -> None:
    long_ago = clock.today(demo) - timedelta(days=366)
    late = Screening.objects.overdue(clock.today(demo)).filter(due_on__lt=long_ago)
    assert late.values("patient").distinct().count() == 2


def test_most_people_are_on_time_for_their_exam(demo: Clinic) -> None:
    today = clock.today(demo)
    late = Screening.objects.overdue(today).values("patient").distinct().count()
    assert 15 <= late <= 40


def test_the_pathway_is_signed_by_openly_invented_people(demo: Clinic) -> None:
    names = PathwaySignOff.objects.filter(clinic=demo).values_list("signed_by", flat=True)
    assert names
    assert all("invented" in name for name in names)
    assert catalogue.is_signed(catalogue.current_version(demo), demo)


def test_one_sign_in_of_each_role_works(demo: Clinic) -> None:
    for username, role, _ in STAFF:
        request = RequestFactory().post("/sign-in/")
        user = authenticate(request, username=username, password=PASSWORD)
        assert user is not None
        assert Membership.objects.current().get(user=user).role == role


def test_mail_is_ready_to_leave_in_the_night_of_a_saturday(demo: Clinic) -> None:
    ready = post.ready_at(clock.now()).filter(clinic=demo)
    assert ready.count() >= 15
    assert {"time_to_book", "overdue", "booked"} <= set(ready.values_list("kind", flat=True))
    assert set(ready.values_list("language", flat=True)) == {"en", "es", "ja"}


def test_the_note_on_when_to_call_is_among_what_leaves_first(demo: Clinic, settings: Any) -> None:
    settings.RECIPIENT_ALLOW_LIST = ["*"]
    rows = list(post.ready_at(clock.now()).filter(clinic=demo))
    judged = outbox_facts.judge(rows, now=clock.now(), calendars=outbox_facts.Calendars())
    assert "when_to_call" in {one.row.kind for one in judged if one.verdict.way == "go"}


def test_nobody_who_is_gone_or_said_no_gets_mail(demo: Clinic) -> None:
    today = clock.today(demo)
    messages = post.ready_at(clock.now() + timedelta(days=3)).filter(clinic=demo)
    assert messages.exists()
    messages = messages.filter(patient__isnull=False)  # the others are for the staff
    messages = messages.select_related("patient", "contact_point")
    for message in messages:
        patient, point = message.patient, message.contact_point
        assert patient is not None
        assert point is not None
        assert patient.life_status == LifeStatus.ALIVE
        enrolment = Enrolment.objects.get(patient=patient)
        assert enrolment.state != EnrolmentState.ON_HOLD
        assert enrolment.ended_on is None or enrolment.ended_on > today
        assert point.verified_at is not None
        assert point.suspended_at is None
        said = recipients.consents_in_force([point])
        assert all(row.given for row in said.values())


def test_the_post_has_a_past_that_is_over(demo: Clinic) -> None:
    past = Message.objects.in_clinic(demo).filter(state=MessageState.SENT)
    assert past.count() > 50
    assert all(row.sent_at is not None and row.sent_at < MOMENT for row in past)
    assert set(past.values_list("kind", flat=True)) == {"booked", "tomorrow", "when_to_call"}


def test_the_carer_gets_the_mail_of_one_person(demo: Clinic) -> None:
    sent = post.ready_at(clock.now()).filter(contact_point__holder=ContactPoint.CARER)
    assert sent.exists()


def test_no_address_could_be_anybodys(demo: Clinic) -> None:
    emails = ContactPoint.objects.filter(kind=ContactPoint.EMAIL).values_list("value", flat=True)
    assert all(value.endswith("@mail.example") for value in emails)
    assert Consent.objects.in_clinic(demo).filter(given=False).exists()
