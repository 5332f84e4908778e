"""Alert rules on therapy: what is not on record, and what was graded. Never a word on giving a drug.

Source: clinical facts 4c and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.rules.findings import (
    Finding,
    Parameters,
    Rule,
    days,
    not_assessable,
    not_met,
    raised,
)
from pathways.rules.person_facts import Adverse, Cycle, Entry, Exposure, PersonFacts

IMID, BORTEZOMIB = "imid", "bortezomib"
ONE_DAY = timedelta(days=1)
_WAITING = frozenset({CycleState.PLANNED, CycleState.STARTED})


@dataclass(frozen=True, slots=True)
class BeforeCycle:
    """One cycle of a course that goes on, and the days of the person's pre-cycle records."""

    cycle: Cycle
    records: tuple[date, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Graded:
    """One adverse event that goes on, and the neurotoxic drugs of the person."""

    adverse: Adverse
    neurotoxic: tuple[Exposure, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Protected:
    """One drug of a course that goes on, and the prophylaxis on record."""

    drug: Exposure
    entries: tuple[Entry, ...]
    today: date
    since: date | None = None


def newest_cycles(facts: PersonFacts) -> Iterable[BeforeCycle]:
    """Return for each course that goes on the newest cycle whose day 1 has come."""
    newest: dict[int, Cycle] = {}
    for each in sorted(facts.cycles, key=lambda one: one.number):
        if each.course_state not in (CourseState.PLANNED, CourseState.RUNNING):
            continue
        if each.state in _WAITING and each.day_1 <= facts.today:
            newest[each.course] = each
    return (BeforeCycle(each, facts.records, facts.today) for each in newest.values())


def record_missing(case: BeforeCycle, parameters: Parameters) -> Finding:
    """The record before a cycle is not there on day 1. A record, never a condition."""
    cycle = case.cycle
    subject = f"course:{cycle.course}:pre-cycle"
    first_on = cycle.day_1 - timedelta(days=days(parameters, "lead_days"))
    if any(first_on <= day <= case.today for day in case.records):
        return not_met(subject)
    return raised(
        subject,
        f"course:{cycle.course}",
        f"cycle:{cycle.number}",
        course=cycle.course_label,
        cycle=cycle.number,
        day_1=cycle.day_1,
        lead_days=days(parameters, "lead_days"),
    )


def waiting_cycles(facts: PersonFacts) -> Iterable[BeforeCycle]:
    """Return for each course the first cycle that was planned and has not begun."""
    first: dict[int, Cycle] = {}
    for each in sorted(facts.cycles, key=lambda one: one.number):
        goes_on = each.course_state in (CourseState.PLANNED, CourseState.RUNNING)
        if goes_on and each.state is CycleState.PLANNED:
            first.setdefault(each.course, each)
    return (BeforeCycle(each, facts.records, facts.today) for each in first.values())


def not_started(case: BeforeCycle, parameters: Parameters) -> Finding:
    """A planned cycle has not begun so many days after the day it was planned for."""
    cycle = case.cycle
    subject = f"course:{cycle.course}:start"
    late = (case.today - cycle.planned_on).days
    if late < days(parameters, "days"):
        return not_met(subject)
    return raised(
        subject,
        f"course:{cycle.course}",
        f"cycle:{cycle.number}:{cycle.planned_on}",
        course=cycle.course_label,
        cycle=cycle.number,
        planned_on=cycle.planned_on,
        days=late,
    )


def graded_cases(facts: PersonFacts) -> Iterable[Graded]:
    """Return the adverse events that go on."""
    neurotoxic = tuple(each for each in facts.exposures if each.neurotoxic)
    for each in facts.adverse:
        if each.period.within(facts.today):
            yield Graded(each, neurotoxic, facts.today)


def grade_reached(case: Graded, parameters: Parameters) -> Finding:
    """An adverse event of this grade or more was recorded, by its own list."""
    adverse = case.adverse
    subject = f"toxicity:{adverse.ref}"
    if adverse.grade < days(parameters, "grade"):
        return not_met(subject)
    return raised(subject, f"toxicity:{adverse.ref}", **_graded(adverse))


def neuropathy_on_drug(case: Graded, parameters: Parameters) -> Finding:
    """A neuropathy of this grade or more while a neurotoxic drug is taken.

    Neuropathy is there before treatment: a grade no higher than before it does not count.
    """
    adverse = case.adverse
    subject = f"neuropathy:{adverse.ref}"
    if adverse.term not in parameters["terms"] or adverse.grade < days(parameters, "grade"):
        return not_met(subject)
    taken = [
        each
        for each in case.neurotoxic
        if each.period is not None and each.period.within(case.today)
    ]
    if not taken:
        if any(each.period is None and each.running for each in case.neurotoxic):
            return not_assessable(subject, "The days of a neurotoxic drug are not recorded.")
        return not_met(subject)
    if adverse.baseline is not None and adverse.grade <= adverse.baseline:
        return not_met(subject)
    return raised(
        subject,
        f"toxicity:{adverse.ref}",
        drugs=", ".join(sorted({each.label for each in taken})),
        baseline="not recorded" if adverse.baseline is None else adverse.baseline,
        **_graded(adverse),
    )


def _graded(adverse: Adverse) -> dict[str, Any]:
    return {
        "term": adverse.label,
        "grade": adverse.grade,
        "list": adverse.list_version,
        "began_on": adverse.period.from_on,
    }


def imid_cases(facts: PersonFacts) -> Iterable[Protected]:
    """Return the IMiDs of courses that run, with the thrombosis prophylaxis on record."""
    return _protected(
        facts,
        [each for each in facts.exposures if IMID in each.classes],
        EntryKind.THROMBOSIS_PROPHYLAXIS,
    )


def bortezomib_cases(facts: PersonFacts) -> Iterable[Protected]:
    """Return bortezomib of courses that run, with the zoster prophylaxis on record."""
    return _protected(
        facts,
        [each for each in facts.exposures if each.drug == BORTEZOMIB],
        EntryKind.ZOSTER_PROPHYLAXIS,
    )


def _protected(
    facts: PersonFacts, drugs: Sequence[Exposure], kind: EntryKind
) -> Iterable[Protected]:
    entries = tuple(each for each in facts.entries if each.kind is kind)
    for drug in drugs:
        if drug.running:
            yield Protected(drug, entries, facts.today, _since(drug, drugs))


def _since(drug: Exposure, drugs: Sequence[Exposure]) -> date | None:
    """Return the first day without a gap: a change of dose begins nothing."""
    if drug.period is None:
        return None
    since = drug.period.from_on
    mine = [each.period for each in drugs if (each.course, each.drug) == (drug.course, drug.drug)]
    for period in sorted((each for each in mine if each is not None), reverse=True):
        if period.until_on == since - ONE_DAY:
            since = period.from_on
    return since


def no_prophylaxis(case: Protected, parameters: Parameters) -> Finding:
    """A drug is taken, and no prophylaxis of the kind it is asked for with is on record that day."""
    drug = case.drug
    subject = f"course:{drug.course}:{drug.drug}"
    if drug.period is None:
        return not_assessable(subject, f"The days of {drug.label} are not recorded.")
    if not drug.period.within(case.today):
        return not_met(subject)
    if any(each.period.within(case.today) for each in case.entries):
        return not_met(subject)
    return raised(
        subject,
        f"course:{drug.course}",
        f"drug:{drug.drug}:{drug.period.from_on}",
        drug=drug.label,
        since=case.since,
        today=case.today,
    )


RULES: Sequence[Rule] = (
    Rule("pre-cycle-record-missing", BeforeCycle, newest_cycles, record_missing),
    Rule("cycle-not-started", BeforeCycle, waiting_cycles, not_started),
    Rule("toxicity-grade", Graded, graded_cases, grade_reached),
    Rule("neuropathy-on-neurotoxic-drug", Graded, graded_cases, neuropathy_on_drug),
    Rule("thrombosis-prophylaxis-missing", Protected, imid_cases, no_prophylaxis),
    Rule("zoster-prophylaxis-missing", Protected, bortezomib_cases, no_prophylaxis),
)
