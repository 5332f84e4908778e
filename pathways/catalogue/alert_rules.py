"""Read the alert rules: words, owner, urgency, response times and numbers of each, with sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Any

from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice
from pathways.rules.alert_states import Severity
from pathways.rules.alerts import RULES
from pathways.rules.due_phrase import short_date
from pathways.rules.findings import Setting
from pathways.rules.lifecycles import Role

ALERT_RULES_FILE = HERE / "alert_rules.toml"
_WITHIN = re.compile(r"(\d{1,4}) (minute|hour)s?", re.ASCII)
_SENTENCE = re.compile(r"reason(_[a-z_]+)?")


class Group(StrEnum):
    """What a rule looks at; the settings page lists them by it."""

    RESULTS = "results"
    NERVE = "nerve"
    THERAPY = "therapy"
    SCHEDULE = "schedule"
    CONTACT = "contact"
    CHECK_IN = "check-in"
    SYSTEM = "system"


@dataclass(frozen=True)
class AlertRuleEntry:
    """One rule as the product brings it. A clinic may publish its own numbers over it."""

    code: str
    version: int
    group: Group
    title: str
    reasons: Mapping[str, str]
    check_first: tuple[str, ...]
    owner: Role
    severity: Severity
    answer_minutes: int
    resolve_minutes: int
    parameters: Mapping[str, Any]
    call: str
    proposed: tuple[str, ...]
    sources: tuple[SourceEntry, ...]

    @property
    def setting(self) -> Setting:
        """The rule as a clinic uses it that has published nothing of its own."""
        return Setting(
            code=self.code,
            version=self.version,
            severity=self.severity,
            owner_role=self.owner,
            answer_minutes=self.answer_minutes,
            resolve_minutes=self.resolve_minutes,
            parameters=self.parameters,
        )

    def titled(self, parameters: Mapping[str, Any]) -> str:
        """Return the title with the numbers it was raised with."""
        return self.title.format_map(parameters)

    def says(self, wording: str, words: Mapping[str, str]) -> str:
        """Return the sentence of this wording, filled in; days are written as people say them."""
        told = {name: _told(word) for name, word in words.items()}
        return " ".join(self.reasons[wording].format_map(told).split())  # a word may be empty


_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}))?")


def _told(word: str) -> str:
    """Return "18 Nov 2026" or "18 Nov 2026, 16:30" for a day as the rule keeps it."""
    found = _DAY.fullmatch(word)
    if found is None:
        return word
    day = short_date(date.fromisoformat(found[1]), date.min)
    return f"{day}, {found[2]}" if found[2] else day


def load_alert_rules(path: Path = ALERT_RULES_FILE) -> dict[str, AlertRuleEntry]:
    """Return code → rule. Raises ``CatalogueError`` for a rule without owner, source or times."""
    problems = Problems()
    top = read_toml(path, problems)
    rows = top.tables("rule", "code")
    titles = load_sources()
    entries = [_entry(row, titles) for row in rows]
    refuse_twice([(row, e.code) for row, e in zip(rows, entries, strict=True)], "rule")
    top.finish()
    problems.raise_if_any()
    return {entry.code: entry for entry in entries}


def _entry(row: Table, titles: Mapping[str, str]) -> AlertRuleEntry:
    code = row.text("code")
    if code and code not in RULES:
        row.complain(
            f"no function decides the rule {code!r}", "Write it in rules/, or mend the code"
        )
    reasons = {"reason": row.text("reason")}
    for key in row.names():
        if key != "reason" and _SENTENCE.fullmatch(key):
            reasons[key] = row.text(key)
    parameters = row.mapping("parameters")
    entry = AlertRuleEntry(
        code=code,
        version=row.whole("version"),
        group=row.choice("group", Group),
        title=row.text("title"),
        reasons=reasons,
        check_first=row.words("check_first", default=None),
        owner=row.choice("owner", Role),
        severity=row.choice("severity", Severity),
        answer_minutes=_minutes(row, "answer_within"),
        resolve_minutes=_minutes(row, "resolve_within"),
        parameters=parameters,
        call=row.text("call", ""),
        proposed=row.words("proposed"),
        sources=read_sources(row, titles),
    )
    if entry.owner is Role.AUDITOR:
        row.complain("an auditor cannot own a rule", "Name who answers: nurse, hematologist, …")
    asked = {name for _, name, _, _ in Formatter().parse(entry.title) if name}
    if strange := asked - parameters.keys():
        row.complain(
            f"the title asks for {', '.join(sorted(strange))}", "Use only parameters there"
        )
    for name in entry.proposed:
        if not row.has(name) and name not in parameters:
            row.complain(f"proposed names {name!r}, which the rule has not", "Mend the name")
    row.finish()
    return entry


def _minutes(row: Table, key: str) -> int:
    written = row.text(key)
    if not written:
        return 0
    match = _WITHIN.fullmatch(written)
    minutes = int(match[1]) * (60 if match[2] == "hour" else 1) if match else 0
    if not minutes:
        row.complain(f"{key} is {written!r}", 'Write a time such as "15 minutes" or "16 hours"')
    return minutes
