"""Everything the rules need to know about a batch of enrolments, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pathways.models import (
    DecisionKind,
    Enrolment,
    HoldPeriod,
    Observation,
    PhasePeriod,
    Screening,
    ScreeningDecision,
    ScreeningDefinition,
    TherapyCycle,
)
from pathways.rules.course_states import COURSE_OPEN, CourseState, CycleState
from pathways.rules.dates import Interval
from pathways.rules.lifecycles import ENDED, EnrolmentState, ResultStatus
from pathways.rules.rule_types import (
    AnchorMode,
    Cycle,
    EarlyRecall,
    Floors,
    Requested,
    Rule,
    counts_alike,
)
from pathways.rules.satisfaction import Sample

ROW_FIELDS = (
    "id",
    "enrolment_id",
    "code",
    "created_on",
    # From here on: what reschedule writes, in the order of `schedule_wanted._values`.
    "definition_id",
    "phase",
    "rule_version",
    "basis",
    "anchor_on",
    "anchor_result_id",
    "last_done_on",
    "soon_on",
    "opens_on",
    "due_on",
    "overdue_from",
    "first_due_on",
    "late_due_on",
    "not_assessable",
    "collected_on",
    "collected_result_id",
    "result_expected_on",
    "postponed_until",
    "held_from",
    "closed_from",
)
WRITTEN = ROW_FIELDS[4:]
FIRST_WRITTEN = 4


@dataclass(frozen=True, slots=True)
class Definition:
    """A screening definition as the batch uses it: its row id, its rule and what satisfies it."""

    id: int
    code: str
    rule: Rule
    satisfied_any: frozenset[str]
    satisfied_all: frozenset[str]
    satisfying_codes: tuple[str, ...]
    by_cycle: bool


@dataclass(slots=True)
class Decisions:
    """The standing decisions on one screening of one enrolment."""

    postponed_until: date | None = None
    postponed_anchor_on: date | None = None
    early_recall: EarlyRecall | None = None
    requested: Requested | None = None
    ceased: str | None = None


@dataclass(slots=True)
class Person:
    """One enrolment with all that moves its dates."""

    enrolment_id: int
    clinic_id: int
    patient_id: Any
    version_id: int
    ended_on: date | None
    transplant_on: date | None
    floors: Floors  # those of everything; `floors_of` has those of one screening
    phase: str
    phases: list[tuple[date, str]]
    # Code → the day an adopted version brought another rule for it in this phase.
    rules_changed_on: dict[str, date] = field(default_factory=dict)
    held_from: date | None = None
    # Those of every standing course, in the order of their day 1.
    cycles: tuple[Cycle, ...] = ()
    decisions: dict[str, Decisions] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    open_rows: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def floors_of(self, code: str) -> Floors:
        """Return the floors of one screening: an adoption is one only for what it changed."""
        changed_on = self.rules_changed_on.get(code)
        if changed_on is None:
            return self.floors
        return replace(self.floors, version_adopted_on=changed_on)

    def phase_at(self, day: date) -> str | None:
        """Return the phase the person was in on a day, or None before the first."""
        found = None
        for since_on, phase in self.phases:
            if since_on <= day:
                found = phase
        return found


class Definitions:
    """The definitions of the versions in use, by version and phase; read once a run."""

    def __init__(self) -> None:
        self._by_version: dict[int, dict[str, dict[str, Definition]]] = {}

    def of(self, version_id: int) -> dict[str, dict[str, Definition]]:
        """Return phase → code → definition of a version."""
        if version_id not in self._by_version:
            phases: dict[str, dict[str, Definition]] = defaultdict(dict)
            rows = ScreeningDefinition.objects.filter(version_id=version_id)
            for row in rows.select_related("version"):
                phases[row.phase][row.code] = Definition(
                    id=row.pk,
                    code=row.code,
                    rule=row.rule,
                    satisfied_any=frozenset(row.satisfied_any),
                    satisfied_all=frozenset(row.satisfied_all),
                    satisfying_codes=tuple(sorted(row.satisfying_codes)),
                    by_cycle=row.rule.anchor_mode is AnchorMode.CYCLE,
                )
            self._by_version[version_id] = dict(phases)
        return self._by_version[version_id]

    def changed(self, before_id: int, after_id: int) -> dict[str, list[str]]:
        """Return phase → codes whose rule the second version has and the first one had not."""
        before = self.of(before_id)
        changed = {
            phase: [
                code
                for code, rule in rules.items()
                if not _alike(before.get(phase, {}), code, rule)
            ]
            for phase, rules in self.of(after_id).items()
        }
        return {phase: codes for phase, codes in changed.items() if codes}


def _alike(before: dict[str, Definition], code: str, after: Definition) -> bool:
    """Tell whether a screening is owed by the same rule and satisfied by the same results."""
    was = before.get(code)
    return (
        was is not None
        and counts_alike(was.rule, after.rule)
        and (was.satisfied_any, was.satisfied_all) == (after.satisfied_any, after.satisfied_all)
    )


def load(enrolment_ids: Sequence[int]) -> dict[int, Person]:
    """Return the people of a batch by enrolment id: seven queries, however many they are."""
    people = load_people(enrolment_ids)
    by_patient = {person.patient_id: person for person in people.values()}
    _add_decisions(people)
    _add_samples(by_patient)
    rows = Screening.objects.open().filter(enrolment_id__in=list(people))
    for row in rows.values_list(*ROW_FIELDS).iterator(chunk_size=5000):
        people[row[1]].open_rows[row[2]] = row
    return people


def load_people(enrolment_ids: Sequence[int]) -> dict[int, Person]:
    """Return the people of a batch without their results, decisions and rows: four queries."""
    ids = list(enrolment_ids)
    phases: dict[int, list[tuple[date, str]]] = defaultdict(list)
    periods = PhasePeriod.objects.filter(enrolment_id__in=ids).order_by("since_on", "id")
    for enrolment_id, phase, since_on in periods.values_list("enrolment_id", "phase", "since_on"):
        phases[enrolment_id].append((since_on, phase))
    holds = dict(
        HoldPeriod.objects.filter(enrolment_id__in=ids, until_on__isnull=True).values_list(
            "enrolment_id", "from_on"
        )
    )
    people: dict[int, Person] = {}
    for row in Enrolment.objects.filter(pk__in=ids).values_list(
        "id",
        "clinic_id",
        "patient_id",
        "version_id",
        "state",
        "enrolled_on",
        "rules_changed_on",
        "resumed_on",
        "returned_on",
        "ended_on",
        "transplant_on",
    ):
        key, clinic_id, patient_id, version_id, state, enrolled_on = row[:6]
        changed_on, resumed_on, returned_on, ended_on, transplant_on = row[6:]
        since_on, phase = phases[key][-1]
        people[key] = Person(
            enrolment_id=key,
            clinic_id=clinic_id,
            patient_id=patient_id,
            version_id=version_id,
            ended_on=ended_on if state in ENDED else None,
            transplant_on=transplant_on,
            floors=Floors(enrolled_on, since_on, None, resumed_on, returned_on),
            rules_changed_on={
                code: date.fromisoformat(on) for code, on in changed_on.get(phase, {}).items()
            },
            phase=phase,
            phases=phases[key],
            held_from=holds.get(key) if state == EnrolmentState.ON_HOLD else None,
        )
    _add_cycles(people.values())
    return people


def _add_cycles(people: Iterable[Person]) -> None:
    by_patient = {person.patient_id: person for person in people}
    cycles: dict[Any, list[Cycle]] = defaultdict(list)
    rows = (
        TherapyCycle.objects.filter(course__patient_id__in=list(by_patient))
        .exclude(course__state=CourseState.ENTERED_IN_ERROR)
        .order_by("course_id", "number")
        .values_list(
            "course__patient_id", "course__state", "state", "number", "planned_on", "given_on"
        )
    )
    for patient_id, course, state, number, planned_on, given_on in rows:
        over = course not in COURSE_OPEN or state == CycleState.DISCONTINUED
        if given_on is None and over:
            continue
        held = state == CycleState.HELD
        cycles[patient_id].append(Cycle(number, planned_on, given_on, held=held, over=over))
    for patient_id, found in cycles.items():
        by_patient[patient_id].cycles = tuple(sorted(found, key=lambda cycle: cycle.day_1))


def _add_decisions(people: dict[int, Person]) -> None:
    rows = ScreeningDecision.objects.filter(
        enrolment_id__in=list(people), withdrawn_at__isnull=True
    ).values_list(
        "enrolment_id", "code", "kind", "decided_on", "until_on", "interval", "anchor_on", "reason"
    )
    for key, code, kind, decided_on, until_on, interval, anchor_on, reason in rows:
        decisions = people[key].decisions.setdefault(code, Decisions())
        if kind == DecisionKind.POSTPONED:
            decisions.postponed_until, decisions.postponed_anchor_on = until_on, anchor_on
        elif kind == DecisionKind.EARLY_RECALL:
            decisions.early_recall = EarlyRecall(until_on or decided_on, decided_on)
        elif kind == DecisionKind.REQUESTED:
            decisions.requested = Requested(decided_on, Interval.parse(interval))
        elif kind == DecisionKind.CEASED:
            decisions.ceased = reason


def _add_samples(by_patient: dict[Any, Person]) -> None:
    rows = (
        Observation.objects.current()
        .filter(
            patient_id__in=list(by_patient),
            status__in=[ResultStatus.FINAL, ResultStatus.COLLECTED],
        )
        .order_by()
        .values_list(
            "patient_id", "code", "performed_on", "id", "status", "counts_early", "expected_on"
        )
    )
    final = ResultStatus.FINAL.value
    for patient_id, code, on, ref, status, early, expected_on in rows.iterator(chunk_size=5000):
        by_patient[patient_id].samples.setdefault(code, []).append(
            Sample(code, on, ref, status == final, early, expected_on)
        )
