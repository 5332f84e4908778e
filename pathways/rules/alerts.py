"""Every alert rule by its code, and how a rule is asked about a person or a clinic.

There is no rule that closes, lowers or holds back another one's finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pathways.rules import (
    alerts_clone,
    alerts_contact,
    alerts_nerve,
    alerts_results,
    alerts_schedule,
    alerts_system,
    alerts_therapy,
)
from pathways.rules.findings import Finding, Rule, Setting, recall
from pathways.rules.person_facts import ClinicFacts, PersonFacts

OF_A_PERSON: Sequence[Rule] = (
    *alerts_results.RULES,
    *alerts_clone.RULES,
    *alerts_nerve.RULES,
    *alerts_therapy.RULES,
    *alerts_schedule.RULES,
    *alerts_contact.RULES,
)
OF_A_CLINIC: Sequence[Rule] = alerts_system.RULES
TOLD: Sequence[Rule] = alerts_system.EVENTS

RULES: Mapping[str, Rule] = {rule.code: rule for rule in (*OF_A_PERSON, *OF_A_CLINIC, *TOLD)}


class Answer(NamedTuple):
    """What a rule said to one case, with the case and the setting it was asked with."""

    setting: Setting
    case: Any
    finding: Finding


def ask(rule: Rule, facts: PersonFacts | ClinicFacts, setting: Setting) -> Iterator[Answer]:
    """Yield what one rule says to each of its cases."""
    for case in rule.cases(facts):
        yield Answer(setting, case, rule.decide(case, setting.parameters))


def ask_all(
    rules: Iterable[Rule], facts: PersonFacts | ClinicFacts, settings: Mapping[str, Setting]
) -> Iterator[Answer]:
    """Yield what every rule that is switched on says."""
    for rule in rules:
        setting = settings[rule.code]
        if setting.enabled:
            yield from ask(rule, facts, setting)


def again(code: str, kept: Mapping[str, Any]) -> Finding:
    """Return what a rule says to the inputs that were kept with an alert."""
    rule = RULES[code]
    return rule.decide(recall(rule.case, kept["case"]), kept["parameters"])
