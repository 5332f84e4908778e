"""When to remind, how often, what to leave out, and what one message carries.

All numbers are proposals that a clinic confirms (recall rule 17; messages.md, 3). Steps are
calendar days in the clinic's zone; the hour of leaving is a matter of `dates.SendingWindow`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pathways.rules.dates import add_months
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import AppointmentState, Phase

CATCH_UP = 99
BY_HAND_FROM = 200  # the first by hand for a due date is step 200, the next 201, …

# The states in which a reminder makes sense; in all others somebody else is to act.
REMINDED = frozenset({DueStatus.NOT_DUE, DueStatus.DUE_SOON, DueStatus.DUE, DueStatus.OVERDUE})
WHEN_TO_CALL_MONTHS = {
    Phase.ACTIVE_TREATMENT: 3,
    Phase.POST_TRANSPLANT: 6,
    Phase.REMISSION: 6,
    Phase.RELAPSE: 6,
}
# A day hoped for longer ago than this reads as blame; the letter then names none.
HOPED_FOR_MONTHS = 6


class Invitation(StrEnum):
    """The two ways of asking somebody to book; the words are the message kinds'."""

    TIME_TO_BOOK = "time_to_book"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """The numbers of recall rule 17, each in days; proposed, not yet signed."""

    offsets: tuple[int, ...] = (-14, 0, 7)
    most_automatic: int = 3
    by_hand_replaces: int = 3
    call_after: int = 7
    take_along: int = 10
    wait_for_record: int = 7

    def __post_init__(self) -> None:
        if not self.offsets or list(self.offsets) != sorted(set(self.offsets)):
            raise ValueError("Reminder steps must be named once each, earliest first.")
        if any(abs(offset) >= CATCH_UP for offset in self.offsets):
            raise ValueError(f"A reminder step lies less than {CATCH_UP} days from the due date.")

    @property
    def earliest(self) -> int:
        """Days before the due date at which the first step falls; 0 if none falls before it."""
        return max(0, -self.offsets[0])


PROPOSED = ReminderRule()


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder of one screening. `until_on` is the day from which it is no longer useful."""

    number: int
    on: date
    until_on: date


def is_automatic(number: int) -> bool:
    """Tell whether a step was planned by the sweep rather than asked for by a person."""
    return number < BY_HAND_FROM


def steps_for(
    *,
    due_on: date,
    created_on: date,
    as_of: date,
    done_steps: Collection[int] = (),
    by_hand_on: Collection[date] = (),
    not_before: date | None = None,
    rule: ReminderRule = PROPOSED,
) -> tuple[Step, ...]:
    """Return the steps that are still to come or still useful on `as_of`, earliest first.

    Steps dated before the row's creation are skipped, and so are those before `not_before` (the
    end of a postponement, or the day the clinic signed). If that leaves none and the screening is
    due, there is one catch-up step for `as_of` (never before `not_before`), and never a second.

    `done_steps` are the numbers already planned or sent for this due date, cancelled ones aside.
    A reminder by hand stands in the place of every automatic one up to three days later (R52).
    """
    start = created_on if not_before is None else max(created_on, not_before)
    left = rule.most_automatic - sum(1 for number in done_steps if is_automatic(number))
    if left <= 0:
        return ()
    if due_on + timedelta(days=rule.offsets[-1]) < start:
        steps = _catch_up(due_on, max(as_of, start), rule)
    else:
        steps = [step for step in _dated(due_on, rule) if step.on >= start]
    # A step before one that stands has lapsed, even on the evening before the later one leaves.
    last_done = max((n for n, step in enumerate(steps) if step.number in done_steps), default=-1)
    waiting = [
        step
        for step in steps[last_done + 1 :]
        if step.until_on > as_of and not _replaced(step, by_hand_on, rule)
    ]
    return tuple(waiting[:left])


def _dated(due_on: date, rule: ReminderRule) -> list[Step]:
    days = [due_on + timedelta(days=offset) for offset in rule.offsets]
    ends = [*days[1:], days[-1] + timedelta(days=rule.call_after)]
    return [Step(*item) for item in zip(rule.offsets, days, ends, strict=True)]


def _catch_up(due_on: date, on: date, rule: ReminderRule) -> list[Step]:
    if due_on > on:
        return []
    return [Step(CATCH_UP, on, on + timedelta(days=rule.call_after))]


def _replaced(step: Step, by_hand_on: Iterable[date], rule: ReminderRule) -> bool:
    # An earlier step that nobody wrote for has been said by hand, too.
    return any((step.on - day).days <= rule.by_hand_replaces for day in by_hand_on)


def current(steps: Iterable[Step], horizon: date) -> Step | None:
    """Return the step to write for: the last one dated up to the horizon; earlier ones lapse."""
    reached = [step for step in steps if step.on <= horizon]
    return reached[-1] if reached else None


def taken_along(steps: Iterable[Step], sent_on: date, rule: ReminderRule = PROPOSED) -> Step | None:
    """Return the step of another screening that a message of that day saves the person from.

    It is the next one, if it falls within ten days; of one screening never more than one goes
    along, or the second asking would be lost in the first.
    """
    last = sent_on + timedelta(days=rule.take_along)
    return next((step for step in steps if step.on <= last), None)


def kind_on(status: DueStatus) -> Invitation | None:
    """Return how to ask on a day with that status, or None where nobody is to be asked."""
    if status not in REMINDED:
        return None
    return Invitation.OVERDUE if status is DueStatus.OVERDUE else Invitation.TIME_TO_BOOK


def silenced_by_visit(
    state: AppointmentState, visit_on: date, as_of: date, rule: ReminderRule = PROPOSED
) -> bool:
    """Tell whether a visit keeps reminders for what it serves from being sent on that day.

    A booked visit does, today or later: it has mail of its own. One whose day has passed unanswered
    no longer does. An attended one gives the record seven days to arrive.
    """
    if state is AppointmentState.BOOKED:
        return visit_on >= as_of
    if state is AppointmentState.ATTENDED:
        return as_of < visit_on + timedelta(days=rule.wait_for_record)
    return False


def call_from(
    *,
    due_on: date,
    created_on: date,
    automatic_on: Collection[date] = (),
    not_before: date | None = None,
    rule: ReminderRule = PROPOSED,
) -> date:
    """Return the day from which somebody phones, if the visit is still not booked.

    Seven days after the last automatic reminder: the last one written, or the last that could have
    been. Where none could (no address), the days are counted all the same, so nobody is forgotten.
    """
    last_step = due_on + timedelta(days=rule.offsets[-1])
    last = max(last_step, created_on, not_before or created_on, *automatic_on)
    return last + timedelta(days=rule.call_after)


def note_due_on(phase: Phase, since_on: date) -> date | None:
    """Return the day from which the note on "when to call" is due in a phase, or None: never.

    Every 3 months in active treatment and every 6 later (proposed), counted from the last note, or
    from the first day of the first phase that has notes where there was none; never from a change
    of phase, or somebody whose phase changes often would not be told.
    """
    months = WHEN_TO_CALL_MONTHS.get(phase)
    return None if months is None else add_months(since_on, months)
