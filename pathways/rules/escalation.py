"""Who next, and when, if nobody answers: arithmetic on instants, no clock of its own.

Emergency and same day run round the clock. The others count the clinic's working hours. Hours are
real hours between instants in UTC, so a change of the clocks neither adds nor loses one.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pathways.rules.alert_states import URGENT, Rung, Severity
from pathways.rules.dates import (
    LONGEST_CLOSURE_DAYS,
    ONE_DAY,
    SendingWindow,
    is_working_day,
    localdate,
)
from pathways.rules.lifecycles import Role

_NURSES = (Rung.NURSE_IN_CHARGE, Rung.NAMED_CLINICIAN, Rung.HEMATOLOGIST_ON_DUTY)
# The chain of a clinic that has set none, by the clinical owner of the rule. Proposed.
CHAINS: dict[Role, tuple[Rung, ...]] = {
    Role.HEMATOLOGIST: (
        Rung.NAMED_CLINICIAN,
        Rung.NURSE_IN_CHARGE,
        Rung.HEMATOLOGIST_ON_DUTY,
    ),
    Role.NEUROLOGIST: (
        Rung.NAMED_CLINICIAN,
        Rung.NURSE_IN_CHARGE,
        Rung.NEUROLOGIST_ON_DUTY,
        Rung.HEMATOLOGIST_ON_DUTY,
    ),
    Role.NURSE: _NURSES,
    Role.COORDINATOR: (Rung.COORDINATOR, Rung.NURSE_IN_CHARGE),
}
# What one must be to stand on a rung; a rung that is not listed asks for no role.
ROLE_OF: dict[Rung, Role] = {
    Rung.NURSE_IN_CHARGE: Role.NURSE,
    Rung.HEMATOLOGIST_ON_DUTY: Role.HEMATOLOGIST,
    Rung.NEUROLOGIST_ON_DUTY: Role.NEUROLOGIST,
    Rung.COORDINATOR: Role.COORDINATOR,
}


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours a clinic works in, with the days it is shut."""

    window: SendingWindow
    days_off: Container[date]


@dataclass(frozen=True, slots=True)
class Step:
    """Where an alert stands after its clock ran out, once or several times over."""

    level: int
    deadline_at: datetime
    steps: int


def runs_always(severity: Severity) -> bool:
    """Say whether the clock of this severity runs by night and on days off."""
    return severity in URGENT


def has_clock(severity: Severity) -> bool:
    """Say whether anybody is reminded: what is for information waits to be read."""
    return severity is not Severity.INFORMATION


def deadline(start: datetime, minutes: int, severity: Severity, hours: Hours) -> datetime:
    """Return the instant at which so many minutes have run since the start."""
    start = start.astimezone(UTC)
    if runs_always(severity):
        return start + timedelta(minutes=minutes)
    return _working(start, timedelta(minutes=minutes), hours)


def _working(start: datetime, left: timedelta, hours: Hours) -> datetime:
    """Return the instant at which so much working time has passed."""
    window = hours.window
    day = localdate(start, window.tz_name)
    closed = 0
    while closed < LONGEST_CLOSURE_DAYS:
        if is_working_day(day, hours.days_off):
            closed = 0
            opens_at, closes_at = window.on(day)
            begins = max(start, opens_at)
            if begins < closes_at:
                if begins + left <= closes_at:
                    return begins + left
                left -= closes_at - begins
        closed += 1
        day += ONE_DAY
    raise ValueError("The clinic has no working day within a year. Check its holidays.")


def is_working(instant: datetime, hours: Hours) -> bool:
    """Say whether somebody is at work at that instant."""
    day = localdate(instant, hours.window.tz_name)
    if not is_working_day(day, hours.days_off):
        return False
    opens_at, closes_at = hours.window.on(day)
    return opens_at <= instant < closes_at


def catch_up(
    level: int,
    deadline_at: datetime,
    minutes: int,
    severity: Severity,
    hours: Hours,
    now: datetime,
) -> Step | None:
    """Return the step an alert stands on now, or None while its clock still runs.

    One level for each time the clock ran out, also after a day on which nobody swept: the same
    level comes out as if every step had been taken in time.
    """
    steps = 0
    while deadline_at <= now:
        steps += 1
        deadline_at = deadline(deadline_at, minutes, severity, hours)
    return Step(level + steps, deadline_at, steps) if steps else None
