"""Who is asked about alerts: the chain of each severity, who is on duty when, and where nobody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from pathways.models import ChainStep, Clinic, Duty, Membership
from pathways.rules.alert_states import Rung, Severity
from pathways.rules.alert_words import SEVERITY_LABELS
from pathways.rules.due_phrase import short_date
from pathways.rules.escalation import CHAINS, ROLE_OF, has_clock
from pathways.rules.lifecycles import Role
from pathways.rules.observations import Period
from pathways.rules.rota import ahead, gaps


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One severity's chain, in words."""

    severity: Severity
    label: str
    rungs: tuple[Rung, ...]
    words: str


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One stretch of duty."""

    pk: int
    who: str
    when: str
    now: bool
    trouble: str


@dataclass(frozen=True, slots=True)
class RungRow:
    """One place of the chain: who stands there, and the days on which nobody does."""

    rung: Rung
    label: str
    duties: tuple[DutyRow, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Everything the page of chain and rota shows."""

    chains: tuple[ChainRow, ...]
    rungs: tuple[RungRow, ...]

    @property
    def has_gaps(self) -> bool:
        """Whether somebody is missing somewhere in the days looked at."""
        return any(row.gaps for row in self.rungs)


def people(clinic: Clinic, day: date) -> People:
    """Return the chains and the rota of a clinic from a day on. Three questions."""
    own: dict[Severity, list[Rung]] = {}
    for severity, rung in (
        ChainStep.objects.in_clinic(clinic)
        .order_by("severity", "position")
        .values_list("severity", "rung")
    ):
        own.setdefault(Severity(severity), []).append(Rung(rung))
    chains = tuple(
        _chain(severity, own.get(severity)) for severity in Severity if has_clock(severity)
    )
    asked = {rung for row in chains for rung in row.rungs} | _usual(own)
    roles = dict(
        Membership.objects.current()
        .in_clinic(clinic)
        .filter(user__is_active=True)
        .values_list("user_id", "role")
    )
    duties = list(
        Duty.objects.in_clinic(clinic)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=day))
        .order_by("from_on", "id")
        .select_related("user")
    )
    rungs = tuple(
        _rung(rung, [duty for duty in duties if duty.rung == rung], roles, day)
        for rung in Rung
        if rung in ROLE_OF and (rung in asked or any(duty.rung == rung for duty in duties))
    )
    return People(chains, rungs)


def _usual(own: dict[Severity, list[Rung]]) -> set[Rung]:
    """Return the places of the usual chains, where a clinic leaves a severity to them."""
    if all(severity in own for severity in Severity if has_clock(severity)):
        return set()
    return {rung for chain in CHAINS.values() for rung in chain}


def _chain(severity: Severity, rungs: list[Rung] | None) -> ChainRow:
    words = ", then ".join(rungs) if rungs else ""
    usual = ", then ".join(CHAINS[Role.NURSE])
    return ChainRow(
        severity=severity,
        label=SEVERITY_LABELS[severity],
        rungs=tuple(rungs or ()),
        words=_capital(words)
        if words
        else f"As the rule’s owner has it; for a nurse’s rule: {usual}",
    )


def _rung(rung: Rung, duties: list[Duty], roles: dict[int, str], day: date) -> RungRow:
    role = ROLE_OF[rung]
    good = [duty for duty in duties if roles.get(duty.user_id) == role]
    # Without a rota the coordinator who has been here longest stands there.
    stands_anyway = rung is Rung.COORDINATOR and Role.COORDINATOR in roles.values()
    missing = () if stands_anyway else gaps([_period(duty) for duty in good], day, ahead(day))
    return RungRow(
        rung=rung,
        label=_capital(rung),
        duties=tuple(
            DutyRow(
                pk=duty.pk,
                who=str(duty.user),
                when=_when(duty, day),
                now=duty.from_on <= day,
                trouble="" if duty in good else f"is no {role} of this clinic now; nobody is asked",
            )
            for duty in duties
        ),
        gaps=tuple(_stretch(gap, day) for gap in missing),
    )


def _period(duty: Duty) -> Period:
    return Period(duty.from_on, duty.until_on)


def _when(duty: Duty, day: date) -> str:
    since = f"from {short_date(duty.from_on, day)}"
    return f"{since} to {short_date(duty.until_on, day)}" if duty.until_on else f"{since} on"


def _stretch(gap: Period, day: date) -> str:
    first = "today" if gap.from_on == day else short_date(gap.from_on, day)
    if gap.until_on is None or gap.until_on == gap.from_on:
        return first
    if gap.until_on == ahead(day):
        return f"{first} on"
    return f"{first} to {short_date(gap.until_on, day)}"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
