"""Units in the spellings that laboratories use, and exact conversion."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathways.catalogue import load_analytes
from pathways.rules.plausible import Asking
from pathways.rules.units import printed


@pytest.mark.parametrize(
    ("code", "spelt", "name"),
    [
        ("vegf", "pg/ml", "pg/mL"),
        ("vegf", "ng/l", "ng/L"),
        ("platelets", "10^9/L", "10*9/L"),
        ("platelets", "x10*9/L", "10*9/L"),
        ("platelets", "10⁹/L", "10*9/L"),
        ("platelets", "× 10⁹/l", "10*9/L"),
        ("platelets", "x10e9/L", "10*9/L"),
        ("platelets", "G/L", "10*9/L"),
        ("platelets", "K/uL", "10*3/uL"),
        ("platelets", "x10³/µL", "10*3/uL"),
        ("platelets", "/mm3", "/uL"),
        ("creatinine", "µmol/l", "umol/L"),
        ("creatinine", "μmol/L", "umol/L"),
        ("hemoglobin", "g/l", "g/L"),  # grams here, never giga
        ("hemoglobin", "gm/dL", "g/dL"),
        ("tsh", "µIU/mL", "mIU/L"),
        ("tsh", "mU/L", "mIU/L"),
        ("alt", "IU/L", "U/L"),
        ("bp-systolic", "mm Hg", "mmHg"),
        ("dlco", "% predicted", "%"),
        ("cortisol", "mcg/dL", "ug/dL"),
    ],
)
def test_a_unit_is_known_in_its_spellings(code: str, spelt: str, name: str) -> None:
    unit = load_analytes()[code].units.find(spelt)
    assert unit is not None
    assert unit.name == name


@pytest.mark.parametrize(
    ("code", "spelt"), [("vegf", "mg/dL"), ("hemoglobin", "10*9/L"), ("tsh", "IU/L"), ("onls", "1")]
)
def test_a_unit_of_something_else_is_not_known(code: str, spelt: str) -> None:
    assert load_analytes()[code].units.find(spelt) is None


@pytest.mark.parametrize(
    ("code", "value", "spelt", "canonical"),
    [
        ("hemoglobin", "13.2", "g/dL", "132"),
        ("creatinine", "1.1", "mg/dL", "97.24"),
        ("glucose", "180", "mg/dL", "9.99"),
        ("vegf", "131", "ng/L", "131"),
        ("platelets", "680000", "/uL", "680"),
        ("hematocrit", "41", "%", "0.41"),
        ("spep", "0.2", "g/dL", "2"),
    ],
)
def test_values_are_converted_exactly(code: str, value: str, spelt: str, canonical: str) -> None:
    unit = load_analytes()[code].units.find(spelt)
    assert unit is not None
    assert unit.convert(Decimal(value)) == Decimal(canonical)


@pytest.mark.parametrize(("code", "spelt"), [("hba1c", "%"), ("prolactin", "ng/mL")])
def test_a_unit_without_an_exact_factor_is_kept_as_it_is(code: str, spelt: str) -> None:
    unit = load_analytes()[code].units.find(spelt)
    assert unit is not None
    assert (unit.canonical, unit.convert(Decimal("6.5"))) == (spelt, Decimal("6.5"))


@pytest.mark.parametrize("spelt", ["", "1", "ratio"])
def test_no_unit_at_all_is_the_unit_of_a_ratio(spelt: str) -> None:
    unit = load_analytes()["free-ratio"].units.find(spelt)
    assert unit is not None
    assert (unit.name, printed(unit.name)) == ("1", "")


def test_no_unit_at_all_is_no_unit_of_anything_else() -> None:
    assert {code for code, entry in load_analytes().items() if entry.units.find("")} == {
        "free-ratio"
    }


def test_every_factor_of_the_catalogue_leaves_its_own_range_plausible() -> None:
    """A factor that is off by ten would make every value of that unit a question."""
    for entry in load_analytes().values():
        for unit in entry.units:
            below, above = entry.askings.get(entry.unit, Asking())
            if unit.canonical == entry.unit and below is not None and above is not None:
                assert unit.factor < above * 1000, (entry.code, unit.name)
