"""What an alert rule says, what it is told, and how what it was told is kept to say it again.

A rule is a pure function: a case in, a `Finding` out. It raises, it does not, or it says why it
cannot tell; the third is an answer too. The case is kept as plain JSON beside the alert, so any
alert can be made again from it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from hashlib import sha256
from typing import Any, Union, get_args, get_origin, get_type_hints

from pathways.rules.alert_states import Severity
from pathways.rules.lifecycles import Role

Parameters = Mapping[str, Any]


class Verdict(StrEnum):
    """The three answers of a rule."""

    RAISE = "raise"
    NOT_MET = "not met"
    NOT_ASSESSABLE = "not assessable"


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule as one clinic uses it: the catalogue's entry, or the clinic's published version."""

    code: str
    version: int
    severity: Severity
    owner_role: Role
    answer_minutes: int
    resolve_minutes: int
    parameters: Parameters = field(default_factory=dict)
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer about one subject.

    `wording` picks one of the rule's sentences and `words` fill it. `evidence` names the rows the
    finding rests on (`observation:12`): other evidence reopens what was resolved. `severity` is
    set where a finding is less or more urgent than its rule.
    """

    verdict: Verdict
    subject: str
    why: str = ""
    wording: str = "reason"
    words: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    severity: Severity | None = None


def raised(
    subject: str,
    *evidence: str,
    wording: str = "reason",
    severity: Severity | None = None,
    **words: object,
) -> Finding:
    """Return a finding that asks for an answer."""
    return Finding(
        Verdict.RAISE,
        subject,
        wording=wording,
        words={name: str(value) for name, value in words.items()},
        evidence=evidence,
        severity=severity,
    )


def not_met(subject: str) -> Finding:
    """Return the answer that the rule's condition does not hold."""
    return Finding(Verdict.NOT_MET, subject)


def not_assessable(subject: str, why: str) -> Finding:
    """Return the answer that the rule cannot tell, and why."""
    return Finding(Verdict.NOT_ASSESSABLE, subject, why=why)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: which cases it makes of what is known, and what it says to each."""

    code: str
    case: type[Any]
    cases: Callable[[Any], Iterable[Any]]
    decide: Callable[[Any, Parameters], Finding]


def number(parameters: Parameters, name: str) -> Decimal:
    """Return a number of the rule's setting, exactly as it was written."""
    return Decimal(str(parameters[name]))


def days(parameters: Parameters, name: str) -> int:
    """Return a whole number of the rule's setting."""
    return int(parameters[name])


def short(*parts: str) -> str:
    """Return a short, stable name for something whose own name is too long for a key."""
    return sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def keep(value: Any) -> Any:
    """Return a case, or a part of one, as plain JSON."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: keep(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: keep(part) for name, part in value._asdict().items()}
    if isinstance(value, (tuple, list)):
        return [keep(part) for part in value]
    return value


def recall(kind: Any, kept: Any) -> Any:
    """Return the case of this type that was kept as JSON: the inverse of `keep`."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if kept is None:
            return None
        (kind,) = (one for one in get_args(kind) if one is not type(None))
        return recall(kind, kept)
    if origin is tuple:
        inner = get_args(kind)[0]
        return tuple(recall(inner, part) for part in kept)
    if kind is Decimal:
        return Decimal(kept)
    if kind is datetime:
        return datetime.fromisoformat(kept)
    if kind is date:
        return date.fromisoformat(kept)
    if isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields")):
        parts = {name: recall(part, kept[name]) for name, part in _hints(kind).items()}
        return kind(**parts)
    return kind(kept) if isinstance(kind, type) and issubclass(kind, Enum) else kept


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
