"""The loop closes: what is owed follows from enrolment, results, decisions, holds and endings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from pathways.models import AuditEvent, Clinic, Enrolment, PathwayVersion, Patient, Screening
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import EnrolmentState, Phase, ResultStatus, ScreeningState
from pathways.services import enrolments, results, scheduling, screenings
from pathways.services.errors import Refused
from tests.people import SYSTEM, enrol, make_patient, record

pytestmark = pytest.mark.django_db
At = Callable[[str], None]


@pytest.fixture
def patient(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    """A person registered on the day the worked cases begin."""
    at("2026-08-21 09:00")
    return make_patient(clinic)


@pytest.fixture
def enrolment(patient: Patient, pathway_version: PathwayVersion) -> Enrolment:
    """In active treatment since 5 January 2026, enrolled and first tested on 21 August."""
    enrolment = enrol(patient, pathway_version)
    record(patient, "vegf", date(2026, 8, 21))
    return enrolment


def vegf(enrolment: Enrolment) -> Screening:
    return Screening.objects.open().get(enrolment=enrolment, code="vegf")


def neuro(enrolment: Enrolment) -> Screening:
    return Screening.objects.open().get(enrolment=enrolment, code="neuro-exam")


def dates(enrolment: Enrolment) -> list[tuple[object, ...]]:
    return list(
        Screening.objects.open()
        .filter(enrolment=enrolment)
        .order_by("code")
        .values_list("code", "opens_on", "due_on", "overdue_from", "first_due_on", "last_done_on")
    )


def test_vegf_is_due_three_months_after_the_last_one(enrolment: Enrolment) -> None:
    row = vegf(enrolment)
    assert (row.opens_on, row.due_on, row.overdue_from) == (
        date(2026, 11, 21),
        date(2026, 11, 21),
        date(2026, 12, 6),
    )
    assert row.status_on(date(2026, 11, 6)).status is DueStatus.NOT_DUE
    assert row.status_on(date(2026, 11, 7)).status is DueStatus.DUE_SOON
    assert row.status_on(date(2026, 12, 5)).in_grace
    assert row.status_on(date(2026, 12, 6)).days_overdue == 15


def test_a_person_without_results_owes_everything_from_enrolment(
    at: At, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    at("2026-11-21 09:00")
    enrolment = enrol(make_patient(clinic), pathway_version, enrolled_on=date(2026, 11, 21))
    row = vegf(enrolment)
    assert row.due_on == date(2026, 11, 21)
    assert row.status_on(date(2026, 11, 21)).status is DueStatus.DUE


def test_an_old_result_loaded_later_never_makes_a_newcomer_overdue(
    at: At, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrolment = enrol(patient, pathway_version, enrolled_on=date(2026, 11, 21))
    before = vegf(enrolment).pk
    record(patient, "vegf", date(2026, 3, 1))
    row = vegf(enrolment)
    assert row.pk == before
    assert row.due_on == date(2026, 11, 21)
    assert row.first_due_on == date(2026, 6, 1)


def test_a_result_completes_the_row_and_opens_the_next(at: At, enrolment: Enrolment) -> None:
    at("2026-11-22 09:00")
    before = vegf(enrolment)
    record(enrolment.patient, "vegf", date(2026, 11, 22))
    before.refresh_from_db()
    assert before.state == ScreeningState.COMPLETED
    assert before.satisfied_on == date(2026, 11, 22)
    assert vegf(enrolment).due_on == date(2027, 2, 22)


def test_a_result_too_early_satisfies_nothing(at: At, enrolment: Enrolment) -> None:
    at("2026-09-20 09:00")
    record(enrolment.patient, "vegf", date(2026, 9, 20))
    assert vegf(enrolment).due_on == date(2026, 11, 21)


def test_a_clinician_may_say_that_an_early_result_counts(at: At, enrolment: Enrolment) -> None:
    at("2026-09-20 09:00")
    record(
        enrolment.patient,
        "vegf",
        date(2026, 9, 20),
        counts_early=True,
        counts_reason="before travel",
    )
    assert vegf(enrolment).due_on == date(2026, 12, 20)


def test_an_exam_entered_late_counts_from_the_day_it_was_done(at: At, enrolment: Enrolment) -> None:
    at("2026-12-09 09:00")
    assert vegf(enrolment).status_on(date(2026, 12, 9)).days_overdue == 18
    at("2026-12-10 09:00")
    record(enrolment.patient, "vegf", date(2026, 11, 18))
    row = vegf(enrolment)
    assert row.due_on == date(2027, 2, 18)
    assert row.status_on(date(2026, 12, 10)).status is DueStatus.NOT_DUE


def test_a_collected_sample_is_awaited_and_a_rejected_one_gives_the_date_back(
    at: At, enrolment: Enrolment
) -> None:
    at("2026-11-18 09:00")
    before = dates(enrolment)
    sample = record(enrolment.patient, "vegf", date(2026, 11, 18), status=ResultStatus.COLLECTED)
    row = vegf(enrolment)
    assert row.status_on(date(2026, 12, 9)).status is DueStatus.AWAITING_RESULT
    assert row.status_on(date(2026, 12, 10)).status is DueStatus.RESULT_OVERDUE
    results.reject(observation=sample, reason="haemolysed", by=SYSTEM)
    assert dates(enrolment) == before
    state = vegf(enrolment).status_on(date(2026, 11, 25))
    assert (state.status, state.in_grace) == (DueStatus.DUE, True)


def test_a_result_entered_in_error_restores_every_date(at: At, enrolment: Enrolment) -> None:
    at("2026-11-22 09:00")
    before, row = dates(enrolment), vegf(enrolment).pk
    wrong = record(enrolment.patient, "vegf", date(2026, 11, 22))
    assert dates(enrolment) != before
    results.enter_in_error(observation=wrong, reason="another person", by=SYSTEM)
    assert dates(enrolment) == before
    assert vegf(enrolment).pk == row


def test_computing_twice_changes_nothing_and_writes_no_event(enrolment: Enrolment) -> None:
    events = AuditEvent.objects.count()
    changes = scheduling.reschedule([enrolment], by=SYSTEM)
    assert changes.touched == []
    assert AuditEvent.objects.count() == events


def test_a_tighter_phase_is_due_on_the_day_it_begins(
    at: At, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    at("2026-06-15 09:00")
    patient = make_patient(clinic)
    enrolment = enrol(patient, pathway_version, phase=Phase.REMISSION)
    record(patient, "vegf", date(2026, 6, 15))
    at("2026-11-10 09:00")
    enrolments.change_phase(
        enrolment=enrolment,
        phase=Phase.ACTIVE_TREATMENT,
        since_on=date(2026, 11, 10),
        by=SYSTEM,
    )
    row = vegf(enrolment)
    assert (row.opens_on, row.due_on, row.overdue_from) == (
        date(2026, 11, 10),
        date(2026, 11, 10),
        date(2026, 11, 25),
    )
    assert row.first_due_on == date(2026, 9, 15)


def test_a_looser_phase_supersedes_the_row_and_keeps_the_old_one(
    at: At, enrolment: Enrolment
) -> None:
    at("2026-11-01 09:00")
    old = vegf(enrolment)
    enrolments.change_phase(
        enrolment=enrolment, phase=Phase.REMISSION, since_on=date(2026, 11, 1), by=SYSTEM
    )
    row = vegf(enrolment)
    assert (row.due_on, row.overdue_from) == (date(2027, 2, 21), date(2027, 3, 8))
    old.refresh_from_db()
    assert (old.state, old.superseded_by_id) == (ScreeningState.CANCELLED, row.pk)


def test_loosening_does_not_clear_what_is_late_already(at: At, enrolment: Enrolment) -> None:
    at("2026-12-20 09:00")
    enrolments.change_phase(
        enrolment=enrolment, phase=Phase.REMISSION, since_on=date(2026, 12, 20), by=SYSTEM
    )
    row = vegf(enrolment)
    assert (row.due_on, row.first_due_on) == (date(2026, 12, 20), date(2026, 11, 21))
    assert scheduling.reschedule([enrolment], by=SYSTEM).touched == []


def test_a_hold_stops_the_clock_and_resuming_sets_a_floor(at: At, enrolment: Enrolment) -> None:
    at("2026-10-01 09:00")
    enrolments.hold(
        enrolment=enrolment,
        from_on=date(2026, 10, 1),
        reason="in hospital",
        review_on=date(2026, 12, 1),
        by=SYSTEM,
    )
    assert vegf(enrolment).status_on(date(2026, 11, 25)).status is DueStatus.ON_HOLD
    at("2026-12-10 09:00")
    enrolments.resume(enrolment=enrolment, on=date(2026, 12, 10), by=SYSTEM)
    row = vegf(enrolment)
    assert (row.due_on, row.overdue_from) == (date(2026, 12, 10), date(2026, 12, 25))
    assert row.first_due_on == date(2026, 11, 21)


def test_a_postponed_screening_keeps_its_due_date(at: At, enrolment: Enrolment) -> None:
    at("2026-11-06 09:00")
    screenings.postpone(
        screening=vegf(enrolment), until_on=date(2026, 12, 15), reason="in hospital", by=SYSTEM
    )
    row = vegf(enrolment)
    assert (row.due_on, row.overdue_from) == (date(2026, 11, 21), date(2026, 12, 16))
    assert row.status_on(date(2026, 11, 25)).status is DueStatus.POSTPONED
    assert row.status_on(date(2026, 12, 15)).status is DueStatus.DUE
    assert row.status_on(date(2026, 12, 16)).days_overdue == 25


@pytest.mark.parametrize(("as_physician", "days"), [(False, 90), (True, 366)])
def test_a_postponement_has_an_end_within_reach(
    at: At, enrolment: Enrolment, as_physician: bool, days: int
) -> None:
    at("2026-11-06 09:00")
    row, last = vegf(enrolment), date(2026, 11, 6) + timedelta(days=days)

    def postpone(until_on: date) -> None:
        screenings.postpone(
            screening=row, until_on=until_on, reason="abroad", by=SYSTEM, as_physician=as_physician
        )

    with pytest.raises(Refused, match=f"{days} days.*{last}") as refusal:
        postpone(last + timedelta(days=1))
    assert refusal.value.field == "until_on"
    postpone(last)
    assert vegf(enrolment).postponed_until == last


def test_a_result_ends_a_postponement(at: At, enrolment: Enrolment) -> None:
    at("2026-11-06 09:00")
    screenings.postpone(
        screening=vegf(enrolment), until_on=date(2026, 12, 15), reason="in hospital", by=SYSTEM
    )
    at("2026-11-20 09:00")
    record(enrolment.patient, "vegf", date(2026, 11, 20))
    row = vegf(enrolment)
    assert row.postponed_until is None
    assert row.status_on(date(2026, 11, 25)).status is DueStatus.NOT_DUE


def test_a_transfer_closes_from_its_day_and_a_return_sets_a_floor(
    at: At, enrolment: Enrolment
) -> None:
    at("2026-11-21 09:00")
    enrolments.transfer(
        enrolment=enrolment, effective_on=date(2026, 12, 1), reason="moved away", by=SYSTEM
    )
    row = vegf(enrolment)
    assert row.status_on(date(2026, 11, 30)).status is DueStatus.DUE
    assert row.status_on(date(2026, 12, 1)).status is DueStatus.CLOSED
    at("2027-03-10 09:00")
    enrolments.return_to_care(
        enrolment=enrolment, on=date(2027, 3, 10), reason="moved back", by=SYSTEM
    )
    row = vegf(enrolment)
    assert (row.due_on, row.overdue_from) == (date(2027, 3, 10), date(2027, 3, 25))


def test_a_death_closes_everything_and_can_be_taken_back(at: At, enrolment: Enrolment) -> None:
    at("2026-11-21 09:00")
    patient = enrolment.patient
    enrolments.record_death(patient=patient, died_on=date(2026, 11, 20), by=SYSTEM)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.DECEASED
    states = {row.status_on(date(2026, 11, 21)).status for row in patient.screenings.all()}
    assert states == {DueStatus.CLOSED}
    enrolments.return_to_care(
        enrolment=enrolment, on=date(2026, 11, 21), reason="wrong person", by=SYSTEM
    )
    patient.refresh_from_db()
    assert patient.died_on is None
    assert vegf(enrolment).status_on(date(2026, 11, 21)).status is DueStatus.DUE


def test_a_ceased_screening_comes_back_when_the_decision_is_withdrawn(
    at: At, enrolment: Enrolment
) -> None:
    at("2026-11-06 09:00")
    before, row = dates(enrolment), vegf(enrolment)
    decision = screenings.cease(screening=row, reason="her choice", by=SYSTEM)
    row.refresh_from_db()
    assert row.state == ScreeningState.CEASED
    screenings.withdraw_decision(decision=decision, by=SYSTEM)
    assert dates(enrolment) == before
    assert vegf(enrolment).pk == row.pk


def test_an_early_recall_brings_the_due_date_forward_until_it_is_answered(
    at: At, enrolment: Enrolment
) -> None:
    at("2026-09-15 09:00")
    screenings.recall_early(
        screening=vegf(enrolment), until_on=date(2026, 9, 29), reason="a rise", by=SYSTEM
    )
    assert vegf(enrolment).due_on == date(2026, 9, 29)
    at("2026-09-28 09:00")
    record(enrolment.patient, "vegf", date(2026, 9, 28))
    assert vegf(enrolment).due_on == date(2026, 12, 28)


def test_a_screening_on_request_is_owed_only_once_asked_for(at: At, enrolment: Enrolment) -> None:
    at("2026-09-15 09:00")
    asked = "free-light-chains"
    assert not Screening.objects.open().filter(enrolment=enrolment, code=asked).exists()
    screenings.request(
        enrolment=enrolment, code=asked, interval="3 months", reason="baseline", by=SYSTEM
    )
    row = Screening.objects.open().get(enrolment=enrolment, code=asked)
    assert row.due_on == date(2026, 9, 15)


def test_what_waits_for_a_cycle_says_so(enrolment: Enrolment) -> None:
    row = Screening.objects.open().get(enrolment=enrolment, code="pre-cycle-record")
    assert row.not_assessable == "No cycle recorded"
    assert row.status_on(date(2026, 11, 21)).status is DueStatus.NOT_ASSESSABLE


def test_a_batch_costs_the_same_number_of_queries(
    at: At,
    clinic: Clinic,
    pathway_version: PathwayVersion,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    at("2026-11-21 09:00")
    few = [enrol(make_patient(clinic), pathway_version) for _ in range(3)]
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        scheduling.reschedule(few, by=SYSTEM)
    many = few + [enrol(make_patient(clinic), pathway_version) for _ in range(12)]
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        scheduling.reschedule(many, by=SYSTEM)


def test_the_hundredth_day_is_counted_from_the_transplant_and_a_late_visit_moves_nothing(
    at: At, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    at("2026-11-11 09:00")
    enrolment = enrol(make_patient(clinic), pathway_version, phase=Phase.POST_TRANSPLANT)
    row = Screening.objects.open().get(enrolment=enrolment, code="day-100-review")
    assert row.not_assessable == "No transplant date recorded"
    enrolments.record_transplant(enrolment=enrolment, on=date(2026, 8, 3), by=SYSTEM)
    row.refresh_from_db()
    assert (row.due_on, row.overdue_from) == (date(2026, 11, 11), date(2026, 11, 22))
    assert row.status_on(date(2026, 11, 11)).status is DueStatus.DUE
