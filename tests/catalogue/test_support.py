"""Medicines beside the courses: sourced, without doses, each with what to ask about."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathways.catalogue import CatalogueError, SupportEntry, UseStatus, find_support, load_support
from pathways.catalogue.support import SUPPORT_FILE
from pathways.catalogue.support import load_support as read
from tests.catalogue.test_words import DOSE

SEDATING = {"gabapentin", "pregabalin", "duloxetine", "amitriptyline", "tramadol", "oxycodone"}


@pytest.mark.parametrize("entry", load_support(), ids=lambda each: each.key)
def test_a_medicine_is_sourced_says_what_to_ask_and_holds_no_dose(entry: SupportEntry) -> None:
    assert entry.sources
    assert entry.ask
    assert entry.routes
    assert DOSE.search(" ".join([entry.label, entry.what, entry.why, *entry.ask])) is None


def test_sleepiness_and_falls_are_asked_about_where_a_medicine_makes_sleepy() -> None:
    asked = {each.key for each in load_support() if {"sleepiness", "falls"} <= set(each.ask)}
    assert asked == SEDATING


def test_what_is_contested_carries_its_reason() -> None:
    contested = {each.key for each in load_support() if each.status is UseStatus.CONTESTED}
    assert contested == {"duloxetine", "amitriptyline", "tramadol", "zoledronic-acid"}
    assert all(each.why for each in load_support() if each.key in contested)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Gabapentin", "gabapentin"),
        (" gabapentin, at night", "gabapentin"),
        ("Vitamin B12", "vitamin-b12"),
        ("Vitamin B123", None),
        ("Vitamin D", None),
        ("no gabapentin", None),
        ("", None),
    ],
)
def test_free_text_is_known_by_the_name_it_begins_with(text: str, key: str | None) -> None:
    found = find_support(text)
    assert (found.key if found else None) == key


def test_a_contested_one_without_a_reason_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "trial.toml"
    text = SUPPORT_FILE.read_text(encoding="utf-8")
    file.write_text(text.replace('status = "used"', 'status = "contested"', 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read(file)
    assert "it is contested without a reason" in str(caught.value.problems[0])
