"""Alert rules on the schedule: what is late, lost, not attended, not reviewed, or not planned.

Source: clinical facts 5c; recall rule 5 for the status words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from pathways.rules.dates import Interval
from pathways.rules.due_status import DueStatus, due_status
from pathways.rules.findings import (
    Finding,
    Parameters,
    Rule,
    days,
    not_assessable,
    not_met,
    raised,
)
from pathways.rules.lifecycles import SAMPLE_GONE, AppointmentState, ResultStatus
from pathways.rules.person_facts import OnPathway, Owed, PersonFacts, Sample, Visit


@dataclass(frozen=True, slots=True)
class OwedOn:
    """One open screening on a day."""

    owed: Owed
    today: date


@dataclass(frozen=True, slots=True)
class AllOwed:
    """Every open screening of one person on a day."""

    owed: tuple[Owed, ...]
    today: date


class Late(NamedTuple):
    """A screening overdue by the share of its interval, and the day on which it came to that."""

    since_on: date
    due_on: date
    owed: Owed
    interval: int


@dataclass(frozen=True, slots=True)
class SampleOn:
    """One sample without a value on a day, and whether a newer one was taken since."""

    sample: Sample
    replaced: bool
    today: date


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits that were or should have been, oldest first."""

    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Pathway:
    """The running enrolment on a day, and the days of hematology reviews."""

    pathway: OnPathway
    reviews: tuple[date, ...]
    today: date


def owed_cases(facts: PersonFacts) -> Iterable[OwedOn]:
    """Return the open screenings."""
    return (OwedOn(each, facts.today) for each in facts.owed)


def together(facts: PersonFacts) -> Iterable[AllOwed]:
    """Return everything that is owed as one case: a person who is late is one call, not nine."""
    yield AllOwed(facts.owed, facts.today)


