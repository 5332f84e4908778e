"""Short names for what the truth tables of the alert rules are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pathways.catalogue import load_alert_rules
from pathways.rules import alerts
from pathways.rules.findings import Finding, Verdict, keep, recall
from pathways.rules.observations import Period, Reading
from pathways.rules.person_facts import ClinicFacts, PersonFacts

DAY = date(2026, 11, 20)
RAISE, NOT_MET, CANNOT = Verdict.RAISE, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def reading(value: str | None, days: int = 0, code: str = "vegf", **more: Any) -> Reading:
    """One value as it is read: "131", "<20", ">2000"; `days` before the day."""
    text = value or ""
    comparator = text[0] if text[:1] in "<>" and text else ""
    number = Decimal(text.lstrip("<>")) if text else None
    values: dict[str, Any] = {"unit": "pg/mL", "specimen": "plasma", "lab": "Royal"} | more
    if "limit" in values:
        values["limit_high"] = Decimal(values.pop("limit"))
    ref = values.pop("ref", 1000 - days)
    return Reading(ref, code, ago(days), number, comparator, **values)


def period(since: int, until: int | None = None) -> Period:
    return Period(ago(since), ago(until) if until is not None else None)


def ask(
    code: str, facts: PersonFacts | ClinicFacts, parameters: Mapping[str, Any] | None = None
) -> list[Finding]:
    """Ask one rule, with the catalogue's numbers; each answer must come out of what is kept too."""
    entry = load_alert_rules()[code]
    asked = {**entry.parameters, **(parameters or {})}
    rule = alerts.RULES[code]
    found = []
    for case in rule.cases(facts):
        finding = rule.decide(case, asked)
        assert recall(rule.case, keep(case)) == case
        if finding.verdict is RAISE:
            assert entry.says(finding.wording, finding.words)
            assert finding.evidence
            assert len(",".join(finding.evidence)) <= 200
        found.append(finding)
    return found


def one(
    code: str, facts: PersonFacts | ClinicFacts, parameters: Mapping[str, Any] | None = None
) -> Finding:
    """Ask one rule about what makes one case."""
    (finding,) = ask(code, facts, parameters)
    return finding
