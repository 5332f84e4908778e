"""The instruments of the exam: directions, ranges and printed changes are those of the facts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pathways.catalogue import load_instruments
from pathways.catalogue.instruments import load_instruments as read
from pathways.catalogue.strict import CatalogueError
from pathways.rules.exam_words import ScoringMode
from pathways.rules.instruments import Counted, Worse

INSTRUMENTS = load_instruments()
TOTALS = [(entry, each) for entry in INSTRUMENTS.values() for each in entry.totals]
NOUGHT = 'published = [{ amount = "0", counted = "points", document = "codes", section = "x" }]'
GOOD = """
proposed = []
[[instrument]]
code = "mrs"
label = "Modified Rankin Scale"
short = "mRS"
scored_by = "clinician"
worse = "up"
caveat = "None is printed."
items = [{ code = "grade", label = "Grade", highest = "6" }]
totals = [{ code = "mrs", how = "value" }]
sources = [{ document = "exam-form", section = "Ranges" }]
"""


@pytest.mark.parametrize(
    ("code", "worse", "highest"),
    [
        ("onls", Worse.UP, 12),
        ("incat", Worse.UP, 10),
        ("mrs", Worse.UP, 6),
        ("pain-nrs", Worse.UP, 10),
        ("i-rods", Worse.DOWN, 48),
        ("mrc-sum-60", Worse.DOWN, 60),
        ("mrc-sum-70", Worse.DOWN, 70),
        ("vibration", Worse.DOWN, 8),
    ],
)
def test_a_scale_has_the_direction_and_the_range_of_the_facts(
    code: str, worse: Worse, highest: int
) -> None:
    entry = INSTRUMENTS[code]
    items = {each.code: each for each in entry.items}
    most = sum((items[part.item].highest or 0) for part in entry.totals[0].parts)
    assert (entry.worse, most) == (worse, highest)


@pytest.mark.parametrize(
    ("code", "worse"), [("grip-kpa", "down"), ("grip-kg", "down"), ("walk-10m", "up")]
)
def test_a_measure_has_the_direction_of_the_facts(code: str, worse: str) -> None:
    assert INSTRUMENTS[code].worse == worse


@pytest.mark.parametrize(("entry", "each"), TOTALS, ids=[each.code for _, each in TOTALS])
def test_no_total_can_leave_the_range_of_its_result_code(entry: object, each: object) -> None:
    del entry
    analyte = each.analyte  # type: ignore[attr-defined]
    if analyte.highest is None:
        assert analyte.unit
    else:
        assert analyte.lowest == 0


@pytest.mark.parametrize(
    ("code", "amount", "counted"),
    [
        ("incat", "1", Counted.POINTS),
        ("i-rods", "4", Counted.POINTS),
        ("mrc-sum-60", "2", Counted.POINTS),
        ("grip-kpa", "8", Counted.POINTS),
        ("walk-10m", "28", Counted.PERCENT),
    ],
)
def test_a_printed_change_names_its_source(code: str, amount: str, counted: Counted) -> None:
    entry = INSTRUMENTS[code]
    assert entry.threshold == (Decimal(amount), counted)
    assert entry.published is not None
    assert entry.published.key == "practical-neurology"


@pytest.mark.parametrize(
    "code", ["onls", "mrc-sum-70", "mrs", "grip-kg", "vibration", "pain-nrs", "romberg"]
)
def test_where_none_is_printed_there_is_none(code: str) -> None:
    assert INSTRUMENTS[code].threshold is None
    assert INSTRUMENTS[code].published is None


def test_the_raw_sum_of_i_rods_borrows_no_threshold_from_the_centile() -> None:
    thresholds = {each.code: each.threshold for each in INSTRUMENTS["i-rods"].totals}
    assert thresholds["i-rods-raw"] is None
    assert thresholds["i-rods"] is not None


def test_strength_and_walking_carry_the_warning_that_their_thresholds_are_unreliable() -> None:
    for code in ("mrc-sum-60", "grip-kpa", "walk-10m"):
        assert "unreliable" in INSTRUMENTS[code].caveat


def test_clinician_and_patient_are_different_series() -> None:
    for code in ("onls", "incat"):
        modes = {each.mode: each.code for each in INSTRUMENTS[code].totals}
        assert modes == {ScoringMode.CLINICIAN: code, ScoringMode.SELF_REPORT: f"{code}-self"}


@pytest.mark.parametrize("code", ["onls", "incat", "mrs"])
def test_each_grade_of_a_disability_scale_has_a_text_of_our_own(code: str) -> None:
    entry = INSTRUMENTS[code]
    for item in entry.items:
        assert len(item.grades) == (item.highest or 0) + 1, item.code
        assert len(set(item.grades)) == len(item.grades)
        assert all(len(each) <= 50 for each in item.grades)
    assert any("in our own words" in each.note for each in entry.sources)


def test_i_rods_ships_numbers_and_no_words_of_its_items() -> None:
    items = [each for each in INSTRUMENTS["i-rods"].items if each.code.startswith("item-")]
    assert [each.label for each in items] == [f"Item {number}" for number in range(1, 25)]
    assert not any(each.grades for each in items)


@pytest.mark.parametrize(
    ("wrong", "right", "complaint"),
    [
        ('worse = "up"', 'worse = "uo"', "unknown worse 'uo'"),
        ('worse = "up"', 'worse = "words"', "a total has no direction"),
        ('caveat = "None is printed."', "", "a scale has no caveat"),
        ('{ code = "mrs", how', '{ code = "mrss", how', "'mrss' is no result code"),
        ('highest = "6" }', 'highest = "6", grades = ["One"] }', "1 grades up to 6"),
        ('highest = "6" }', 'highest = "6", wrods = ["a"] }', "Did you mean 'words'?"),
        (', highest = "6" }', " }", "not one of number, words or free text"),
        ('how = "value" }', 'how = "value", items = ["gone"] }', "made of no numbers"),
        (
            "sources = [",
            f"{NOUGHT}\nsources = [",
            "not above 0",
        ),
    ],
)
def test_a_bad_entry_is_refused(tmp_path: Path, wrong: str, right: str, complaint: str) -> None:
    file = tmp_path / "trial.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert set(read(file)) == {"mrs"}
    file.write_text(GOOD.replace(wrong, right), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read(file)
    assert complaint in str(caught.value)
