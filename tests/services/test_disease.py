"""The disease as clinicians say it: what is refused, what follows, and how it is taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pathways import clock
from pathways.models import (
    AuditEvent,
    Clinic,
    DiseaseFeature,
    PathwayVersion,
    Patient,
    Screening,
    User,
)
from pathways.rules.disease_words import (
    FeatureState,
    ResponseCategory,
    ResponseDomain,
)
from pathways.services import disease
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from tests import people
from tests.disease import DAY, diagnose, find_feature, respond


@pytest.fixture
def patient(clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    person = people.make_patient(clinic)
    people.enrol(person, pathway_version)
    return person


def anchor(patient: Patient) -> date | None:
    found: date | None = patient.enrolments.get().diagnosed_on
    return found


def owed(patient: Patient) -> list[Any]:
    return list(
        Screening.objects.open()
        .filter(patient=patient)
        .order_by("code")
        .values_list("code", "opens_on", "due_on", "state")
    )


def test_a_diagnosis_anchors_the_enrolment(patient: Patient) -> None:
    diagnose(patient)
    assert anchor(patient) == DAY
    assert AuditEvent.objects.filter(patient=patient, verb="recorded the diagnosis").count() == 1


def test_a_diagnosis_taken_back_restores_anchor_and_every_due_date(patient: Patient) -> None:
    before = owed(patient)
    row = diagnose(patient)
    disease.withdraw_diagnosis(diagnosis=row, reason="another person's letter", by=people.SYSTEM)
    assert anchor(patient) is None
    assert owed(patient) == before
    row.refresh_from_db()
    assert row.withdrawn_reason == "another person's letter"


def test_a_second_diagnosis_needs_a_reason_and_keeps_the_first_readable(patient: Patient) -> None:
    first = diagnose(patient)
    with pytest.raises(Refused, match="stands already") as caught:
        diagnose(patient, diagnosed_on=DAY + timedelta(days=1))
    assert caught.value.field == "reason"
    assert anchor(patient) == DAY
    diagnose(patient, diagnosed_on=DAY + timedelta(days=1), reason="the letter says 4 February")
    assert anchor(patient) == DAY + timedelta(days=1)
    first.refresh_from_db()
    assert first.withdrawn_at is not None


def test_a_later_enrolment_keeps_the_anchor(clinic: Clinic, pathway_version: Any) -> None:
    person = people.make_patient(clinic)
    diagnose(person)
    people.enrol(person, pathway_version)
    assert anchor(person) == DAY


@pytest.mark.parametrize("days", [0, 1])
def test_no_day_lies_in_the_future(patient: Patient, days: int) -> None:
    day = clock.today(patient.clinic) + timedelta(days=days)
    deeds = (
        lambda: diagnose(patient, diagnosed_on=day),
        lambda: find_feature(patient, found_on=day),
        lambda: respond(patient, assessed_on=day),
    )
    for deed in deeds:
        if days == 0:
            deed()
            continue
        with pytest.raises(Refused, match="lies in the future"):
            deed()


@pytest.mark.parametrize("days", [-1, 0])
def test_no_day_lies_before_birth(patient: Patient, days: int) -> None:
    day = patient.birth_date + timedelta(days=days)
    if days == 0:
        find_feature(patient, found_on=day)
        return
    with pytest.raises(Refused, match="before the birth date") as caught:
        find_feature(patient, found_on=day)
    assert caught.value.field == "found_on"


def test_a_source_is_always_said(patient: Patient) -> None:
    for deed in (diagnose, find_feature):
        with pytest.raises(Refused, match="letter, a report or a clinic note") as caught:
            deed(patient, source="  ")
        assert caught.value.field == "source"


def test_what_is_uncertain_says_why(patient: Patient) -> None:
    with pytest.raises(Refused, match="what makes it uncertain"):
        find_feature(patient, state=FeatureState.UNCERTAIN, finding=" ")
    find_feature(patient, state=FeatureState.UNCERTAIN, finding="biopsy pending")


def test_a_finding_taken_back_makes_the_one_before_the_last_word_again(
    patient: Patient, nurse: User
) -> None:
    first = find_feature(patient, state=FeatureState.ABSENT, finding="")
    second = find_feature(patient, found_on=DAY + timedelta(days=9))
    disease.withdraw_feature(feature=second, reason="wrong person", by=Actor.person(nurse))
    standing = DiseaseFeature.objects.standing().filter(patient=patient)
    assert list(standing) == [first]
    with pytest.raises(Refused, match="taken back already, by Marit Okafor"):
        disease.withdraw_feature(feature=second, reason="again", by=people.SYSTEM)


def test_taking_back_needs_a_reason(patient: Patient) -> None:
    row = find_feature(patient)
    with pytest.raises(Refused, match="Say why"):
        disease.withdraw_feature(feature=row, reason=" ", by=people.SYSTEM)
    row.refresh_from_db()
    assert row.withdrawn_at is None


@pytest.mark.parametrize(
    ("domain", "category", "fits"),
    [
        (ResponseDomain.VEGF, ResponseCategory.COMPLETE, True),
        (ResponseDomain.VEGF, ResponseCategory.VERY_GOOD_PARTIAL, False),
        (ResponseDomain.HEMATOLOGIC, ResponseCategory.VERY_GOOD_PARTIAL, True),
        (ResponseDomain.PET, ResponseCategory.IMPROVED, False),
        (ResponseDomain.CLINICAL, ResponseCategory.IMPROVED, True),
        (ResponseDomain.CLINICAL, ResponseCategory.COMPLETE, False),
    ],
)
def test_a_response_uses_the_words_of_its_domain(
    patient: Patient, domain: ResponseDomain, category: ResponseCategory, fits: bool
) -> None:
    if fits:
        assert respond(patient, domain=domain, category=category).category == category
        return
    with pytest.raises(Refused, match="no word for this domain") as caught:
        respond(patient, domain=domain, category=category)
    assert caught.value.field == "category"


def test_a_response_names_who_judged_it(patient: Patient) -> None:
    with pytest.raises(Refused, match="Name the clinician"):
        respond(patient, assessed_by="")


def test_a_response_is_taken_back(patient: Patient) -> None:
    row = respond(patient)
    disease.withdraw_response(response=row, reason="wrong domain", by=people.SYSTEM)
    assert not patient.responses.standing().exists()
