"""No page carries script or style of its own, and nothing a patient sees names the product."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.building.reading import ROOT, TEMPLATES, name_of

INLINE = re.compile(
    r"<style|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)
ELSEWHERE = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE)
PRODUCT = re.compile(r"poems", re.IGNORECASE)
LETTERS = TEMPLATES / "emails"  # mail programs read no stylesheet, so letters carry their own
PATIENTS = (LETTERS, TEMPLATES / "patient")


def _pages() -> list[Path]:
    folders = [TEMPLATES, ROOT / "pathways" / "templates"]
    return sorted(path for folder in folders for path in folder.rglob("*.html"))


@pytest.mark.parametrize("path", [p for p in _pages() if LETTERS not in p.parents], ids=name_of)
def test_a_page_has_no_inline_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", _pages(), ids=name_of)
def test_a_page_loads_nothing_from_elsewhere(path: Path) -> None:
    assert ELSEWHERE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path", sorted(p for folder in PATIENTS for p in folder.rglob("*.*")), ids=name_of
)
def test_nothing_a_patient_sees_names_the_product(path: Path) -> None:
    assert not PRODUCT.search(path.read_text(encoding="utf-8"))
    assert not PRODUCT.search(path.name)


def test_the_looks_of_a_patient_page_do_not_name_the_product_either() -> None:
    pages = [path.read_text(encoding="utf-8") for path in (TEMPLATES / "patient").rglob("*.html")]
    extended = {name for page in pages for name in re.findall(r'{% extends "([^"]+)" %}', page)}
    for name in extended:
        assert not PRODUCT.search((TEMPLATES / name).read_text(encoding="utf-8")), name


@pytest.mark.parametrize(
    "text",
    [
        '<p style="x">',
        "<script>go()</script>",
        '<a onclick="go()">',
        "<style>",
        '<a href="javascript:x">',
    ],
)
def test_the_search_for_inline_code_finds_it(text: str) -> None:
    assert INLINE.search(text)
