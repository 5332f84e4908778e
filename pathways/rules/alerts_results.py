"""Alert rules on results. Facts with their limits and sources; what they mean is a clinician's to say.

Source: clinical facts 1c and 5c. There is no rule here that closes or lowers anything because a
VEGF is in range: a VEGF in range never silences an exam (Gentile 2024).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pathways.rules.alert_states import Severity
from pathways.rules.bounds import as_read, is_beyond, is_under, limit_words, within_limit
from pathways.rules.dates import Interval
from pathways.rules.findings import (
    Finding,
    Parameters,
    Rule,
    not_assessable,
    not_met,
    number,
    raised,
    short,
)
from pathways.rules.lifecycles import Phase
from pathways.rules.observations import (
    Period,
    Reading,
    interfered,
    lowest,
    not_comparable,
    percent_change,
    series_of,
)
from pathways.rules.person_facts import PersonFacts
from pathways.rules.quantities import written
from pathways.rules.units import printed

VEGF = "vegf"
_TREATED = frozenset({Phase.ACTIVE_TREATMENT, Phase.RELAPSE})


@dataclass(frozen=True, slots=True)
class Series:
    """One comparable series, oldest first, and when bevacizumab was taken."""

    readings: tuple[Reading, ...]
    bevacizumab: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class SinceStart:
    """The latest value of a series, and the day treatment began."""

    latest: Reading
    began_on: date | None
    bevacizumab: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest value of one code, whatever its series."""

    reading: Reading


def series_cases(facts: PersonFacts) -> Iterable[Series]:
    """Return for each specimen the VEGF series that its newest value stands in."""
    newest: dict[str, Series] = {}
    series = series_of(each for each in facts.readings if each.code == VEGF)
    for readings in sorted(series.values(), key=lambda each: (each[-1].on, each[-1].ref)):
        newest[readings[-1].specimen] = Series(tuple(readings), facts.bevacizumab)
    return newest.values()


def above_lowest(case: Series, parameters: Parameters) -> Finding:
    """VEGF more than so many percent above the lowest value of its own series (F6, 1c).

    For information while both values lie within the limit the laboratory printed.
    """
    latest, earlier = case.readings[-1], case.readings[:-1]
    series = short(latest.specimen, latest.lab, latest.method, latest.unit)
    subject = f"series:{latest.code}:{series}"
    if latest.value is None:
        return not_assessable(subject, "The latest value is not a number in a known unit.")
    if latest.unstated:
        return not_assessable(subject, f"Of the latest: {' and '.join(latest.unstated)}.")
    if interfered(latest, case.bevacizumab):
        return not_assessable(subject, "Bevacizumab was given within six weeks of this sample.")
    base = lowest(earlier, case.bevacizumab)
    if base is None or base.value is None:
        return not_assessable(subject, "There is no earlier comparable value.")
    if base.comparator:
        return not_assessable(subject, f"The lowest is known only as {as_read(base)}.")
    if base.value == 0:
        return not_assessable(subject, "The lowest is nought, and nought has no percentage.")
    ceiling = base.value * (1 + number(parameters, "percent") / 100)
    beyond = is_beyond(latest, ceiling)
    if beyond is None:
        return not_assessable(subject, f"The latest is known only as {as_read(latest)}.")
    if not beyond:
        return not_met(subject)
    within = within_limit(latest) and within_limit(base)
    return raised(
        subject,
        f"observation:{latest.ref}",
        f"observation:{base.ref}",
        wording="reason_within" if within else "reason",
        severity=Severity.INFORMATION if within else None,
        value=as_read(latest),
        unit=latest.unit,
        on=latest.on,
        percent=number(parameters, "percent"),
        change=percent_change(latest.value, base.value) or 0,
        lowest=written(base.value),
        lowest_on=base.on,
        specimen=latest.specimen,
        lab=latest.lab or "laboratory not recorded",
        limit=limit_words(latest),
    )


def since_start_cases(facts: PersonFacts) -> Iterable[SinceStart]:
    """Return for each specimen the newest VEGF with the start of treatment."""
    began_on = treatment_began(facts)
    for series in series_cases(facts):
        yield SinceStart(series.readings[-1], began_on, facts.bevacizumab)


