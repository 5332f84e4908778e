"""The rule on limits that a clinic sets itself: the latest value of each analyte beside its own."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.rules.findings import Verdict
from pathways.rules.person_facts import PersonFacts
from tests.rules.alerting import CANNOT, DAY, NOT_MET, RAISE, ask, one, reading


def known(*readings: Any) -> PersonFacts:
    return PersonFacts(today=DAY, readings=readings)


LIMITS = {"limits": [{"code": "platelets", "above": "450", "below": "75", "unit": "10*9/L"}]}


@pytest.mark.parametrize(
    ("sentence", "value", "verdict"),
    [
        ("at the upper limit", "450", NOT_MET),
        ("above the upper limit", "451", RAISE),
        ("at the lower limit", "75", NOT_MET),
        ("below the lower limit", "74.9", RAISE),
        ("a bound below the lower limit", "<75", RAISE),
        ("a bound that does not tell", "<100", CANNOT),
        ("no number", None, CANNOT),
    ],
)
def test_an_analyte_beyond_the_clinics_own_limit(
    sentence: str, value: str | None, verdict: Verdict
) -> None:
    facts = known(reading(value, 0, "platelets", unit="10*9/L"))
    assert one("beyond-clinic-limit", facts, LIMITS).verdict is verdict


def test_a_limit_in_another_unit_is_not_assessable() -> None:
    facts = known(reading("500", 0, "platelets", unit="odd"))
    assert one("beyond-clinic-limit", facts, LIMITS).verdict is CANNOT


def test_a_clinic_without_limits_raises_nothing() -> None:
    facts = known(reading("900", 0, "platelets", unit="10*9/L"))
    assert one("beyond-clinic-limit", facts).verdict is NOT_MET


def platelets(value: str, days: int = 0, **more: Any) -> Any:
    return reading(value, days, "platelets", unit="10*9/L", **more)


def test_only_the_latest_value_counts_and_of_one_day_the_one_recorded_last() -> None:
    old, first, last = platelets("500", 9, ref=9), platelets("500", ref=1), platelets("300", ref=2)
    for order in ((old, first, last), (last, first, old)):
        assert one("beyond-clinic-limit", known(*order), LIMITS).verdict is NOT_MET


def test_a_limit_of_one_analyte_is_none_of_another() -> None:
    other = reading("900", 0, "iga", unit="10*9/L")
    found = ask("beyond-clinic-limit", known(platelets("451"), other), LIMITS)
    assert [each.verdict for each in found] == [RAISE, NOT_MET]
    assert (found[0].words["side"], found[0].words["limit"]) == ("above", "450")


@pytest.mark.parametrize(
    ("side", "value", "verdict"),
    [
        ("above", "1", NOT_MET),
        ("above", "451", RAISE),
        ("below", "900", NOT_MET),
        ("below", "1", RAISE),
    ],
)
def test_a_limit_may_have_one_side_alone(side: str, value: str, verdict: Verdict) -> None:
    limits = {"limits": [{"code": "platelets", side: "450", "unit": "10*9/L"}]}
    assert one("beyond-clinic-limit", known(platelets(value)), limits).verdict is verdict


def test_a_limit_in_the_unit_of_the_value_is_asked_beside_one_in_another() -> None:
    odd = {"code": "platelets", "above": "450", "unit": "odd"}
    limits = {"limits": [odd, *LIMITS["limits"]]}
    assert one("beyond-clinic-limit", known(platelets("451")), limits).verdict is RAISE
    assert one("beyond-clinic-limit", known(platelets("450")), limits).verdict is CANNOT
