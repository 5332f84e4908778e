"""Results: one sample has one truth, a bad one is refused by field, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathways.models import Clinic, Observation, PathwayVersion, Patient, Screening, WorkItem
from pathways.rules.lifecycles import ResultStatus, WorkItemKind
from pathways.services import results, work_items
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


@pytest.mark.parametrize(
    ("awaited", "found"),
    [
        ({}, {"specimen": "plasma", "lab": "Central"}),
        ({"specimen": "plasma"}, {"specimen": "plasma", "sample_number": "A7"}),
        ({"lab": "Central"}, {"specimen": "serum", "lab": "Central"}),
    ],
)
def test_a_result_that_names_more_takes_the_place_of_the_awaited_sample(
    patient: Patient, awaited: dict[str, str], found: dict[str, str]
) -> None:
    record(patient, "vegf", date(2026, 11, 18), status=COLLECTED, **awaited)
    record(patient, "vegf", date(2026, 11, 18), value=Decimal(131), **found)
    assert words(patient) == [("collected", False), ("final", True)]


@pytest.mark.parametrize(
    ("awaited", "found", "day"),
    [
        ({"specimen": "serum"}, {"specimen": "plasma"}, 18),
        ({"lab": "Central"}, {"lab": "North"}, 18),
        ({"lab": "Central"}, {}, 18),  # the result names less: nobody knows whose it is
        ({}, {"lab": "Central"}, 19),
    ],
)
def test_a_result_of_another_sample_leaves_the_awaited_one(
    patient: Patient, awaited: dict[str, str], found: dict[str, str], day: int
) -> None:
    record(patient, "vegf", date(2026, 11, 18), status=COLLECTED, **awaited)
    record(patient, "vegf", date(2026, 11, day), value=Decimal(131), **found)
    assert words(patient) == [("collected", True), ("final", True)]


def test_one_awaited_sample_becomes_one_result_and_two_are_left_to_a_person(
    patient: Patient, clinic: Clinic
) -> None:
    day = date(2026, 11, 18)
    record(patient, "vegf", day, status=COLLECTED)
    both = [
        Result(patient, "vegf", day, FINAL, value=Decimal(131), specimen=specimen)
        for specimen in ("plasma", "serum")
    ]
    results.record_all(both, clinic=clinic, by=SYSTEM, source="import")
    assert words(patient) == [("collected", False), ("final", True), ("final", True)]
    later = date(2026, 11, 20)
    for number in ("A1", "A2"):
        record(patient, "tsh", later, status=COLLECTED, sample_number=number)
    record(patient, "tsh", later, value=Decimal(2), lab="Central")
    assert Observation.objects.current().filter(code="tsh", status=COLLECTED).count() == 2


def test_a_blank_word_beside_the_one_that_names_more_is_the_awaited_sample_s_own(
    patient: Patient, clinic: Clinic
) -> None:
    day = date(2026, 11, 18)
    record(patient, "vegf", day, status=COLLECTED)
    said = [
        Result(patient, "vegf", day, FINAL, value=Decimal(140), lab="Central"),
        Result(patient, "vegf", day, FINAL, value=Decimal(131)),
    ]
    results.record_all(said, clinic=clinic, by=SYSTEM, source="import")
    kept = Observation.objects.current().filter(code="vegf").order_by("value")
    assert [(row.value, row.lab, row.status) for row in kept] == [
        (131, "", "final"),
        (140, "Central", "final"),
    ]


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


def open_deeds(patient: Patient) -> list[str]:
    rows = WorkItem.objects.open().filter(patient=patient, kind=WorkItemKind.LOST_SAMPLE)
    return list(rows.values_list("summary", flat=True))


def test_a_value_is_kept_as_received_and_in_the_catalogues_unit(patient: Patient) -> None:
    row = record(
        patient,
        "hemoglobin",
        date(2026, 11, 18),
        value=Decimal("13.2"),
        unit="gm/dl",
        reference_low=Decimal(13),
        reference_high=Decimal(17),
    )
    assert (row.value, row.unit) == (Decimal("13.2"), "g/dL")
    assert (row.canonical_value, row.canonical_unit) == (Decimal(132), "g/L")
    assert (row.reading.value, row.reading.unit) == (Decimal(132), "g/L")
    assert (row.reading.limit_low, row.reading.limit_high) == (Decimal(130), Decimal(170))


def test_a_value_without_a_unit_is_kept_and_has_no_canonical_one(patient: Patient) -> None:
    row = record(patient, "spep", date(2026, 11, 18), value=Decimal("0.05"), comparator="<")
    assert (row.canonical_value, row.canonical_unit) == (None, "")
    assert row.reading[3:6] == (Decimal("0.05"), "<", "")


def test_an_unlikely_value_is_neither_taken_silently_nor_refused(patient: Patient) -> None:
    typed = {"value": Decimal(132), "unit": "g/dL"}
    with pytest.raises(Refused, match="is it g/L") as refusal:
        record(patient, "hemoglobin", date(2026, 11, 18), **typed)
    assert refusal.value.field == "doubt"
    row = record(patient, "hemoglobin", date(2026, 11, 18), doubt="as printed", **typed)
    assert (row.value, row.unit, row.doubt) == (Decimal(132), "g/dL", "as printed")


def test_another_value_for_the_same_sample_is_a_correction_and_wants_a_reason(
    patient: Patient,
) -> None:
    day = date(2026, 11, 18)
    record(patient, "vegf", day, value=Decimal(131), unit="pg/mL")
    with pytest.raises(Refused, match="has a final value already: 131 pg/mL") as refusal:
        record(patient, "vegf", day, value=Decimal(113), unit="pg/mL")
    assert refusal.value.field == "reason"
    row = record(patient, "vegf", day, value=Decimal(113), unit="pg/mL", reason="misread")
    assert row.reason == "misread"
    assert list(row.replaces.values_list("value", "reason")) == [(Decimal(131), "")]


def test_another_sample_of_the_day_is_no_correction(patient: Patient) -> None:
    day = date(2026, 11, 18)
    record(patient, "vegf", day, value=Decimal(131))
    record(patient, "vegf", day, value=Decimal(113), sample_number="B")
    assert Observation.objects.current().count() == 2


@pytest.mark.parametrize("verb", [results.lose, results.reject])
def test_a_sample_that_is_gone_restores_the_due_date_and_opens_a_deed(
    patient: Patient, verb: Callable[..., Observation]
) -> None:
    owed = Screening.objects.open().filter(patient=patient, code="vegf")
    before = owed.values_list("pk", "due_on", "collected_on").get()
    sample = record(patient, "vegf", date(2026, 11, 18), status=COLLECTED)
    assert owed.get().collected_on == date(2026, 11, 18)
    verb(observation=sample, reason="tube broke", by=SYSTEM)
    assert owed.values_list("pk", "due_on", "collected_on").get() == before
    (summary,) = open_deeds(patient)
    assert summary.startswith("VEGF: the sample of 18 Nov 2026 was")


@pytest.mark.parametrize(
    ("code", "ago", "status", "closes"),
    [
        ("vegf", 0, COLLECTED, True),
        ("vegf", 0, FINAL, True),
        ("vegf", 3, FINAL, True),  # it was found, and measured
        ("vegf", 4, FINAL, False),  # an older one answers nothing
        ("cbc", 0, FINAL, False),
    ],
)
def test_the_deed_closes_when_a_result_or_a_new_sample_comes(
    patient: Patient, code: str, ago: int, status: ResultStatus, closes: bool
) -> None:
    sample = record(patient, "vegf", date(2026, 11, 18), status=COLLECTED)
    results.lose(observation=sample, reason="never arrived", by=SYSTEM)
    record(patient, code, date(2026, 11, 21) - timedelta(days=ago), status=status)
    assert (open_deeds(patient) == []) is closes


@pytest.mark.parametrize("days", [0, 1])
def test_the_deed_comes_back_when_what_closed_it_is_taken_back(patient: Patient, days: int) -> None:
    """The result of the lost sample itself, or of a new one."""
    taken = date(2026, 11, 18)
    sample = record(patient, "vegf", taken, status=COLLECTED)
    results.lose(observation=sample, reason="never arrived", by=SYSTEM)
    came = record(patient, "vegf", taken + timedelta(days=days), status=FINAL)
    assert open_deeds(patient) == []
    results.enter_in_error(observation=came, reason="another person's", by=SYSTEM)
    (summary,) = open_deeds(patient)
    assert summary.startswith("VEGF: the sample of 18 Nov 2026 was lost")
    record(patient, "vegf", taken + timedelta(days=days), status=FINAL)
    assert open_deeds(patient) == []


def test_the_deed_stays_closed_while_another_result_answers_it(patient: Patient) -> None:
    sample = record(patient, "vegf", date(2026, 11, 18), status=COLLECTED)
    results.lose(observation=sample, reason="never arrived", by=SYSTEM)
    came = record(patient, "vegf", date(2026, 11, 18), status=FINAL)
    record(patient, "vegf", date(2026, 11, 20), status=COLLECTED)
    results.enter_in_error(observation=came, reason="another person's", by=SYSTEM)
    assert open_deeds(patient) == []


def test_a_deed_that_a_person_closed_stays_closed(patient: Patient) -> None:
    sample = record(patient, "vegf", date(2026, 11, 18), status=COLLECTED)
    results.lose(observation=sample, reason="never arrived", by=SYSTEM)
    deed = WorkItem.objects.open().get(patient=patient, kind=WorkItemKind.LOST_SAMPLE)
    work_items.close(deed, outcome="Taken at home", by=SYSTEM)
    came = record(patient, "vegf", date(2026, 11, 20), status=FINAL)
    results.enter_in_error(observation=came, reason="another person's", by=SYSTEM)
    assert open_deeds(patient) == []


def test_a_loss_that_was_itself_an_error_opens_nothing_later(patient: Patient) -> None:
    taken = date(2026, 11, 18)
    sample = record(patient, "vegf", taken, status=COLLECTED)
    lost = results.lose(observation=sample, reason="never arrived", by=SYSTEM)
    results.enter_in_error(observation=lost, reason="it lay in the fridge", by=SYSTEM)
    came = record(patient, "vegf", taken, status=FINAL)
    results.enter_in_error(observation=came, reason="another person's", by=SYSTEM)
    assert open_deeds(patient) == []


def test_a_loss_entered_in_error_closes_its_deed(patient: Patient) -> None:
    sample = record(patient, "vegf", date(2026, 11, 18), status=COLLECTED)
    lost = results.lose(observation=sample, reason="never arrived", by=SYSTEM)
    results.enter_in_error(observation=lost, reason="it lay in the fridge", by=SYSTEM)
    assert open_deeds(patient) == []