def overdue_share(case: AllOwed, parameters: Parameters) -> Finding:
    """Screenings are overdue by this share of their own interval or more, said once a person.

    It rests on the one that crossed that line last, so another that crosses it is new evidence
    and one of the others that is done is not.
    """
    late: list[Late] = []
    unknown = ""
    for owed in case.owed:
        state = due_status(owed.facts, case.today)
        due_on, anchor_on = owed.facts.due_on, owed.anchor_on
        if state.status is DueStatus.NOT_ASSESSABLE:
            unknown = unknown or owed.facts.not_assessable or "It has no dates."
        if state.days_overdue is None:
            continue
        if anchor_on is None or due_on is None or due_on <= anchor_on:
            unknown = unknown or "The interval it is counted in is not known."
            continue
        interval = (due_on - anchor_on).days
        share = -(-days(parameters, "percent") * interval // 100)
        if state.days_overdue >= share:
            late.append(Late(due_on + timedelta(days=share), due_on, owed, interval))
    if not late:
        return not_assessable("overdue", unknown) if unknown else not_met("overdue")
    latest = max(late, key=lambda each: (each.since_on, each.owed.ref))
    first, *others = sorted(late, key=lambda each: (each.due_on, each.owed.ref))
    return raised(
        "overdue",
        f"screening:{latest.owed.ref}:{latest.due_on}",
        wording="reason_together" if others else "reason",
        screening=first.owed.label,
        due_on=first.due_on,
        days=(case.today - first.due_on).days,
        interval=first.interval,
        others=", ".join(each.owed.label for each in others)[:400],
        percent=days(parameters, "percent"),
    )


def result_overdue(case: OwedOn, parameters: Parameters) -> Finding:
    """A sample was taken and its result is past the day it was expected on."""
    owed = case.owed
    subject = f"screening:{owed.ref}:result"
    facts = owed.facts
    if due_status(facts, case.today).status is not DueStatus.RESULT_OVERDUE:
        if facts.collected_on is not None and facts.result_expected_on is None:
            return not_assessable(subject, "No day is known on which the result is expected.")
        return not_met(subject)
    return raised(
        subject,
        f"screening:{owed.ref}:{facts.collected_on}",
        screening=owed.label,
        taken_on=facts.collected_on,
        expected_on=facts.result_expected_on,
    )


def sample_cases(facts: PersonFacts) -> Iterable[SampleOn]:
    """Return the samples that brought no value."""
    newest: dict[str, date] = {}
    for code, on in [
        *((each.code, each.on) for each in facts.readings),
        *((each.code, each.on) for each in facts.said),
        *((each.code, each.on) for each in facts.samples if each.status is ResultStatus.COLLECTED),
    ]:
        newest[code] = max(on, newest.get(code, on))
    for each in facts.samples:
        again = newest.get(each.code)
        yield SampleOn(each, again is not None and again > each.on, facts.today)


def lost_sample(case: SampleOn, parameters: Parameters) -> Finding:
    """A sample was refused or lost by the laboratory, or missing long after it was expected."""
    sample = case.sample
    subject = f"sample:{sample.ref}"
    if case.replaced:
        return not_met(subject)
    words: dict[str, Any] = {"sample": sample.label, "on": sample.on}
    if sample.status in SAMPLE_GONE:
        return raised(
            subject,
            f"observation:{sample.ref}",
            wording="reason_gone",
            status=sample.status.value,
            **words,
        )
    if sample.expected_on is None:
        return not_assessable(subject, "No day is known on which the result is expected.")
    late = (case.today - sample.expected_on).days
    if late < days(parameters, "days"):
        return not_met(subject)
    return raised(
        subject,
        f"observation:{sample.ref}",
        expected_on=sample.expected_on,
        days=late,
        **words,
    )


def visit_cases(facts: PersonFacts) -> Iterable[Visits]:
    """Return the visits on which somebody came or did not."""
    closed = (AppointmentState.ATTENDED, AppointmentState.NOT_ATTENDED)
    visits = sorted(
        (each for each in facts.visits if each.state in closed),
        key=lambda each: (each.on, each.ref),
    )
    if visits:
        yield Visits(tuple(visits))


def not_attended(case: Visits, parameters: Parameters) -> Finding:
    """The last visits in a row were not attended."""
    subject = "visits not attended"
    wanted = days(parameters, "visits")
    missed: list[Visit] = []
    for each in reversed(case.visits):
        if each.state is not AppointmentState.NOT_ATTENDED:
            break
        missed.append(each)
    if len(missed) < wanted:
        return not_met(subject)
    return raised(
        subject,
        *(f"visit:{each.ref}" for each in missed[:wanted]),
        count=len(missed),
        first_on=missed[-1].on,
        last_on=missed[0].on,
    )


def pathway_cases(facts: PersonFacts) -> Iterable[Pathway]:
    """Return the running enrolment, if there is one."""
    if facts.pathway is not None:
        yield Pathway(facts.pathway, facts.reviews, facts.today)


def phase_not_reviewed(case: Pathway, parameters: Parameters) -> Finding:
    """The phase was neither changed nor reviewed at a hematology visit for so many months."""
    pathway = case.pathway
    subject = f"enrolment:{pathway.ref}:phase"
    if not pathway.active:
        return not_met(subject)
    if pathway.phase_since is None:
        return not_assessable(subject, "No phase is recorded.")
    reviewed_on = max([pathway.phase_since, *(day for day in case.reviews if day <= case.today)])
    months = days(parameters, "months")
    if case.today < Interval(months=months).after(reviewed_on):
        return not_met(subject)
    return raised(
        subject,
        f"enrolment:{pathway.ref}:{reviewed_on}",
        phase_since=pathway.phase_since,
        reviewed_on=reviewed_on,
        months=months,
    )


def nothing_planned(case: Pathway, parameters: Parameters) -> Finding:
    """Somebody is on the pathway and no screening is planned for them."""
    pathway = case.pathway
    subject = f"enrolment:{pathway.ref}:plan"
    if not pathway.active or pathway.open_screenings:
        return not_met(subject)
    return raised(
        subject,
        f"enrolment:{pathway.ref}:{pathway.phase_since}",
        phase_since=pathway.phase_since or "an unknown day",
    )


RULES: Sequence[Rule] = (
    Rule("overdue-by-share", AllOwed, together, overdue_share),
    Rule("result-overdue", OwedOn, owed_cases, result_overdue),
    Rule("sample-lost", SampleOn, sample_cases, lost_sample),
    Rule("visits-not-attended", Visits, visit_cases, not_attended),
    Rule("phase-not-reviewed", Pathway, pathway_cases, phase_not_reviewed),
    Rule("nothing-planned", Pathway, pathway_cases, nothing_planned),
)
