"""Planned cycle days as people write them: "1-21", "1, 8, 15, 22", or nothing for every day."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 90
_PART = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?")


def read_days(typed: str) -> tuple[int, ...]:
    """Return the days in order. Raises ValueError saying what to write instead."""
    days: set[int] = set()
    for part in re.split(r"[,;\s]+(?=\d)|,", re.sub(r"\s*[-–]\s*", "-", typed.strip())):
        if not part.strip():
            continue
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise ValueError("Write the days as 1, 8, 15 or 1-21; leave it empty for every day")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= LONGEST:
            raise ValueError(f"A cycle has days 1 to {LONGEST}, the earlier one first")
        days.update(range(first, last + 1))
    return tuple(sorted(days))


def write_days(days: Sequence[int]) -> str:
    """Return "1–21" or "1, 8, 15, 22"; nothing for every day."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and day == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    parts = []
    for first, last in runs:
        if last - first < 2:
            parts += [str(day) for day in range(first, last + 1)]
        else:
            parts.append(f"{first}–{last}")
    return ", ".join(parts)
