"""One alert with everything its reader needs: what was found, by which rule, and what happened so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pathways.models import Alert, AlertEvent, Patient, User
from pathways.rules.alert_states import ALERT_OPEN, AlertEventKind, Severity
from pathways.rules.alert_words import moment
from pathways.rules.dates import zone
from pathways.worklists.alert_rows import AlertRow, alert_row
from pathways.worklists.banner import latest_enrolment, phase_words, years


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, or will if nobody answers."""

    at: str
    sentence: str
    future: bool = False


@dataclass(frozen=True, slots=True)
class AlertPage:
    """One alert, open."""

    alert: Alert
    row: AlertRow
    who: str
    steps: tuple[Step, ...]

    @property
    def open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.alert.state in ALERT_OPEN

    @property
    def to_read(self) -> bool:
        """Whether it asks for no answer, only to be read."""
        return self.row.severity is Severity.INFORMATION


def alert_page(alert: Alert, now: datetime) -> AlertPage:
    """Return one alert of a clinic of the reader's; the caller has checked that it is."""
    clocks = zone(alert.clinic.time_zone)
    return AlertPage(
        alert=alert,
        row=alert_row(alert, now),
        who=_who(alert.patient, now, clocks) if alert.patient else "",
        steps=_steps(alert, now, clocks),
    )


def _who(patient: Patient, now: datetime, clocks: ZoneInfo) -> str:
    """Return what tells this person from another: years, number, phase."""
    day = now.astimezone(clocks).date()
    enrolment = latest_enrolment(patient)
    phases = list(enrolment.phases.all()) if enrolment else []
    phase = phase_words(enrolment, phases, day)
    return f"{years(patient, day)} y, {patient.mrn}, {phase[:1].lower()}{phase[1:]}"


def names_of(actors: set[str]) -> dict[str, str]:
    """Return how these authors are called: staff by their names; one question."""
    return {user.get_username(): str(user) for user in User.objects.filter(username__in=actors)}


_WHAT = {
    AlertEventKind.RAISED: "Raised",
    AlertEventKind.REPEATED: "Found again",
    AlertEventKind.ACKNOWLEDGED: "Acknowledged",
    AlertEventKind.SNOOZED: "Snoozed",
    AlertEventKind.REASSIGNED: "Reassigned",
    AlertEventKind.ESCALATED: "Escalated",
    AlertEventKind.NOTIFIED: "Email",
    AlertEventKind.NOTED: "Note",
    AlertEventKind.RESOLVED: "Answered",
    AlertEventKind.REOPENED: "Raised again on new evidence",
    AlertEventKind.ENTERED_IN_ERROR: "Entered in error",
}


def _steps(alert: Alert, now: datetime, clocks: ZoneInfo) -> tuple[Step, ...]:
    events = list(AlertEvent.objects.filter(alert=alert))
    names = names_of({event.actor for event in events})
    return tuple(
        Step(moment(event.at, now, clocks), _sentence(event, names, now, clocks))
        for event in events
    )


def _sentence(event: AlertEvent, names: dict[str, str], now: datetime, clocks: ZoneInfo) -> str:
    what = _WHAT[AlertEventKind(event.kind)]
    if event.until is not None:
        what += f" to {moment(event.until, now, clocks)}"
    if event.actor in names:  # a person; what the system did needs no author
        what += f" by {names[event.actor]}"
    return f"{what}: {event.words}" if event.words else what
