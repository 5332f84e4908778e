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
