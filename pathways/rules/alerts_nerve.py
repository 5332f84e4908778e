"""Alert rules on the neurological exam. They say what changed, by how much, and by whose threshold.

Source: clinical facts 2 and 5c. Published thresholds come from CIDP, not from this disease. None of
these rules looks at a VEGF: a value in range never silences an exam.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pathways.rules.alert_states import Severity
from pathways.rules.findings import (
    Finding,
    Parameters,
    Rule,
    not_assessable,
    not_met,
    raised,
    short,
)
from pathways.rules.observations import Reading, series_of
from pathways.rules.person_facts import Exposure, PersonFacts, Scale, Sign
from pathways.rules.quantities import written

POSITIVE, NEGATIVE = "positive", "negative"
# Where no change is published, any step of a score counts while a neurotoxic drug is taken.
ONE_STEP = Decimal(1)


@dataclass(frozen=True, slots=True)
class Scored:
    """One series of one instrument, oldest first, with what is published about it."""

    scale: Scale
    readings: tuple[Reading, ...]
    neurotoxic: tuple[Exposure, ...] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    """The answers to one sign at each exam, oldest first."""

    answers: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """The reading that first reached a change, the base it is counted from, and the change."""

    at: Reading
    base: Reading
    change: Decimal


def scored_cases(facts: PersonFacts) -> Iterable[Scored]:
    """Return every series of every instrument of a person."""
    scales = {each.code: each for each in facts.scales}
    found = series_of(each for each in facts.readings if each.code in scales)
    neurotoxic = tuple(each for each in facts.exposures if each.neurotoxic)
    for key, readings in found.items():
        yield Scored(scales[key.code], tuple(readings), neurotoxic)


def changed(case: Scored, parameters: Parameters) -> Finding:
    """An instrument is worse by its published threshold or more, from the best of its series (F21).

    With the parameter `either_way` a change for the better is raised too, for information.
    """
    latest = case.readings[-1]
    subject = subject_of("change", latest)
    if case.scale.threshold is None:
        return not_assessable(subject, "No change that matters is published for this instrument.")
    trouble = unreadable(case)
    if trouble:
        return not_assessable(subject, trouble)
    found = crossing(case, case.scale.threshold, worse=True)
    if found is not None:
        return _raise_change(subject, case, found, "reason", None)
    if parameters["either_way"]:
        found = crossing(case, case.scale.threshold, worse=False)
        if found is not None:
            return _raise_change(subject, case, found, "reason_better", Severity.INFORMATION)
    return not_met(subject)


def worse_on_drug(case: Scored, parameters: Parameters) -> Finding:
    """An instrument is worse while a neurotoxic drug is taken: before its next dose (5a, F49).

    Where no threshold is published, one step of a score counts.
    """
    latest = case.readings[-1]
    subject = subject_of("worse on a drug", latest)
    taken = [
        each
        for each in case.neurotoxic
        if each.period is not None and each.period.within(latest.on)
    ]
    if not taken:
        if any(each.period is None and each.running for each in case.neurotoxic):
            return not_assessable(subject, "The days of a neurotoxic drug are not recorded.")
        return not_met(subject)
    threshold = case.scale.threshold
    if threshold is None and not case.scale.is_score:
        return not_assessable(subject, "No change that matters is published for this instrument.")
    trouble = unreadable(case)
    if trouble:
        return not_assessable(subject, trouble)
    found = crossing(case, threshold or ONE_STEP, worse=True)
    if found is None:
        return not_met(subject)
    drugs = ", ".join(sorted({each.label for each in taken}))
    return _raise_change(subject, case, found, "reason", None, drugs=drugs)


def _raise_change(
    subject: str,
    case: Scored,
    found: Crossing,
    wording: str,
    severity: Severity | None,
    **more: str,
) -> Finding:
    latest, scale = case.readings[-1], case.scale
    return raised(
        subject,
        f"observation:{found.at.ref}",
        f"observation:{found.base.ref}",
        wording=wording,
        severity=severity,
        instrument=scale.label,
        value=written(latest.value),
        on=latest.on,
        base=written(found.base.value),
        base_on=found.base.on,
        change=written(abs(found.change)) + (" %" if scale.in_percent else ""),
        threshold=written(scale.threshold or ONE_STEP) + (" %" if scale.in_percent else ""),
        **more,
    )


def crossing(case: Scored, threshold: Decimal, *, worse: bool) -> Crossing | None:
    """Return where the present run at or beyond a threshold began, counted from the best before.

    A later value that stays where it was is the same crossing; one worse by the threshold again is
    a new one.
    """
    sign = Decimal(1 if case.scale.worse_is_higher == worse else -1)
    base: Reading | None = None
    since: Reading | None = None
    step = Decimal(0)
    for each in case.readings:
        if base is None:
            base = each
            continue
        step = _step(each, base, case.scale) * sign
        if step < threshold:
            since = None
        elif since is None or _step(each, since, case.scale) * sign >= threshold:
            since = each
        if step < 0:
            base = each
    if since is None or base is None:
        return None
    return Crossing(since, base, step)


def _step(reading: Reading, base: Reading, scale: Scale) -> Decimal:
    before, after = base.value or Decimal(0), reading.value or Decimal(0)
    return (after - before) / before * 100 if scale.in_percent else after - before


def unreadable(case: Scored) -> str:
    """Say why a series cannot be compared, or return an empty text."""
    if not case.readings[-1].exact:
        return "The latest value is not a number in a known unit."
    if any(not each.exact for each in case.readings):
        return "An earlier value of the series is not a number in a known unit."
    if len(case.readings) == 1:
        return "There is no earlier comparable value."
    if case.scale.in_percent and any(each.value == 0 for each in case.readings):
        return "A value is nought, and nought has no percentage."
    return ""


def subject_of(name: str, reading: Reading) -> str:
    """Return the subject of a rule on one series."""
    rest = short(reading.specimen, reading.lab, reading.method, reading.unit)
    return f"{name}:{reading.code}:{rest}"


def sign_cases(facts: PersonFacts) -> Iterable[Signs]:
    """Return the answers on Romberg of a person's exams."""
    answers = tuple(sorted(facts.signs, key=lambda each: (each.on, each.exam)))
    if answers:
        yield Signs(answers)


def new_romberg(case: Signs, parameters: Parameters) -> Finding:
    """Romberg is positive after it was negative (seed, physical exam 7: any new positive)."""
    latest = case.answers[-1]
    subject = "romberg"
    if latest.answer == NEGATIVE:
        return not_met(subject)
    if latest.answer != POSITIVE:
        return not_assessable(subject, f"Romberg was {latest.answer} at the latest exam.")
    # From the first positive after the last negative: a later positive is the same finding.
    first, before = latest, None
    for each in reversed(case.answers[:-1]):
        if each.answer == NEGATIVE:
            before = each
            break
        if each.answer == POSITIVE:
            first = each
    if before is None:
        return not_assessable(subject, "No earlier exam recorded a negative Romberg.")
    return raised(
        subject,
        f"exam:{first.exam}",
        f"exam:{before.exam}",
        on=first.on,
        before_on=before.on,
    )


RULES: Sequence[Rule] = (
    Rule("instrument-change", Scored, scored_cases, changed),
    Rule("worse-on-neurotoxic-drug", Scored, scored_cases, worse_on_drug),
    Rule("new-positive-romberg", Signs, sign_cases, new_romberg),
)
