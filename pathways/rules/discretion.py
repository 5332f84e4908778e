"""Words that tell a stranger what somebody is treated for, wherever an envelope or a page may show them.

Source: messages.md, principles 2 and 3, and 2 (row 10: the front desk replaces a department's name).
"""

from __future__ import annotations

import re
import unicodedata

# Word stems that tell a stranger what somebody is treated for (messages.md, principles 2 and 3).
TELLING_STEMS = (
    "poems",
    "haematolog",
    "hematolog",
    "neurolog",
    "neurosci",
    "neuropath",
    "neuromusc",
    "oncolog",
    "onkolog",
    "myelom",
    "mielom",
    "lymphom",
    "linfom",
    "leukaem",
    "leukem",
    "leucem",
    "amyloid",
    "transplant",
    "trasplant",
    "chemo",
    "quimio",
    "chimio",
    "tumour",
    "tumor",
    "cancer",
    "palliat",
    "hospice",
    "endocrin",
    "plasmacell",
    "castleman",
    "takatsuki",
    "crowfukase",
)
# Words that tell only when they stand alone: a surname may hold them.
TELLING_WORDS = frozenset(
    {"blood", "nerve", "nerves", "marrow", "plasma", "vegf", "sang", "sangre", "nervios", "nerfs"}
    | {"neuro", "haem", "haemato", "hemato", "heme", "onc"}
)
TELLING_SIGNS = ("血液", "神経", "腫瘍", "がん", "癌", "移植")


def telling(text: str) -> str | None:
    """Return why a text may not stand in what a patient is sent, or None where it may."""
    word = telling_word(text)
    if word is None:
        return None
    return (
        f"{text!r} contains {word!r}, which tells anybody who sees the envelope what a person is "
        "treated for. Choose an everyday name; the front desk shows the way to a department."
    )


def telling_word(text: str) -> str | None:
    """Return the first word in a name or host that gives a disease or a specialty away."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    together = re.sub(r"[\s._-]+", "", plain)
    for stem in TELLING_STEMS:
        if stem in together:
            return stem
    for sign in TELLING_SIGNS:
        if sign in text:
            return sign
    return next((word for word in re.split(r"[^a-z]+", plain) if word in TELLING_WORDS), None)
