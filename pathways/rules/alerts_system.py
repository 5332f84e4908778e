"""Alert rules on the clinic's own machinery: silence must never look like health."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pathways.rules.findings import (
    Finding,
    Parameters,
    Rule,
    days,
    not_assessable,
    not_met,
    raised,
)
from pathways.rules.person_facts import ClinicFacts, Event, PersonFacts


@dataclass(frozen=True, slots=True)
class Sweeping:
    """One sweep: when it last ended, and how often it is rung."""

    name: str
    finished_at: datetime | None
    every_minutes: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Sending:
    """What keeps email from leaving."""

    paused_since: datetime | None
    stopped_since: datetime | None


@dataclass(frozen=True, slots=True)
class SetAside:
    """The messages that were set aside and that nobody has looked at."""

    messages: tuple[int, ...]


def sweep_cases(facts: ClinicFacts) -> Iterable[Sweeping]:
    """Return every sweep of the installation."""
    return (Sweeping(name, at, every, facts.now) for name, at, every in facts.sweeps)


def sweep_late(case: Sweeping, parameters: Parameters) -> Finding:
    """A sweep did not end within so many of its own intervals, and five minutes at least."""
    subject = f"sweep:{case.name}"
    if case.finished_at is None:
        return not_assessable(subject, "It has not run yet.")
    allowed = max(days(parameters, "minutes"), case.every_minutes * days(parameters, "intervals"))
    if case.now - case.finished_at < timedelta(minutes=allowed):
        return not_met(subject)
    return raised(
        subject,
        f"sweep:{case.name}:{case.finished_at.isoformat()}"[:120],
        sweep=case.name,
        at=f"{case.finished_at:%Y-%m-%d %H:%M}",
    )


def sending_cases(facts: ClinicFacts) -> Iterable[Sending]:
    """Return what keeps email from leaving."""
    yield Sending(facts.paused_since, facts.stopped_since)


def sending_paused(case: Sending, parameters: Parameters) -> Finding:
    """Sending is paused for the clinic, or stopped for the installation."""
    subject = "sending"
    since = case.stopped_since or case.paused_since
    if since is None:
        return not_met(subject)
    return raised(
        subject,
        f"sending:{since.isoformat()}",
        wording="reason_stopped" if case.stopped_since else "reason",
        at=f"{since:%Y-%m-%d %H:%M}",
    )


def set_aside_cases(facts: ClinicFacts) -> Iterable[SetAside]:
    """Return the messages that were set aside."""
    yield SetAside(facts.quarantined)


def messages_set_aside(case: SetAside, parameters: Parameters) -> Finding:
    """Messages were set aside, because they could not be written or nobody could send them."""
    subject = "messages set aside"
    if len(case.messages) < days(parameters, "messages"):
        return not_met(subject)
    return raised(subject, f"message:{max(case.messages)}", count=len(case.messages))


def no_cases(facts: PersonFacts | ClinicFacts) -> Iterable[Event]:
    """Return nothing: these are told as they happen."""
    return ()


def told(case: Event, parameters: Parameters) -> Finding:
    """Something of the alert system's own happened: it is always raised."""
    return raised(f"{case.what}"[:120], f"{case.what}:{case.at:%Y-%m-%d}", detail=case.detail)


RULE_FAILED, NOBODY_THERE = "rule-failed", "nobody-in-the-chain"

RULES: Sequence[Rule] = (
    Rule("sweep-late", Sweeping, sweep_cases, sweep_late),
    Rule("sending-paused", Sending, sending_cases, sending_paused),
    Rule("messages-set-aside", SetAside, set_aside_cases, messages_set_aside),
)
EVENTS: Sequence[Rule] = (
    Rule(RULE_FAILED, Event, no_cases, told),
    Rule(NOBODY_THERE, Event, no_cases, told),
)
