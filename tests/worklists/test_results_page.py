"""The results tab: what stands now comes first, what came before is folded, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pathways.models import Clinic, Patient
from pathways.worklists.results_page import SHOWN, Analyte, results_page
from tests import people, recorded

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    return people.make_patient(clinic)


def only(patient: Patient, chosen: str = "") -> Analyte:
    ((analyte,),) = [group.analytes for group in results_page(patient, TODAY, chosen).groups]
    return analyte


def values(patient: Patient) -> tuple[list[str], list[str]]:
    analyte = only(patient)
    return [line.value for line in analyte.now], [line.value for line in analyte.earlier]


def test_the_newest_value_stands_and_the_earlier_ones_are_folded(patient: Patient) -> None:
    for days, value in ((300, "62"), (100, "70"), (7, "131")):
        recorded.vegf(patient, TODAY - timedelta(days=days), value)
    assert values(patient) == (["131"], ["70", "62"])
    assert only(patient).oldest == "27 Jan"


@pytest.mark.parametrize(
    ("status", "said"),
    [("collected", "awaited"), ("lost", "lost"), ("rejected", "rejected")],
)
def test_what_does_not_count_never_hides_the_last_value_that_does(
    patient: Patient, status: str, said: str
) -> None:
    recorded.vegf(patient, TODAY - timedelta(days=100), "70")
    recorded.vegf(patient, TODAY - timedelta(days=7), "131")
    recorded.observe(patient, "vegf", TODAY, None, specimen="plasma", status=status)
    assert values(patient) == ([said, "131"], ["70"])


def test_a_value_entered_in_error_stands_above_the_one_that_counts(patient: Patient) -> None:
    recorded.vegf(patient, TODAY - timedelta(days=7), "131")
    recorded.vegf(patient, TODAY, "410", status="entered-in-error", reason="another person")
    assert values(patient) == (["410", "131"], [])


def test_an_analyte_without_a_value_that_counts_folds_nothing(patient: Patient) -> None:
    recorded.observe(patient, "vegf", TODAY, None, specimen="plasma", status="collected")
    assert values(patient) == (["awaited"], [])


def test_one_analyte_alone_is_shown_whole_and_unfolded(patient: Patient) -> None:
    for days in range(SHOWN + 1):
        recorded.vegf(patient, TODAY - timedelta(days=days), "70")
    every, one = only(patient), only(patient, "vegf")
    assert (len(every.now), len(every.earlier), every.more) == (1, SHOWN - 1, 1)
    assert (len(one.now), len(one.earlier), one.more) == (SHOWN + 1, 0, 0)


def test_vegf_and_the_clone_come_first_and_what_was_only_done_comes_last(
    patient: Patient,
) -> None:
    for code in ("onls", "cbc", "hemoglobin", "spep", "vegf", "of-another-list"):
        value = None if code == "cbc" else "1"
        recorded.observe(patient, code, TODAY, value, unit="g/L" if code == "spep" else "")
    page = results_page(patient, TODAY)
    assert [group.name for group in page.groups] == ["clone", "count", "nerves", "other"]
    codes = [[analyte.code for analyte in group.analytes] for group in page.groups]
    assert codes == [["vegf", "spep"], ["hemoglobin", "cbc"], ["onls"], ["of-another-list"]]
    assert page.words == "Every analyte on record"
    assert results_page(patient, TODAY, "vegf").words.startswith("Only VEGF")