def treatment_began(facts: PersonFacts) -> date | None:
    """Return the first day of treatment: of the present line where one is known, else of all."""
    starts = sorted(facts.treatment_days)
    pathway = facts.pathway
    if pathway is not None and pathway.phase in _TREATED and pathway.phase_since is not None:
        present = [day for day in starts if day >= pathway.phase_since]
        starts = present or starts
    return starts[0] if starts else None


def above_limit_after_start(case: SinceStart, parameters: Parameters) -> Finding:
    """VEGF above the laboratory's own limit so many months after treatment began (F3, F4)."""
    latest = case.latest
    subject = f"limit after start:{latest.code}:{latest.specimen}"[:120]
    if case.began_on is None:
        return not_assessable(subject, "No first day of treatment is recorded.")
    months = int(parameters["months"])
    if latest.on < Interval(months=months).after(case.began_on):
        return not_met(subject)
    if latest.limit_high is None:
        return not_assessable(subject, "The laboratory printed no limit with this value.")
    if interfered(latest, case.bevacizumab):
        return not_assessable(subject, "Bevacizumab was given within six weeks of this sample.")
    beyond = is_beyond(latest, latest.limit_high)
    if beyond is None:
        return not_assessable(subject, f"The latest is known only as {as_read(latest)}.")
    if not beyond:
        return not_met(subject)
    return raised(
        subject,
        f"observation:{latest.ref}",
        value=as_read(latest),
        unit=latest.unit,
        on=latest.on,
        limit=limit_words(latest),
        months=months,
        began_on=case.began_on,
    )


def comparison_cases(facts: PersonFacts) -> Iterable[Series]:
    """Return all VEGF values of a person as one list, oldest first."""
    readings = tuple(
        sorted(
            (each for each in facts.readings if each.code == VEGF),
            key=lambda each: (each.on, each.ref),
        )
    )
    if readings:
        yield Series(readings, facts.bevacizumab)


def comparable(case: Series, parameters: Parameters) -> Finding:
    """The newest VEGF cannot be compared with any earlier one: other specimen, laboratory, …"""
    latest, earlier = case.readings[-1], case.readings[:-1]
    subject = f"comparison:{latest.code}"
    if not earlier:
        return not_met(subject)
    reasons = [not_comparable(latest, each, case.bevacizumab) for each in earlier]
    if not all(reasons):
        return not_met(subject)
    return raised(
        subject,
        f"observation:{latest.ref}",
        on=latest.on,
        reasons=", ".join(reasons[-1]),
        earlier_on=earlier[-1].on,
    )


def latest_cases(facts: PersonFacts) -> Iterable[Latest]:
    """Return the latest value of each code."""
    newest: dict[str, Reading] = {}
    for each in sorted(facts.readings, key=lambda one: (one.on, one.ref)):
        newest[each.code] = each
    return (Latest(each) for each in newest.values())


def beyond_clinic_limit(case: Latest, parameters: Parameters) -> Finding:
    """The latest value of an analyte lies beyond a limit that the clinic itself has set."""
    latest = case.reading
    subject = f"clinic limit:{latest.code}"
    limits = [each for each in parameters["limits"] if each["code"] == latest.code]
    if not limits:
        return not_met(subject)
    unknown = ""
    for limit in limits:
        if latest.value is None or latest.unit != limit["unit"]:
            unknown = f"The value is not a number in {limit['unit']}."
            continue
        for side in ("above", "below"):
            if side not in limit:
                continue
            edge = Decimal(str(limit[side]))
            beyond = is_beyond(latest, edge) if side == "above" else is_under(latest, edge)
            if beyond:
                return raised(
                    subject,
                    f"observation:{latest.ref}",
                    code=latest.code,
                    value=as_read(latest),
                    unit=printed(latest.unit),
                    on=latest.on,
                    side=side,
                    limit=written(edge),
                )
            if beyond is None:
                unknown = f"The latest is known only as {as_read(latest)}."
    return not_assessable(subject, unknown) if unknown else not_met(subject)


RULES: Sequence[Rule] = (
    Rule("vegf-above-lowest", Series, series_cases, above_lowest),
    Rule("vegf-above-limit-after-start", SinceStart, since_start_cases, above_limit_after_start),
    Rule("vegf-not-comparable", Series, comparison_cases, comparable),
    Rule("beyond-clinic-limit", Latest, latest_cases, beyond_clinic_limit),
)
