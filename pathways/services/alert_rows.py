"""From findings to alerts: raised, found again, reopened, no longer found, resting on an error.

At most one open alert a rule and subject. The same evidence changes nothing, however often the
rules run; new evidence bumps the counter of an open alert and reopens a resolved one. What is no
longer found is noted on the alert and stays open until a person closes it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pathways import clock
from pathways.catalogue import load_alert_rules
from pathways.models import Alert, Clinic, Patient
from pathways.rules import escalation
from pathways.rules.alert_states import (
    ALERT_OPEN,
    RANK,
    AlertEventKind,
    AlertState,
    Severity,
)
from pathways.rules.alerts import Answer
from pathways.rules.findings import Setting, Verdict, keep
from pathways.services import alert_writing
from pathways.services.actors import Actor
from pathways.services.alert_chain import Chain
from pathways.services.alert_writing import Happened

Key = tuple[uuid.UUID | None, str, str]
_CHANGED = (
    *("rule_version", "severity", "rank", "state", "title", "reason", "inputs", "evidence"),
    *("observation", "screening", "owner", "rung", "place", "level", "repeats", "last_seen_at"),
    *("not_found_since", "deadline_at", "resolve_by", "snoozed_until", "acknowledged_at"),
    *("acknowledged_by", "resolved_at", "resolved_by", "outcome", "usefulness", "note"),
)


@dataclass(slots=True)
class Asked:
    """What the rules said about one person, or about the clinic (without a patient)."""

    patient: Patient | None
    answers: list[Answer] = field(default_factory=list)
    # Rules that were asked; what another one raised is left as it is.
    rules: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = frozenset()

    @property
    def patient_id(self) -> uuid.UUID | None:
        """The person's key; None for the clinic itself."""
        return self.patient.pk if self.patient is not None else None


@dataclass(slots=True)
class Written:
    """What changed: alerts that ask for an answer anew, and alerts without anybody to ask."""

    raised: list[Alert] = field(default_factory=list)
    ownerless: list[Alert] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    changed: list[Alert] = field(default_factory=list)


def write(clinic: Clinic, asked: Sequence[Asked], chain: Chain, *, by: Actor) -> Written:
    """Bring the alerts of these people in line with what the rules said. Six queries at most."""
    done = Written()
    now = clock.now()
    standing = _standing(clinic, [one.patient for one in asked])
    of_person: dict[uuid.UUID | None, list[Alert]] = defaultdict(list)
    for alert in standing.values():
        of_person[alert.patient_id].append(alert)
    fresh: list[Alert] = []
    for one in asked:
        raised = {
            _key(one, answer): answer
            for answer in one.answers
            if answer.finding.verdict is Verdict.RAISE
        }
        for key, answer in raised.items():
            found = standing.get(key)
            if found is None or found.state == AlertState.ENTERED_IN_ERROR:
                fresh.append(_new(clinic, one, answer, chain, now, done))
            elif found.state in ALERT_OPEN:
                _again(found, answer, chain, now, done)
            elif found.evidence != evidence_of(answer):
                _reopen(found, one, answer, chain, now, done)
        _settle(one, raised.keys(), of_person[one.patient_id], now, done)
    Alert.objects.bulk_create(fresh, batch_size=500)
    Alert.objects.bulk_update(done.changed, _CHANGED, batch_size=200)
    done.raised.extend(fresh)
    done.happened.extend(Happened(alert, AlertEventKind.RAISED) for alert in fresh)
    alert_writing.write(done.happened, by=by)
    return done


def _standing(clinic: Clinic, people: Iterable[Patient | None]) -> dict[Key, Alert]:
    """Return the latest alert on each subject of these people; an open one before all others."""
    ids = [person.pk for person in people if person is not None]
    rows = Alert.objects.in_clinic(clinic).order_by("pk")
    rows = rows.filter(patient__in=ids) if ids else rows.filter(patient__isnull=True)
    found: dict[Key, Alert] = {}
    for row in rows:
        key = (row.patient_id, row.rule, row.subject)
        before = found.get(key)
        if before is None or before.state not in ALERT_OPEN:
            found[key] = row
    return found


def _key(one: Asked, answer: Answer) -> Key:
    return one.patient_id, answer.setting.code, subject_of(one.patient, answer)


def subject_of(patient: Patient | None, answer: Answer) -> str:
    """Return an alert's subject: the finding's, apart for each person."""
    owner = f"{patient.pk}|" if patient is not None else ""
    return f"{owner}{answer.finding.subject}"[:120]


def evidence_of(answer: Answer) -> str:
    """Return what a finding rests on, as it is kept."""
    return ",".join(answer.finding.evidence)[:200]


def inputs_of(answer: Answer) -> dict[str, Any]:
    """Return everything the rule was told, so that the alert can be made again."""
    setting = answer.setting
    return {"case": keep(answer.case), "parameters": dict(setting.parameters)}


def severity_of(answer: Answer) -> Severity:
    """Return how urgent a finding is: its own word, else the rule's."""
    return answer.finding.severity or answer.setting.severity


def words_of(answer: Answer) -> tuple[str, str]:
    """Return the title and the reason of a finding."""
    entry = load_alert_rules()[answer.setting.code]
    finding = answer.finding
    title = entry.titled(answer.setting.parameters)
    return title[:200], entry.says(finding.wording, finding.words)[:600]


