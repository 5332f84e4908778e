"""Everything the alert rules are told about one person: plain values, loaded before they run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.rules.due_status import DueFacts
from pathways.rules.exam_words import ScoringMode
from pathways.rules.lifecycles import AppointmentState, Phase, ResultStatus
from pathways.rules.observations import Period, Reading
from pathways.rules.triage import Answered


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words, such as an immunofixation, or a number where the report gives one."""

    ref: int
    code: str
    on: date
    text: str
    value: Decimal | None = None
    comparator: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """The latest word on one sample that brought no value: collected, or rejected."""

    ref: int
    code: str
    label: str
    on: date
    status: ResultStatus
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """The answer to one sign of an exam, such as Romberg: positive, negative, or why none."""

    exam: int
    on: date
    mode: ScoringMode
    answer: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Which way an instrument is worse, and the change published for it, if any."""

    code: str
    label: str
    worse_is_higher: bool
    is_score: bool
    threshold: Decimal | None
    in_percent: bool = False


@dataclass(frozen=True, slots=True)
class Exposure:
    """One drug taken by the person, from when to when, with what it is known for."""

    course: int
    drug: str
    label: str
    classes: tuple[str, ...]
    neurotoxic: bool
    period: Period | None
    running: bool


@dataclass(frozen=True, slots=True)
class Cycle:
    """One numbered cycle of a course."""

    course: int
    course_label: str
    course_state: CourseState
    number: int
    planned_on: date
    given_on: date | None
    state: CycleState

    @property
    def day_1(self) -> date:
        """Day 1 as given, or as planned while it is not."""
        return self.given_on or self.planned_on


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated entry beside the courses."""

    ref: int
    kind: EntryKind
    label: str
    period: Period


@dataclass(frozen=True, slots=True)
class Adverse:
    """One adverse event as graded."""

    ref: int
    term: str
    label: str
    grade: int
    baseline: int | None
    list_version: str
    period: Period


@dataclass(frozen=True, slots=True)
class Owed:
    """One open screening."""

    ref: int
    code: str
    label: str
    anchor_on: date | None
    facts: DueFacts
    collected: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One booking that is closed or stands."""

    ref: int
    on: date
    state: AppointmentState


@dataclass(frozen=True, slots=True)
class OnPathway:
    """The running enrolment, with the phase the person is in."""

    ref: int
    active: bool
    phase: Phase | None
    phase_since: date | None
    open_screenings: int


@dataclass(frozen=True, slots=True)
class Address:
    """One address or number in use."""

    ref: int
    is_email: bool
    verified: bool
    suspended_on: date | None
    suspended_reason: str
    consent: bool | None
    consent_on: date | None
    of_carer: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """How often one screening was written about since anything was heard of it."""

    screening: int
    label: str
    due_on: date
    reminders: int
    last_on: date
    answered: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """One check-in, with the levels its answers reached when they were given."""

    ref: int
    at: datetime
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One person on one day."""

    today: date
    readings: tuple[Reading, ...] = ()
    said: tuple[Said, ...] = ()
    samples: tuple[Sample, ...] = ()
    signs: tuple[Sign, ...] = ()
    scales: tuple[Scale, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    treatment_days: tuple[date, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    entries: tuple[Entry, ...] = ()
    adverse: tuple[Adverse, ...] = ()
    owed: tuple[Owed, ...] = ()
    visits: tuple[Visit, ...] = ()
    pathway: OnPathway | None = None
    reviews: tuple[date, ...] = ()
    records: tuple[date, ...] = ()
    addresses: tuple[Address, ...] = ()
    asked: tuple[Asked, ...] = ()
    check_ins: tuple[Answers, ...] = ()
    withdrawn: frozenset[str] = field(default_factory=frozenset)

    @property
    def bevacizumab(self) -> tuple[Period, ...]:
        """When bevacizumab was taken."""
        return tuple(
            each.period
            for each in self.exposures
            if each.drug == "bevacizumab" and each.period is not None
        )

    def taken(self, day: date) -> tuple[Exposure, ...]:
        """The drugs taken on a day, as far as their days are recorded."""
        return tuple(
            each for each in self.exposures if each.period is not None and each.period.within(day)
        )


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """What the system rules are told about one clinic."""

    now: datetime
    sweeps: tuple[tuple[str, datetime | None, int], ...] = ()
    paused_since: datetime | None = None
    stopped_since: datetime | None = None
    quarantined: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something of the alert system's own that must not pass unseen."""

    what: str
    detail: str
    at: datetime
