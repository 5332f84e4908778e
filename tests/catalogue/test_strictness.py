"""A bad file is refused, and the complaint names the file, the entry and the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathways.catalogue.analytes import load_analytes
from pathways.catalogue.countries import load_countries
from pathways.catalogue.documents import load_documents
from pathways.catalogue.guidance import load_guidance
from pathways.catalogue.reader import load_pathway
from pathways.catalogue.strict import CatalogueError

GOOD = """
code = "poems"
name = "POEMS syndrome"
number = 1
effective_from = 2026-11-21

[[phase]]
key = "remission"
label = "Remission"
meaning = "Quiet."

[[screening]]
code = "vegf"
label = "VEGF"
plain_label = "visit"
owner = "hematology"
booking = "blood draw"
remind = "patient"
minutes = 15
satisfied_any = ["vegf"]

[[screening.phase]]
phase = "remission"
kind = "every"
opens_after = "3 months"
due_after = "6 months"
soon_days = 14
grace_days = 14
min_gap_days = 42
proposed = ["soon_days", "grace_days", "min_gap_days"]
sources = [
    { document = "rxharun", section = "FAQ 12", supports = ["opens_after", "due_after"] },
]
"""
SOURCES = GOOD[GOOD.index("sources = [") :]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def complaints(folder: Path, text: str) -> list[str]:
    file = folder / "trial.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_pathway(file)
    return [str(problem) for problem in caught.value.problems]


def test_the_pattern_that_the_bad_files_are_made_from_is_good(folder: Path) -> None:
    file = folder / "trial.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert [entry.code for entry in load_pathway(file).definitions] == ["vegf"]


@pytest.mark.parametrize(
    ("good", "bad", "entry", "what"),
    [
        ("minutes = 15", "minuets = 15", "vegf", "unknown key 'minuets'. Did you mean 'minutes'?"),
        ("minutes = 15", 'bring = "Your glasses."', "vegf", "unknown key 'bring'"),
        ("grace_days = 14", "grase_days = 14", "vegf / remission", "unknown key 'grase_days'"),
        ('due_after = "6 months"\n', "", "vegf / remission", "due_after is missing"),
        ('"6 months"', '"six months"', "vegf / remission", "'six months' is not an interval"),
        ('"6 months"', '"0 days"', "vegf / remission", "due_after is '0 days'"),
        ("soon_days = 14\n", "", "vegf / remission", "soon_days is missing"),
        (SOURCES, "", "vegf / remission", "sources is missing"),
        (SOURCES, "sources = []", "vegf / remission", "sources is empty"),
        ('document = "rxharun"', 'document = "blog"', "vegf / remission / blog",
         "unknown source document 'blog'"),
        ('"min_gap_days"]', "]", "vegf / remission",
         "min_gap_days has no source and is not marked as proposed"),
        ('["soon_days",', '["soon_days", "due_after",', "vegf / remission",
         "due_after has a source and is marked as proposed"),
        ('"3 months"', '"7 months"', "vegf / remission", "later than it is due"),
        ('"3 months"', '"190 days"', "vegf / remission", "later than it is due"),
        ("min_gap_days = 42", "min_gap_days = 185", "vegf / remission",
         "no result in time could satisfy it"),
        ('phase = "remission"', 'phase = "cured"', "vegf / cured", "unknown phase 'cured'"),
        ('phase = "remission"', 'phase = "relapse"', "vegf / relapse",
         "is not among the pathway's phases"),
        ('owner = "hematology"', 'owner = "cook"', "vegf", "unknown owner 'cook'"),
        ('kind = "every"', 'kind = "often"', "vegf / remission", "unknown kind 'often'"),
        ('kind = "every"', 'kind = "once"\nanchor_mode = "cycle"', "vegf / remission",
         "kind once cannot be anchored by cycle"),
        ('kind = "every"', 'kind = "on_request"', "vegf / remission", "on by default"),
        ('kind = "every"', 'kind = "every"\nanchor_mode = "fixed"', "vegf / remission",
         "fixed_anchor is missing"),
        ('satisfied_any = ["vegf"]', 'satisfied_any = ["vegf", "vegff"]', "vegf",
         "result code 'vegff' is not known"),
        ('satisfied_any = ["vegf"]', 'satisfied_any = ["cbc"]', "vegf",
         "its own code 'vegf' does not satisfy it"),
        ("grace_days = 14", "grace_days = -1", "vegf / remission", "grace_days is -1"),
        ("grace_days = 14", "grace_days = true", "vegf / remission", "grace_days is True"),
        ("minutes = 15", 'minutes = "15"', "vegf", "minutes is '15'. Write minutes as a whole"),
        ("effective_from = 2026-11-21", "", "top of the file", "effective_from is missing"),
    ],
)  # fmt: skip
def test_a_bad_pathway_is_refused_by_file_entry_and_cure(
    folder: Path, good: str, bad: str, entry: str, what: str
) -> None:
    assert good in GOOD
    found = complaints(folder, GOOD.replace(good, bad, 1))
    assert any(line.startswith(f"trial.toml: {entry}: ") and what in line for line in found), found


def test_a_gap_just_short_of_the_interval_will_do(folder: Path) -> None:
    file = folder / "trial.toml"
    file.write_text(GOOD.replace("min_gap_days = 42", "min_gap_days = 181"), encoding="utf-8")
    assert load_pathway(file).definitions


@pytest.mark.parametrize("bad", ["", 'due_after = "six months"\n'])
def test_an_interval_that_cannot_be_read_is_one_complaint(folder: Path, bad: str) -> None:
    found = complaints(folder, GOOD.replace('due_after = "6 months"\n', bad))
    assert not [line for line in found if "0 days" in line]


def test_the_same_phase_twice_is_refused(folder: Path) -> None:
    cell = GOOD[GOOD.index("[[screening.phase]]") :]
    assert any("phase 'remission' stands twice" in line for line in complaints(folder, GOOD + cell))


def test_the_same_screening_in_two_files_is_refused(folder: Path) -> None:
    (folder / "pathway.toml").write_text(GOOD, encoding="utf-8")
    (folder / "second.toml").write_text(GOOD[GOOD.index("[[screening]]") :], encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"second\.toml: vegf: screening 'vegf' stands twice"):
        load_pathway(folder)


def test_all_complaints_come_at_once(folder: Path) -> None:
    twice_bad = GOOD.replace('owner = "hematology"', 'owner = "cook"').replace(
        "minutes = 15", "minuets = 15"
    )
    assert len(complaints(folder, twice_bad)) >= 3


def test_a_file_that_is_no_toml_is_refused_by_name(folder: Path) -> None:
    assert "trial.toml: whole file: cannot be read" in complaints(folder, "code = ")[0]


def test_a_quantity_without_a_unit_is_refused(folder: Path) -> None:
    file = folder / "analytes.toml"
    file.write_text('analyte = [{ code = "x", label = "X", kind = "quantity" }]')
    with pytest.raises(CatalogueError, match=r"analytes\.toml: x: a quantity has no unit"):
        load_analytes(file)


def test_a_loinc_code_without_a_source_is_refused(folder: Path) -> None:
    file = folder / "analytes.toml"
    file.write_text('analyte = [{ code = "x", label = "X", kind = "panel", loinc = "1-1" }]')
    with pytest.raises(CatalogueError, match="x: a LOINC code, a range or a rise has no source"):
        load_analytes(file)


ANALYTE = """
proposed = ["ask_below", "ask_above"]
entered_by = ["nurse"]
[[analyte]]
code = "x"
label = "X"
kind = "quantity"
group = "clone"
unit = "g/L"
other_units = ["g/dL x 10"]
ask_below = "1"
ask_above = "9"
"""


def test_the_analyte_that_the_bad_ones_are_made_from_is_good(folder: Path) -> None:
    file = folder / "analytes.toml"
    file.write_text(ANALYTE)
    entry = load_analytes(file)["x"]
    assert (entry.units.names, entry.entered_by) == (("g/L", "g/dL"), {"nurse"})


@pytest.mark.parametrize(
    ("good", "bad", "what"),
    [
        ('ask_below = "1"', "", "a quantity has no range for asking"),
        ('ask_below = "1"', 'ask_below = "9"', "ask_below is not below ask_above"),
        ('"g/dL x 10"', '"g/dL"', "other unit 'g/dL' has no factor"),
        ('"g/dL x 10"', '"g/dL x 0"', "other unit 'g/dL x 0' has no factor"),
        ('"clone"', '"clown"', "unknown group 'clown'"),
        ('kind = "quantity"', 'kind = "panel"\nparts = ["y"]', "part 'y' is not a code"),
        ('kind = "quantity"', 'kind = "panel"', "range for asking on a code that is no quantity"),
        ('["nurse"]', '["cook"]', "entered_by names 'cook'"),
        ('["ask_below", "ask_above"]', '["ask_around"]', "proposed names 'ask_around'"),
        ('unit = "g/L"', 'unit = "g/L"\nrise_percent = 50', "a range or a rise has no source"),
        ('unit = "g/L"', 'unit = "g/L"\nunconverted = ["%"]', "unit '%' has no range for asking"),
        (
            'unit = "g/L"',
            'unit = "g/L"\nunconverted = ["% from 9 to 9"]',
            "unit '% from 9 to 9' has no range for asking",
        ),
    ],
)
def test_a_bad_analyte_is_refused(folder: Path, good: str, bad: str, what: str) -> None:
    assert good in ANALYTE
    file = folder / "analytes.toml"
    file.write_text(ANALYTE.replace(good, bad, 1))
    with pytest.raises(CatalogueError) as caught:
        load_analytes(file)
    assert any(what in str(problem) for problem in caught.value.problems), caught.value.problems


CONTESTED = """
key = "drugs"
order = 1
title = "Drugs"
[[section]]
key = "drugs"
section = "Key Drugs"
document = "rxharun"
[[section.item]]
key = "x"
title = "X"
text = "X."
status = "contested"
audience = "staff"
"""


def test_a_contested_statement_without_a_reason_is_refused(folder: Path) -> None:
    (folder / "drugs.toml").write_text(CONTESTED)
    with pytest.raises(CatalogueError, match=r"drugs\.toml: drugs / x: contested without why"):
        load_documents(folder)


def test_a_contested_statement_for_patients_is_refused(folder: Path) -> None:
    (folder / "drugs.toml").write_text(
        CONTESTED.replace('audience = "staff"', 'audience = "patient"\nwhy = "Because."')
    )
    with pytest.raises(CatalogueError, match="contested but shown to patients"):
        load_documents(folder)


GUIDANCE = """
[[guidance]]
key = "x"
kind = "when-to-call"
level = "D"
title = "Call {phone}"
signs = ["you faint"]
audience = "patient"
sign_off = "proposed"
sources = [{ document = "rxharun", section = "When to See a Doctor" }]
"""


@pytest.mark.parametrize(
    ("good", "bad", "what"),
    [
        ('level = "D"\n', "", "a when-to-call box has no level"),
        ("{phone}", "{fone}", "unknown placeholder {fone}"),
        ('signs = ["you faint"]', "signs = []", "signs is empty"),
        ('level = "D"', 'level = "X"', "unknown level 'X'"),
    ],
)
def test_bad_guidance_is_refused(folder: Path, good: str, bad: str, what: str) -> None:
    (folder / "trial.toml").write_text(GUIDANCE.replace(good, bad))
    with pytest.raises(CatalogueError) as caught:
        load_guidance(folder)
    assert what in str(caught.value)
    assert "trial.toml: x: " in str(caught.value)


def test_a_country_without_an_emergency_number_is_refused(folder: Path) -> None:
    file = folder / "countries.toml"
    file.write_text(
        'sources = [{ document = "patient-wording", section = "7" }]\n'
        'country = [{ code = "XX", name = "X", emergency_numbers = [], languages = ["en"] }]'
    )
    with pytest.raises(CatalogueError, match="XX: emergency_numbers is empty"):
        load_countries(file)
