"""Shares of small groups as people may be told them: n of N, and no percentage under ten."""

from __future__ import annotations

NO_PERCENTAGE_UNDER = 10


def share(part: int, whole: int) -> str:
    """Return "7/9", or "12/20 (60 %)" from ten on; a share of none is a dash."""
    if whole == 0:
        return "–"
    said = f"{part}/{whole}"
    if whole < NO_PERCENTAGE_UNDER:
        return said
    return f"{said} ({round(100 * part / whole)} %)"
