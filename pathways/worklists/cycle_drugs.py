"""The drugs of one cycle as a form offers them: dose, planned days and dates tell two rows apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pathways.models import CourseDrug, TherapyCourse, TherapyCycle
from pathways.rules.course_overlap import cycle_period
from pathways.rules.cycle_days import write_days
from pathways.rules.due_phrase import short_date


def drugs_of_cycle(course: TherapyCourse, cycle: TherapyCycle) -> list[CourseDrug]:
    """Return the drugs that stand in the plan on some day of a cycle."""
    days = cycle_period(cycle.planned, course.cycle_days or 1, course.ended_on)
    return [
        row
        for row in course.drugs.all()
        if (row.until_on is None or row.until_on >= days.from_on)
        and (row.from_on is None or days.until_on is None or row.from_on <= days.until_on)
    ]


def drug_choices(rows: Iterable[CourseDrug], day: date) -> list[tuple[CourseDrug, str]]:
    """Return each drug with its dose, its planned days, and from when to when it so stands."""
    found = []
    for row in rows:
        parts = [row.label, row.dose_text, f"planned {write_days(row.days) or 'every day'}"]
        if row.from_on is not None:
            until = f" to {short_date(row.until_on, day)}" if row.until_on else ""
            parts.append(f"from {short_date(row.from_on, day)}{until}")
        found.append((row, ", ".join(part for part in parts if part)))
    return found
