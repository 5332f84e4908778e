"""Results: one sample has one truth, a bad one is refused by field, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from pathways.models import Clinic, Observation, PathwayVersion, Patient
from pathways.rules.lifecycles import ResultStatus
from pathways.services import results
from pathways.services.errors import Refused
from pathways.services.result_rows import Result
from tests.people import SYSTEM, enrol, make_clinic, make_patient, record

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
FINAL, COLLECTED = ResultStatus.FINAL, ResultStatus.COLLECTED


@pytest.fixture
def patient(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrol(patient, pathway_version)
    return patient


def words(patient: Patient) -> list[tuple[str, bool]]:
    rows = Observation.objects.filter(patient=patient).order_by("id")
    return [(row.status, row.superseded_by_id is None) for row in rows]


def test_a_final_result_replaces_the_collected_sample_and_both_are_kept(patient: Patient) -> None:
    record(patient, "vegf", date(2026, 11, 18), status=COLLECTED, specimen="plasma EDTA")
    record(patient, "vegf", date(2026, 11, 18), specimen="plasma EDTA", value=Decimal(131))
    assert words(patient) == [("collected", False), ("final", True)]


def test_both_words_on_a_sample_in_one_load_are_kept_in_order(
    patient: Patient, clinic: Clinic
) -> None:
    day = date(2026, 11, 18)
    loaded = [
        Result(patient=patient, code="vegf", performed_on=day, status=COLLECTED),
        Result(patient=patient, code="vegf", performed_on=day, status=FINAL),
    ]
    report = results.record_all(loaded, clinic=clinic, by=SYSTEM, source="import")
    assert report.recorded == 2
    assert words(patient) == [("collected", False), ("final", True)]


def test_the_same_result_again_changes_nothing(patient: Patient, clinic: Clinic) -> None:
    one = Result(
        patient=patient,
        code="vegf",
        performed_on=date(2026, 11, 18),
        status=FINAL,
        value=Decimal("131.5"),
    )
    results.record_all([one], clinic=clinic, by=SYSTEM, source="import")
    report = results.record_all([one], clinic=clinic, by=SYSTEM, source="import")
    assert (report.recorded, report.unchanged) == (0, 1)
    assert Observation.objects.count() == 1


def test_another_specimen_is_another_sample(patient: Patient) -> None:
    record(patient, "vegf", date(2026, 11, 18), specimen="serum", value=Decimal(742))
    record(patient, "vegf", date(2026, 11, 18), specimen="plasma EDTA", value=Decimal(131))
    assert Observation.objects.current().count() == 2


@pytest.mark.parametrize(
    ("day", "code", "field", "words"),
    [
        (date(2026, 11, 22), "vegf", "performed_on", "future"),
        (date(1960, 1, 1), "vegf", "performed_on", "birth date"),
        (date(2026, 11, 1), "vgef", "code", "not a code"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    patient: Patient, day: date, code: str, field: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        record(patient, code, day)
    assert refusal.value.field == field
    assert not Observation.objects.exists()


def test_a_final_result_does_not_become_a_mere_sample_again(patient: Patient) -> None:
    record(patient, "vegf", date(2026, 11, 18))
    with pytest.raises(Refused, match="final already"):
        record(patient, "vegf", date(2026, 11, 18), status=COLLECTED)


def test_a_result_of_another_clinics_person_is_refused(patient: Patient) -> None:
    elsewhere = make_clinic("elsewhere")
    one = Result(patient=patient, code="vegf", performed_on=date(2026, 11, 18), status=FINAL)
    with pytest.raises(Refused, match="another clinic"):
        results.record_all([one], clinic=elsewhere, by=SYSTEM, source="import")


def test_the_expected_day_of_a_sample_comes_from_the_catalogue(patient: Patient) -> None:
    sample = record(patient, "vegf", date(2026, 11, 18), status=COLLECTED)
    assert sample.expected_on == date(2026, 12, 9)


@pytest.mark.parametrize(
    ("expected_on", "fits"),
    [("2026-11-17", False), ("2026-11-18", True), ("2027-05-17", True), ("2027-05-18", False)],
)
def test_a_slip_in_the_year_never_lets_a_sample_count_as_awaited_for_ever(
    patient: Patient, expected_on: str, fits: bool
) -> None:
    taken, expected = date(2026, 11, 18), date.fromisoformat(expected_on)
    if fits:
        record(patient, "vegf", taken, status=COLLECTED, expected_on=expected)
        assert Observation.objects.get(patient=patient).expected_on == expected
        return
    with pytest.raises(Refused) as refusal:
        record(patient, "vegf", taken, status=COLLECTED, expected_on=expected)
    assert refusal.value.field == "expected_on"
