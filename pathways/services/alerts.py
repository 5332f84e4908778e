"""Alerts: the rules are asked after every change, and people answer what they raise.

`assess` stands at the end of the transaction of every service that changes what a rule looks at.
It runs in savepoints of its own: a rule that throws, also inside the database, becomes an alert of
the system and never keeps a result from being saved.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from django.db import transaction

from pathways import clock
from pathways.models import Alert, Clinic, Patient
from pathways.rules import alerts as rules
from pathways.rules.alerts import Answer
from pathways.rules.alerts_system import NOBODY_THERE, RULE_FAILED
from pathways.rules.findings import Finding, Rule, Setting
from pathways.rules.person_facts import ClinicFacts, Event, PersonFacts
from pathways.services import (
    alert_calls,
    alert_chain,
    alert_ended,
    alert_facts,
    alert_mail,
    alert_rows,
    alert_settings,
    alert_waiting,
)
from pathways.services.actors import Actor
from pathways.services.alert_life import (
    acknowledge,
    mark_read,
    note,
    reassign,
    resolve,
    snooze,
)
from pathways.services.alert_rows import Asked
from pathways.services.alert_waiting import unasked

__all__ = [
    "acknowledge",
    "assess",
    "assess_clinic",
    "look",
    "mark_read",
    "note",
    "once_each",
    "reassign",
    "reproduce",
    "resolve",
    "snooze",
    "unasked",
]

log = logging.getLogger(__name__)

CHUNK = 500
T = TypeVar("T")


@dataclass(slots=True)
class _Trouble:
    """Rules that threw: which, for whom. Names only; the words of an error can hold a person's."""

    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, rule: str, error: Exception) -> None:
        self.failed[rule].append(type(error).__name__)
        log.error("Assessing alerts failed at %s: %s.", rule, type(error).__name__)


def assess(patient_ids: Iterable[uuid.UUID], *, by: Actor) -> int:
    """Ask every rule about these people and write what changed; return how many were raised.

    The number of queries grows with neither results nor alerts. Nothing that goes wrong here
    reaches the caller.
    """
    ids = sorted(set(patient_ids))
    if alert_waiting.wait(ids):
        return 0
    raised = 0
    for at in range(0, len(ids), CHUNK):
        people = _guarded(partial(_people, ids[at : at + CHUNK]), "reading", _Trouble()) or []
        by_clinic: dict[int, list[Patient]] = defaultdict(list)
        for person in people:
            by_clinic[person.clinic_id].append(person)
        for group in by_clinic.values():
            raised += _assess_people(group[0].clinic, group, by)
    return raised


@contextmanager
def once_each(*, by: Actor) -> Iterator[None]:
    """Ask about each person once, at the end, however many deeds inside would ask; not on error."""
    with alert_waiting.gathered() as people:
        yield
    assess(people, by=by)  # within another `once_each` this waits for that one


def assess_clinic(clinic: Clinic, facts: ClinicFacts, *, by: Actor) -> int:
    """Ask the system rules about one clinic; return how many alerts were raised."""
    trouble = _Trouble()
    settings = _guarded(partial(alert_settings.in_force, clinic), "reading settings", trouble)
    if settings is None:
        return 0
    asked = Asked(None)
    _guarded(partial(_ask, rules.OF_A_CLINIC, facts, settings, asked, trouble), "asking", trouble)
    return _write(clinic, [asked], settings, trouble, by)


def look(*, patient: Patient) -> list[Answer]:
    """Return what every rule says about a person now, and why where it cannot tell. Writes nothing."""
    settings = alert_settings.in_force(patient.clinic)
    facts = alert_facts.load([patient])[patient.pk]
    return list(rules.ask_all(rules.OF_A_PERSON, facts, settings))


def reproduce(*, alert: Alert) -> Finding:
    """Run an alert's rule on the inputs that were kept with it: the same finding comes out."""
    return rules.again(alert.rule, alert.inputs)


def _people(ids: Sequence[uuid.UUID]) -> list[Patient]:
    return list(Patient.objects.filter(pk__in=ids).select_related("clinic"))


