"""One alert as a line: who, how long it may wait, one sentence, whose it is and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from pathways.models import Alert, Patient
from pathways.models.authors import NOBODY, Authors
from pathways.rules.alert_states import ALERT_OPEN, URGENT, AlertState, Severity
from pathways.rules.alert_words import SEVERITY_LABELS, age, by_when, moment, time_left
from pathways.rules.dates import zone
from pathways.rules.due_phrase import short_date


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert in words, on the clocks of its clinic."""

    pk: int
    severity: Severity
    name: str
    sentence: str
    left: str
    pressing: bool
    line: str
    age: str
    clinic_id: int
    clinic: str

    @property
    def label(self) -> str:
        """How urgent it is, in words."""
        return SEVERITY_LABELS[self.severity]

    @property
    def urgent(self) -> bool:
        """Whether it may never be put off."""
        return self.severity in URGENT


def alert_row(alert: Alert, now: datetime, authors: Authors = NOBODY) -> AlertRow:
    """Return an alert as a line; its person, owner and clinic are read with it.

    `authors` say who answered it, and are not asked while it is open.
    """
    severity = Severity(alert.severity)
    left, pressing = _left(alert, now)
    return AlertRow(
        pk=alert.pk,
        severity=severity,
        name=str(alert.patient) if alert.patient_id else "The clinic",
        sentence=alert.title,
        left=left,
        pressing=pressing,
        line=_line(alert, now, authors),
        age=age(alert.raised_at, now),
        clinic_id=alert.clinic_id,
        clinic=str(alert.clinic),
    )


def owner_words(alert: Alert) -> str:
    """Return whose turn it is: a name, or the place in the chain that nobody fills."""
    if alert.owner_id:
        return str(alert.owner)
    return f"Nobody on duty as {alert.rung}"


def open_alerts_of(patient: Patient, now: datetime) -> tuple[AlertRow, ...]:
    """Return a person's open alerts, most urgent first: one question."""
    rows = in_order(Alert.objects.open().filter(patient=patient, clinic=patient.clinic))
    return tuple(alert_row(row, now) for row in rows.select_related("patient", "owner", "clinic"))


def in_order(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    """Return open alerts most urgent first, then by the clock that runs out first."""
    return rows.order_by("rank", F("deadline_at").asc(nulls_last=True), "id")


def _left(alert: Alert, now: datetime) -> tuple[str, bool]:
    if alert.state not in ALERT_OPEN or alert.deadline_at is None:
        return age(alert.raised_at, now), False
    return time_left(alert.deadline_at, now)


def _line(alert: Alert, now: datetime, authors: Authors) -> str:
    clocks = zone(alert.clinic.time_zone)
    if alert.resolved_at is not None:
        outcome = f"{alert.outcome[:1].upper()}{alert.outcome[1:]}"
        who = authors.named(alert.resolved_by)
        return f"{outcome}, {who}, {moment(alert.resolved_at, now, clocks)}"
    parts = [owner_words(alert)]
    if alert.severity == Severity.INFORMATION:
        parts = ["No answer needed; mark as read"]
    if alert.not_found_since is not None:
        parts.insert(0, f"Not found again since {moment(alert.not_found_since, now, clocks)}")
    if alert.severity == Severity.INFORMATION:
        return ", ".join(parts)
    if alert.patient is not None and alert.patient.died_on is not None:
        parts.insert(0, f"Died {short_date(alert.patient.died_on, now.astimezone(clocks).date())}")
    if alert.deadline_at is not None:
        parts.append(by_when(alert.deadline_at, now, clocks))
    if alert.snoozed_until is not None and alert.snoozed_until > now:
        parts.append(f"snoozed to {moment(alert.snoozed_until, now, clocks)}")
    elif alert.state == AlertState.ACKNOWLEDGED:
        parts.append("acknowledged")
    if alert.repeats:
        parts.append(f"found {alert.repeats + 1} times")
    return ", ".join(parts)
