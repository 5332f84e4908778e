"""What the documents promise exists: files, make targets, commands, decision records."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import get_commands

from poems_clinic.celery import MINUTE, app
from tests.building.reading import ROOT, name_of, service_order, words_in

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCS}


def test_the_documents_are_there() -> None:
    names = {name_of(path) for path in DOCS}
    assert {"README.md", "CONTRIBUTING.md"} <= names
    for name in (
        "architecture",
        "operations",
        "clinical-safety",
        "user-guide-nurse",
        "user-guide-hematologist",
        "performance",
    ):
        assert f"docs/{name}.md" in names


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_every_link_leads_to_a_file(path: Path) -> None:
    links = words_in(TEXTS[path], r"\]\(([^)#:]+)(?:#[^)]*)?\)")
    assert {link for link in links if not (path.parent / link).exists()} == set()


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_every_anchor_leads_to_a_heading(path: Path) -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"(?m)^#+ (.+)$", TEXTS[path])
    }
    assert words_in(TEXTS[path], r"\]\(#([^)]+)\)") <= headings


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_every_make_word_is_a_target(path: Path) -> None:
    targets = words_in((ROOT / "Makefile").read_text(encoding="utf-8"), r"(?m)^([a-z]+):")
    assert words_in(TEXTS[path], r"`make ([a-z]+)") <= targets
    assert words_in(TEXTS[path], r"(?m)^make ([a-z]+)") <= targets


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_every_command_exists(path: Path) -> None:
    assert words_in(TEXTS[path], r"manage\.py ([a-z_]+)") <= set(get_commands())


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_every_file_named_in_code_marks_exists(path: Path) -> None:
    named = words_in(
        TEXTS[path], r"`((?:pathways|poems_clinic|tests|docs|scripts|bench|templates)/[\w./-]+)`"
    )
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_order_of_services_is_told_as_the_linter_holds_it() -> None:
    told = TEXTS[ROOT / "docs" / "architecture.md"].partition("Within `services/`")[2]
    told = told.partition("): ")[2].partition(". A service never")[0]
    groups = [words_in(group, r"([a-z_]+)") for group in told.split("→")]
    depth = {name: depth for depth, layer in enumerate(service_order()) for name in layer}
    assert len(groups) > 10
    for above, below in pairwise(groups):
        assert max(depth[name] for name in above) < min(depth[name] for name in below)


PACE = {"5 seconds": 1 / 12, "minute": 1, "5 minutes": 5, "hour": 60}


def test_the_table_of_sweeps_is_the_timetable() -> None:
    told = (
        TEXTS[ROOT / "docs" / "operations.md"].partition("\n## Sweeps\n")[2].partition("\n### ")[0]
    )
    rows = re.findall(r"(?m)^\| ([a-z][a-z ]+) \| ([a-z0-9 ]+) \|", told)
    timetable = {name: entry["schedule"] / MINUTE for name, entry in app.conf.beat_schedule.items()}
    assert {name: PACE[every] for name, every in rows} == pytest.approx(timetable)


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_each_decision_says_what_why_instead_of_what_and_the_cost() -> None:
    for path, text in TEXTS.items():
        if path.parent.name == "adr":
            for word in ("**Decided**", "**Because**", "**Instead of**", "**Costs**"):
                assert word in text, f"{name_of(path)} lacks {word}"
            assert f"# {int(path.name[:4])}. " in text


def test_the_first_screen_shows_it_and_gives_two_commands() -> None:
    first = "\n".join(TEXTS[ROOT / "README.md"].splitlines()[:45])
    assert "make demo" in first
    assert "make test" in first
    pictures = words_in(first, r"!\[[^]]+\]\(([^)]+)\)")
    assert pictures
    assert all((ROOT / picture).exists() for picture in pictures)
