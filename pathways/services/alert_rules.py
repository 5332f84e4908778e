"""A clinic's own version of a rule: tried on the last year, then published with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from pathways import clock
from pathways.catalogue import find_analyte, load_alert_rules
from pathways.models import Clinic, Patient, RuleSetting
from pathways.rules import alerts as rules
from pathways.rules import replay
from pathways.rules.alert_states import Severity
from pathways.rules.alerts import Answer
from pathways.rules.findings import Setting, Verdict
from pathways.rules.lifecycles import Role
from pathways.rules.person_facts import PersonFacts
from pathways.services import alert_facts, alert_rows, alert_settings, audit
from pathways.services.actors import Actor
from pathways.services.errors import Refused

LOOKED_BACK = timedelta(days=365)
CHUNK = 200
_OF_A_PERSON = frozenset(rule.code for rule in rules.OF_A_PERSON)


@dataclass(frozen=True, slots=True)
class Raised:
    """One finding of the last year: about whom, since which day, in which words."""

    patient: Patient
    on: date
    severity: Severity
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule raises on the last year's data as it is, and as it is proposed."""

    before: int
    after: tuple[Raised, ...]
    new: tuple[Raised, ...]
    gone: tuple[Raised, ...]

    @property
    def words(self) -> str:
        """The sum in a sentence."""
        return f"On the last year's data it raises {self.before}; as proposed {len(self.after)}."


def preview(*, clinic: Clinic, proposed: Setting) -> Preview:
    """Ask a rule about every day of the last year, as it is and as it is proposed. Writes nothing."""
    check(proposed)
    if proposed.code not in _OF_A_PERSON:
        raise Refused("A rule on the system itself has no last year to be tried on.")
    present = alert_settings.in_force(clinic)[proposed.code]
    before: dict[object, Raised] = {}
    after: dict[object, Raised] = {}
    people = list(Patient.objects.in_clinic(clinic).alive().order_by("pk").select_related("clinic"))
    for at in range(0, len(people), CHUNK):
        group = people[at : at + CHUNK]
        facts = alert_facts.load(group)
        for person in group:
            for setting, found in ((present, before), (proposed, after)):
                _replay(person, facts[person.pk], setting, found)
    return Preview(
        before=len(before),
        after=tuple(after.values()),
        new=tuple(one for key, one in after.items() if key not in before),
        gone=tuple(one for key, one in before.items() if key not in after),
    )


def _replay(
    person: Patient, facts: PersonFacts, setting: Setting, found: dict[object, Raised]
) -> None:
    """Note what the rule would have raised about one person: once a subject and evidence."""
    if not setting.enabled:
        return
    rule = rules.RULES[setting.code]
    for day in replay.telling_days(facts, facts.today - LOOKED_BACK):
        for answer in rules.ask(rule, replay.as_of(facts, day), setting):
            if answer.finding.verdict is Verdict.RAISE:
                key = (person.pk, answer.finding.subject, answer.finding.evidence)
                if key not in found:
                    found[key] = _raised(person, day, answer)


def _raised(person: Patient, day: date, answer: Answer) -> Raised:
    _, reason = alert_rows.words_of(answer)
    return Raised(person, day, alert_rows.severity_of(answer), reason)


def publish(*, clinic: Clinic, proposed: Setting, reason: str, by: Actor) -> RuleSetting:
    """Write a new version of a rule, used from now on; open alerts keep the one they were raised by."""
    check(proposed)
    if not reason.strip():
        raise Refused("Say why it is changed.", field="reason")
    with transaction.atomic():
        # Locked, so that of two who publish at once the second gets the next number.
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        present = alert_settings.in_force(clinic)[proposed.code]
        row = RuleSetting.objects.create(
            clinic=clinic,
            rule=proposed.code,
            version=present.version + 1,
            enabled=proposed.enabled,
            severity=proposed.severity,
            owner_role=proposed.owner_role,
            answer_within_minutes=proposed.answer_minutes,
            resolve_within_minutes=proposed.resolve_minutes,
            parameters=dict(proposed.parameters),
            reason=reason.strip()[:200],
            recorded_at=clock.now(),
            recorded_by=by.name,
        )
        audit.record(
            by=by,
            verb="published an alert rule",
            subject=row,
            clinic=clinic,
            detail={
                "rule": row.rule,
                "version": row.version,
                "before": _told(present),
                "after": _told(proposed),
                "reason": row.reason,
            },
        )
    return row


def _told(setting: Setting) -> dict[str, Any]:
    return {
        "enabled": setting.enabled,
        "severity": str(setting.severity),
        "owner": str(setting.owner_role),
        "answer_minutes": setting.answer_minutes,
        "resolve_minutes": setting.resolve_minutes,
        "parameters": dict(setting.parameters),
    }


def check(proposed: Setting) -> None:
    """Refuse a version without an owner, a response time, or with numbers it cannot have."""
    entry = load_alert_rules().get(proposed.code)
    if entry is None:
        raise Refused(f"There is no rule “{proposed.code}”.", field="rule")
    if proposed.owner_role is Role.AUDITOR:
        raise Refused("An auditor cannot own a rule.", field="owner_role")
    if proposed.answer_minutes < 1:
        raise Refused("Give the time within which it is answered.", field="answer_minutes")
    if proposed.resolve_minutes < 1:
        raise Refused("Give the time within which it is resolved.", field="resolve_minutes")
    if proposed.parameters.keys() != entry.parameters.keys():
        names = ", ".join(entry.parameters) or "none"
        raise Refused(f"This rule has these numbers: {names}.", field="parameters")
    for name, value in proposed.parameters.items():
        _check_parameter(name, value, entry.parameters[name])


def _check_parameter(name: str, value: Any, usual: Any) -> None:
    if name == "limits":
        for limit in value:
            _check_limit(limit)
    elif type(value) is not type(usual):
        raise Refused(f"Write {name} as it was: a {type(usual).__name__}.", field=name)
    elif isinstance(value, int) and not isinstance(value, bool) and value < 1:
        raise Refused(f"Give {name} as a number of one or more.", field=name)


def _check_limit(limit: Mapping[str, Any]) -> None:
    analyte = find_analyte(str(limit.get("code", "")))
    if analyte is None:
        raise Refused(f"“{limit.get('code')}” is not a code of the catalogue.", field="limits")
    if limit.get("unit") != analyte.unit:
        raise Refused(f"Give the limit of {analyte.label} in {analyte.unit}.", field="limits")
    edges = [limit[side] for side in ("above", "below") if side in limit]
    if not edges:
        raise Refused(f"Say above or below which value for {analyte.label}.", field="limits")
    for edge in edges:
        try:
            Decimal(str(edge))
        except InvalidOperation as error:
            raise Refused(f"{edge!r} is not a number.", field="limits") from error
