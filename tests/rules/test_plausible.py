"""What is asked about before a value is kept, and in which unit it would fit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathways.catalogue import load_analytes
from pathways.rules.plausible import Question, question


def asked(code: str, value: str, unit: str, comparator: str = "") -> Question | None:
    entry = load_analytes()[code]
    number = Decimal(value) if value else None
    return question(entry.label, number, comparator, unit, entry.units, entry.asking)


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


def test_an_unknown_unit_is_asked_about_by_name() -> None:
    found = asked("vegf", "131", "mg/dL")
    assert found == Question("unit", "VEGF 131 mg/dL: not one of its units (pg/mL, ng/L)")


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [("vegf", "740", ""), ("vegf", "", "pg/mL"), ("onls", "9", ""), ("hba1c", "6.5", "%")],
)
def test_what_cannot_be_judged_is_not_asked_about(code: str, value: str, unit: str) -> None:
    assert asked(code, value, unit) is None
