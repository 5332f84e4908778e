"""The alert rules as a page: each as the clinic uses it, and in words how it fared in a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pathways.catalogue import load_alert_rules
from pathways.models import Clinic
from pathways.rules.alert_states import Severity
from pathways.rules.alert_words import span
from pathways.rules.counted import share
from pathways.rules.findings import Setting
from pathways.worklists.alert_tuning import Fared, tuning


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule with its numbers of the time looked at, and how the clinic uses it."""

    code: str
    title: str
    group: str
    severity: Severity
    version: int
    enabled: bool
    numbers: str
    raised: int
    resolved: str
    useful: str
    noise: str
    median: str


def rule_rows(
    clinic: Clinic, settings: Mapping[str, Setting], since: datetime
) -> tuple[RuleRow, ...]:
    """Return every rule as the clinic uses it, with how it fared since then; one question."""
    return tuple(rule_row(settings[fared.rule], fared) for fared in tuning(clinic, since))


def rule_row(setting: Setting, fared: Fared) -> RuleRow:
    """Return one rule's line."""
    entry = load_alert_rules()[setting.code]
    judged = fared.useful + fared.noise
    half = fared.median_to_answer
    return RuleRow(
        code=entry.code,
        title=entry.titled(setting.parameters),
        group=entry.group.capitalize(),
        severity=setting.severity,
        version=setting.version,
        enabled=setting.enabled,
        numbers=numbers_words(setting.parameters),
        raised=fared.raised,
        resolved=share(fared.resolved, fared.raised),
        useful=share(fared.useful, judged),
        noise=share(fared.noise, judged),
        median=span(half) if half is not None else "–",
    )


def numbers_words(parameters: Mapping[str, Any]) -> str:
    """Return a rule's numbers as "percent 50, months 6"."""
    return ", ".join(
        f"{name.replace('_', ' ')} {_said(value)}" for name, value in parameters.items()
    )


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return f"{len(value)} set" if value else "none set"
    return str(value)