def _new(
    clinic: Clinic, one: Asked, answer: Answer, chain: Chain, now: datetime, done: Written
) -> Alert:
    alert = Alert(
        clinic=clinic,
        patient=one.patient,
        rule=answer.setting.code,
        subject=subject_of(one.patient, answer),
        raised_at=now,
    )
    _tell(alert, answer, now)
    _ask(alert, one.patient, answer.setting, chain, now, done)
    return alert


def _tell(alert: Alert, answer: Answer, now: datetime) -> None:
    """Put the finding's words, inputs and evidence on the alert."""
    severity = severity_of(answer)
    alert.title, alert.reason = words_of(answer)
    alert.rule_version = answer.setting.version
    alert.severity, alert.rank = severity, RANK[severity]
    alert.inputs, alert.evidence = inputs_of(answer), evidence_of(answer)
    alert.observation_id = _ref(answer, "observation")
    alert.screening_id = _ref(answer, "screening")
    alert.last_seen_at = now
    alert.not_found_since = None


def _ref(answer: Answer, kind: str) -> int | None:
    for evidence in answer.finding.evidence:
        name, _, rest = evidence.partition(":")
        number = rest.partition(":")[0]
        if name == kind and number.isdigit():
            return int(number)
    return None


def _ask(
    alert: Alert,
    patient: Patient | None,
    setting: Setting,
    chain: Chain,
    now: datetime,
    done: Written,
) -> None:
    """Give the alert to the first of its chain, and start the first clock."""
    severity = Severity(alert.severity)
    named = patient.named_clinician_id if patient is not None else None
    holder = chain.first(severity, setting.owner_role, named)
    alert.state = AlertState.RAISED
    alert.owner_id, alert.rung = holder.user_id, holder.rung
    alert.place, alert.level = max(holder.place, 0), 0
    alert.note = ""
    if not holder.found:
        done.ownerless.append(alert)
    alert.deadline_at = (
        chain.deadline(now, setting.answer_minutes, severity)
        if escalation.has_clock(severity)
        else None
    )
    alert.resolve_by = alert.snoozed_until = None


def _again(alert: Alert, answer: Answer, chain: Chain, now: datetime, done: Written) -> None:
    """Bump the open alert if the evidence is new; a more urgent finding makes it more urgent."""
    if alert.evidence == evidence_of(answer) and alert.severity == severity_of(answer):
        if alert.not_found_since is not None:
            alert.not_found_since = None
            if alert.deadline_at is None and escalation.has_clock(Severity(alert.severity)):
                # A death that was recorded for the wrong person had stopped it.
                minutes = answer.setting.answer_minutes
                alert.deadline_at = chain.deadline(now, minutes, Severity(alert.severity))
            done.changed.append(alert)
        return
    before, deadline_at = Severity(alert.severity), alert.deadline_at
    _tell(alert, answer, now)
    severity = Severity(alert.severity)
    if RANK[severity] > RANK[before]:
        # Only a person makes an open alert less urgent, by answering it.
        severity = before
        alert.severity, alert.rank = before, RANK[before]
    alert.repeats += 1
    more_urgent = RANK[severity] < RANK[before]
    if more_urgent and escalation.has_clock(severity):
        setting = answer.setting
        minutes = (
            setting.answer_minutes if alert.state == AlertState.RAISED else setting.resolve_minutes
        )
        new = chain.deadline(now, minutes, severity)
        alert.deadline_at = min(new, deadline_at) if deadline_at else new
        alert.snoozed_until = None
    done.changed.append(alert)
    done.happened.append(Happened(alert, AlertEventKind.REPEATED, alert.reason))
    if more_urgent:
        done.raised.append(alert)


def _reopen(
    alert: Alert, one: Asked, answer: Answer, chain: Chain, now: datetime, done: Written
) -> None:
    """Raise a resolved alert again on new evidence; what was answered stays in its events."""
    _tell(alert, answer, now)
    alert.acknowledged_at = alert.resolved_at = None
    alert.acknowledged_by = alert.resolved_by = alert.outcome = alert.usefulness = ""
    alert.repeats += 1
    _ask(alert, one.patient, answer.setting, chain, now, done)
    done.changed.append(alert)
    done.raised.append(alert)
    done.happened.append(Happened(alert, AlertEventKind.REOPENED, alert.reason))


def _settle(
    one: Asked,
    raised: Collection[Key],
    standing: Iterable[Alert],
    now: datetime,
    done: Written,
) -> None:
    """Note on open alerts what is no longer found; end those that rest on an error."""
    why = {
        _key(one, answer): answer.finding.why
        for answer in one.answers
        if answer.finding.verdict is Verdict.NOT_ASSESSABLE
    }
    for alert in standing:
        key = (alert.patient_id, alert.rule, alert.subject)
        if alert.state not in ALERT_OPEN or alert.rule not in one.rules or key in raised:
            continue
        if one.withdrawn.intersection(alert.evidence.split(",")):
            _end_in_error(alert, done)
        elif alert.not_found_since is None:
            alert.not_found_since = now
            words = why.get(key) or "What it rests on has changed."
            done.changed.append(alert)
            done.happened.append(Happened(alert, AlertEventKind.NOT_FOUND, words))


def _end_in_error(alert: Alert, done: Written) -> None:
    alert.state = AlertState.ENTERED_IN_ERROR
    alert.deadline_at = alert.snoozed_until = None
    alert.note = "What it rests on was entered in error."
    done.changed.append(alert)
    done.happened.append(Happened(alert, AlertEventKind.ENTERED_IN_ERROR, alert.note))
