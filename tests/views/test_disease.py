"""The disease page: what is recorded is shown as recorded, and every deed goes through it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from pathways import clock
from pathways.models import (
    Diagnosis,
    DiseaseFeature,
    Observation,
    ResponseRecord,
    Toxicity,
    User,
)
from pathways.rules.disease_words import (
    CriteriaVersion,
    CtcaeVersion,
    Feature,
    FeatureState,
    ToxicityCause,
)
from tests import people
from tests.disease import DAY, diagnose, find_feature, respond, suffer
from tests.views.house import House, signed_in


@pytest.fixture(autouse=True)
def november(at: Any) -> None:
    at("2026-11-24 09:00")


def page(house: House, user: User) -> str:
    """The words of the disease page, without tags."""
    address = reverse("patient-disease", args=[house.patient.pk])
    body = signed_in(user).get(address).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def send(house: House, user: User, name: str, *args: Any, **typed: Any) -> Any:
    """Open a form, take what it was drawn from, and send it in."""
    client = signed_in(user)
    address = reverse(name, args=[house.patient.pk, *args])
    seen = client.get(address).context["seen"]
    return client.post(address, {"seen": seen, **typed}, follow=True)


def feature_row(text: str, label: str) -> str:
    """What stands between the name of a feature and the next deed."""
    return text.partition(f" {label} ")[2].partition("Record…")[0]


def test_not_assessed_not_recorded_and_absent_are_three_things(house: House, nurse: User) -> None:
    find_feature(house.patient, feature=Feature.PAPILLEDEMA, state=FeatureState.ABSENT)
    find_feature(house.patient, feature=Feature.CASTLEMAN, state=FeatureState.NOT_ASSESSED)
    text = page(house, nurse)
    assert "Absent" in feature_row(text, "Papilledema")
    assert "Not assessed" in feature_row(text, "Castleman disease")
    assert "Not recorded" in feature_row(text, "Sclerotic bone lesions")
    assert "9 of 11 are not assessed or not recorded; that is no finding." in text


@pytest.mark.parametrize(
    ("criteria", "counted"),
    [
        (
            CriteriaVersion.MAYO,
            "by the Mayo Clinic criteria: mandatory 0 of 2, other major 1 of 3, minor 1 of 6.",
        ),
        (
            CriteriaVersion.MAYO_2003,
            "by the Mayo Clinic criteria of 2003: mandatory 0 of 2, minor 2 of 7.",
        ),
        (CriteriaVersion.OTHER, "its ranks are not kept here, so nothing is counted."),
    ],
)
def test_features_are_counted_by_the_recorded_list_and_conclude_nothing(
    house: House, nurse: User, criteria: CriteriaVersion, counted: str
) -> None:
    find_feature(house.patient, feature=Feature.CASTLEMAN)
    diagnose(house.patient, criteria=criteria, reason="the letter says so")
    text = page(house, nurse)
    assert counted in text
    assert "A count of the record, not a diagnosis." in text
    assert not re.search(r"(?i)meets (the )?(criteria|diagnos)|fulfil", text)


def test_nothing_is_counted_without_a_diagnosis(house: House, nurse: User) -> None:
    send(house, nurse, "diagnosis-in-error", house.diagnosis.pk, reason="wrong person")
    text = page(house, nurse)
    assert "No list of criteria is recorded, so nothing is counted." in text
    assert "Entered in error, Marit Okafor: wrong person" in text


def test_each_earlier_finding_stays_under_its_feature(house: House, nurse: User) -> None:
    find_feature(
        house.patient, state=FeatureState.ABSENT, found_on=DAY - timedelta(days=30), finding=""
    )
    row = feature_row(page(house, nurse), "Skin changes")
    assert "Present" in row
    assert "1 earlier Absent, 4 Jan" in row


def test_a_grade_is_shown_with_baseline_change_cause_and_list(house: House, nurse: User) -> None:
    text = page(house, nurse)
    assert "Sensory neuropathy CTCAE 5.0" in text
    assert "1 above its baseline, grade 1" in text
    assert "Disease and drug Observed" in text
    assert "to be checked" in text


def test_a_grade_of_2003_gets_no_words_of_version_5(house: House, nurse: User) -> None:
    Toxicity.objects.filter(pk=house.toxicity.pk).update(list_version=CtcaeVersion.NCI_2003)
    text = page(house, nurse)
    assert "NCI words of 2003" in text
    assert "Moderate symptoms" not in text


def test_a_missing_baseline_is_said_and_never_nought(house: House, nurse: User) -> None:
    suffer(house.patient, term="fatigue", baseline=None, cause=ToxicityCause.UNKNOWN)
    text = page(house, nurse)
    assert "Baseline not recorded, so no change is known Put down to: Not known" in text


def test_response_is_beside_the_arithmetic_and_not_made_of_it(house: House, nurse: User) -> None:
    today = clock.today(house.patient.clinic)
    Observation.objects.filter(code="vegf").update(specimen="plasma")
    new = {"value": 262, "unit": "pg/mL", "specimen": "plasma"}
    people.record(house.patient, "vegf", today - timedelta(days=3), **new)
    text = page(house, nurse)
    assert "Partial , 3 Feb" in text
    assert "VEGF, plasma 262 pg/mL on" in text
    assert "+100 % from its lowest, 131 pg/mL" in text
    assert "Meets the published criterion" not in text


def test_m_protein_is_counted_from_its_first(house: House, nurse: User) -> None:
    today = clock.today(house.patient.clinic)
    for days, value in ((90, 4), (60, 1), (30, 2)):
        people.record(
            house.patient, "m-protein", today - timedelta(days=days), value=value, unit="g/L"
        )
    text = page(house, nurse)
    assert "−50 % from the first, 4 g/L" in text


def test_a_nurse_finds_no_way_to_record_a_response(
    house: House, nurse: User, hematologist: User
) -> None:
    link = reverse("record-response", args=[house.patient.pk, "vegf"])
    address = reverse("patient-disease", args=[house.patient.pk])
    assert link not in signed_in(nurse).get(address).content.decode()
    assert link in signed_in(hematologist).get(address).content.decode()


def test_a_diagnosis_is_replaced_with_a_reason(house: House, nurse: User) -> None:
    typed = {"diagnosed_on": "2026-02-05", "criteria": "mayo-2003", "source": "Letter"}
    answer = send(house, nurse, "record-diagnosis", **typed)
    assert answer.context["form"].errors["reason"] == ["Say why"]
    answer = send(house, nurse, "record-diagnosis", **typed, reason="the letter says the 5th")
    assert "Diagnosed on 5 Feb" in answer.content.decode()
    standing = Diagnosis.objects.standing().get(patient=house.patient)
    assert standing.diagnosed_on == date(2026, 2, 5)
    assert house.patient.enrolments.get().diagnosed_on == date(2026, 2, 5)


def test_a_stale_correction_of_the_diagnosis_is_held(house: House, nurse: User) -> None:
    client = signed_in(nurse)
    address = reverse("record-diagnosis", args=[house.patient.pk])
    seen = client.get(address).context["seen"]
    diagnose(house.patient, reason="corrected by somebody else")
    typed = {"diagnosed_on": "2026-02-05", "criteria": "mayo", "source": "Letter", "reason": "x"}
    answer = client.post(address, {"seen": seen, **typed})
    assert "Your text is kept" in answer.content.decode()
    assert Diagnosis.objects.standing().get(patient=house.patient).diagnosed_on == DAY


def test_a_future_finding_is_refused_at_its_field_and_kept(house: House, nurse: User) -> None:
    address = reverse("record-feature", args=[house.patient.pk, "papilledema"])
    tomorrow = clock.today(house.patient.clinic) + timedelta(days=1)
    answer = signed_in(nurse).post(
        address, {"state": "absent", "found_on": tomorrow, "source": "Eye clinic <1>"}
    )
    assert "lies in the future" in answer.context["form"].errors["found_on"][0]
    assert b'value="Eye clinic &lt;1&gt;"' in answer.content
    assert not DiseaseFeature.objects.filter(feature="papilledema").exists()


def test_a_finding_is_recorded_and_taken_back(house: House, nurse: User) -> None:
    client = signed_in(nurse)
    address = reverse("record-feature", args=[house.patient.pk, "papilledema"])
    typed = {"state": "absent", "found_on": DAY, "source": "Eye clinic"}
    answer = client.post(address, typed, follow=True)
    assert "Papilledema: absent on 3 Feb" in answer.content.decode()
    row = DiseaseFeature.objects.get(feature="papilledema")
    send(house, nurse, "feature-in-error", row.pk, reason="wrong eye")
    assert "Not recorded" in feature_row(page(house, nurse), "Papilledema")


def test_a_response_is_recorded_by_a_physician_and_taken_back(
    house: House, hematologist: User
) -> None:
    address = reverse("record-response", args=[house.patient.pk, "hematologic"])
    typed = {"category": "very good partial", "assessed_on": DAY, "assessed_by": "Dr Lindqvist"}
    answer = signed_in(hematologist).post(address, typed, follow=True)
    assert "Hematologic response: very good partial" in answer.content.decode()
    row = ResponseRecord.objects.get(domain="hematologic")
    send(house, hematologist, "response-in-error", row.pk, reason="marrow not read yet")
    assert "marrow not read yet" in page(house, hematologist)


def test_a_word_of_another_domain_is_refused(house: House, hematologist: User) -> None:
    address = reverse("record-response", args=[house.patient.pk, "pet"])
    typed = {"category": "improved", "assessed_on": DAY, "assessed_by": "Dr Lindqvist"}
    answer = signed_in(hematologist).post(address, typed)
    assert "category" in answer.context["form"].errors


def test_the_grades_offered_are_those_of_term_and_list(house: House, nurse: User) -> None:
    def offered(version: str) -> list[str]:
        address = reverse("record-toxicity", args=[house.patient.pk, version, "sensory-neuropathy"])
        form = signed_in(nurse).get(address).context["form"]
        return [str(words) for _, words in form.fields["grade"].choices]

    assert [words[0] for words in offered("5.0")] == ["1", "2", "3", "4"]
    assert "Life-threatening" in offered("5.0")[-1]
    assert offered("3.0") == ["1", "2", "3", "4", "5"]


def test_a_lower_grade_than_the_baseline_is_taken_and_said(house: House, nurse: User) -> None:
    address = reverse("record-toxicity", args=[house.patient.pk, "5.0", "sensory-neuropathy"])
    typed = {"grade": 1, "baseline": 3, "cause": "drug", "action": "none", "began_on": DAY}
    answer = signed_in(nurse).post(address, typed, follow=True)
    assert "Sensory neuropathy, grade 1: 2 below its baseline, grade 3." in answer.content.decode()


def test_an_adverse_event_ends_and_is_taken_back(house: House, nurse: User) -> None:
    pk = house.toxicity.pk
    send(house, nurse, "toxicity-ended", pk, ended_on=(DAY + timedelta(days=4)).isoformat())
    assert "3 Feb to 7 Feb" in page(house, nurse)
    send(house, nurse, "toxicity-in-error", pk, reason="graded twice")
    text = page(house, nurse)
    assert "1 entered in error" in text
    assert "graded twice" in text


def test_the_lists_are_told_apart_before_a_term_is_chosen(house: House, nurse: User) -> None:
    address = reverse("choose-toxicity", args=[house.patient.pk])
    body = signed_in(nurse).get(f"{address}?list=3.0").content.decode()
    assert "That is not grade 1 or 2 of version 5.0." in body
    assert reverse("record-toxicity", args=[house.patient.pk, "3.0", "fatigue"]) in body


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("record-feature", ["hiccups"]),
        ("record-response", ["mood"]),
        ("record-toxicity", ["5.0", "hiccups"]),
        ("record-toxicity", ["4.0", "fatigue"]),
    ],
)
def test_what_is_not_in_the_catalogue_has_no_page(
    house: House, hematologist: User, name: str, args: list[str]
) -> None:
    address = reverse(name, args=[house.patient.pk, *args])
    assert signed_in(hematologist).get(address).status_code == 404


@pytest.mark.parametrize("times", [1, 12])
def test_the_page_asks_the_same_few_questions_however_long_the_record(
    house: House, nurse: User, times: int, django_assert_max_num_queries: Any
) -> None:
    today = clock.today(house.patient.clinic)
    for days in range(times):
        find_feature(house.patient, found_on=DAY + timedelta(days=days))
        respond(house.patient, assessed_on=DAY + timedelta(days=days))
        suffer(house.patient, began_on=DAY + timedelta(days=days))
        people.record(house.patient, "vegf", today - timedelta(days=days), value=90, unit="pg/mL")
    client = signed_in(nurse)
    address = reverse("patient-disease", args=[house.patient.pk])
    client.get(address)
    with django_assert_max_num_queries(20):
        assert client.get(address).status_code == 200
