"""Words that tell a stranger what somebody is treated for."""

from __future__ import annotations

import pytest

from pathways.rules.discretion import telling, telling_word


@pytest.mark.parametrize(
    "text",
    [
        "Onkologie Nord",
        "Centro de Hematología",
        "血液内科",
        "The Blood Unit",
        "neuro@hospital.example",
        "visits@haem.example",
        "Neuroscience Centre",
        "Neurology outpatients, floor 3",
    ],
)
def test_a_telling_text_is_known_in_any_language(text: str) -> None:
    assert telling_word(text)
    assert text in (telling(text) or "")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("POEMS Clinic", "poems"),
        ("Haematology Day Unit", "haematolog"),
        ("Hématologie", "hematolog"),
        ("Ward of Neurology", "neurolog"),
        ("Neurosciences", "neurosci"),
        ("Neuropathy Service", "neuropath"),
        ("Neuromuscular Centre", "neuromusc"),
        ("Oncology", "oncolog"),
        ("Onkologie", "onkolog"),
        ("Myeloma Clinic", "myelom"),
        ("Mieloma", "mielom"),
        ("Lymphoma Unit", "lymphom"),
        ("Linfoma", "linfom"),
        ("Leukaemia", "leukaem"),
        ("Leukemia", "leukem"),
        ("Leucemia", "leucem"),
        ("Amyloidosis Centre", "amyloid"),
        ("Transplant Ward", "transplant"),
        ("Unidad de Trasplante", "trasplant"),
        ("Chemotherapy", "chemo"),
        ("Quimioterapia", "quimio"),
        ("Chimiothérapie", "chimio"),
        ("Tumour Board", "tumour"),
        ("Tumorzentrum", "tumor"),
        ("Cancer Centre", "cancer"),
        ("Palliative Care", "palliat"),
        ("St Mary’s Hospice", "hospice"),
        ("Endocrinology", "endocrin"),
        ("Plasma-Cell Unit", "plasmacell"),
        ("Castleman Service", "castleman"),
        ("Takatsuki", "takatsuki"),
        ("Crow-Fukase", "crowfukase"),
        ("plasma.cell@clinic.example", "plasmacell"),
        *((f"The {word.title()} Clinic", word) for word in ("blood", "nerve", "nerves", "marrow")),
        *((f"visits@{word}.example", word) for word in ("plasma", "vegf", "sang", "sangre")),
        *((f"{word}-visits", word) for word in ("nervios", "nerfs", "neuro", "haem", "haemato")),
        *((f"Floor 3, {word.upper()}", word) for word in ("hemato", "heme", "onc")),
        ("血液センター", "血液"),
        ("神経内科", "神経"),
        ("腫瘍センター", "腫瘍"),
        ("がんセンター", "がん"),
        ("癌研", "癌"),
        ("移植病棟", "移植"),
    ],
)
def test_the_word_that_tells_is_named(text: str, word: str) -> None:
    assert telling_word(text) == word
    assert repr(word) in (telling(text) or "")


@pytest.mark.parametrize("text", ["Nervecliff", "Sangster", "Oncken", "Hemel", "Plasmatics"])
def test_a_surname_that_only_holds_such_a_word_is_left_alone(text: str) -> None:
    assert telling_word(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Youngblood Clinic",
        "Riverside Clinic",
        "St Bride’s",
        "Northgate",
        "Floor 3, 14 Quayside",
        "",
    ],
)
def test_an_everyday_text_is_left_alone(text: str) -> None:
    assert telling_word(text) is None
    assert telling(text) is None
