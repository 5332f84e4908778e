"""What stands beside a value: the software traps of the clinical facts (1c), each a test."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pathways.catalogue import load_analytes
from pathways.rules.observation_words import (
    Beside,
    Published,
    beside,
    in_words,
    since_first,
    unit_words,
)
from pathways.rules.observations import MUST_BE_STATED, NO_UNIT, Period, Reading, lowest

DAY = date(2026, 11, 21)
D = Decimal
VEGF = load_analytes()["vegf"]
PUBLISHED = Published(VEGF.rise_percent, VEGF.sources[0].document)


def reading(on: str, value: str | None, **more: Any) -> Reading:
    values: dict[str, Any] = {
        "ref": int(on.replace("-", "")),
        "code": "vegf",
        "on": date.fromisoformat(on),
        "value": None if value is None else D(value),
        "unit": "pg/mL",
        "specimen": "plasma",
        "lab": "Central",
    }
    return Reading(**(values | more))


def said(latest: Reading, *earlier: Reading, **more: Any) -> Beside:
    return beside(latest, earlier, day=DAY, published=PUBLISHED, **more)


def test_the_influenza_case_meets_the_published_criterion_and_nothing_stronger_is_said() -> None:
    found = said(reading("2026-11-01", "740"), reading("2026-09-01", "182"))
    assert found.changes == ("+307 % from its lowest, 182 pg/mL on 1 Sep",)
    assert found.criterion == (
        "Meets the published criterion of more than 50 % above the lowest (Case report: plasma "
        "VEGF during influenza A in POEMS (ProQuest docview 3093415450)). Check recent infection; "
        "consider repeating."
    )
    assert found.doubts == ()


@pytest.mark.parametrize(("value", "meets"), [("273", False), ("273.1", True)])
def test_exactly_fifty_percent_does_not_meet_more_than_fifty(value: str, meets: bool) -> None:
    found = said(reading("2026-11-01", value), reading("2026-09-01", "182"))
    assert bool(found.criterion) is meets


def test_vegf_without_a_specimen_is_compared_with_nothing() -> None:
    first = reading("2026-09-01", "182", specimen="")
    alone = Beside(doubts=("Specimen not recorded: compared with nothing",))
    assert said(reading("2026-11-01", "740", specimen=""), first) == alone
    later = said(reading("2026-11-01", "740"), first)
    assert later.doubts == ("Not comparable with 182 pg/mL of 1 Sep: specimen not recorded",)
    assert later.changes == ()


def test_neither_specimen_nor_unit_is_said_as_two_doubts() -> None:
    assert said(reading("2026-11-01", "740", specimen="", unit="")).doubts == (
        "Specimen not recorded: compared with nothing",
        "No unit recorded: compared with nothing",
    )


def test_a_value_without_its_specimen_is_never_the_lowest_nor_the_first() -> None:
    alone = reading("2026-09-01", "182", specimen="")
    assert lowest([alone]) is None
    assert since_first([alone, reading("2026-11-01", "740", specimen="")], day=DAY) == ""


def test_the_catalogue_and_the_rule_ask_for_the_specimen_of_the_same_codes() -> None:
    required = {code for code, entry in load_analytes().items() if entry.specimen_required}
    assert required == set(MUST_BE_STATED)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"specimen": "serum"}, "another specimen"),
        ({"lab": "Northgate"}, "another laboratory"),
        ({"method": "ELISA"}, "another method"),
        ({"unit": "IU/L"}, "another unit, or none"),
    ],
)
def test_no_change_is_computed_across_specimens_laboratories_methods_or_units(
    change: dict[str, str], reason: str
) -> None:
    found = said(reading("2026-11-01", "740"), reading("2026-09-01", "182", **change))
    assert (found.changes, found.criterion) == ((), "")
    assert len(found.doubts) == 1
    assert found.doubts[0].endswith(f"of 1 Sep: {reason}")


def test_the_series_goes_on_past_a_value_of_another_one() -> None:
    found = said(
        reading("2026-11-01", "190"),
        reading("2026-05-01", "182"),
        reading("2026-09-01", "3100", specimen="serum", lab="Northgate"),
    )
    assert found.changes == ("+4 % from its lowest, 182 pg/mL on 1 May",)
    assert found.doubts == (
        "Not comparable with 3100 pg/mL of 1 Sep: another specimen, another laboratory",
    )


def test_lowest_and_last_are_both_told_where_they_differ() -> None:
    found = said(
        reading("2026-11-01", "131"), reading("2026-03-10", "62"), reading("2026-08-01", "75")
    )
    assert found.changes == (
        "+111 % from its lowest, 62 pg/mL on 10 Mar",
        "+75 % from the last, 75 pg/mL on 1 Aug",
    )


def test_a_bound_stays_a_bound_and_gives_no_number() -> None:
    lowest_unknown = said(reading("2026-11-01", "740"), reading("2026-09-01", "31", comparator="<"))
    assert lowest_unknown.changes == (
        "No change from its lowest, which is a bound: <31 pg/mL on 1 Sep",
    )
    assert lowest_unknown.criterion == ""
    bound = said(reading("2026-11-01", "31", comparator="<"), reading("2026-09-01", "182"))
    assert bound == Beside(doubts=("A bound: no change is computed",))


@pytest.mark.parametrize(
    ("ended_on", "disturbs"), [(date(2026, 9, 20), True), (date(2026, 9, 19), False)]
)
def test_bevacizumab_disturbs_the_test_for_six_weeks(ended_on: date, disturbs: bool) -> None:
    course = [Period(date(2026, 8, 1), ended_on)]
    found = said(reading("2026-11-01", "740"), reading("2026-05-01", "182"), bevacizumab=course)
    assert (found.doubts == ("Not comparable: bevacizumab within six weeks",)) is disturbs
    assert bool(found.criterion) is not disturbs


def test_a_value_measured_under_bevacizumab_is_never_the_lowest() -> None:
    course = [Period(date(2026, 8, 1), date(2026, 9, 1))]
    found = said(
        reading("2026-11-01", "200"),
        reading("2026-05-01", "182"),
        reading("2026-08-20", "20"),
        bevacizumab=course,
    )
    assert found.changes == ("+10 % from its lowest, 182 pg/mL on 1 May",)


def test_a_value_without_a_unit_is_compared_with_nothing() -> None:
    found = said(reading("2026-11-01", "740", unit=""), reading("2026-09-01", "182", unit=""))
    assert found == Beside(doubts=("No unit recorded: compared with nothing",))


def test_a_score_has_no_unit_and_changes_by_points() -> None:
    one = reading("2026-09-01", "6", code="onls", unit="")
    two = reading("2026-11-01", "3", code="onls", unit="")
    assert said(two, one, has_unit=False).changes == ("−3 from its lowest, 6 on 1 Sep",)
    assert said(one, two, has_unit=False).changes == ("+3 from its lowest, 3 on 1 Nov",)


def test_the_same_value_again_is_no_change() -> None:
    found = said(reading("2026-11-01", "182"), reading("2026-09-01", "182"))
    assert found.changes == ("No change from its lowest, 182 pg/mL on 1 Sep",)


def test_nought_has_no_percentage() -> None:
    found = said(reading("2026-11-01", "2"), reading("2026-09-01", "0"))
    assert found.changes == ("+2 from its lowest, 0 pg/mL on 1 Sep",)
    assert found.criterion == ""


def test_no_universal_cut_off_stands_in_the_code() -> None:
    """Clinical facts 1c: never put a universal 200 or 1000 in code; the lab's own limit is used."""
    room = Path(__file__).parents[2] / "pathways"
    names = ("observations", "observation_words", "plausible", "units")
    for path in [room / "rules" / f"{name}.py" for name in names] + [
        room / "worklists" / "results_page.py"
    ]:
        found = re.findall(
            r"\b(?:200|1000|1040|96\.2|115|1920)\b", path.read_text(encoding="utf-8")
        )
        assert not found, path.name
    assert (VEGF.lowest, VEGF.highest) == (None, None)


@pytest.mark.parametrize(
    ("value", "comparator", "unit", "has_unit", "said"),
    [
        ("131", "", "pg/mL", True, "131 pg/mL"),
        ("0.05", "<", "", True, "<0.05 (no unit recorded)"),
        ("0.05", "<=", "g/L", True, "≤0.05 g/L"),
        ("0.9", "", "1", True, "0.9"),  # a ratio, whose unit nobody prints
        ("4", "", "", False, "4"),  # points on a scale
        (None, "", "", True, ""),
    ],
)
def test_a_value_is_said_with_its_unit_or_that_none_was_recorded(
    value: str | None, comparator: str, unit: str, has_unit: bool, said: str
) -> None:
    number = None if value is None else Decimal(value)
    assert in_words(number, comparator, unit, has_unit=has_unit) == said


def test_only_what_is_measured_in_a_unit_can_lack_one() -> None:
    assert (unit_words(""), unit_words("", has_unit=False)) == (NO_UNIT, "")
