"""How urgent a finding is, what may become of an alert, and what can happen to it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pathways.rules.lifecycles import Table


class Severity(StrEnum):
    """The one scale of urgency, everywhere: the four triage levels and "for information"."""

    EMERGENCY = "emergency"
    SAME_DAY = "same day"
    WITHIN_7_DAYS = "within 7 days"
    NEXT_VISIT = "next visit"
    INFORMATION = "for information"


# Most urgent first; lists and chains are ordered by it.
RANK: Mapping[Severity, int] = {severity: rank for rank, severity in enumerate(Severity)}
# These two may never be put off, and never wait for a digest or for working hours.
URGENT = frozenset({Severity.EMERGENCY, Severity.SAME_DAY})


class AlertState(StrEnum):
    """Snoozed, reassigned and escalated are dated events, not states."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    ENTERED_IN_ERROR = "entered in error"


ALERT_OPEN = frozenset({AlertState.RAISED, AlertState.ACKNOWLEDGED})

ALERT: Table = {
    AlertState.RAISED: frozenset(
        {AlertState.ACKNOWLEDGED, AlertState.RESOLVED, AlertState.ENTERED_IN_ERROR}
    ),
    AlertState.ACKNOWLEDGED: frozenset({AlertState.RESOLVED, AlertState.ENTERED_IN_ERROR}),
    # New evidence alone raises a resolved one again.
    AlertState.RESOLVED: frozenset({AlertState.RAISED, AlertState.ENTERED_IN_ERROR}),
    AlertState.ENTERED_IN_ERROR: frozenset(),
}


class AlertEventKind(StrEnum):
    """What happened to an alert, and when."""

    RAISED = "raised"
    REPEATED = "repeated"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    REASSIGNED = "reassigned"
    ESCALATED = "escalated"
    NOTIFIED = "notified"
    NOTED = "noted"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    NOT_FOUND = "no longer found"
    ENTERED_IN_ERROR = "entered in error"


class Usefulness(StrEnum):
    """What the person who resolved an alert thought of it; tuning counts these."""

    USEFUL = "useful"
    NOISE = "noise"


class Outcome(StrEnum):
    """What the answering person did. A record of a deed, never a recommendation."""

    REPEAT_TEST = "repeat the test"
    EXAM_FORWARD = "bring the exam forward"
    DISCUSS = "discuss at MDT"
    CONTACTED = "contacted the patient"
    SEEN = "seen by a clinician"
    RECORDED = "recorded what was missing"
    REVIEWED = "reviewed, nothing to do now"
    READ = "marked as read"


class Rung(StrEnum):
    """A place in the chain of people who are asked in turn."""

    NAMED_CLINICIAN = "named clinician"
    NURSE_IN_CHARGE = "nurse in charge"
    HEMATOLOGIST_ON_DUTY = "hematologist on duty"
    NEUROLOGIST_ON_DUTY = "neurologist on duty"
    COORDINATOR = "coordinator"
    BY_NAME = "chosen by name"
