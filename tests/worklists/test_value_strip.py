"""The ten seconds: the six facts in words, with unit, day and every doubt, and no verdict."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pathways.models import Clinic, Patient
from pathways.rules.alert_states import Severity
from pathways.worklists.alert_rows import AlertRow
from pathways.worklists.person_record import person_record
from pathways.worklists.value_strip import Fact, value_strip
from tests import people, recorded

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
ALERT = AlertRow(
    pk=7,
    severity=Severity.WITHIN_7_DAYS,
    name="",
    sentence="VEGF meets the published +50 % criterion",
    left="1 d left",
    pressing=False,
    line="Yours, by Tue 24 Nov 17:00",
    age="",
    clinic_id=1,
    clinic="",
)


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    return people.make_patient(clinic)


def strip(patient: Patient, *alerts: AlertRow) -> dict[str, Fact]:
    facts = value_strip(person_record(patient), (), alerts, TODAY, lambda pk: f"/results/{pk}/")
    assert len(facts) == 6
    return {fact.label.split(",")[0]: fact for fact in facts}


def words(fact: Fact) -> list[str]:
    return [said for said, _ in fact.lines]


def test_vegf_stands_with_specimen_unit_day_limit_and_lowest(patient: Patient) -> None:
    recorded.vegf(patient, date(2026, 3, 10), "62")
    last = recorded.vegf(patient, date(2026, 11, 16), "131")
    fact = strip(patient)["VEGF"]
    assert (fact.label, fact.day) == ("VEGF, plasma", "16 Nov, 7 days ago")
    assert (fact.value, fact.unit, fact.href) == ("131", "pg/mL", f"/results/{last.pk}/")
    assert fact.lines == (
        ("Above the lab’s limit of 115", True),
        ("111 % above its lowest, 62 on 10 Mar", False),
    )


@pytest.mark.parametrize(
    ("value", "said", "late"),
    [
        ("115", "Within the lab’s limit of 115", False),
        ("115.1", "Above the lab’s limit of 115", True),
    ],
)
def test_a_value_at_the_limit_is_within_it(
    patient: Patient, value: str, said: str, late: bool
) -> None:
    recorded.vegf(patient, date(2026, 11, 16), value)
    assert strip(patient)["VEGF"].lines[0] == (said, late)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({"lab": "Northgate"}, "Not comparable with 62 pg/mL on 10 Mar: another laboratory"),
        ({"specimen": "serum"}, "Not comparable with 62 pg/mL on 10 Mar: another specimen"),
        ({"unit": ""}, "Not comparable: no unit recorded"),
        ({"specimen": ""}, "Not comparable: specimen not recorded"),
        (
            {"specimen": "", "unit": ""},
            "Not comparable: specimen not recorded and no unit recorded",
        ),
        ({"comparator": "<"}, "Not computed: its lowest is known as 62, on 10 Mar"),
        ({"reference_high": None}, "111 % above its lowest, 62 on 10 Mar"),
    ],
)
def test_what_cannot_be_compared_is_said_with_its_reason(
    patient: Patient, last: dict[str, Any], said: str
) -> None:
    recorded.vegf(patient, date(2026, 3, 10), "62")
    recorded.vegf(patient, date(2026, 11, 16), "131", **last)
    assert said in words(strip(patient)["VEGF"])


def test_a_limit_that_was_not_printed_is_not_invented(patient: Patient) -> None:
    recorded.vegf(patient, date(2026, 11, 16), "131", reference_high=None)
    assert words(strip(patient)["VEGF"]) == ["The lab printed no limit", "First value on record"]


def test_bevacizumab_within_six_weeks_is_said_before_any_change(patient: Patient) -> None:
    recorded.course(patient, "Bevacizumab", date(2026, 10, 1), cycles=1)
    recorded.vegf(patient, date(2026, 3, 10), "62")
    recorded.vegf(patient, date(2026, 11, 16), "131")
    assert "Not interpretable: bevacizumab within six weeks" in words(strip(patient)["VEGF"])


def test_a_sample_on_its_way_is_named(patient: Patient) -> None:
    recorded.vegf(patient, date(2026, 11, 20), "1", status="collected")
    fact = strip(patient)["VEGF"]
    assert (fact.value, words(fact)) == ("Not recorded", ["Sample of 20 Nov awaited"])


def test_what_is_not_recorded_says_so_and_is_never_nought(patient: Patient) -> None:
    facts = strip(patient)
    for label in ("VEGF", "M-protein", "ONLS", "I-RODS", "Therapy"):
        assert facts[label].value == "Not recorded"
    assert (facts["To answer"].value, facts["To answer"].unit) == ("0", "open")


def test_the_clone_stands_with_immunofixation_and_since_when(patient: Patient) -> None:
    for on, fixation in (
        (date(2025, 6, 10), "IgA lambda"),
        (date(2025, 12, 1), "negative"),
        (date(2026, 11, 16), "not detected"),
    ):
        recorded.observe(patient, "spep", on, None, value_text="not detected", specimen="serum")
        recorded.observe(
            patient, "immunofixation-serum", on, None, value_text=fixation, specimen="serum"
        )
    fact = strip(patient)["M-protein"]
    assert fact.value == "not detected"
    assert words(fact) == [
        "Immunofixation of serum negative; urine not on record",
        "Serum negative since 1 Dec 2025",
    ]


def fixed(patient: Patient, on: date, **found: str) -> None:
    """Record immunofixation of one day, by specimen."""
    for specimen, said in found.items():
        recorded.observe(patient, f"immunofixation-{specimen}", on, None, value_text=said)


def test_serum_alone_does_not_speak_for_urine(patient: Patient) -> None:
    fixed(patient, date(2025, 6, 10), serum="IgA lambda", urine="lambda")
    fixed(patient, date(2026, 11, 16), serum="negative")
    assert words(strip(patient)["M-protein"]) == [
        "Immunofixation of serum negative; urine not on record since 10 Jun 2025 (positive)",
        "Serum negative since 16 Nov",
    ]


def test_both_specimens_negative_on_one_day_are_named_together(patient: Patient) -> None:
    fixed(patient, date(2025, 12, 1), serum="negative")
    fixed(patient, date(2026, 5, 1), serum="negative", urine="negative")
    assert words(strip(patient)["M-protein"]) == [
        "Immunofixation of serum and urine negative",
        "Serum negative since 1 Dec 2025, urine negative since 1 May",
    ]


def test_one_specimen_positive_and_one_negative_are_told_apart(patient: Patient) -> None:
    fixed(patient, date(2026, 5, 1), serum="negative", urine="lambda")
    assert words(strip(patient)["M-protein"]) == [
        "Immunofixation of serum negative, of urine positive",
        "Serum negative since 1 May",
    ]


def test_both_negative_since_one_day_say_the_day_once(patient: Patient) -> None:
    fixed(patient, date(2026, 5, 1), serum="negative", urine="negative")
    assert words(strip(patient)["M-protein"])[1] == "Negative since 1 May"


def test_an_amount_alone_names_the_last_immunofixation_of_each_specimen(patient: Patient) -> None:
    fixed(patient, date(2026, 5, 1), serum="negative")
    recorded.observe(patient, "spep", date(2026, 11, 16), "0.07", specimen="serum")
    assert words(strip(patient)["M-protein"]) == [
        "Immunofixation not recorded; serum not on record since 1 May (negative)"
    ]


def test_an_amount_without_immunofixation_says_what_is_missing(patient: Patient) -> None:
    recorded.observe(patient, "spep", date(2026, 11, 16), "0.07", specimen="serum")
    fact = strip(patient)["M-protein"]
    assert (fact.value, fact.unit) == ("0.07", "no unit recorded")
    assert words(fact) == ["Immunofixation not recorded"]


def test_a_score_says_its_range_which_way_is_worse_and_what_it_was(patient: Patient) -> None:
    for on, onls, rods in (
        (date(2025, 1, 12), "7", "28"),
        (date(2026, 2, 16), "4", "55"),
        (date(2026, 5, 20), "3", "61"),
    ):
        recorded.examined(patient, on, onls=onls, i_rods=rods)
    facts = strip(patient)
    assert (facts["ONLS"].value, facts["ONLS"].unit) == ("3", "of 12, up is worse")
    assert words(facts["ONLS"]) == ["7 on 12 Jan 2025, the first", "−1 since 16 Feb"]
    assert (facts["I-RODS"].value, facts["I-RODS"].unit) == ("61", "down is worse")
    assert words(facts["I-RODS"])[1] == "+6 since 16 Feb"


def test_therapy_that_ended_is_none_since_a_day_with_what_was_given(patient: Patient) -> None:
    recorded.course(patient, "Rd", date(2025, 3, 10), state="completed", ended_on=date(2026, 8, 3))
    fact = strip(patient)["Therapy"]
    assert (fact.value, fact.unit, words(fact)) == ("none", "since 3 Aug", ["Rd × 4"])


def test_therapy_that_runs_is_named_since_its_first_day(patient: Patient) -> None:
    recorded.course(patient, "Rd", date(2026, 9, 10), cycles=2)
    fact = strip(patient)["Therapy"]
    assert (fact.value, fact.day) == ("Rd × 2", "since 10 Sep")


def test_the_most_urgent_alert_stands_with_whose_it_is_and_by_when(patient: Patient) -> None:
    fact = strip(patient, ALERT, ALERT)["To answer"]
    assert (fact.day, fact.value, fact.alert_id) == ("2 open", ALERT.sentence, 7)
    assert words(fact) == ["Yours, by Tue 24 Nov 17:00", "1 more below"]


def test_the_moment_of_the_tests_is_not_asked_for(patient: Patient, at: Any) -> None:
    recorded.vegf(patient, TODAY, "70")
    at(f"{datetime(2030, 1, 1, tzinfo=UTC):%Y-%m-%d %H:%M}")
    assert strip(patient)["VEGF"].day == "23 Nov, today"
