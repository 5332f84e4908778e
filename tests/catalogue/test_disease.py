"""Features, response words and toxicity: complete, sourced, and refused where they do not fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pathways.catalogue import (
    CatalogueError,
    Rank,
    load_features,
    load_responses,
    load_toxicity,
    load_toxicity_terms,
)
from pathways.catalogue import disease as disease_reader
from pathways.catalogue import toxicity as toxicity_reader
from pathways.rules.disease_words import RESPONSES, CriteriaVersion, CtcaeVersion, Feature

TERMS = load_toxicity_terms()
FEATURES = load_features()


def test_every_word_of_the_record_is_described() -> None:
    assert set(FEATURES.features) == set(Feature)
    assert set(FEATURES.criteria) == set(CriteriaVersion)
    assert set(load_responses()) == {
        (domain, word) for domain, words in RESPONSES.items() for word in words
    }
    assert set(load_toxicity().lists) == set(CtcaeVersion)


@pytest.mark.parametrize(
    ("feature", "now", "in_2003"),
    [
        (Feature.POLYNEUROPATHY, Rank.MANDATORY, Rank.MANDATORY),
        (Feature.MONOCLONAL_DISORDER, Rank.MANDATORY, Rank.MANDATORY),
        (Feature.CASTLEMAN, Rank.MAJOR, Rank.MINOR),
        (Feature.SCLEROTIC_LESIONS, Rank.MAJOR, Rank.MINOR),
        (Feature.VEGF_RAISED, Rank.MAJOR, Rank.NOT_LISTED),
        (Feature.ORGANOMEGALY, Rank.MINOR, Rank.MINOR),
        (Feature.THROMBOCYTOSIS, Rank.MINOR, Rank.NOT_LISTED),
    ],
)
def test_the_list_of_2003_ranks_otherwise(feature: Feature, now: Rank, in_2003: Rank) -> None:
    ranks = FEATURES.features[feature].ranks
    assert (ranks[CriteriaVersion.MAYO], ranks[CriteriaVersion.MAYO_2003]) == (now, in_2003)


def test_the_letters_spell_the_name() -> None:
    assert "".join(entry.letter for entry in FEATURES.features.values()) == "POEMS"


def test_diabetes_or_thyroid_disease_alone_carries_its_caveat() -> None:
    assert "should not count" in FEATURES.features[Feature.ENDOCRINOPATHY].caveat


def test_sensory_neuropathy_has_no_grade_5() -> None:
    assert tuple(TERMS["sensory-neuropathy"].grades) == (1, 2, 3, 4)
    assert tuple(TERMS["motor-neuropathy"].grades) == (1, 2, 3, 4, 5)


def test_blood_pressure_is_graded_by_either_of_its_two_numbers() -> None:
    for grade in (1, 2, 3):
        assert "or diastolic" in TERMS["hypertension"].grades[grade]


@pytest.mark.parametrize("version", [CtcaeVersion.V6, CtcaeVersion.NCI_2003])
@pytest.mark.parametrize("key", TERMS)
def test_a_grade_of_another_list_never_gets_the_words_of_version_5(key: str, version: str) -> None:
    entry = TERMS[key]
    for grade in entry.grades:
        assert entry.words(CtcaeVersion.V5, grade)
        assert entry.words(version, grade) == ""


@pytest.mark.parametrize("key", TERMS)
def test_words_from_memory_are_not_marked_as_checked(key: str) -> None:
    entry = TERMS[key]
    from_memory = any(source.key == "toxicity-wording" for source in entry.sources)
    assert entry.checked is not from_memory


@pytest.mark.parametrize("key", load_responses())
def test_response_words_from_memory_are_not_marked_as_checked(key: tuple[Any, Any]) -> None:
    entry = load_responses()[key]
    from_memory = any(source.key == "response-wording" for source in entry.sources)
    assert entry.checked is not from_memory


@pytest.mark.parametrize(
    ("load", "file", "good", "bad", "complaint"),
    [
        (toxicity_reader.load_toxicity, toxicity_reader.TOXICITY_FILE, *words)
        for words in (
            ('group = "nerves"', 'gruop = "nerves"', "unknown key 'gruop'"),
            ('group = "nerves"', 'group = "hair"', "unknown group 'hair'"),
            ("checked = false\n", "", "checked is missing"),
            ("grade = 4, words", "grade = 6, words", "grade 6 does not exist"),
            ("grade = 2, words", "grade = 1, words", "grade 1 is out of order"),
            ('version = "6.0"', 'version = "5.0"', "list '5.0' stands twice"),
            ('key = "motor-neuropathy"', 'key = "sensory-neuropathy"', "stands twice"),
            ('document = "ctcae-data"', 'document = "blog"', "unknown source document 'blog'"),
        )
    ]
    + [
        (disease_reader.load_features, disease_reader.FEATURES_FILE, *words)
        for words in (
            ('mayo = "minor",', 'mayo = "small",', "unknown mayo 'small'"),
            ('mayo = "minor", ', "", "mayo is missing"),
            ('mayo = "minor",', 'mayo = "minor", other = "minor",', "unknown key 'other'"),
            ('key = "castleman"', 'key = "papilledema"', "'castleman' is missing"),
            ('label = "Castleman disease"\n', "", "castleman: label is missing"),
        )
    ]
    + [
        (disease_reader.load_responses, disease_reader.RESPONSES_FILE, *words)
        for words in (
            ('category = "improved"', 'category = "complete"', "no word of the domain"),
            ('category = "improved"', 'category = "stable"', "stands twice"),
            ('category = "improved"', 'category = "better"', "unknown category 'better'"),
            ("checked = true\n", "", "checked is missing"),
        )
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_complaint(
    tmp_path: Path, load: Callable[[Path], Any], file: Path, good: str, bad: str, complaint: str
) -> None:
    text = file.read_text(encoding="utf-8")
    assert good in text
    trial = tmp_path / "trial.toml"
    trial.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(trial)
    assert complaint in str(caught.value)
