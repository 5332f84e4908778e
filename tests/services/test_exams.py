"""Exams: totals from items or none, series kept apart, and everything comes back as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pathways.models import (
    AuditEvent,
    Clinic,
    ExamItem,
    NeuroExam,
    Observation,
    PathwayVersion,
    Patient,
    Screening,
    User,
)
from pathways.rules.exam_words import ExamOrigin, ItemState, ScoringMode, Side
from pathways.services import exams, results
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.exam_foresight import foresee
from pathways.services.exams import ExamAnswer
from tests.people import SYSTEM, enrol, make_patient
from tests.scoring import DAY, examine, findings, grip, mrc, not_testable, onls, score, word

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
SELF = {"mode": ScoringMode.SELF_REPORT}
SWING = word("walk-10m", "aid", "no aid")


@pytest.fixture
def patient(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrol(patient, pathway_version)
    return patient


def totals(patient: Patient) -> dict[str, Decimal | None]:
    rows = Observation.objects.final().filter(patient=patient)
    return {row.code: row.value for row in rows if row.code != "neuro-exam"}


def due(patient: Patient) -> date | None:
    row = Screening.objects.open().get(patient=patient, code="neuro-exam")
    on: date | None = row.due_on
    return on


def refused(patient: Patient, *answers: ExamAnswer, **more: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        examine(patient, *answers, **more)
    assert not NeuroExam.objects.filter(patient=patient).exists()
    assert not Observation.objects.filter(patient=patient).exists()
    return caught.value


def test_an_exam_keeps_its_items_and_the_totals_made_of_them(patient: Patient) -> None:
    exam = examine(patient, *onls("1", "2"), *mrc("4"), *grip("70", "72", "71"))
    assert totals(patient) == {
        "onls": Decimal(3),
        "mrc-sum-60": Decimal(48),
        "grip-kpa-right": Decimal(71),
    }
    assert ExamItem.objects.filter(exam=exam).count() == 17
    assert set(Observation.objects.values_list("exam", flat=True)) == {exam.pk}


def test_it_closes_the_screening_and_counts_the_next_date_from_its_day(patient: Patient) -> None:
    examine(patient, *onls())
    assert due(patient) == date(2027, 2, 20)


# Trap 1: the direction differs (tests/rules/test_instruments.py, tests/catalogue). Trap 2:


def test_what_the_patient_filled_in_is_another_series(patient: Patient) -> None:
    examine(patient, *onls("1", "2"))
    examine(patient, *onls("1", "1"), **SELF)
    assert totals(patient) == {"onls": Decimal(3), "onls-self": Decimal(2)}


def test_a_self_report_alone_does_not_close_the_screening(patient: Patient) -> None:
    before = due(patient)
    examine(patient, *onls(), **SELF)
    assert due(patient) == before
    assert not exams.closes(findings(*onls(), **SELF))


@pytest.mark.parametrize(
    ("answers", "closing"),
    [
        (grip("70", "72", "71"), False),
        ((score("pain-nrs", "score", "3"),), False),
        ((word("romberg", "romberg", "negative"),), False),
        ((score("mrs", "grade", "2"),), True),
        ((not_testable("mrs", "grade"),), False),
        ((score("onls", "arm", "1"), not_testable("onls", "leg")), True),
    ],
)
def test_only_a_scale_scored_by_a_clinician_makes_it_an_exam(
    answers: tuple[ExamAnswer, ...], closing: bool
) -> None:
    assert exams.closes(findings(*answers)) is closing


def test_a_scale_of_the_clinician_is_no_self_report(patient: Patient) -> None:
    refusal = refused(patient, *mrc(), **SELF)
    assert "scored by a clinician" in refusal.message


def test_a_muscle_not_testable_leaves_the_sum_empty_and_keeps_the_rest(patient: Patient) -> None:
    most = mrc("5")[:-1]
    examine(patient, *most, not_testable("mrc-sum-60", "ankle-dorsiflexion", Side.LEFT))
    assert totals(patient) == {}
    assert ExamItem.objects.filter(state=ItemState.SCORED).count() == 11
    assert ExamItem.objects.get(state=ItemState.NOT_TESTABLE).reason == "cast"


def test_sums_of_six_and_seven_pairs_are_never_mixed(patient: Patient) -> None:
    refusal = refused(patient, *mrc()[:3], *mrc(variant="mrc-sum-70")[3:])
    assert "never mixed" in refusal.message
    examine(patient, *mrc(variant="mrc-sum-70"))
    assert totals(patient) == {"mrc-sum-70": Decimal(70)}


def test_two_devices_of_grip_are_two_series(patient: Patient) -> None:
    examine(patient, *grip("70", "72", "71"), *grip("30", "32", "31", device="grip-kg"))
    assert totals(patient) == {"grip-kpa-right": Decimal(71), "grip-kg-right": Decimal(31)}


def test_the_aid_of_a_walk_and_the_version_of_a_conversion_set_series_apart(
    patient: Patient,
) -> None:
    examine(
        patient,
        score("walk-10m", "seconds", "9.4"),
        SWING,
        score("i-rods", "centile", "61"),
        word("i-rods", "version", "2011"),
    )
    methods = dict(Observation.objects.values_list("code", "method"))
    assert methods == {"walk-10m": "no aid", "i-rods": "2011"}


@pytest.mark.parametrize(
    ("answers", "more", "said", "field"),
    [
        (
            (score("vibration", "toe", "9", Side.LEFT),),
            {},
            "Vibration, great toe left: 9 is outside 0 to 8.",
            "vibration-toe-left",
        ),
        ((score("vibration", "toe", "-1", Side.LEFT),), {}, "outside 0 to 8", "vibration-toe-left"),
        ((score("onls", "arm", "1.5"),), {}, "not a whole number", "onls-arm"),
        ((word("romberg", "romberg", "odd"),), {}, "choose one of", "romberg-romberg"),
        ((not_testable("onls", "arm", why=" "),), {}, "say why", "onls-arm"),
        ((score("onls", "arm", "1"), score("onls", "arm", "2")), {}, "twice", "onls-arm"),
        ((score("walk-10m", "seconds", "9"),), {}, "with which aid", "walk-10m-aid"),
        ((score("i-rods", "centile", "61"),), {}, "version", "i-rods-version"),
        (onls("1", "2"), {"totals": {"onls": Decimal(4)}}, "make 3, the total typed is 4", None),
        (
            (score("onls", "arm", "1"),),
            {"totals": {"onls": Decimal(4)}},
            "not computed, 1 of 2 tested, so 4 cannot be its total",
            "total-onls",
        ),
        ((), {"totals": {"onls-self": Decimal(4)}}, "no total of this kind", None),
        ((), {"totals": {"onls": Decimal(13)}}, "outside the scale 0 to 12", None),
        (onls(), {"performed_on": date(2026, 11, 22)}, "future", "performed_on"),
        (onls(), {"performed_on": date(1900, 1, 2)}, "before the birth date", "performed_on"),
        (onls(), {"scored_by": " "}, "who scored", "scored_by"),
        ((), {}, "Nothing is filled in", None),
        (grip("290", "290", "290"), {}, "say why it stands", "doubt"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    patient: Patient,
    answers: tuple[ExamAnswer, ...],
    more: dict[str, Any],
    said: str,
    field: str | None,
) -> None:
    refusal = refused(patient, *answers, **more)
    assert said in refusal.message
    if field:
        assert refusal.field == field


@pytest.mark.parametrize("typed", ["", "Sofie Achterberg"])
def test_a_self_report_is_the_patients_and_a_clinician_only_recorded_it(
    patient: Patient, typed: str
) -> None:
    rods = (score("i-rods", "centile", "61"), word("i-rods", "version", "2011"))
    exam = examine(patient, *rods, scored_by=typed, **SELF)
    assert exam.scored_by == "the patient"
    assert exam.recorded_by != exam.scored_by


def test_an_unlikely_value_stands_once_somebody_says_why(patient: Patient) -> None:
    examine(patient, *grip("290", "290", "290"), doubt="a rower")
    assert Observation.objects.get().doubt == "a rower"


def test_totals_off_a_letter_are_kept_alone_and_marked_so(patient: Patient) -> None:
    exam = examine(patient, totals={"onls": Decimal(3)}, origin=ExamOrigin.LETTER)
    assert totals(patient) == {"onls": Decimal(3)}
    assert not exam.items.exists()
    assert set(Observation.objects.values_list("source", flat=True)) == {"letter"}
    assert due(patient) == date(2027, 2, 20)


def test_the_same_form_sent_twice_is_one_exam(patient: Patient, nurse: User) -> None:
    exams.record(patient=patient, findings=findings(*onls()), by=Actor.person(nurse))
    with pytest.raises(Refused, match=r"recorded already: 3 \(by Marit Okafor\)"):
        examine(patient, *onls())
    assert NeuroExam.objects.count() == 1


def test_two_people_may_add_different_scales_on_one_day(patient: Patient) -> None:
    first = examine(patient, *onls())
    examine(patient, score("mrs", "grade", "2"))
    exams.enter_in_error(exam=first, reason="wrong person", by=SYSTEM)
    assert totals(patient) == {"mrs": Decimal(2)}
    assert due(patient) == date(2027, 2, 20)


def test_an_exam_entered_in_error_gives_everything_back(patient: Patient) -> None:
    before = due(patient)
    exam = examine(patient, *onls(), *mrc())
    assert due(patient) != before
    exams.enter_in_error(exam=exam, reason="wrong person", by=SYSTEM)
    exam.refresh_from_db()
    assert totals(patient) == {}
    assert due(patient) == before
    assert (exam.withdrawn_by, exam.withdrawn_reason) == (SYSTEM.name, "wrong person")
    assert exam.items.count() == 14
    with pytest.raises(Refused, match="withdrawn already"):
        exams.enter_in_error(exam=exam, reason="again", by=SYSTEM)


def test_a_correction_keeps_both_and_counts_once(patient: Patient) -> None:
    first = examine(patient, *onls("1", "2"), *grip("70", "72", "71"))
    second = exams.correct(
        exam=first, findings=findings(*onls("1", "3")), reason="misread", by=SYSTEM
    )
    first.refresh_from_db()
    assert (second.replaces, first.withdrawn_reason) == (first, "misread")
    assert totals(patient) == {"onls": Decimal(4)}
    old = Observation.objects.get(code="onls", value=3, status="final")
    assert old.superseded_by is not None
    assert due(patient) == date(2027, 2, 20)


def test_a_correction_of_the_day_moves_the_next_date_with_it(patient: Patient) -> None:
    first = examine(patient, *onls())
    moved = findings(*onls(), performed_on=date(2026, 11, 13))
    exams.correct(exam=first, findings=moved, reason="it was the week before", by=SYSTEM)
    assert due(patient) == date(2027, 2, 13)


def test_a_correction_that_is_refused_changes_nothing(patient: Patient) -> None:
    first = examine(patient, *onls())
    with pytest.raises(Refused):
        exams.correct(exam=first, findings=findings(*onls("9", "1")), reason="slip", by=SYSTEM)
    first.refresh_from_db()
    assert first.withdrawn_at is None
    assert totals(patient) == {"onls": Decimal(3)}


@pytest.mark.parametrize("reason", ["", "  "])
def test_taking_an_exam_back_wants_a_reason(patient: Patient, reason: str) -> None:
    exam = examine(patient, *onls())
    with pytest.raises(Refused, match="Say why"):
        exams.enter_in_error(exam=exam, reason=reason, by=SYSTEM)


def test_a_single_total_is_not_taken_out_of_its_exam(patient: Patient) -> None:
    examine(patient, *onls())
    row = Observation.objects.get(code="onls")
    with pytest.raises(Refused, match="computed from an exam"):
        results.enter_in_error(observation=row, reason="slip", by=SYSTEM)


def test_each_deed_is_one_event_that_names_the_exam(patient: Patient) -> None:
    exam = examine(patient, *onls())
    exams.enter_in_error(exam=exam, reason="wrong person", by=SYSTEM)
    events = AuditEvent.objects.filter(subject_type="NeuroExam", subject_id=str(exam.pk))
    assert sorted(event.verb for event in events) == ["recorded an exam", "withdrew an exam"]


def test_what_saving_will_do_is_what_it_does(patient: Patient) -> None:
    said = foresee(patient=patient, performed_on=DAY)
    assert (said.owed, said.counts, said.due_on) == (True, True, due(patient))
    examine(patient, *onls())
    assert due(patient) == said.next_due_on
    again = foresee(patient=patient, performed_on=date(2026, 11, 21))
    assert not again.counts
    assert again.next_due_on == due(patient)


def test_a_self_report_is_foreseen_to_move_nothing(patient: Patient) -> None:
    before = due(patient)
    said = foresee(patient=patient, performed_on=DAY, mode=ScoringMode.SELF_REPORT)
    assert (said.owed, said.counts, said.next_due_on) == (True, False, before)
    examine(patient, *onls(), **SELF)
    assert due(patient) == before


@pytest.mark.parametrize(
    ("performed_on", "mode", "counts"),
    [
        (date(2026, 11, 10), ScoringMode.CLINICIAN, True),
        (date(2026, 11, 21), ScoringMode.CLINICIAN, True),
        (DAY, ScoringMode.SELF_REPORT, False),
    ],
)
def test_a_correction_is_foreseen_without_the_exam_that_it_corrects(
    patient: Patient, performed_on: date, mode: ScoringMode, counts: bool
) -> None:
    wrong = examine(patient, *onls())
    said = foresee(patient=patient, performed_on=performed_on, mode=mode, replaces=wrong)
    assert said.counts is counts
    found = findings(*onls(), performed_on=performed_on, mode=mode)
    exams.correct(exam=wrong, findings=found, reason="misread", by=SYSTEM)
    assert due(patient) == said.next_due_on


@pytest.mark.parametrize(
    ("performed_on", "refused"),
    [
        (date(2026, 11, 21), ""),
        (date(2026, 11, 22), "2026-11-22 lies in the future."),
        (date(1968, 3, 14), ""),
        (date(1968, 3, 13), "1968-03-13 lies before the birth date."),
    ],
)
def test_a_day_on_which_no_exam_can_be_is_foreseen_to_be_refused(
    patient: Patient, performed_on: date, refused: str
) -> None:
    assert foresee(patient=patient, performed_on=performed_on).refused == refused


def test_where_no_exam_is_owed_nothing_is_foreseen(clinic: Clinic) -> None:
    assert not foresee(patient=make_patient(clinic), performed_on=DAY).owed


def test_an_exam_costs_the_same_number_of_queries_whatever_is_in_it(
    patient: Patient, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(90):
        examine(patient, *onls(), *mrc(), *grip("70", "72", "71"))
