"""The component page shows every component, in both palettes, as sound HTML."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.template.loader import render_to_string

from tests.design.sheets import TEMPLATES

# Parts of the page's frame, which every page shows already.
FRAME = {"head", "account", "places", "keys", "person_tabs"}


@pytest.fixture(scope="module")
def page() -> str:
    return render_to_string("gallery/components.html")


def test_every_component_stands_in_the_gallery() -> None:
    gallery = "".join(path.read_text() for path in (TEMPLATES / "gallery").glob("*.html"))
    pack = (TEMPLATES / "bootstrap5" / "errors.html").read_text()
    for path in (TEMPLATES / "components").glob("*.html"):
        if path.stem in FRAME:
            continue
        shown = f"components/{path.name}" in gallery + pack or f"{{% {path.stem} %}}" in gallery
        assert shown, path.name


def test_the_gallery_shows_both_palettes(page: str) -> None:
    assert 'data-theme="light"' in page
    assert 'data-theme="dark"' in page


@pytest.mark.parametrize(
    ("drawing", "times"),
    [("cc cc-light-sample", 2), ("cc cc-dark-sample", 2), ("cy", 2), ("series", 2)],
)
def test_every_drawing_stands_in_both_palettes(page: str, drawing: str, times: int) -> None:
    # The course and the lanes are two of one class.
    assert page.count(f'<svg class="{drawing}"') == times


@pytest.mark.parametrize(
    "sign",
    [
        "cc-s1",
        "cc-s2",
        "cc-ring",
        "cc-criterion",
        "cc-due",
        "cc-late",
        "cc-delay",
        "cc-heavy",
        "cc-alert-open",
        "cc-alert-answered",
        "cc-check-in",
        "cc-illness",
        "cc-dash",
        "cc-change",
        "cy-given",
        "cy-planned",
        "cy-held",
        "cy-stopped",
        "cy-late",
        "series-criterion",
    ],
)
def test_every_sign_of_a_drawing_stands_in_the_gallery(page: str, sign: str) -> None:
    assert re.search(rf'class="[^"]*\b{sign}\b', page)


def test_no_id_is_used_twice_where_forms_and_drawings_refer_to_it(page: str) -> None:
    repeated = {
        name for name, times in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if times > 1
    }
    assert not repeated


def test_every_drawing_refers_to_pieces_that_are_on_the_page(page: str) -> None:
    wanted = set(re.findall(r'<use href="#([^"]+)"', page))
    assert wanted
    assert wanted <= set(re.findall(r'\sid="([^"]+)"', page))


def test_help_stands_before_the_error_and_the_error_before_the_field(page: str) -> None:
    form = page[page.index('id="div_light_vegf"') :]
    assert form.index("<label") < form.index('class="error"') < form.index("<input")
    assert 'id="light_vegf_error"' in form
    assert re.search(r'<input[^>]*name="vegf"[^>]*aria-describedby="light_vegf_error"', form)


def test_no_style_attribute_reaches_the_page(page: str) -> None:
    assert not re.search(r"\sstyle\s*=", page)
