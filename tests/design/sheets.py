"""Reading the style sheets and computing contrast, for the tests beside this file."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "pathways" / "static" / "pathways"
CSS = STATIC / "css"
TEMPLATES = ROOT / "templates"
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)


def declared(block: str) -> dict[str, str]:
    """Return the colours of one block: name without dashes to hexadecimal value."""
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]+);", block))


def blocks(sheet: str, selector: str) -> list[dict[str, str]]:
    """Return the colours declared in each block whose selector ends with the given text."""
    found = re.findall(re.escape(selector) + r"\s*\{([^}]*)\}", sheet)
    return [colours for body in found if (colours := declared(body))]


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
