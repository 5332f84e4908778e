"""The word lists find what they ought to, and leave everyday words alone."""

from __future__ import annotations

import pytest

from pathways.messaging import discreet


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("POEMS Clinic", "en", ["POEMS"]),
        ("your vegf is due", "en", ["vegf"]),
        ("Haematology Day Unit", "en", ["Haematology"]),
        ("Hematology and neurology", "en", ["Hematology", "neurology"]),
        ("a blood test at the lab", "en", ["blood", "test", "lab"]),
        ("su prueba de sangre", "es", ["prueba", "sangre"]),
        ("une prise de sang", "fr", ["sang"]),
        ("血液内科の検査", "ja", ["血液", "内科", "検査"]),
        ("POEMS", "ja", ["POEMS"]),
        ("blood", "fr", ["blood"]),
    ],
)
def test_a_telling_word_is_found(text: str, language: str, words: list[str]) -> None:
    assert discreet.found(text, language) == words


@pytest.mark.parametrize(
    "text", ["Your visit is booked", "the latest label", "contest", "Northgate Clinic", "Act early"]
)
def test_an_everyday_word_is_left_alone(text: str) -> None:
    assert discreet.found(text, "en") == []
