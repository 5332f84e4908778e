"""What is asked about before a value is kept, and in which unit it would fit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathways.catalogue import load_analytes
from pathways.rules.plausible import Earlier, Question, crossed, question, slip


def asked(code: str, value: str, unit: str, comparator: str = "") -> Question | None:
    entry = load_analytes()[code]
    number = Decimal(value) if value else None
    return question(entry.label, number, comparator, unit, entry.units, entry.askings)


@pytest.mark.parametrize(
    ("code", "value", "unit", "hints"),
    [
        ("hemoglobin", "132", "g/dL", ("g/L",)),
        ("hemoglobin", "13.2", "g/L", ("g/dL",)),
        ("creatinine", "1.1", "umol/L", ("mg/dL", "mmol/L")),
        ("creatinine", "97", "mg/dL", ("umol/L",)),
        ("glucose", "95", "mmol/L", ("mg/dL",)),
        ("albumin", "3.8", "g/L", ("g/dL",)),
        ("platelets", "250000", "10*9/L", ("/uL",)),
        ("hba1c", "6.5", "mmol/mol", ("%",)),
        ("hematocrit", "41", "L/L", ("%",)),
        ("potassium", "41", "mmol/L", ()),
    ],
)
def test_a_number_in_the_wrong_unit_is_asked_about_with_the_unit_that_fits(
    code: str, value: str, unit: str, hints: tuple[str, ...]
) -> None:
    found = asked(code, value, unit)
    assert found is not None
    assert (found.field, found.hints) == ("value", hints)


@pytest.mark.parametrize(
    ("code", "value", "unit", "hints"),
    [
        ("hba1c", "65", "%", ("mmol/mol",)),
        ("hba1c", "20.1", "%", ("mmol/mol",)),
        ("hba1c", "2.9", "%", ()),
        ("prolactin", "60000", "ug/L", ("mIU/L",)),
    ],
)
def test_a_unit_without_a_factor_has_a_range_of_its_own(
    code: str, value: str, unit: str, hints: tuple[str, ...]
) -> None:
    found = asked(code, value, unit)
    assert found is not None
    assert found.hints == hints


@pytest.mark.parametrize(("code", "value"), [("hba1c", "3"), ("hba1c", "20"), ("hba1c", "6.5")])
def test_an_expected_percentage_is_not_asked_about(code: str, value: str) -> None:
    assert asked(code, value, "%") is None


def slipped(code: str, value: str, spelt: str, before: str) -> Question | None:
    entry = load_analytes()[code]
    unit = entry.units.find(spelt)
    assert unit is not None
    earlier = Earlier(Decimal(before), f"{before} {entry.unit} of 4 May 2026")
    return slip(entry.label, Decimal(value), unit, entry.units, earlier)


@pytest.mark.parametrize(
    ("code", "value", "unit", "before", "hints"),
    [
        ("spep", "2.8", "g/dL", "2.8", ("g/L",)),
        ("spep", "0.28", "g/L", "2.8", ("g/dL",)),
        ("spep", "1.4", "g/dL", "2.8", ("g/L",)),  # exactly five times, by a unit
        ("kappa-free", "12", "mg/dL", "13", ("mg/L",)),
        ("iga", "240", "g/L", "2.3", ("mg/dL",)),
    ],
)
def test_a_value_that_another_unit_brings_near_the_one_before_is_asked_about(
    code: str, value: str, unit: str, before: str, hints: tuple[str, ...]
) -> None:
    found = slipped(code, value, unit, before)
    assert found is not None
    assert (found.field, found.hints) == ("value", hints)


@pytest.mark.parametrize(
    ("code", "value", "unit", "before"),
    [
        ("spep", "28", "g/L", "2.8"),  # a rise in the unit used before
        ("spep", "0.28", "g/dL", "2.8"),  # the same value, by another laboratory
        ("spep", "1.39", "g/dL", "2.8"),  # less than five times
        ("spep", "9", "g/dL", "2.8"),  # far from it in either unit: 3.2 times
        ("vegf", "740", "ng/L", "53"),  # its units are one and the same
        ("spep", "0", "g/L", "2.8"),
        ("spep", "2.8", "g/dL", "0"),
    ],
)
def test_a_change_that_no_unit_explains_is_not_asked_about(
    code: str, value: str, unit: str, before: str
) -> None:
    assert slipped(code, value, unit, before) is None


def test_the_question_about_a_slip_names_the_value_before() -> None:
    found = slipped("spep", "2.8", "g/dL", "3")
    assert found is not None
    assert found.words == (
        "M-protein by serum electrophoresis 2.8 g/dL, after 3 g/L of 4 May 2026: is it g/L?"
    )


def test_the_question_is_a_sentence_and_names_our_range() -> None:
    found = asked("hemoglobin", "132", "g/dL")
    assert found is not None
    assert found.words == "Hemoglobin 132 g/dL: is it g/L? We ask outside 25 to 250 g/L"


@pytest.mark.parametrize(
    ("value", "is_asked"), [("24.9", True), ("25", False), ("250", False), ("250.1", True)]
)
def test_the_ends_of_the_range_are_not_asked_about(value: str, is_asked: bool) -> None:
    assert (asked("hemoglobin", value, "g/L") is not None) is is_asked


@pytest.mark.parametrize(
    ("comparator", "value", "is_asked"),
    [("<", "0.5", False), ("", "0.5", True), (">", "60000", False), ("<", "60000", True)],
)
def test_a_bound_is_open_on_its_own_side(comparator: str, value: str, is_asked: bool) -> None:
    assert (asked("vegf", value, "pg/mL", comparator) is not None) is is_asked


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        (
            "",
            "Ratio of free light chains 99999: is the number right? We ask outside 0.0001 to 20000",
        ),
        (
            "1",
            "Ratio of free light chains 99999: is the number right? We ask outside 0.0001 to 20000",
        ),
        ("mg/L", "Ratio of free light chains 99999 mg/L: it is a ratio, and has no unit"),
    ],
)
def test_a_ratio_is_judged_without_a_unit(unit: str, told: str) -> None:
    found = asked("free-ratio", "99999", unit)
    assert found is not None
    assert found.words == told


@pytest.mark.parametrize(
    ("words", "sentence"), [("is it g/L?", "is it g/L?"), ("We ask", "We ask.")]
)
def test_a_question_ends_with_one_mark(words: str, sentence: str) -> None:
    assert Question("value", words).asked == sentence


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        ("170", "130", True),
        ("130", "130", False),
        ("130", "170", False),
        ("170", None, False),
        (None, "130", False),
    ],
)
def test_a_lower_limit_above_the_upper_is_named_with_both(
    low: str | None, high: str | None, told: bool
) -> None:
    said = crossed(Decimal(low) if low else None, Decimal(high) if high else None)
    assert said.startswith("The lower limit 170 lies above the upper limit 130. Exchange") is told
    assert bool(said) is told


def test_an_unknown_unit_is_asked_about_by_name() -> None:
    found = asked("vegf", "131", "mg/dL")
    assert found == Question("unit", "VEGF 131 mg/dL: not one of its units (pg/mL, ng/L)")


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [
        ("vegf", "740", ""),
        ("vegf", "", "pg/mL"),
        ("onls", "9", ""),
        ("hba1c", "6.5", "%"),
        ("free-ratio", "1.2", ""),
    ],
)
def test_what_cannot_be_judged_is_not_asked_about(code: str, value: str, unit: str) -> None:
    assert asked(code, value, unit) is None
