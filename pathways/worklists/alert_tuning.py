"""How each alert rule fares: raised, acknowledged, resolved as useful or noise, time to an answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from pathways.catalogue import load_alert_rules
from pathways.models import AlertEvent, Clinic
from pathways.rules.alert_states import AlertEventKind, Usefulness

_BEGINS = frozenset({AlertEventKind.RAISED, AlertEventKind.REOPENED})
_ANSWERS = frozenset({AlertEventKind.ACKNOWLEDGED, AlertEventKind.RESOLVED})


@dataclass(slots=True)
class Fared:
    """One rule's year. Small numbers are shown as they are, never as percentages."""

    rule: str
    title: str
    raised: int = 0
    repeated: int = 0
    acknowledged: int = 0
    useful: int = 0
    noise: int = 0
    read: int = 0
    in_error: int = 0
    escalated: int = 0
    median_to_answer: timedelta | None = None

    @property
    def resolved(self) -> int:
        """Answered for good, whatever was said of its use."""
        return self.useful + self.noise + self.read


def tuning(clinic: Clinic, since: datetime) -> list[Fared]:
    """Return every rule of the catalogue with what became of its alerts since then. One query."""
    entries = load_alert_rules()
    rows = {code: Fared(code, entry.titled(entry.parameters)) for code, entry in entries.items()}
    began: dict[int, datetime] = {}
    waits: dict[str, list[timedelta]] = defaultdict(list)
    events = (
        AlertEvent.objects.in_clinic(clinic)
        .filter(at__gte=since)
        .order_by("at", "id")
        .values_list("alert_id", "alert__rule", "kind", "usefulness", "at")
    )
    for alert, rule, kind, usefulness, at in events.iterator(chunk_size=5000):
        row = rows.get(rule)
        if row is None:
            continue
        _count(row, AlertEventKind(kind), usefulness)
        if kind in _BEGINS:
            began[alert] = at
        elif kind in _ANSWERS and alert in began:
            waits[rule].append(at - began.pop(alert))
    for rule, times in waits.items():
        seconds = median(each.total_seconds() for each in times)
        rows[rule].median_to_answer = timedelta(seconds=seconds)
    return list(rows.values())


def _count(row: Fared, kind: AlertEventKind, usefulness: str) -> None:
    if kind in _BEGINS:
        row.raised += 1
    elif kind is AlertEventKind.REPEATED:
        row.repeated += 1
    elif kind is AlertEventKind.ACKNOWLEDGED:
        row.acknowledged += 1
    elif kind is AlertEventKind.ESCALATED:
        row.escalated += 1
    elif kind is AlertEventKind.ENTERED_IN_ERROR:
        row.in_error += 1
    elif kind is AlertEventKind.RESOLVED:
        if usefulness == Usefulness.USEFUL:
            row.useful += 1
        elif usefulness == Usefulness.NOISE:
            row.noise += 1
        else:
            row.read += 1
