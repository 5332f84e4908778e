"""One line of a history, and the pen that dates it in the clinic's days and hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from pathways.models.authors import Authors
from pathways.models.base import Record
from pathways.rules.due_phrase import short_date


class Kind(StrEnum):
    """What a line is about; the value stands in addresses."""

    RESULT = "results"
    EXAM = "exams"
    THERAPY = "therapy"
    CARE = "care"
    TOXICITY = "toxicity"
    DISEASE = "disease"
    PHASE = "phases"
    ALERT = "alerts"
    CHECK_IN = "check-ins"
    VISIT = "visits"
    MESSAGE = "messages"
    CALL = "calls"
    DECISION = "decisions"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.RESULT: "Results",
    Kind.EXAM: "Neurological exams",
    Kind.THERAPY: "Therapy",
    Kind.CARE: "Other care",
    Kind.TOXICITY: "Toxicity",
    Kind.DISEASE: "Disease record",
    Kind.PHASE: "Phases",
    Kind.ALERT: "Alerts",
    Kind.CHECK_IN: "Check-ins",
    Kind.VISIT: "Visits",
    Kind.MESSAGE: "Messages",
    Kind.CALL: "Calls and tasks",
    Kind.DECISION: "Decisions",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line: a time in words, a sentence, who; `struck` holds a value that was taken back."""

    kind: Kind
    at: datetime
    when: str
    sentence: str
    who: str = ""
    future: bool = False
    struck: str = ""
    message_id: int | None = None
    day_only: bool = False

    @property
    def kind_words(self) -> str:
        """What the line is about, in words."""
        return KIND_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Pen:
    """Dates lines of one kind; days and hours are the clinic's."""

    kind: Kind
    today: date
    zone: ZoneInfo
    authors: Authors

    def day(self, day: date) -> str:
        """Return a day in words."""
        return short_date(day, self.today)

    def span(self, from_on: date, until_on: date | None) -> str:
        """Return the words for the end of what began on a day; nothing for a single day."""
        return f", to {self.day(until_on)}" if until_on not in (None, from_on) else ""

    def on(self, day: date, sentence: str, who: str = "", struck: str = "") -> Moment:
        """Return a line of which only the day is known."""
        at = datetime.combine(day, time(12), self.zone)
        future = day > self.today
        return Moment(
            self.kind,
            at,
            self.day(day),
            sentence,
            self.authors.named(who),
            future,
            struck=struck,
            day_only=True,
        )

    def at(
        self, instant: datetime, sentence: str, who: str = "", message_id: int | None = None
    ) -> Moment:
        """Return a line with its hour."""
        local = instant.astimezone(self.zone)
        when = f"{self.day(local.date())}, {local:%H:%M}"
        future = local.date() > self.today
        return Moment(
            self.kind, instant, when, sentence, self.authors.named(who), future, "", message_id
        )

    def recorded(self, row: Record, line: Moment) -> Moment:
        """Return the line of a record, struck through if the record was taken back."""
        if row.withdrawn_at is None:
            return line
        reason = f": {row.withdrawn_reason}" if row.withdrawn_reason else ""
        said = f"entered in error, {self.authors.named(row.withdrawn_by)}{reason}"
        return replace(line, sentence=said, struck=line.sentence)
