"""Every pair of colours that carries meaning keeps its contrast, in light and in dark."""

from __future__ import annotations

import pytest

from tests.design.sheets import CSS, blocks, contrast

TOKENS = (CSS / "tokens.css").read_text()
LIGHT = blocks(TOKENS, '[data-theme="light"]')[0]
DARK = blocks(TOKENS, '[data-theme="dark"]')[0]
DARK_BY_SYSTEM = blocks(TOKENS, ':root:not([data-theme="light"])')[0]
PATIENT = (CSS / "patient.css").read_text()

# Foreground, background, least ratio: 4.5 for words, 3 for glyphs, edges and lines.
PAIRS = (
    ("ink", "bg", 4.5),
    ("ink", "surface", 4.5),
    ("ink", "sunken", 4.5),
    ("ink2", "bg", 4.5),
    ("ink2", "surface", 4.5),
    ("ink2", "sunken", 4.5),
    ("ink3", "bg", 4.5),
    ("ink3", "surface", 4.5),
    ("ink3", "sunken", 4.5),
    ("accent", "bg", 4.5),
    ("accent", "surface", 4.5),
    ("accent", "sunken", 4.5),
    ("accent2", "accenttint", 4.5),
    ("onaccent", "accent", 4.5),
    ("edge", "surface", 3),
    ("edge", "bg", 3),
    ("focus", "bg", 3),
    ("focus", "surface", 3),
    ("over", "overtint", 4.5),
    ("due", "duetint", 4.5),
    ("soon", "soontint", 4.5),
    ("wait", "waittint", 4.5),
    ("ok", "oktint", 4.5),
    ("hold", "holdtint", 4.5),
    ("over", "surface", 4.5),
    ("due", "surface", 4.5),
    ("soon", "surface", 4.5),
    ("wait", "surface", 4.5),
    ("ok", "surface", 4.5),
    ("hold", "surface", 4.5),
    ("oversolid", "surface", 3),
    ("duesolid", "surface", 3),
    ("soonsolid", "surface", 3),
    ("waitsolid", "surface", 3),
    ("oksolid", "surface", 3),
    ("holdsolid", "surface", 3),
    ("oversolid", "overtint", 3),
    ("duesolid", "duetint", 3),
    ("soonsolid", "soontint", 3),
    ("waitsolid", "waittint", 3),
    ("oksolid", "oktint", 3),
    ("holdsolid", "holdtint", 3),
    ("s1", "surface", 4.5),
    ("s2", "surface", 4.5),
    ("s3", "surface", 4.5),
    ("s1", "band", 3),
    ("s2", "band", 3),
    ("bandink", "band", 4.5),
    ("ink", "accenttint", 4.5),
    ("ink2", "accenttint", 4.5),
    ("ink", "overtint", 4.5),
    ("ink", "duetint", 4.5),
    ("ink2", "band", 4.5),
    ("surface", "oversolid", 4.5),
    ("bg", "ink", 4.5),
    ("over", "bg", 4.5),
    ("accent", "accenttint", 4.5),
    ("ink2", "duetint", 4.5),
)
# The answer pages: 7 for words, 4.5 on the full red button, 3 for edges.
PATIENT_PAIRS = (
    ("p-ink", "p-paper", 7),
    ("p-quiet", "p-paper", 7),
    ("p-petrol", "p-paper", 7),
    ("p-danger", "p-paper", 7),
    ("p-ink", "p-field", 7),
    ("p-onpetrol", "p-petrol", 7),
    ("p-onurgent", "p-urgent", 4.5),
    ("p-edge", "p-paper", 3),
    ("p-edge", "p-field", 3),
    ("p-focus", "p-paper", 3),
)


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_staff_pair_is_readable(
    palette: dict[str, str], front: str, back: str, least: float
) -> None:
    assert contrast(palette[front], palette[back]) >= least


@pytest.mark.parametrize(("front", "back", "least"), PATIENT_PAIRS)
@pytest.mark.parametrize("selector", ['[data-theme="light"]', ':root:not([data-theme="light"])'])
def test_a_patient_pair_is_readable(selector: str, front: str, back: str, least: float) -> None:
    palette = blocks(PATIENT, selector)[0]
    assert contrast(palette[front], palette[back]) >= least


def test_dark_by_choice_is_dark_by_system() -> None:
    assert DARK == DARK_BY_SYSTEM


def test_light_and_dark_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_contrast_is_computed_as_published() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
