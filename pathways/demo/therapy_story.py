"""The therapy of the demo's people: their courses and what stands beside them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from pathways.demo.care_story import EntryStory, entries_of
from pathways.demo.course_story import CourseStory, courses_of
from pathways.demo.history import History
from pathways.demo.people import Story
from pathways.rules.lifecycles import Phase


@dataclass(frozen=True, slots=True)
class Therapy:
    """Everything one person was given, and what stands beside it."""

    courses: tuple[CourseStory, ...] = ()
    entries: tuple[EntryStory, ...] = ()
    unrecorded: int = 0  # the last cycles, before which nobody wrote a record

    @property
    def recorded_before(self) -> list[date]:
        """Return every day 1 before which the record was made: all but those left out."""
        given = [c.given_on for each in self.courses for c in each.cycles if c.given_on is not None]
        return given[: len(given) - self.unrecorded]


def therapy_of(history: History, today: date) -> Therapy:
    """Return the person's therapy up to today; the same for the same person and day."""
    began_on = history.course.since(Phase.ACTIVE_TREATMENT)
    if began_on is None:
        return Therapy()
    chance = Random(f"{history.person.mrn}:therapy")
    courses = tuple(courses_of(history, began_on, today, chance))
    return Therapy(
        courses,
        tuple(entries_of(history, courses, today, chance)),
        unrecorded=int(history.person.story is Story.UNPROTECTED),
    )
