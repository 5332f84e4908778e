"""The alert rule on the clone: found after a report that found none.

Source: clinical facts 5a, item 5. A report is in words or in a number; words the rule does not know
are *not assessable*, never read as negative.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pathways.rules.findings import Finding, Parameters, Rule, not_assessable, not_met, raised
from pathways.rules.person_facts import PersonFacts, Said
from pathways.rules.quantities import written

CLONE = ("spep", "immunofixation-serum", "immunofixation-urine")


@dataclass(frozen=True, slots=True)
class Clone:
    """The words on one clonal test, oldest first."""

    words: tuple[Said, ...]


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
        text=(latest.text or written(latest.value))[:60],
    )


_NO = (
    *("not detected", "negative", "none", "absent", "not found", "undetectable"),
    *("no m-", "no m ", "no monoclonal"),  # but never "no material"
)
_YES = ("detected", "positive", "present", "found")
# A band named by its chain was seen, "IgA lambda", unless the report also denies something.
_CHAIN = re.compile(r"\big ?[agmde]\b|\bkappa\b|\blambda\b")
_DENIED = re.compile(r"\b(no|not|none|without|negative)\b")


def is_found(said: Said) -> bool | None:
    """Say whether a report found a clone; None where its words or number do not tell."""
    text = said.text.strip().casefold()
    if text.startswith(_NO):
        return False
    if text.startswith(_YES):
        return True
    if _CHAIN.search(text) and not _DENIED.search(text):
        return True
    if said.value is None:
        return None
    if said.comparator in ("<", "<="):
        return False
    return said.value > 0


RULES: Sequence[Rule] = (Rule("clone-after-negative", Clone, clone_cases, new_clone),)
