"""Alerts as rows, for tests of what is read: no rule is asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from pathways import clock
from pathways.models import Alert, AlertEvent, Clinic, Patient, User
from pathways.rules.alert_states import RANK, AlertEventKind, Rung, Severity
from pathways.rules.alerts_results import Series
from pathways.rules.findings import keep
from pathways.rules.observations import Reading

_numbers = count(1)
_VALUES = (
    (date(2025, 12, 1), "118"),
    (date(2026, 3, 10), "62"),
    (date(2026, 5, 20), "71"),
    (date(2026, 8, 21), "74"),
    (date(2026, 11, 16), "131"),
)
# What the rule on VEGF is told of one series, as it is kept with an alert.
VEGF = {
    "case": keep(
        Series(
            tuple(
                Reading(
                    ref,
                    "vegf",
                    on,
                    Decimal(value),
                    unit="pg/mL",
                    specimen="plasma",
                    lab="Central Reference",
                    limit_high=Decimal(115),
                )
                for ref, (on, value) in enumerate(_VALUES, start=1)
            )
        )
    ),
    "parameters": {"percent": 50},
}


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
        "rule": "vegf-above-lowest",
        "rule_version": 1,
        "inputs": VEGF,
        "subject": f"series:{next(_numbers)}",
        "title": "VEGF more than 50 % above its lowest",
        "reason": "VEGF 131 pg/mL of 16 Nov 2026 is 111 % above its lowest, 62 pg/mL of 10 Mar 2026.",
        "evidence": "observation:5,observation:2",
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
        actor="test",
        kind=AlertEventKind.RAISED,
        words="from a result",
    )
    return alert
