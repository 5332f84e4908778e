"""Where the phase and the therapy on record do not fit each other: said to a person, changed by none.

A phase decides what is asked for, and only a person changes it. What we decided where the documents
are silent: a course in cycles in a phase without a screening due before a cycle is said, and so is a
day 0 that no phase since has taken up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import PHASE_LABELS, Phase


def without_checks(phase: Phase, courses: Sequence[str], asking: Collection[Phase]) -> str:
    """Say which courses in cycles go on in a phase with no screening due before one, if any."""
    if not courses or phase in asking:
        return ""
    verb = "goes" if len(courses) == 1 else "go"
    return (
        f"{' and '.join(courses)} {verb} on, and the phase {PHASE_LABELS[phase]} has no screening "
        "due before a cycle. Does the phase still fit?"
    )


def not_taken_up(phase: Phase, since_on: date, day_0: date | None, today: date) -> str:
    """Say that day 0 of a transplant came and the phase is still the one from before it, if so."""
    if day_0 is None or phase is Phase.POST_TRANSPLANT or not since_on <= day_0 <= today:
        return ""
    return (
        f"Day 0 of a transplant was {short_date(day_0, today)}; the phase is "
        f"{PHASE_LABELS[phase]} since {short_date(since_on, today)}. Does the phase still fit?"
    )