def _assess_people(clinic: Clinic, people: Sequence[Patient], by: Actor) -> int:
    trouble = _Trouble()
    settings = _guarded(partial(alert_settings.in_force, clinic), "reading settings", trouble)
    parted = _guarded(partial(alert_ended.part, people), "reading enrolments", trouble)
    if settings is None or parted is None:
        return 0
    present, gone = parted
    asked = _guarded(partial(_asked, present, settings, trouble), "reading facts", trouble)
    if gone:
        _guarded(partial(alert_ended.note, gone, by=by), "noting", trouble)
    return _write(clinic, asked or [], settings, trouble, by)


def _asked(
    people: Sequence[Patient], settings: Mapping[str, Setting], trouble: _Trouble
) -> list[Asked]:
    facts = alert_facts.load(people)
    found = []
    for person in people:
        asked = Asked(person, withdrawn=facts[person.pk].withdrawn)
        _ask(rules.OF_A_PERSON, facts[person.pk], settings, asked, trouble)
        found.append(asked)
    return found


def _ask(
    of: Sequence[Rule],
    facts: PersonFacts | ClinicFacts,
    settings: Mapping[str, Setting],
    asked: Asked,
    trouble: _Trouble,
) -> None:
    """Ask each rule on its own, so that one that throws silences no other."""
    done = set()
    for rule in of:
        setting = settings[rule.code]
        if not setting.enabled:
            continue
        try:
            asked.answers.extend(list(rules.ask(rule, facts, setting)))
            done.add(rule.code)
        except Exception as error:
            trouble.note(rule.code, error)
            # It may have broken the transaction: what was read stays, what it did is undone.
            transaction.set_rollback(True)
    asked.rules = frozenset(done)


def _guarded(deed: Callable[[], T], name: str, trouble: _Trouble) -> T | None:
    """Do something in a savepoint; if it throws, undo it, note it, and go on."""
    try:
        with transaction.atomic():
            return deed()
    except Exception as error:
        trouble.note(name, error)
        return None


def _write(
    clinic: Clinic,
    asked: Sequence[Asked],
    settings: Mapping[str, Setting],
    trouble: _Trouble,
    by: Actor,
) -> int:
    """Write as a set; if that fails, person by person, so that one cannot cost the others."""
    first = _Trouble()
    count = _guarded(partial(_write_part, clinic, asked, settings, by), "writing", first)
    if count is None:
        # Two at once found the same thing, or one row cannot be written: each has another try.
        parts = (
            _guarded(partial(_write_part, clinic, [one], settings, by), "writing", trouble)
            for one in asked
        )
        count = sum(part or 0 for part in parts)
    if trouble.failed:
        _guarded(partial(_tell_trouble, clinic, settings, trouble, by), "telling", _Trouble())
    return count


def _write_part(
    clinic: Clinic, asked: Sequence[Asked], settings: Mapping[str, Setting], by: Actor
) -> int:
    chain = alert_chain.of(clinic)
    written = alert_rows.write(clinic, asked, chain, by=by)
    alert_calls.open_for(clinic, written.raised, by=by)
    ownerless = written.ownerless
    if ownerless and not any(alert.rule == NOBODY_THERE for alert in ownerless):
        severities = ", ".join(sorted({f"“{alert.severity}”" for alert in ownerless}))
        detail = f"Alerts of the severity {severities} have nobody to ask."
        told = alert_rows.write(
            clinic, [_event(NOBODY_THERE, "chain", detail, settings)], chain, by=by
        )
        written.raised.extend(told.raised)
    alert_mail.tell(clinic, written.raised, by=by)
    return len(written.raised)


def _event(code: str, what: str, detail: str, settings: Mapping[str, Setting]) -> Asked:
    """Return something of the system's own, as a rule's answer about the clinic."""
    case = Event(what, detail, clock.now())
    setting = settings[code]
    finding = rules.RULES[code].decide(case, setting.parameters)
    return Asked(None, answers=[Answer(setting, case, finding)])


def _tell_trouble(
    clinic: Clinic, settings: Mapping[str, Setting], trouble: _Trouble, by: Actor
) -> None:
    chain = alert_chain.of(clinic)
    told = [
        _event(RULE_FAILED, rule, f"The rule “{rule}” broke off ({errors[0]}).", settings)
        for rule, errors in trouble.failed.items()
    ]
    written = alert_rows.write(clinic, told, chain, by=by)
    alert_mail.tell(clinic, written.raised, by=by)
