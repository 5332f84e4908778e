"""Which results make a screening done: one of several codes, or a whole set within a week.

Recall rule 21: each screening lists `any` codes, one of which suffices, and `all` codes that
belong together within 7 days (proposed). The last missing one closes it, and the day it counts
for is the earliest of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pathways.rules.rule_types import Collected, Performed

SET_DAYS = 7


class Sample(NamedTuple):
    """One current result as far as it matters here; `final` is False for a collected sample."""

    code: str
    on: date
    ref: int
    final: bool
    counts_early: bool = False
    expected_on: date | None = None


class Satisfaction(NamedTuple):
    """What satisfies, and what is on its way."""

    performed: tuple[Performed, ...]
    collected: tuple[Collected, ...]


def satisfaction(
    samples: Sequence[Sample], any_of: frozenset[str], all_of: frozenset[str]
) -> Satisfaction:
    """Return the events that satisfy a screening, from the current results of one person."""
    performed = [
        Performed(sample.on, sample.ref, sample.counts_early)
        for sample in samples
        if sample.final and sample.code in any_of
    ]
    collected = [
        Collected(sample.on, sample.expected_on, sample.ref, sample.counts_early)
        for sample in samples
        if not sample.final and sample.code in any_of
    ]
    if not all_of:
        return Satisfaction(tuple(performed), tuple(collected))
    for group in _sets((s for s in samples if s.code in all_of), all_of):
        first_on = group[0].on
        last = max(group, key=lambda sample: (sample.on, sample.ref))
        early = any(sample.counts_early for sample in group)
        codes = {sample.code for sample in group}
        final_codes = {sample.code for sample in group if sample.final}
        if final_codes == all_of:
            performed.append(Performed(first_on, last.ref, early))
        elif codes == all_of:
            waiting = [sample for sample in group if not sample.final]
            expected = [sample.expected_on for sample in waiting if sample.expected_on]
            collected.append(
                Collected(first_on, max(expected) if expected else None, waiting[-1].ref, early)
            )
    return Satisfaction(tuple(performed), tuple(collected))


def _sets(samples: Iterable[Sample], all_of: frozenset[str]) -> list[list[Sample]]:
    """Group samples into runs of at most a week that hold each code once."""
    rest = sorted(samples, key=lambda sample: (sample.on, sample.ref))
    groups: list[list[Sample]] = []
    while rest:
        first_on = rest[0].on
        group: dict[str, Sample] = {}
        for sample in rest:
            if sample.on > first_on + timedelta(days=SET_DAYS):
                break
            standing = group.get(sample.code)
            # A final result says more than a sample of the same code that still waits.
            if standing is None or (sample.final and not standing.final):
                group[sample.code] = sample
        chosen = sorted(group.values(), key=lambda sample: (sample.on, sample.ref))
        groups.append(chosen)
        complete = group.keys() == all_of
        # What was taken while a set came in begins no other.
        rest = [each for each in rest if each.on > chosen[-1].on] if complete else rest[1:]
    return groups
