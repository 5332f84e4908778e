"""From check-in answers to one level: the most urgent wins.

Source: clinical facts 5; messages.md 7. All levels are proposals that the clinic signs. The level
decides how soon a member of staff is asked; it says nothing about a cause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pathways.rules.alert_states import Severity

# Two or more answers of level D: the nurse is asked to see the person face to face today.
FACE_TO_FACE = 2


class Level(StrEnum):
    """What a listed answer leads to; empty where it leads to nothing."""

    EMERGENCY = "E"
    SAME_DAY = "D"
    WEEK = "W"
    NEXT_VISIT = "N"
    NONE = ""


SEVERITY: Mapping[Level, Severity] = {
    Level.EMERGENCY: Severity.EMERGENCY,
    Level.SAME_DAY: Severity.SAME_DAY,
    Level.WEEK: Severity.WITHIN_7_DAYS,
    Level.NEXT_VISIT: Severity.NEXT_VISIT,
}
# Most urgent first.
ORDER = tuple(Level)


@dataclass(frozen=True, slots=True)
class Answered:
    """One question as asked, the answer as given, and the level it led to."""

    question: str
    answer: str
    level: Level


@dataclass(frozen=True, slots=True)
class Triaged:
    """The level of a whole check-in, and the answers that led to it."""

    level: Level
    severity: Severity | None
    face_to_face: bool
    telling: tuple[Answered, ...]


def judge(answers: Sequence[Answered]) -> Triaged:
    """Return the most urgent level that an answer reached. Unanswered is never "no"."""
    level = min((each.level for each in answers), key=ORDER.index, default=Level.NONE)
    same_day = [each for each in answers if each.level is Level.SAME_DAY]
    telling = tuple(each for each in answers if each.level is level and level is not Level.NONE)
    return Triaged(
        level=level,
        severity=SEVERITY.get(level),
        face_to_face=level is Level.SAME_DAY and len(same_day) >= FACE_TO_FACE,
        telling=telling,
    )


def unsure(levels: Sequence[Level]) -> Level:
    """Return the level of "I am not sure": W, or D where the least urgent "yes" is D already."""
    yes = [level for level in levels if level is not Level.NONE]
    least = max(yes, key=ORDER.index, default=Level.WEEK)
    return Level.SAME_DAY if ORDER.index(least) <= ORDER.index(Level.SAME_DAY) else Level.WEEK
