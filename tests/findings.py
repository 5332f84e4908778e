"""Alerts as rows, for tests of what is read: no rule is asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from pathways import clock
from pathways.models import Alert, AlertEvent, Clinic, Patient, User
from pathways.rules.alert_states import RANK, AlertEventKind, Rung, Severity

_numbers = count(1)


def unsaved(
    clinic: Clinic,
    severity: Severity = Severity.WITHIN_7_DAYS,
    *,
    patient: Patient | None = None,
    owner: User | None = None,
    left: timedelta = timedelta(days=2),
    now: datetime | None = None,
    **more: Any,
) -> Alert:
    """An open alert that is not saved yet, for whole clinics of them."""
    now = now or clock.now()
    values: dict[str, Any] = {
        "rule": "vegf-rise",
        "rule_version": 3,
        "subject": f"series:{next(_numbers)}",
        "title": "VEGF 131 pg/mL meets the published +50 % criterion",
        "reason": "131 pg/mL on 16 Nov 2026 is 111 % above 62 pg/mL, the lowest of its series.",
        "evidence": "observation:1",
        "rung": Rung.NURSE_IN_CHARGE,
        "raised_at": now - timedelta(days=1),
        "last_seen_at": now - timedelta(days=1),
        "deadline_at": None if severity is Severity.INFORMATION else now + left,
    }
    return Alert(
        clinic=clinic,
        patient=patient,
        owner=owner,
        severity=severity,
        rank=RANK[severity],
        **(values | more),
    )


def raised(clinic: Clinic, severity: Severity = Severity.WITHIN_7_DAYS, **more: Any) -> Alert:
    """An open alert with the event of its raising."""
    alert = unsaved(clinic, severity, **more)
    alert.save()
    AlertEvent.objects.create(
        clinic=clinic,
        alert=alert,
        at=alert.raised_at,
        actor="rule:vegf-rise",
        kind=AlertEventKind.RAISED,
        words="from a result, rule version 3",
    )
    return alert
