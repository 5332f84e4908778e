"""What people do with an alert: acknowledge, snooze, hand over, note, resolve, mark as read.

Acknowledging stops the first clock and starts a second. Nothing here happens by itself, and each
deed is one event on the alert and one in the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from pathways import clock
from pathways.models import Alert, Clinic, Membership, User
from pathways.models.authors import authors_of
from pathways.permissions import WORKERS
from pathways.rules import escalation
from pathways.rules.alert_states import (
    ALERT_OPEN,
    URGENT,
    AlertEventKind,
    AlertState,
    Outcome,
    Rung,
    Severity,
    Usefulness,
)
from pathways.services import alert_chain, alert_settings, alert_writing
from pathways.services.actors import Actor
from pathways.services.alert_writing import Happened
from pathways.services.errors import Refused

SOMEBODY_ELSE = "Somebody answered this alert already. Reload to see what they wrote."


def acknowledge(*, alert: Alert, by: Actor) -> Alert:
    """Say that one has seen it and takes it: the first clock stops, the second starts.

    What was acknowledged and passed on may be taken over; the second clock then runs on.
    """
    if alert.state == AlertState.ACKNOWLEDGED and alert.acknowledged_by != by.name:
        return _take_over(alert, by)
    with transaction.atomic():
        now = clock.now()
        severity = Severity(alert.severity)
        setting = alert_settings.in_force(alert.clinic)[alert.rule]
        resolve_by = None
        if escalation.has_clock(severity):
            hours = alert_chain.hours_of(alert.clinic)
            resolve_by = escalation.deadline(now, setting.resolve_minutes, severity, hours)
        _change(
            alert,
            {AlertState.RAISED},
            state=AlertState.ACKNOWLEDGED,
            acknowledged_at=now,
            acknowledged_by=by.name,
            resolve_by=resolve_by,
            deadline_at=resolve_by,
            snoozed_until=None,
            **_taken_by(by),
        )
        alert_writing.write([Happened(alert, AlertEventKind.ACKNOWLEDGED)], by=by)
    return alert


def _take_over(alert: Alert, by: Actor) -> Alert:
    before = authors_of(alert.clinic_id).named(alert.acknowledged_by)
    with transaction.atomic():
        _change(
            alert,
            {AlertState.ACKNOWLEDGED},
            acknowledged_at=clock.now(),
            acknowledged_by=by.name,
            snoozed_until=None,
            **_taken_by(by),
        )
        words = f"taken over from {before}"
        alert_writing.write([Happened(alert, AlertEventKind.ACKNOWLEDGED, words)], by=by)
    return alert


def snooze(*, alert: Alert, until: datetime, by: Actor) -> Alert:
    """Take it off the list until an instant, never past its due time; its clock runs on."""
    severity = Severity(alert.severity)
    if severity in URGENT:
        raise Refused(f"An alert of the severity “{severity}” cannot be snoozed.")
    if until <= clock.now():
        raise Refused("Choose a time that lies ahead.", field="until")
    if alert.deadline_at is not None and until > alert.deadline_at:
        raise Refused("Choose a time before the alert is due.", field="until")
    with transaction.atomic():
        _change(alert, ALERT_OPEN, snoozed_until=until)
        alert_writing.write([Happened(alert, AlertEventKind.SNOOZED, until=until)], by=by)
    return alert


def reassign(*, alert: Alert, to: User, by: Actor, words: str = "") -> Alert:
    """Hand it to a named colleague of the clinic; the clock runs on."""
    member = Membership.objects.current().filter(
        clinic=alert.clinic_id, user=to, user__is_active=True, role__in=sorted(WORKERS)
    )
    if not member.exists():
        raise Refused(f"{to} does not work in this clinic.", field="to")
    if to.pk == alert.owner_id:
        raise Refused(f"It is with {to} already.", field="to")
    with transaction.atomic():
        _change(alert, ALERT_OPEN, owner_id=to.pk, rung=Rung.BY_NAME, snoozed_until=None)
        said = f"to {to}" + (f": {words.strip()}" if words.strip() else "")
        alert_writing.write([Happened(alert, AlertEventKind.REASSIGNED, said)], by=by)
    return alert


def note(*, alert: Alert, words: str, by: Actor) -> Alert:
    """Write something on an alert; it changes nothing else."""
    if not words.strip():
        raise Refused("Write the note.", field="words")
    if len(words.strip()) > 400:
        raise Refused("Write at most 400 characters.", field="words")
    with transaction.atomic():
        alert_writing.write([Happened(alert, AlertEventKind.NOTED, words.strip())], by=by)
    return alert


def resolve(
    *,
    alert: Alert,
    outcome: Outcome | str,
    usefulness: Usefulness | str,
    by: Actor,
    words: str = "",
) -> Alert:
    """Answer it and close it, with what was done and whether it was of use."""
    if Severity(alert.severity) is Severity.INFORMATION:
        raise Refused("What is for information is marked as read.")
    try:
        outcome = Outcome(outcome)
    except ValueError as error:
        raise Refused("Say what you did.", field="outcome") from error
    try:
        usefulness = Usefulness(usefulness)
    except ValueError as error:
        raise Refused("Say whether it was useful or noise.", field="usefulness") from error
    if outcome is Outcome.READ:
        raise Refused("Say what you did; only information is marked as read.", field="outcome")
    with transaction.atomic():
        now = clock.now()
        answered: dict[str, Any] = {}
        if alert.acknowledged_at is None:
            answered = {"acknowledged_at": now, "acknowledged_by": by.name}
        _change(
            alert,
            ALERT_OPEN,
            **_closed(now, by, outcome, usefulness, words),
            **answered,
            **_taken_by(by),
        )
        said = f"{outcome}" + (f": {words.strip()}" if words.strip() else "")
        alert_writing.write(
            [Happened(alert, AlertEventKind.RESOLVED, said, usefulness=usefulness)], by=by
        )
    return alert


def mark_read(
    *, clinic: Clinic, alerts: Iterable[Alert], by: Actor, usefulness: Usefulness | str = ""
) -> int:
    """Mark alerts for information as read, one or many; refuse all if one asks for an answer."""
    rows: Sequence[Alert] = list(alerts)
    if any(row.clinic_id != clinic.pk for row in rows):
        raise Refused("An alert of another clinic is among them.")
    if any(row.severity != Severity.INFORMATION for row in rows):
        raise Refused("Only alerts for information are marked as read; answer the others.")
    usefulness = Usefulness(usefulness) if usefulness else ""
    with transaction.atomic():
        now = clock.now()
        # Locked, so that of two people who mark the same list each alert is read once.
        open_rows = list(
            Alert.objects.open().filter(pk__in=[row.pk for row in rows]).select_for_update()
        )
        Alert.objects.filter(pk__in=[row.pk for row in open_rows]).update(
            **_closed(now, by, Outcome.READ, usefulness, "")
        )
        alert_writing.write(
            [
                Happened(row, AlertEventKind.RESOLVED, Outcome.READ, usefulness=usefulness)
                for row in open_rows
            ],
            by=by,
        )
    return len(open_rows)


def _closed(
    now: datetime, by: Actor, outcome: Outcome, usefulness: Usefulness | str, words: str
) -> dict[str, Any]:
    return {
        "state": AlertState.RESOLVED,
        "resolved_at": now,
        "resolved_by": by.name,
        "outcome": outcome,
        "usefulness": usefulness,
        "note": words.strip(),
        "deadline_at": None,
        "snoozed_until": None,
    }


def _taken_by(by: Actor) -> dict[str, Any]:
    """Whoever answers owns it from then on."""
    return {"owner_id": by.user.pk, "rung": Rung.BY_NAME} if by.user is not None else {}


def _change(alert: Alert, states: Iterable[str], **values: Any) -> None:
    """Change the row if it is still in one of these states; of two people only one succeeds."""
    changed = Alert.objects.filter(pk=alert.pk, state__in=sorted(states)).update(**values)
    if not changed:
        raise Refused(SOMEBODY_ELSE)
    alert.refresh_from_db()
