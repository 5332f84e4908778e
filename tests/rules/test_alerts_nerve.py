"""Truth tables of the rules on the exam: each direction, each threshold, each "cannot tell"."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pathways.rules.alert_states import Severity
from pathways.rules.exam_words import ScoringMode
from pathways.rules.findings import Verdict
from pathways.rules.person_facts import Exposure, PersonFacts, Scale, Sign
from tests.rules.alerting import CANNOT, DAY, NOT_MET, RAISE, ago, ask, one, period, reading

INCAT = Scale("incat", "INCAT", True, True, Decimal(1))
GRIP = Scale("grip-kpa-right", "Grip, right", False, False, Decimal(8))
WALK = Scale("walk-10m", "10 m walk", True, False, Decimal(28), in_percent=True)
ONLS = Scale("onls", "ONLS", True, True, None)
TUG = Scale("tug", "Timed up and go", True, False, None)


def scored(scale: Scale, *values: str, **more: Any) -> PersonFacts:
    readings = tuple(
        reading(value, 100 - 10 * place, scale.code, unit="", specimen="", lab="")
        for place, value in enumerate(values)
    )
    return PersonFacts(today=DAY, readings=readings, scales=(scale,), **more)


@pytest.mark.parametrize(
    ("sentence", "scale", "values", "verdict"),
    [
        ("higher is worse, at the threshold", INCAT, ["3", "4"], RAISE),
        ("higher is worse, unchanged", INCAT, ["3", "3"], NOT_MET),
        ("higher is worse, better", INCAT, ["4", "3"], NOT_MET),
        ("lower is worse, at the threshold", GRIP, ["60", "52"], RAISE),
        ("lower is worse, just short of it", GRIP, ["60", "52.1"], NOT_MET),
        ("lower is worse, better", GRIP, ["52", "60"], NOT_MET),
        ("percent, at the threshold", WALK, ["10", "12.8"], RAISE),
        ("percent, just short of it", WALK, ["10", "12.79"], NOT_MET),
        ("percent of nought", WALK, ["0", "12"], CANNOT),
        ("small steps add up from the best", GRIP, ["60", "57", "54", "52"], RAISE),
        (
            "small steps add up from a best that was barely better",
            GRIP,
            ["60", "60.5", "52.5"],
            RAISE,
        ),
        ("nought is a number where nothing is a share of it", INCAT, ["0", "1"], RAISE),
        ("no threshold is published", ONLS, ["3", "5"], CANNOT),
        ("the first value", INCAT, ["3"], CANNOT),
        ("the latest is no number", INCAT, ["3", ">4"], CANNOT),
        ("an earlier one is no number", INCAT, ["<3", "4"], CANNOT),
    ],
)
def test_a_change_of_at_least_the_published_threshold(
    sentence: str, scale: Scale, values: list[str], verdict: Verdict
) -> None:
    assert one("instrument-change", scored(scale, *values)).verdict is verdict


def test_a_change_for_the_better_is_told_only_where_the_clinic_asks() -> None:
    better = scored(GRIP, "52", "60")
    assert one("instrument-change", better).verdict is NOT_MET
    assert one("instrument-change", better, {"either_way": True}).verdict is RAISE


def test_a_value_that_stays_where_it_was_is_no_new_evidence() -> None:
    first = one("instrument-change", scored(INCAT, "3", "4"))
    after = one("instrument-change", scored(INCAT, "3", "4", "4"))
    worse = one("instrument-change", scored(INCAT, "3", "4", "5"))
    assert first.evidence == after.evidence != worse.evidence


def drug(since: int | None, until: int | None = None, running: bool = True) -> Exposure:
    taken = period(since, until) if since is not None else None
    return Exposure(1, "bortezomib", "Bortezomib", (), True, taken, running)


@pytest.mark.parametrize(
    ("sentence", "scale", "values", "drugs", "verdict"),
    [
        ("worse on the drug", INCAT, ["3", "4"], [drug(95)], RAISE),
        ("worse, the drug began that day", INCAT, ["3", "4"], [drug(90)], RAISE),
        ("worse, the drug began a day later", INCAT, ["3", "4"], [drug(89)], NOT_MET),
        ("worse, the drug ended that day", INCAT, ["3", "4"], [drug(99, 90)], RAISE),
        ("worse, the drug ended a day before", INCAT, ["3", "4"], [drug(99, 91)], NOT_MET),
        ("unchanged on the drug", INCAT, ["3", "3"], [drug(95)], NOT_MET),
        ("no drug", INCAT, ["3", "4"], [], NOT_MET),
        ("no score, at its threshold", GRIP, ["60", "52"], [drug(95)], RAISE),
        ("no score, short of its threshold", GRIP, ["60", "52.1"], [drug(95)], NOT_MET),
        ("a step of a score without a threshold", ONLS, ["3", "4"], [drug(95)], RAISE),
        ("no threshold and no score", TUG, ["10", "14"], [drug(95)], CANNOT),
        ("the days of the drug are not recorded", INCAT, ["3", "4"], [drug(None)], CANNOT),
        (
            "a drug never begun, the course over",
            INCAT,
            ["3", "4"],
            [drug(None, running=False)],
            NOT_MET,
        ),
        ("the first value", INCAT, ["3"], [drug(120)], CANNOT),
    ],
)
def test_worse_while_on_a_neurotoxic_drug(
    sentence: str, scale: Scale, values: list[str], drugs: list[Exposure], verdict: Verdict
) -> None:
    known = scored(scale, *values, exposures=tuple(drugs))
    assert one("worse-on-neurotoxic-drug", known).verdict is verdict


@pytest.mark.parametrize(
    ("sentence", "answers", "verdict"),
    [
        ("positive after negative", ["negative", "positive"], RAISE),
        ("positive since the exam before", ["negative", "positive", "positive"], RAISE),
        ("negative", ["positive", "negative"], NOT_MET),
        ("positive from the first exam on", ["positive", "positive"], CANNOT),
        ("not done at the latest exam", ["negative", "not done"], CANNOT),
        ("not testable at the latest exam", ["negative", "not testable"], CANNOT),
        ("not done in between", ["negative", "not done", "positive"], RAISE),
    ],
)
def test_a_new_positive_romberg(sentence: str, answers: list[str], verdict: Verdict) -> None:
    signs = tuple(
        Sign(place + 1, ago(50 - place), ScoringMode.CLINICIAN, answer)
        for place, answer in enumerate(answers)
    )
    finding = one("new-positive-romberg", PersonFacts(today=DAY, signs=signs))
    assert finding.verdict is verdict
    if verdict is RAISE:
        # The first positive after the last negative: a later one is the same finding.
        assert finding.evidence[0] == f"exam:{answers.index('positive') + 1}"


def test_a_change_is_told_with_its_base_its_size_and_the_threshold() -> None:
    found = one("instrument-change", scored(GRIP, "60", "57", "52", "50"))
    words = {name: found.words[name] for name in ("value", "base", "change", "threshold")}
    assert words == {"value": "50", "base": "60", "change": "10", "threshold": "8"}
    assert (found.words["on"], found.words["base_on"]) == (str(ago(70)), str(ago(100)))
    assert (found.severity, found.wording) == (None, "reason")
    # 52 was the first that reached it; 50 is not worse by the threshold again.
    assert found.evidence == (f"observation:{1000 - 80}", f"observation:{1000 - 100}")


def test_a_change_counted_in_percent_says_so() -> None:
    found = one("instrument-change", scored(WALK, "10", "13"))
    assert (found.words["change"], found.words["threshold"]) == ("30 %", "28 %")
    found = one("instrument-change", scored(INCAT, "3", "5"))
    assert (found.words["change"], found.words["threshold"]) == ("2", "1")


def test_a_change_for_the_better_is_for_information_and_in_words_of_its_own() -> None:
    found = one("instrument-change", scored(GRIP, "52", "50", "60"), {"either_way": True})
    assert (found.severity, found.wording) == (Severity.INFORMATION, "reason_better")
    assert (found.words["base"], found.words["change"]) == ("50", "10")


def test_no_change_either_way_is_told_neither_way() -> None:
    still = scored(GRIP, "52", "53")
    assert one("instrument-change", still, {"either_way": True}).verdict is NOT_MET


@pytest.mark.parametrize(
    ("values", "which"), [(["3", ">4"], "The latest value"), (["<3", "4"], "An earlier value")]
)
def test_the_value_that_is_no_number_is_named(values: list[str], which: str) -> None:
    assert one("instrument-change", scored(INCAT, *values)).why.startswith(which)


def test_worse_is_told_before_better() -> None:
    both = scored(GRIP, "50", "60", "52")
    found = one("instrument-change", both, {"either_way": True})
    assert (found.severity, found.words["base"]) == (None, "60")


@pytest.mark.parametrize(
    ("sentence", "values", "at"),
    [
        ("worse by the threshold again is a new crossing", ["60", "52", "44"], 2),
        ("just short of it again is the same", ["60", "52", "44.1"], 1),
        ("back and across again is a new one", ["60", "52", "59", "52"], 3),
        ("the best may come late", ["52", "60", "52"], 2),
        ("a base as good again is the first of the two", ["60", "60", "52"], 2),
    ],
)
def test_where_the_present_run_began(sentence: str, values: list[str], at: int) -> None:
    found = one("instrument-change", scored(GRIP, *values))
    assert found.evidence[0] == f"observation:{900 + 10 * at}"


def test_the_base_is_the_earliest_of_the_best() -> None:
    found = one("instrument-change", scored(GRIP, "60", "60", "52"))
    assert found.evidence[1] == "observation:900"


def test_a_value_of_another_code_or_series_is_another_case() -> None:
    known = scored(INCAT, "3", "4")
    other = reading("9", 5, "vegf")
    elsewhere = reading("9", 5, "incat", unit="", specimen="", lab="Elsewhere")
    found = ask("instrument-change", replace(known, readings=(*known.readings, other, elsewhere)))
    assert [each.verdict for each in found] == [RAISE, CANNOT]
    assert len({each.subject for each in found}) == 2


def test_the_drugs_that_are_taken_are_named_once_each_in_order() -> None:
    drugs = (
        drug(95),
        replace(drug(99), label="A thalidomide"),
        drug(93),
        drug(None),
        replace(drug(95), label="Lenalidomide", neurotoxic=False),
    )
    found = one("worse-on-neurotoxic-drug", scored(INCAT, "3", "4", exposures=drugs))
    assert found.words["drugs"] == "A thalidomide, Bortezomib"


def test_one_step_of_a_score_is_the_threshold_where_none_is_published() -> None:
    found = one("worse-on-neurotoxic-drug", scored(ONLS, "3", "4", exposures=(drug(95),)))
    assert (found.words["change"], found.words["threshold"]) == ("1", "1")
    short = scored(ONLS, "3", "3.9", exposures=(drug(95),))
    assert one("worse-on-neurotoxic-drug", short).verdict is NOT_MET


def test_only_worse_counts_on_a_drug() -> None:
    better = scored(INCAT, "4", "3", exposures=(drug(95),))
    assert one("worse-on-neurotoxic-drug", better).verdict is NOT_MET


def test_exams_are_told_in_the_order_of_their_days_and_then_of_their_numbers() -> None:
    first = Sign(9, ago(50), ScoringMode.CLINICIAN, "negative")
    second = Sign(2, ago(40), ScoringMode.CLINICIAN, "negative")
    third = Sign(3, ago(40), ScoringMode.CLINICIAN, "positive")
    for signs in ((first, second, third), (third, second, first)):
        found = one("new-positive-romberg", PersonFacts(today=DAY, signs=signs))
        assert found.evidence == ("exam:3", "exam:2")
        assert (found.words["on"], found.words["before_on"]) == (str(ago(40)), str(ago(40)))


def test_without_any_exam_romberg_is_not_asked_about() -> None:
    assert ask("new-positive-romberg", PersonFacts(today=DAY)) == []
