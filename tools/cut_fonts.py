"""Cut the two interface fonts to the letters we use; see pathways/static/pathways/VENDORED.md.

Usage: python tools/cut_fonts.py SANS.ttf SERIF.ttf FOLDER, with the upright variable fonts of the
packages named in VENDORED.md. Writes four WOFF2 files. "Source" is a reserved font name under the
fonts' licence, so the cut copies carry the names Clinic Sans and Clinic Serif inside.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

LATIN = (
    "0000-00FF 0131 0152-0153 02BB-02BC 02C6 02DA 02DC 0304 0308 0329 2000-206F 20AC 2122 "
    "2190-2193 2212 2215 2248 2260 2264-2265 FEFF FFFD"
)
LATIN_EXTENDED = (
    "0100-0130 0132-0151 0154-02BA 02BD-02C5 02C7-02CC 02CE-02D7 02DD-02FF 1D00-1DBF 1E00-1EFF "
    "20A0-20AB 20AD-20C0 2113 2C60-2C7F A720-A7FF"
)
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "lnum", "tnum", "pnum"]
KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]


def code_points(ranges: str) -> list[int]:
    """Return every code point of a space-separated list of hexadecimal ranges."""
    points: list[int] = []
    for part in ranges.split():
        first, _, last = part.partition("-")
        points.extend(range(int(first, 16), int(last or first, 16) + 1))
    return points


def cut(source: Path, family: str, axes: dict[str, object], ranges: str, target: Path) -> None:
    """Narrow the axes, keep the given letters, rename, and write one WOFF2."""
    narrowed = io.BytesIO()
    whole = TTFont(source, recalcTimestamp=False)
    instantiateVariableFont(whole, axes, inplace=True).save(narrowed)
    font = TTFont(narrowed, recalcTimestamp=False)
    options = Options(
        hinting=False, layout_features=FEATURES, name_IDs=KEPT_NAMES, drop_tables=["STAT"]
    )
    options.flavor = "woff2"
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=code_points(ranges))
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in {1, 3, 4, 6}:
            plain = family.replace(" ", "") if record.nameID == 6 else family
            record.string = plain
    font.flavor = "woff2"
    font.save(target)


def main() -> None:
    """Cut both families twice: the letters of every page, and the rest of Latin."""
    sans, serif, folder = (Path(argument) for argument in sys.argv[1:4])
    for name, ranges in (("latin", LATIN), ("latin-extended", LATIN_EXTENDED)):
        cut(sans, "Clinic Sans", {"wght": (400, 600)}, ranges, folder / f"clinic-sans-{name}.woff2")
        cut(
            serif,
            "Clinic Serif",
            {"wght": 600, "opsz": 20},
            ranges,
            folder / f"clinic-serif-{name}.woff2",
        )


if __name__ == "__main__":
    main()
