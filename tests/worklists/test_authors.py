"""Authors in words."""

from __future__ import annotations

import pytest

from pathways.worklists.authors import author


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sweep:plan", "the clinic’s timetable"),
        ("import:results", "a file that was loaded"),
        ("patient:link", "the patient, by a link"),
        ("carer:link", "a carer, by a link"),
        ("demo:seed", "the demo"),
    ],
)
def test_a_part_of_the_system_is_said_in_words(name: str, words: str) -> None:
    assert author(name) == words


@pytest.mark.parametrize("name", ["marit", "", "robot:7", "Dr. A: B"])
def test_every_other_name_stays_as_it_is(name: str) -> None:
    assert author(name) == name
