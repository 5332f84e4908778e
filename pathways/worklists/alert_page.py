"""One alert with everything its reader needs: what was found, by which rule, and what happened so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pathways.catalogue import load_alert_rules
from pathways.catalogue.alert_rules import AlertRuleEntry, Group
from pathways.catalogue.sources import SourceEntry
from pathways.models import Alert, AlertEvent, Patient
from pathways.models.authors import Authors, authors_of
from pathways.rules.alert_states import ALERT_OPEN, URGENT, AlertEventKind, AlertState, Severity
from pathways.rules.alert_words import moment, span_words
from pathways.rules.dates import zone
from pathways.rules.findings import Setting
from pathways.worklists.alert_checks import Check, checks
from pathways.worklists.alert_found import Found, found
from pathways.worklists.alert_rows import AlertRow, alert_row
from pathways.worklists.banner import (
    Banner,
    banner_from,
    latest_enrolment,
    phase_words,
    years,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, or will if nobody answers."""

    at: str
    sentence: str
    future: bool = False


@dataclass(frozen=True, slots=True)
class RuleLine:
    """The rule that raised it: its name, whose it is, its times, and where it comes from."""

    code: str
    words: str
    sources: tuple[SourceEntry, ...]


@dataclass(frozen=True, slots=True)
class AlertPage:
    """One alert, open."""

    alert: Alert
    row: AlertRow
    banner: Banner | None
    who: str
    found: Found
    check_first: tuple[str, ...]
    checks: tuple[Check, ...]
    rule: RuleLine
    steps: tuple[Step, ...]

    @property
    def open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.alert.state in ALERT_OPEN

    @property
    def acknowledged(self) -> bool:
        """Whether somebody took it already."""
        return self.alert.state == AlertState.ACKNOWLEDGED

    @property
    def to_read(self) -> bool:
        """Whether it asks for no answer, only to be read."""
        return self.row.severity is Severity.INFORMATION


def alert_page(alert: Alert, setting: Setting, then: str, now: datetime) -> AlertPage:
    """Return one alert of a clinic of the reader's; the caller has checked that it is.

    `setting` is the rule as the clinic uses it now, `then` what happens if nobody answers.
    """
    clocks = zone(alert.clinic.time_zone)
    day = now.astimezone(clocks).date()
    entry = load_alert_rules()[alert.rule]
    authors = authors_of(alert.clinic_id)
    banner, who = _who(alert.patient, day) if alert.patient else (None, "")
    return AlertPage(
        alert=alert,
        row=alert_row(alert, now, authors),
        banner=banner,
        who=who,
        found=found(alert, day),
        check_first=entry.check_first,
        checks=checks(alert.patient, day) if alert.patient and entry.group in _CHECKED else (),
        rule=_rule(alert, entry, setting),
        steps=_steps(alert, authors, then, now, clocks),
    )


# What the usual other reasons are asked for: what a result, an exam or a course gave rise to.
_CHECKED = frozenset({Group.RESULTS, Group.NERVE, Group.THERAPY})


def _rule(alert: Alert, entry: AlertRuleEntry, setting: Setting) -> RuleLine:
    severity = Severity(alert.severity)
    parts = [f"{entry.code} version {alert.rule_version}", f"owner: {setting.owner_role}"]
    if severity is not Severity.INFORMATION:
        hours = "" if severity in URGENT else "working "
        parts.append(f"answer within {span_words(setting.answer_minutes, hours)}")
        parts.append(f"close within {span_words(setting.resolve_minutes, hours)}")
    if setting.version != alert.rule_version:
        parts.append(f"version {setting.version} is in force now")
    return RuleLine(entry.code, "; ".join(parts), entry.sources)


def _who(patient: Patient, day: date) -> tuple[Banner, str]:
    """Return the banner for paper, and what tells this person from another: years, number, phase."""
    enrolment = latest_enrolment(patient)
    phases = list(enrolment.phases.all()) if enrolment else []
    phase = phase_words(enrolment, phases, day)
    who = f"{years(patient, day)} y, {patient.mrn}, {phase[:1].lower()}{phase[1:]}"
    return banner_from(patient, enrolment, phases, day), who


# Said otherwise than by its own name.
_WHAT = {
    AlertEventKind.REPEATED: "Found again",
    AlertEventKind.NOTIFIED: "Email",
    AlertEventKind.NOTED: "Note",
    AlertEventKind.RESOLVED: "Answered",
    AlertEventKind.REOPENED: "Raised again on new evidence",
}


def _steps(
    alert: Alert, authors: Authors, then: str, now: datetime, clocks: ZoneInfo
) -> tuple[Step, ...]:
    steps = [
        Step(moment(event.at, now, clocks), _sentence(event, authors, now, clocks))
        for event in AlertEvent.objects.filter(alert=alert)
    ]
    if alert.state in ALERT_OPEN and alert.deadline_at is not None:
        steps.append(Step(moment(alert.deadline_at, now, clocks), then, future=True))
    return tuple(steps)


def _sentence(event: AlertEvent, authors: Authors, now: datetime, clocks: ZoneInfo) -> str:
    kind = AlertEventKind(event.kind)
    what = _WHAT.get(kind, f"{kind.value[:1].upper()}{kind.value[1:]}")
    if event.until is not None:
        what += f" to {moment(event.until, now, clocks)}"
    if event.actor in authors.names:  # a person; what the system did needs no author
        what += f" by {authors.named(event.actor)}"
    return f"{what}: {event.words}" if event.words else what
