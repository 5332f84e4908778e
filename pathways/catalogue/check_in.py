"""Read the check-in questions: their words, who is asked, and the level of each answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice
from pathways.rules.triage import Level, unsure

CHECK_IN_FILE = HERE / "check_in.toml"
NOT_SURE = "not-sure"


class AskedIf(StrEnum):
    """Who is asked a question."""

    ALWAYS = "always"
    STEROID = "steroid"
    TREATMENT = "treatment"
    HARMFUL_TO_BABIES = "harmful-to-babies"
    STAFFED_LINE = "staffed-line"


@dataclass(frozen=True)
class AnswerEntry:
    """One answer, what it leads to, and what it leads to on a drug that harms nerves."""

    key: str
    text: str
    level: Level
    on_nerve_drug: Level

    def level_for(self, *, nerve_drug: bool) -> Level:
        """Return the level, knowing whether a neurotoxic drug is taken."""
        return self.on_nerve_drug if nerve_drug else self.level


@dataclass(frozen=True)
class QuestionEntry:
    """One question with its answers; the first page's one lists its signs too."""

    key: str
    text: str
    asked_if: AskedIf
    signs: tuple[str, ...]
    answers: tuple[AnswerEntry, ...]

    def find(self, key: str) -> AnswerEntry | None:
        """Return the answer of this key; "I am not sure" is one to every question."""
        if key == NOT_SURE:
            level = unsure([each.level for each in self.answers])
            return AnswerEntry(NOT_SURE, "I am not sure", level, level)
        return next((each for each in self.answers if each.key == key), None)


@dataclass(frozen=True)
class CheckInEntry:
    """The questions in their order, as one version."""

    number: int
    questions: tuple[QuestionEntry, ...]
    sources: tuple[SourceEntry, ...]

    @property
    def by_key(self) -> Mapping[str, QuestionEntry]:
        """The questions by their key."""
        return {each.key: each for each in self.questions}


def load_check_in(path: Path = CHECK_IN_FILE) -> CheckInEntry:
    """Return the questions. Raises ``CatalogueError`` with every complaint."""
    problems = Problems()
    top = read_toml(path, problems)
    rows = top.tables("question")
    questions = tuple(_question(row) for row in rows)
    refuse_twice([(row, e.key) for row, e in zip(rows, questions, strict=True)], "question")
    entry = CheckInEntry(top.whole("number"), questions, read_sources(top, load_sources()))
    top.finish()
    problems.raise_if_any()
    return entry


def _question(row: Table) -> QuestionEntry:
    answer_rows = row.tables("answers")
    answers = tuple(_answer(each) for each in answer_rows)
    refuse_twice([(one, e.key) for one, e in zip(answer_rows, answers, strict=True)], "answer")
    entry = QuestionEntry(
        key=row.text("key"),
        text=row.text("text"),
        asked_if=row.choice("asked_if", AskedIf, AskedIf.ALWAYS),
        signs=row.words("signs"),
        answers=answers,
    )
    if not any(each.level is Level.NONE for each in answers):
        row.complain("no answer leads to nothing", "Add the answer that stands for “no”")
    row.finish()
    return entry


def _answer(row: Table) -> AnswerEntry:
    level = _level(row, "level", Level.NONE)
    entry = AnswerEntry(
        row.text("key"), row.text("text"), level, _level(row, "on_nerve_drug", level)
    )
    row.finish()
    return entry


def _level(row: Table, key: str, default: Level) -> Level:
    return row.choice(key, Level) if row.has(key) else default
