"""A cell of a file that a person may open in a spreadsheet, which runs what begins like a formula.

Whatever we write begins with an apostrophe where it would run; whatever we read loses that one
apostrophe again, so a cell comes back as it was. A number below zero stays as it is: a spreadsheet
reads it as the same number. A phone number does not: without the apostrophe its plus would be lost.
"""

from __future__ import annotations

import re

# The wide signs run in a spreadsheet set to Japanese; a tab or line end is passed over by some.
_RUNS = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_MARKED = re.compile(rf"'+(?:{_RUNS.pattern})")
_BELOW_ZERO = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")


def quiet(cell: str) -> str:
    """Return the cell as it is written: one that would run is led by an apostrophe."""
    if _BELOW_ZERO.fullmatch(cell):
        return cell
    return f"'{cell}" if _RUNS.match(cell) or _MARKED.match(cell) else cell


def spoken(cell: str) -> str:
    """Return the cell as it was meant: without the apostrophe that `quiet` set before it."""
    return cell[1:] if cell.startswith("'") and _MARKED.match(cell) else cell
