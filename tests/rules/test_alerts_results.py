"""Truth tables of the rules on results: a sentence a row, both sides of each boundary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pathways.rules import alerts
from pathways.rules.alert_states import Severity
from pathways.rules.alerts_results import treatment_began
from pathways.rules.findings import Verdict
from pathways.rules.lifecycles import Phase
from pathways.rules.person_facts import Exposure, OnPathway, PersonFacts
from tests.rules.alerting import CANNOT, DAY, NOT_MET, RAISE, ago, ask, one, period, reading


def bevacizumab(since: int, until: int) -> Exposure:
    return Exposure(
        1, "bevacizumab", "Bevacizumab", ("anti-vegf",), False, period(since, until), False
    )


def facts(*readings: Any, **more: Any) -> PersonFacts:
    return PersonFacts(today=DAY, readings=readings, **more)


@pytest.mark.parametrize(
    ("sentence", "values", "verdict", "severity"),
    [
        ("exactly 50 % above is not more than 50 %", ["80", "120"], NOT_MET, None),
        ("a hair more than 50 % above", ["80", "120.01"], RAISE, None),
        ("the lowest is not the last", ["80", "200", "121"], RAISE, None),
        ("a fall", ["200", "80"], NOT_MET, None),
        ("the first value has nothing to stand beside", ["131"], CANNOT, None),
        ("the lowest is known only as a bound", ["<20", "131"], CANNOT, None),
        ("the lowest is nought", ["0", "131"], CANNOT, None),
        ("the latest is a bound above the criterion", ["80", ">120"], RAISE, None),
        ("the latest is a bound that does not tell", ["80", ">100"], CANNOT, None),
        ("the latest is a bound below the criterion", ["80", "<120"], NOT_MET, None),
        ("the latest is a bound that may lie above", ["80", "<200"], CANNOT, None),
        ("the latest is not a number", ["80", None], CANNOT, None),
    ],
)
def test_vegf_more_than_half_above_its_lowest(
    sentence: str, values: list[str | None], verdict: Verdict, severity: Severity | None
) -> None:
    series = [reading(value, days=100 - 10 * place) for place, value in enumerate(values)]
    finding = one("vegf-above-lowest", facts(*series))
    assert (finding.verdict, finding.severity) == (verdict, severity)
    assert bool(finding.why) == (verdict is CANNOT)


@pytest.mark.parametrize(
    ("sentence", "low", "latest", "severity"),
    [
        (
            "both within the limit that was printed",
            ("20", "115"),
            ("60", "115"),
            Severity.INFORMATION,
        ),
        (
            "the latest at the limit is within it",
            ("20", "115"),
            ("115", "115"),
            Severity.INFORMATION,
        ),
        ("the latest above the limit", ("20", "115"), ("116", "115"), None),
        ("no limit was printed with the latest", ("20", "115"), ("60", None), None),
        ("no limit was printed with the lowest", ("20", None), ("60", "115"), None),
    ],
)
def test_within_the_printed_limit_it_is_for_information(
    sentence: str, low: tuple[str, str | None], latest: tuple[str, str | None], severity: Any
) -> None:
    def made(pair: tuple[str, str | None], days: int) -> Any:
        return reading(pair[0], days, **({"limit": pair[1]} if pair[1] else {}))

    finding = one("vegf-above-lowest", facts(made(low, 50), made(latest, 0)))
    assert (finding.verdict, finding.severity) == (RAISE, severity)


@pytest.mark.parametrize(
    ("sentence", "given", "verdict"),
    [
        (
            "bevacizumab 42 days before the low value: it never counts as lowest",
            (150, 142),
            NOT_MET,
        ),
        ("bevacizumab 43 days before the low value: it counts", (150, 143), RAISE),
        ("bevacizumab 42 days before the latest", (50, 42), CANNOT),
        ("bevacizumab 43 days before the latest", (50, 43), RAISE),
    ],
)
def test_values_within_six_weeks_of_bevacizumab(
    sentence: str, given: tuple[int, int], verdict: Verdict
) -> None:
    series = [reading("110", 200), reading("80", 100), reading("131", 0)]
    finding = one("vegf-above-lowest", facts(*series, exposures=(bevacizumab(*given),)))
    assert finding.verdict is verdict


@pytest.mark.parametrize(
    "other",
    [{"specimen": "serum"}, {"lab": "Elsewhere"}, {"method": "other"}, {"unit": "odd"}],
    ids=lambda other: next(iter(other)),
)
def test_a_value_of_another_series_is_never_the_lowest(other: dict[str, str]) -> None:
    found = ask("vegf-above-lowest", facts(reading("20", 50, **other), reading("131", 0)))
    assert {finding.verdict for finding in found} == {CANNOT}


@pytest.mark.parametrize("missing", [{"specimen": ""}, {"unit": ""}])
def test_values_that_do_not_say_what_they_are_are_no_series(missing: dict[str, str]) -> None:
    (found,) = ask(
        "vegf-above-lowest", facts(reading("20", 50, **missing), reading("131", 0, **missing))
    )
    assert found.verdict is CANNOT
    assert found.why.startswith("Of the latest: ")


@pytest.mark.parametrize(
    ("sentence", "began", "value", "more", "verdict"),
    [
        ("six months to the day", "2026-05-20", "116", {"limit": "115"}, RAISE),
        ("a day before six months", "2026-05-21", "116", {"limit": "115"}, NOT_MET),
        ("at the limit", "2026-05-20", "115", {"limit": "115"}, NOT_MET),
        ("a bound above the limit", "2026-05-20", ">115", {"limit": "115"}, RAISE),
        ("a bound that does not tell", "2026-05-20", ">100", {"limit": "115"}, CANNOT),
        ("no limit was printed", "2026-05-20", "116", {}, CANNOT),
        ("no treatment on record", None, "116", {"limit": "115"}, CANNOT),
    ],
)
def test_vegf_above_the_laboratorys_limit_six_months_after_the_start(
    sentence: str, began: str | None, value: str, more: dict[str, str], verdict: Verdict
) -> None:
    starts = (DAY.fromisoformat(began),) if began else ()
    finding = one(
        "vegf-above-limit-after-start", facts(reading(value, 0, **more), treatment_days=starts)
    )
    assert finding.verdict is verdict


def test_after_a_relapse_the_months_count_from_the_new_treatment() -> None:
    now = OnPathway(1, True, Phase.RELAPSE, ago(40), 3)
    known = facts(reading("116", 0, limit="115"), treatment_days=(ago(900), ago(30)), pathway=now)
    assert one("vegf-above-limit-after-start", known).verdict is NOT_MET


def test_bevacizumab_makes_the_limit_not_assessable() -> None:
    known = facts(
        reading("116", 0, limit="115"),
        treatment_days=(ago(400),),
        exposures=(bevacizumab(60, 42),),
    )
    assert one("vegf-above-limit-after-start", known).verdict is CANNOT


@pytest.mark.parametrize(
    ("sentence", "readings", "given", "verdict"),
    [
        ("the first value", [("80", {})], None, NOT_MET),
        ("the same series", [("80", {}), ("90", {})], None, NOT_MET),
        ("another laboratory", [("80", {}), ("90", {"lab": "B"})], None, RAISE),
        ("another specimen", [("80", {}), ("90", {"specimen": "serum"})], None, RAISE),
        ("no specimen twice", [("80", {"specimen": ""}), ("90", {"specimen": ""})], None, RAISE),
        ("no unit twice", [("80", {"unit": ""}), ("90", {"unit": ""})], None, RAISE),
        (
            "back to the first laboratory",
            [("80", {}), ("90", {"lab": "B"}), ("85", {})],
            None,
            NOT_MET,
        ),
        ("bevacizumab six weeks before", [("80", {}), ("90", {})], (60, 42), RAISE),
        ("bevacizumab longer ago", [("80", {}), ("90", {})], (60, 43), NOT_MET),
    ],
)
def test_vegf_not_comparable_with_any_earlier_value(
    sentence: str, readings: list[Any], given: tuple[int, int] | None, verdict: Verdict
) -> None:
    # All of one day's distance, so that bevacizumab before the last is after the first.
    made = [
        reading(value, 200 if place < len(readings) - 1 else 0, ref=place + 1, **more)
        for place, (value, more) in enumerate(readings)
    ]
    exposures = (bevacizumab(*given),) if given else ()
    assert one("vegf-not-comparable", facts(*made, exposures=exposures)).verdict is verdict


def test_a_vegf_in_range_changes_no_other_rules_answer() -> None:
    """A normal VEGF never silences the exam, or anything else (Gentile 2024)."""
    without = PersonFacts(today=DAY)
    calm = replace(
        without, readings=(reading("40", 90, limit="115"), reading("40", 0, limit="115"))
    )
    looked_at_vegf = {
        rule.code
        for rule in alerts.OF_A_PERSON
        if list(rule.cases(calm)) != list(rule.cases(without))
    }
    assert looked_at_vegf == {
        "vegf-above-lowest",
        "vegf-above-limit-after-start",
        "vegf-not-comparable",
        "beyond-clinic-limit",
    }


@pytest.mark.parametrize("code", ["vegf-above-lowest", "vegf-not-comparable"])
def test_another_analyte_is_not_asked_about_as_vegf(code: str) -> None:
    assert ask(code, facts(reading("80", 90, "iga"), reading("300", 0, "iga"))) == []


def test_each_specimen_is_asked_about_in_the_series_of_its_newest_value() -> None:
    plasma = [reading("80", 90), reading("131", 0)]
    elsewhere = [reading("80", 80, lab="Elsewhere"), reading("200", 10, lab="Elsewhere")]
    serum = [reading("300", 5, specimen="serum")]
    for order in ([*plasma, *elsewhere, *serum], [*serum, *elsewhere[::-1], *plasma[::-1]]):
        found = ask("vegf-above-lowest", facts(*order))
        assert {each.verdict for each in found} == {RAISE, CANNOT}
        (raised,) = (each for each in found if each.verdict is RAISE)
        assert raised.evidence == ("observation:1000", "observation:910")
        words = {name: raised.words[name] for name in ("change", "lowest", "lab")}
        assert words == {"change": "64", "lowest": "80", "lab": "Royal"}


@pytest.mark.parametrize("part", ["specimen", "lab", "method", "unit"])
def test_what_makes_a_series_another_makes_its_subject_another(part: str) -> None:
    plain = one("vegf-above-lowest", facts(reading("131")))
    other = one("vegf-above-lowest", facts(reading("131", **{part: "other"})))
    assert plain.subject != other.subject


def test_a_rise_within_the_limit_is_told_in_words_of_its_own() -> None:
    inside = facts(reading("20", 50, limit="115"), reading("60", 0, limit="115"))
    assert one("vegf-above-lowest", inside).wording == "reason_within"
    above = facts(reading("20", 50, limit="115"), reading("116", 0, limit="115", lab=""))
    found = ask("vegf-above-lowest", above)
    assert [each.verdict for each in found] == [CANNOT]
    unnamed = facts(reading("20", 50, lab=""), reading("60", lab=""))
    finding = one("vegf-above-lowest", unnamed)
    assert (finding.wording, finding.words["lab"]) == ("reason", "laboratory not recorded")


@pytest.mark.parametrize(
    ("sentence", "phase", "since", "began"),
    [
        ("begun on the first day of the phase", Phase.ACTIVE_TREATMENT, 30, 30),
        ("begun before the phase", Phase.ACTIVE_TREATMENT, 29, 900),
        ("no treatment in this phase", Phase.RELAPSE, 10, 900),
        ("a relapse counts from its own", Phase.RELAPSE, 31, 30),
        ("a remission is no line of treatment", Phase.REMISSION, 40, 900),
    ],
)
def test_where_treatment_began(sentence: str, phase: Phase, since: int, began: int) -> None:
    now = OnPathway(1, True, phase, ago(since), 3)
    known = PersonFacts(today=DAY, treatment_days=(ago(30), ago(900)), pathway=now)
    assert treatment_began(known) == ago(began)
