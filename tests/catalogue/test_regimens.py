"""Drugs and regimens: complete, sourced, without doses; a bad file is refused with its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathways.catalogue import (
    UseStatus,
    load_documents,
    load_drugs,
    load_marks,
    load_regimens,
    load_support,
)
from pathways.catalogue.regimens import REGIMENS_FILE, load_pharmacy
from pathways.catalogue.strict import CatalogueError
from tests.catalogue.test_words import DOSE

DRUGS, REGIMENS = load_drugs(), load_regimens()
PAIN = {
    "gabapentin",
    "pregabalin",
    "duloxetine",
    "amitriptyline",
    "tramadol",
    "lidocaine-patch",
    "oxycodone",
}


def test_every_drug_of_the_documents_is_a_drug_or_a_medicine_beside_the_courses() -> None:
    (listed,) = (each for each in load_documents() if each.key == "drugs")
    medicines = {each.key for each in load_support()}
    assert {item.key for item in listed.entries} <= set(DRUGS) | medicines
    assert PAIN | {"zoledronic-acid", "vitamin-b12"} == medicines


@pytest.mark.parametrize("key", sorted(DRUGS))
def test_a_drug_is_sourced_and_holds_no_dose(key: str) -> None:
    drug = DRUGS[key]
    assert drug.sources
    words = " ".join([drug.label, drug.why, drug.note, *drug.ask])
    assert DOSE.search(words) is None


@pytest.mark.parametrize("key", sorted(REGIMENS))
def test_a_regimen_is_sourced_and_holds_no_dose(key: str) -> None:
    regimen = REGIMENS[key]
    assert regimen.sources
    assert DOSE.search(f"{regimen.label} {regimen.why} {regimen.note}") is None


@pytest.mark.parametrize("key", ["thalidomide", "bortezomib", "bevacizumab", "ivig"])
def test_what_the_literature_contradicts_carries_its_reason(key: str) -> None:
    assert DRUGS[key].status is UseStatus.CONTESTED
    assert DRUGS[key].why


def test_a_regimen_repeats_the_reasons_of_its_drugs() -> None:
    assert any(why.startswith("Bortezomib: ") for why in REGIMENS["bor-cy-dex"].reasons)


def test_the_nerve_harming_drugs_are_marked() -> None:
    marked = {key for key, drug in DRUGS.items() if drug.neurotoxic}
    assert marked == {"thalidomide", "bortezomib", "interferon"}


def test_the_published_marks_of_thalidomide_stand_with_their_sources() -> None:
    assert [(mark.drug, mark.grams, bool(mark.sources)) for mark in load_marks()] == [
        ("thalidomide", 20, True),
        ("thalidomide", 50, True),
    ]


def test_rd_is_twenty_eight_days_with_a_week_off() -> None:
    rd = REGIMENS["rd"]
    assert (rd.cycle_days, rd.planned_cycles) == (28, 9)
    assert rd.drugs[0].days == tuple(range(1, 22))


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ('classes = ["imid"]', 'clases = ["imid"]', "unknown key 'clases'. Did you mean"),
        ('before = ["glucose", ', 'before = ["glucse", ', "names 'glucse'"),
        ('classes = ["imid"]', 'classes = ["imit"]', "class 'imit' has no words"),
        ("days = [1, 8, 15, 22]", "days = [1, 8, 29]", "a day lies outside the cycle"),
        ("days = [1, 8, 15, 22]", "days = [8, 1]", "days are not in order"),
        ('status = "contested"\nwhy = "It lowers', 'status = "contested"\nnote = "It lowers',
         "it is contested without a reason"),
        ('drug = "lenalidomide", days', 'drug = "lena", days', "drug 'lena' is not listed"),
        ('codes = ["cbc"]', 'codes = ["cbd"]', "result code 'cbd' is not known"),
        ('together = ["hemoglobin", ', 'together = ["hemo", ', "result code 'hemo' is not known"),
        ("cumulative = true\n", "", "no amount is kept of 'thalidomide'"),
        ("cycle_days = 28", "cycle_days = 280", "cycle_days is 280"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_by_name(tmp_path: Path, good: str, bad: str, told: str) -> None:
    text = REGIMENS_FILE.read_text(encoding="utf-8")
    assert good in text
    file = tmp_path / "trial.toml"
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_pharmacy(file)
    assert any(told in str(problem) for problem in caught.value.problems)
