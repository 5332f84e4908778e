"""House rules of sheets and templates: colours are tokens, nothing is inline, files stay short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.design.sheets import COLOUR, CSS, STATIC, TEMPLATES

# These name colours for a reason: the staff tokens, and the answer pages' own few.
PALETTES = {"tokens.css", "patient.css"}
SHEETS = sorted(CSS.glob("*.css"))
# Emails need inline styles; mail programs drop sheets.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts)


@pytest.mark.parametrize(
    "sheet", [s for s in SHEETS if s.name not in PALETTES], ids=lambda s: s.name
)
def test_a_sheet_names_no_colour_of_its_own(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert not COLOUR.findall(text)
    assert not re.search(r"\b(rgba?|hsla?|oklch)\(", text)


def test_the_answer_pages_name_colours_in_their_palette_only() -> None:
    text = (CSS / "patient.css").read_text()
    used = [line for line in text.splitlines() if COLOUR.search(line)]
    assert used
    assert all(line.strip().startswith("--p-") for line in used)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.name)
def test_every_variable_a_sheet_uses_is_declared(sheet: Path) -> None:
    every = "".join(path.read_text() for path in SHEETS)
    declared = set(re.findall(r"(--[\w-]+)\s*:", every))
    used = set(re.findall(r"var\((--[\w-]+)", sheet.read_text()))
    assert used <= declared, used - declared


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.name)
def test_a_sheet_stays_short(sheet: Path) -> None:
    assert len(sheet.read_text().splitlines()) <= 310


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_a_page_carries_no_inline_style_or_script(page: Path) -> None:
    text = page.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL)
    assert all("src=" in attributes and not body.strip() for attributes, body in scripts)
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", text)


def test_the_answer_pages_never_name_the_product() -> None:
    pages = [path for path in PAGES if "patient" in path.relative_to(TEMPLATES).parts]
    assert pages
    assert not any("POEMS" in page.read_text() for page in pages)


def test_the_script_evaluates_no_text() -> None:
    script = (STATIC / "js" / "clinic.js").read_text()
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML", script)
