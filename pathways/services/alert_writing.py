"""What every change of an alert leaves behind: its dated event and its audit event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pathways import clock
from pathways.models import Alert, AlertEvent
from pathways.rules.alert_states import AlertEventKind
from pathways.services import audit
from pathways.services.actors import Actor

VERBS = {
    AlertEventKind.RAISED: "raised an alert",
    AlertEventKind.REPEATED: "found an alert again",
    AlertEventKind.ACKNOWLEDGED: "acknowledged an alert",
    AlertEventKind.SNOOZED: "snoozed an alert",
    AlertEventKind.REASSIGNED: "reassigned an alert",
    AlertEventKind.ESCALATED: "escalated an alert",
    AlertEventKind.NOTIFIED: "told of an alert",
    AlertEventKind.NOTED: "noted on an alert",
    AlertEventKind.RESOLVED: "resolved an alert",
    AlertEventKind.REOPENED: "reopened an alert",
    AlertEventKind.NOT_FOUND: "found an alert no longer",
    AlertEventKind.ENTERED_IN_ERROR: "marked an alert as entered in error",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to one alert."""

    alert: Alert
    kind: AlertEventKind
    words: str = ""
    until: datetime | None = None
    usefulness: str = ""


def write(happened: Iterable[Happened], *, by: Actor) -> None:
    """Write the events of many changes, and their audit events. Two inserts."""
    rows: Sequence[Happened] = list(happened)
    if not rows:
        return
    now = clock.now()
    AlertEvent.objects.bulk_create(
        [
            AlertEvent(
                clinic_id=each.alert.clinic_id,
                alert=each.alert,
                at=now,
                actor=by.name,
                kind=each.kind,
                words=each.words[:400],
                until=each.until,
                usefulness=each.usefulness,
            )
            for each in rows
        ],
        batch_size=2000,
    )
    audit.record_all(
        audit.event_of(
            by=by,
            verb=VERBS[each.kind],
            subject_type="Alert",
            subject_id=str(each.alert.pk),
            clinic_id=each.alert.clinic_id,
            patient_id=each.alert.patient_id,
            detail=_detail(each),
        )
        for each in rows
    )


def _detail(each: Happened) -> dict[str, Any]:
    alert = each.alert
    detail: dict[str, Any] = {
        "rule": alert.rule,
        "version": alert.rule_version,
        "severity": str(alert.severity),
    }
    if each.words:
        detail["words"] = each.words[:400]
    if each.until is not None:
        detail["until"] = each.until.isoformat()
    if each.usefulness:
        detail["usefulness"] = str(each.usefulness)
    return detail
