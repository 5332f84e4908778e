"""Who is asked: the chain of a clinic, who stands on each rung today, and until when they have time.

A rung on which nobody stands is passed over. Where nobody stands on any, a coordinator owns the
alert, and is told so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q

from pathways import clock
from pathways.models import Alert, ChainStep, Clinic, Duty, Membership
from pathways.permissions import WORKERS
from pathways.rules import escalation
from pathways.rules.alert_states import Rung, Severity
from pathways.rules.dates import SendingWindow
from pathways.rules.escalation import CHAINS, ROLE_OF, Hours
from pathways.rules.lifecycles import Role
from pathways.services import calendar


class Holder(NamedTuple):
    """Somebody whose turn it is. Without a user nobody could be found."""

    place: int
    rung: Rung
    user_id: int | None

    @property
    def found(self) -> bool:
        """Whether somebody of the chain itself stands there."""
        return self.place >= 0 and self.user_id is not None


@dataclass(frozen=True, slots=True)
class Chain:
    """One clinic's chains, duties, members and hours, as of a day."""

    steps: dict[Severity, tuple[Rung, ...]]
    duties: dict[Rung, tuple[int, ...]]
    roles: dict[int, Role]
    hours: Hours

    def rungs(self, severity: Severity, owner: Role) -> tuple[Rung, ...]:
        """Return the rungs of a severity: the clinic's, or the usual ones of the rule's owner."""
        return self.steps.get(severity) or CHAINS[owner]

    def standing_on(self, rung: Rung, named: int | None) -> int | None:
        """Return who stands on a rung, if that person still works here in the role it asks for."""
        if rung is Rung.NAMED_CLINICIAN:
            return named if named is not None and self.works(named) else None
        on_duty = next(
            (user for user in self.duties.get(rung, ()) if self.may_stand(rung, user)), None
        )
        if on_duty is None and rung is Rung.COORDINATOR:
            return self.coordinator
        return on_duty

    def works(self, user_id: int) -> bool:
        """Say whether a person works in this clinic today."""
        return self.roles.get(user_id) in WORKERS

    def may_stand(self, rung: Rung, user_id: int) -> bool:
        """Say whether a person has the role that a rung asks for."""
        role = ROLE_OF.get(rung)
        return self.works(user_id) if role is None else self.roles.get(user_id) is role

    @property
    def coordinator(self) -> int | None:
        """The coordinator who has been here longest."""
        return next((pk for pk, role in self.roles.items() if role is Role.COORDINATOR), None)

    def first(
        self, severity: Severity, owner: Role, named: int | None, *, place: int = 0
    ) -> Holder:
        """Return the first of the chain, from a place on, on whose rung somebody stands.

        Past the end it is the last rung that is held, which keeps being asked.
        """
        rungs = self.rungs(severity, owner)
        held = [
            Holder(at, rung, user)
            for at, rung in enumerate(rungs)
            if (user := self.standing_on(rung, named)) is not None
        ]
        if not held:
            return Holder(-1, Rung.COORDINATOR, self.coordinator)
        return next((one for one in held if one.place >= place), held[-1])

    def after(
        self, severity: Severity, owner: Role, named: int | None, place: int, steps: int
    ) -> Holder:
        """Return whose turn it is so many steps after a place; the last one keeps being asked."""
        holder = self.first(severity, owner, named, place=place)
        # Whoever stood there has gone: the one after is the first step already.
        for _ in range(steps - (1 if holder.place > place else 0)):
            place = holder.place
            following = self.first(severity, owner, named, place=place + 1)
            if following.place <= place:
                return following
            holder = following
        return holder

    def still_holds(self, alert: Alert) -> bool:
        """Say whether an alert's owner may keep it: still here, in the role of the rung.

        Whoever acknowledged keeps it after their duty ends; before that it goes to who is on duty.
        """
        if alert.owner_id is None:
            return False
        rung = Rung(alert.rung)
        if not self.may_stand(rung, alert.owner_id):
            return False
        if rung not in ROLE_OF or alert.acknowledged_at is not None:
            return True
        on_duty = self.duties.get(rung, ())
        return alert.owner_id in on_duty or not on_duty

    def deadline(self, start: datetime, minutes: int, severity: Severity) -> datetime:
        """Return when so many minutes have run, round the clock or in the clinic's hours."""
        return escalation.deadline(start, minutes, severity, self.hours)


def of(clinic: Clinic, *, day: date | None = None) -> Chain:
    """Return a clinic's chain. Four queries: steps, duties, members, closures."""
    day = day or clock.today(clinic)
    steps: dict[Severity, list[Rung]] = defaultdict(list)
    for severity, rung in (
        ChainStep.objects.in_clinic(clinic)
        .order_by("severity", "position")
        .values_list("severity", "rung")
    ):
        steps[Severity(severity)].append(Rung(rung))
    duties: dict[Rung, list[int]] = defaultdict(list)
    for rung, user in (
        Duty.objects.in_clinic(clinic)
        .filter(from_on__lte=day)
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=day))
        .order_by("rung", "-from_on", "-id")
        .values_list("rung", "user_id")
    ):
        duties[Rung(rung)].append(user)
    roles = {
        user: Role(role)
        for user, role in Membership.objects.current()
        .in_clinic(clinic)
        .filter(user__is_active=True)
        .order_by("since_on", "id")
        .values_list("user_id", "role")
    }
    return Chain(
        steps={severity: tuple(rungs) for severity, rungs in steps.items()},
        duties={rung: tuple(users) for rung, users in duties.items()},
        roles=roles,
        hours=hours_of(clinic),
    )


def hours_of(clinic: Clinic) -> Hours:
    """Return the hours a clinic works in. One query, for its closures."""
    days = calendar.of(clinic)
    return Hours(
        SendingWindow(days.opens, days.closes, days.time_zone, working_days_only=True),
        days.days_off,
    )
