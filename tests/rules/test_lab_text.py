"""Pasted lines, as laboratories print them."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from pathways.catalogue import names_of_analytes, specimen_of
from pathways.rules.lab_text import read_text

D = Decimal
RATIO = (D("0.26"), D("1.65"))


def read(text: str) -> list[tuple[object, ...]]:
    found = read_text(text, names_of_analytes(), specimen_of)
    assert found.unread == ()
    return [
        (one.code, one.quantity.comparator, one.quantity.value, one.unit, one.low, one.high)
        for one in found.reported
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("VEGF 131 pg/mL", ("vegf", "", D(131), "pg/mL", None, None)),
        ("VEGF: 131 pg/mL (<115) H", ("vegf", "", D(131), "pg/mL", None, D(115))),
        ("VEGF 131 H pg/mL up to 115", ("vegf", "", D(131), "pg/mL", None, D(115))),
        ("Hb 13.2 g/dL (13.0-17.0)", ("hemoglobin", "", D("13.2"), "g/dL", D(13), D(17))),
        ("Hb\t13,2\tg/dL\t13,0 - 17,0", ("hemoglobin", "", D("13.2"), "g/dL", D(13), D(17))),
        ("haemoglobin 132 g/L [130 – 170]", ("hemoglobin", "", D(132), "g/L", D(130), D(170))),
        ("M-protein <0.05", ("spep", "<", D("0.05"), "", None, None)),
        ("M-spike ≤ 0,05 g/dL", ("spep", "<=", D("0.05"), "g/dL", None, None)),
        ("25-OH D 48 nmol/L", ("vitamin-d", "", D(48), "nmol/L", None, None)),
        ("B12 166 pg/mL >232", ("vitamin-b12", "", D(166), "pg/mL", D(232), None)),
        ("PLT 680 x10*9/L 150-400", ("platelets", "", D(680), "x10*9/L", D(150), D(400))),
        ("TSH; 11", ("tsh", "", D(11), "", None, None)),
        ("K+ 4.1 mmol/L", ("potassium", "", D("4.1"), "mmol/L", None, None)),
        ("IgA | 3.1 | g/L | 0.8-4.0", ("iga", "", D("3.1"), "g/L", D("0.8"), D("4.0"))),
        ("Kappa/lambda ratio: 0.9 (0.26-1.65)", ("free-ratio", "", D("0.9"), "", *RATIO)),
        ("Ratio of free light chains 0.9", ("free-ratio", "", D("0.9"), "", None, None)),
        ("M-protein (urine) 0.5 g/24h", ("upep", "", D("0.5"), "g/24h", None, None)),
        ("M-spike, urine: <0.1 g/d", ("upep", "<", D("0.1"), "g/d", None, None)),
        ("M-protein (serum) 3 g/L", ("spep", "", D(3), "g/L", None, None)),
        ("Alanine aminotransferase (ALT) 30 U/L", ("alt", "", D(30), "U/L", None, None)),
        ("VEGF < 20 pg/mL", ("vegf", "<", D(20), "pg/mL", None, None)),
        ("VEGF\u00a0:\u00a0131\u00a0pg/mL", ("vegf", "", D(131), "pg/mL", None, None)),
        ("25-OH   D\t48  nmol/L", ("vitamin-d", "", D(48), "nmol/L", None, None)),
        ("VEGF 131; pg/mL; H", ("vegf", "", D(131), "pg/mL", None, None)),
        ("PLT 250 150-400", ("platelets", "", D(250), "", D(150), D(400))),
    ],
)
def test_a_line_is_read(line: str, expected: tuple[object, ...]) -> None:
    assert read(line) == [expected]


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("FVC 3.1 L", "L"),
        ("FVC 3.1 l (3.5-5.2)", "l"),
        ("FVC 3.1 L (3.5-5.2) L", "L"),
        ("FVC 3.1 (3.5-5.2) L", "L"),
        ("FVC 78 % L", "%"),
        ("Hb 9.1 L g/dL", "g/dL"),
        ("Hb 9.1 g/dL (13-17) L", "g/dL"),
        ("Hb 18.4 H", ""),
        ("Hb 9.1 low", ""),
        ("Hb 9.1 *", ""),
    ],
)
def test_an_l_means_low_only_beside_a_unit(line: str, unit: str) -> None:
    """Alone it may be litres, so it stays where a question is asked about it."""
    ((_, _, _, found, _, _),) = read(line)
    assert found == unit


@pytest.mark.parametrize(
    ("line", "specimen"),
    [
        ("VEGF (plasma) 740 pg/mL", "plasma"),
        ("VEGF, EDTA plasma: 740 pg/mL", "plasma"),
        ("VEGF [Serum] | 740 | pg/mL", "serum"),
        ("VEGF serum 740 pg/mL (<115) H", "serum"),
        ("VEGF 740 pg/mL", ""),
    ],
)
def test_a_specimen_between_name_and_number_is_read(line: str, specimen: str) -> None:
    (found,) = read_text(line, names_of_analytes(), specimen_of).reported
    assert (found.code, found.specimen, found.quantity.value) == ("vegf", specimen, D(740))
    assert found.unit == "pg/mL"


def test_what_is_no_specimen_of_the_analyte_is_never_read_past() -> None:
    (found,) = read_text("VEGF (urine) 740", names_of_analytes(), specimen_of).reported
    assert (found.quantity.value, found.words) == (None, "(urine) 740")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("IFE (urine): IgA lambda", "immunofixation-urine"),
        ("IFE: IgA lambda", "immunofixation-serum"),
        ("IFE serum IgA lambda", "immunofixation-serum"),
        ("IFE urine: IgA lambda", "immunofixation-urine"),
        ("IFE, urine: IgA lambda", "immunofixation-urine"),
        ("Immunofixation urine IgA lambda", "immunofixation-urine"),
    ],
)
def test_immunofixation_of_urine_is_never_read_as_that_of_serum(line: str, code: str) -> None:
    (found,) = read_text(line, names_of_analytes()).reported
    assert (found.code, found.words) == (code, "IgA lambda")


def test_hba1c_is_not_read_as_hemoglobin() -> None:
    assert read("Hb A1c 45 mmol/mol") == [("hba1c", "", D(45), "mmol/mol", None, None)]


def test_a_finding_is_read_as_words() -> None:
    (found,) = read_text("Immunofixation, serum: IgA lambda", names_of_analytes()).reported
    assert (found.code, found.words, found.quantity.value) == (
        "immunofixation-serum",
        "IgA lambda",
        None,
    )


def test_a_block_is_read_in_its_order_and_blank_lines_are_passed_over() -> None:
    block = "Hb 13.2 g/dL\n\nWBC\t6.1\tG/L\nPlatelets 250 10^9/L\n"
    assert [line[0] for line in read(block)] == ["hemoglobin", "white-cells", "platelets"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Zinc 11 umol/L", "begins with no name"),
        ("Kidney stone", "begins with no name"),  # K is potassium, Kidney is not
        ("VEGF", "holds no value"),
        ("PLT 1,250 /uL", "could be a fraction or a number above a thousand"),
        ("VEGF 13.1.2 pg/mL", "not a number"),
        ("VEGF <pending", "not a number"),
        ("VEGF 131pg/mL", "not a number"),
        ("VEGF .5 pg/mL", "not a number"),
        ("VEGF -5x", "not a number"),
        ("VEGF 1 250 pg/mL", "may be one number or two"),
        ("VEGF 1\u00a0250 pg/mL", "may be one number or two"),
        ("VEGF 1'250 pg/mL", "may be one number or two"),
        ("VEGF 1’250", "may be one number or two"),
        ("PLT 250 150 - 400 G/L", "may be one number or two"),
    ],
)
def test_what_is_not_understood_is_handed_back_with_the_reason(line: str, why: str) -> None:
    found = read_text(line, names_of_analytes())
    assert found.reported == ()
    assert found.unread[0].line == line
    assert why in found.unread[0].why


@pytest.mark.parametrize("line", ["K-x 4", "K/uL 4", "K+ 4", "K1 4", "Kx 4"])
def test_a_name_that_goes_on_is_another_name(line: str) -> None:
    found = read_text(line, {"k": "potassium"})
    assert (found.reported, found.unread[0].line) == ((), line)


def test_the_longest_name_wins_and_is_taken_off_once() -> None:
    (found,) = read_text("K k k 4", {"k": "potassium", "k k": "both"}).reported
    assert (found.code, found.words) == ("both", "k 4")


def test_lines_are_told_without_the_space_around_them() -> None:
    found = read_text("  VEGF 131 \n \t \n  Zinc 11  ", names_of_analytes())
    assert [each.line for each in found.reported] == ["VEGF 131"]
    assert [each.line for each in found.unread] == ["Zinc 11"]


@pytest.mark.parametrize("start", ["VEGF 1 (1-2", "VEGF 1 pg/mL <1", "VEGF", "VEGF 1"])
def test_a_long_run_of_spaces_is_read_at_once(start: str) -> None:
    begun = time.monotonic()
    read_text(start + " " * 1000 + "x", names_of_analytes())
    assert time.monotonic() - begun < 1
