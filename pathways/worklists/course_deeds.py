"""What was done to a course and why, in words; asks nothing of rows that were read already."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from pathways.models import CourseDeed, TherapyCourse, TherapyCycle
from pathways.rules.due_phrase import short_date


def deed_words(deed: CourseDeed) -> str:
    """Return what was done, and the reason that was given for it."""
    return f"{deed.words} ({deed.reason})"


def change_words(course: TherapyCourse, shown: Collection[int], day: date) -> tuple[str, ...]:
    """Return each change of a course with its day and its reason; `shown` cycles say their own."""
    return tuple(
        f"{short_date(deed.effective_on, day)}: "
        + (f"cycle {deed.cycle_number} " if deed.cycle_number else "")
        + deed_words(deed)
        for deed in deeds_of_course(course, shown)
    )


def deeds_of_course(course: TherapyCourse, shown: Collection[int]) -> list[CourseDeed]:
    """Return the deeds on the course itself, and on cycles of it that have no row any more."""
    return [each for each in course.deeds.all() if each.cycle_number not in shown]


def deeds_of_cycle(course: TherapyCourse, cycle: TherapyCycle) -> list[CourseDeed]:
    """Return the deeds on a cycle, without the one whose reason stands on the cycle itself."""
    deeds = [each for each in course.deeds.all() if each.cycle_number == cycle.number]
    current = [each.pk for each in deeds if each.reason == cycle.reason]
    return [each for each in deeds if each.pk != max(current, default=None)]
