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
from pathways.rules.dates import Interval
from pathways.rules.findings import (
    Finding,
    Parameters,
    Rule,
    number,
    not_assessable,
    not_met,
    plain,
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
from pathways.rules.person_facts import PersonFacts, Said

VEGF = "vegf"
CLONE = ("spep", "immunofixation-serum", "immunofixation-urine")
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


@dataclass(frozen=True, slots=True)
class Clone:
    """The words on one clonal test, oldest first."""

    words: tuple[Said, ...]


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
    subject = f"series:{latest.code}:{short(*map(str, latest[6:9]), latest.unit)}"
    if latest.value is None:
        return not_assessable(subject, "The latest value is not a number in a known unit.")
    if interfered(latest, case.bevacizumab):
        return not_assessable(subject, "Bevacizumab was given within six weeks of this sample.")
    base = lowest(earlier, case.bevacizumab)
    if base is None or base.value is None:
        return not_assessable(subject, "There is no earlier comparable value.")
    if base.comparator:
        return not_assessable(subject, f"The lowest is known only as {written(base)}.")
    if base.value == 0:
        return not_assessable(subject, "The lowest is nought, and nought has no percentage.")
    ceiling = base.value * (1 + number(parameters, "percent") / 100)
    beyond = is_beyond(latest, ceiling)
    if beyond is None:
        return not_assessable(subject, f"The latest is known only as {written(latest)}.")
    if not beyond:
        return not_met(subject)
    within = within_limit(latest) and within_limit(base)
    return raised(
        subject,
        f"observation:{latest.ref}",
        f"observation:{base.ref}",
        wording="reason_within" if within else "reason",
        severity=Severity.INFORMATION if within else None,
        value=written(latest),
        unit=latest.unit,
        on=latest.on,
        percent=number(parameters, "percent"),
        change=percent_change(latest.value, base.value) or 0,
        lowest=plain(base.value),
        lowest_on=base.on,
        specimen=latest.specimen or "specimen not recorded",
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
        return not_assessable(subject, f"The latest is known only as {written(latest)}.")
    if not beyond:
        return not_met(subject)
    return raised(
        subject,
        f"observation:{latest.ref}",
        value=written(latest),
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
                    value=written(latest),
                    unit=latest.unit,
                    on=latest.on,
                    side=side,
                    limit=plain(edge),
                )
            if beyond is None:
                unknown = f"The latest is known only as {written(latest)}."
    return not_assessable(subject, unknown) if unknown else not_met(subject)


def clone_cases(facts: PersonFacts) -> Iterable[Clone]:
    """Return the words on each clonal test of a person."""
    for code in CLONE:
        words = tuple(
            sorted(
                (each for each in facts.said if each.code == code),
                key=lambda each: (each.on, each.ref),
            )
        )
        if words:
            yield Clone(words)


def new_clone(case: Clone, parameters: Parameters) -> Finding:
    """An M-protein was found, or an immunofixation is positive, after the one before was negative."""
    latest = case.words[-1]
    subject = f"clone:{latest.code}"
    found = is_found(latest)
    if found is None:
        return not_assessable(subject, "The latest report is in words that the rule does not know.")
    if not found:
        return not_met(subject)
    if len(case.words) == 1:
        return not_assessable(subject, "There is no earlier report to compare with.")
    before = case.words[-2]
    was = is_found(before)
    if was is None:
        return not_assessable(
            subject, "The report before it is in words that the rule does not know."
        )
    if was:
        return not_met(subject)
    return raised(
        subject,
        f"observation:{latest.ref}",
        f"observation:{before.ref}",
        code=latest.code,
        on=latest.on,
        before_on=before.on,
        text=(latest.text or plain(latest.value or Decimal(0)))[:60],
    )


_NO = ("not detected", "negative", "none", "absent", "no m", "not found", "undetectable")
_YES = ("detected", "positive", "present", "found")


def is_found(said: Said) -> bool | None:
    """Say whether a report found a clone; None where its words or number do not tell."""
    text = said.text.strip().casefold()
    if text.startswith(_NO):
        return False
    if text.startswith(_YES):
        return True
    if said.value is None:
        return None
    if said.comparator in ("<", "<="):
        return False
    return said.value > 0


def is_beyond(reading: Reading, edge: Decimal) -> bool | None:
    """Say whether a value lies above an edge; None where a bound such as "<x" does not tell."""
    if reading.value is None:
        return None
    if not reading.comparator:
        return reading.value > edge
    if reading.comparator.startswith(">"):
        strict = reading.comparator == ">"
        sure = reading.value >= edge if strict else reading.value > edge
        return True if sure else None
    return False if reading.value <= edge else None


def is_under(reading: Reading, edge: Decimal) -> bool | None:
    """Say whether a value lies below an edge; None where a bound such as ">x" does not tell."""
    if reading.value is None:
        return None
    if not reading.comparator:
        return reading.value < edge
    if reading.comparator.startswith("<"):
        strict = reading.comparator == "<"
        sure = reading.value <= edge if strict else reading.value < edge
        return True if sure else None
    return False if reading.value >= edge else None


def within_limit(reading: Reading) -> bool:
    """Say whether a value is known to lie within the limit printed with it."""
    return reading.limit_high is not None and is_beyond(reading, reading.limit_high) is False


def written(reading: Reading) -> str:
    """Return a value as it is read: with its comparator, without needless noughts."""
    value = plain(reading.value) if reading.value is not None else "no number"
    return f"{reading.comparator}{value}"


def limit_words(reading: Reading) -> str:
    """Return the limit the laboratory printed, in words."""
    if reading.limit_high is None:
        return "the laboratory printed no limit"
    return f"the laboratory's limit is {plain(reading.limit_high)}"


RULES: Sequence[Rule] = (
    Rule("vegf-above-lowest", Series, series_cases, above_lowest),
    Rule("vegf-above-limit-after-start", SinceStart, since_start_cases, above_limit_after_start),
    Rule("vegf-not-comparable", Series, comparison_cases, comparable),
    Rule("beyond-clinic-limit", Latest, latest_cases, beyond_clinic_limit),
    Rule("clone-after-negative", Clone, clone_cases, new_clone),
)
