"""From a rule and a history to the one open obligation: opens, due, overdue from.

`occurrence` is pure and total: the same rule and history give the same answer on any machine
and any day, and what cannot be dated comes back as "not assessable" with its reason. It never
asks which day it is; `due_status` does, with the day said aloud.

Where recall-rules.md is silent, this is what we decided (anchors.py has its own list):

- Floors move the obligation's dates, never the question whether a result satisfied.
- With no result at all, a screening was first owed on the later of enrolment and the phase's
  first day. That is its `first_due_on`; a resume, a return or a new version may move it on.
- Loosening (rule 12): an item that was overdue on the day its rule changed stays owed. Its due
  date is the day of the change, grace runs from there, and `first_due_on` keeps the old due
  date, even where the new interval alone would not be due yet. `late_at_change` says so while
  the old rule is still at hand; a newly counted or voided result ends it.
- An early recall may be done from the day of asking. A floor still holds for it.
- A sample without an expected day is awaited for 21 days, so that no lost one goes unseen.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

from pathways.rules.anchors import NO_BASELINE, NO_CYCLE, Next, next_window
from pathways.rules.dates import Interval, days
from pathways.rules.rule_types import (
    AnchorMode,
    Basis,
    Collected,
    Cycle,
    EarlyRecall,
    Floors,
    History,
    Occurrence,
    Performed,
    RecurrenceKind,
    Requested,
    Rule,
    StillLate,
)
from pathways.rules.why_due import Line, explain

__all__ = [
    "NO_BASELINE",
    "NO_CYCLE",
    "AnchorMode",
    "Basis",
    "Collected",
    "Cycle",
    "EarlyRecall",
    "Floors",
    "History",
    "Line",
    "Occurrence",
    "Performed",
    "RecurrenceKind",
    "Requested",
    "Rule",
    "StillLate",
    "anchor_of",
    "days_late",
    "explain",
    "late_at_change",
    "missed_intervals",
    "occurrence",
    "satisfies",
    "satisfying",
    "satisfying_events",
]

# Proposed, not yet signed: how long a laboratory may take where the pathway does not say.
EXPECTED_DAYS = 21
ONE_DAY = timedelta(days=1)
_CYCLE = AnchorMode.CYCLE


class Dated(Protocol):
    """The dates of an obligation: an `Occurrence`, or a screening row with such columns."""

    @property
    def anchor_on(self) -> date | None: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def overdue_from(self) -> date | None: ...


def occurrence(rule: Rule, history: History) -> Occurrence | None:
    """Return the one open obligation, or None where nothing is owed.

    None means satisfied for good (`once`, or the current cycle's) or not asked for
    (`on_request`). Implements recall rules 4 to 14, 19 and 21.
    """
    found = next_window(rule, history)
    basis, opens_on, due_on = found.basis, found.opens_on, found.due_on
    still_late = history.still_late
    if still_late is not None and due_on is not None and still_late.first_due_on < due_on:
        last_on = found.satisfied_by[-1].on if found.satisfied_by else None
        if still_late.anchor_on == last_on:
            due_on = still_late.first_due_on
    recall = history.early_recall
    if recall is not None and not _recall_is_open(history):
        recall = None
    if recall is not None and (due_on is None or recall.until_on < due_on):
        basis, due_on = Basis.EARLY_RECALL, recall.until_on
        opens_on = recall.asked_on if opens_on is None else min(opens_on, recall.asked_on)
    if due_on is None or opens_on is None:
        if found.not_assessable is None:
            return None
        return _undated(rule, found)

    first_due_on = due_on
    floor_on = history.floors.latest
    if due_on < floor_on:
        basis, due_on, opens_on = Basis.FLOOR, floor_on, floor_on
    elif opens_on < floor_on:
        opens_on = floor_on
    elif opens_on > due_on:
        opens_on = due_on
    overdue_from = due_on + days(rule.grace_days + 1)
    postponed_until = history.postponed_until
    if postponed_until is not None and postponed_until >= overdue_from:
        overdue_from = postponed_until + ONE_DAY

    collected_on = expected_on = None
    if history.collected:
        collected_on, expected_on = _awaited(rule, history)
    return Occurrence(
        rule.code,
        rule.phase,
        rule.version,
        basis,
        found.anchor_on,
        found.anchor_ref,
        opens_on - days(rule.soon_days),
        opens_on,
        due_on,
        overdue_from,
        first_due_on,
        collected_on,
        expected_on,
        None,
        history.cycle.number if history.cycle and rule.anchor_mode is _CYCLE else None,
    )


def satisfying_events(rule: Rule, history: History) -> tuple[Performed, ...]:
    """Return the results that satisfied, oldest first: one for each obligation they closed.

    For `once` and for a cycle that is the first one in time; a later one closes nothing.
    """
    return tuple(next_window(rule, history, whole=True).satisfied_by)


def satisfying(rule: Rule, history: History) -> Performed | None:
    """Return the last satisfying result, or None. A too early one is not among them."""
    satisfied_by = next_window(rule, history).satisfied_by
    return satisfied_by[-1] if satisfied_by else None


# The anchor of an ordinary screening is its last satisfying result.
anchor_of = satisfying


def satisfies(rule: Rule, history: History, event: Performed) -> bool:
    """Tell whether `event`, one more beside those of `history`, would satisfy."""
    with_it = history._replace(performed=(*history.performed, event))
    return any(counted is event for counted in next_window(rule, with_it, whole=True).satisfied_by)


def late_at_change(rule: Rule, history: History, change_on: date) -> StillLate | None:
    """Say, under the rule that ends on `change_on`, whether the item was overdue that day.

    Hand the answer to every later `History` of this screening (recall rule 12).
    """
    open_one = occurrence(rule, history)
    if open_one is None or open_one.overdue_from is None or open_one.first_due_on is None:
        return None
    if change_on < open_one.overdue_from:
        return None
    last = satisfying(rule, history)
    return StillLate(open_one.first_due_on, last.on if last else None)


def days_late(due_on: date, performed_on: date) -> int:
    """Return by how many days a result came after the due date; 0 if it came on time."""
    return max(0, (performed_on - due_on).days)


def missed_intervals(
    rule: Rule, occurrence: Dated, as_of: date, interval: Interval | None = None
) -> int:
    """Return how many further due dates have passed on the one open obligation (rule 20).

    Counted from the anchor's own series of due dates, or from the due date itself where that
    is a floor or an early recall. 0 while not overdue, and for what is owed only once.
    `interval` is the asked one of an on-request screening.
    """
    due_on, anchor_on = occurrence.due_on, occurrence.anchor_on
    every = interval if interval is not None else rule.due_after
    if due_on is None or occurrence.overdue_from is None or as_of < occurrence.overdue_from:
        return 0
    once = rule.kind is RecurrenceKind.ONCE or rule.anchor_mode is AnchorMode.CYCLE
    if once or not every:
        return 0
    if anchor_on is not None and anchor_on < due_on:
        step = _times_within(every, anchor_on, due_on)
        if step and every.times(step).after(anchor_on) == due_on:
            return _times_within(every, anchor_on, as_of) - step
    return _times_within(every, due_on, as_of)


def _times_within(every: Interval, start: date, end: date) -> int:
    """Return the largest k with start + k x every <= end, for a start not after the end."""
    shortest = every.months * 28 + every.days
    k = (end - start).days // shortest
    while k and every.times(k).after(start) > end:
        k -= 1
    return k


def _awaited(rule: Rule, history: History) -> tuple[date | None, date | None]:
    """Return the latest sample that would satisfy once final, and when its result is expected.

    A sample not younger than the last final result waits for nothing (rule 21).
    """
    last_final_on = max((event.on for event in history.performed), default=None)
    for sample in sorted(history.collected, key=lambda sample: sample.on, reverse=True):
        if last_final_on is not None and sample.on <= last_final_on:
            return None, None
        as_final = Performed(sample.on, sample.ref, sample.counts_early)
        if _answers_recall(history, sample.on) or satisfies(rule, history, as_final):
            wait = EXPECTED_DAYS if rule.expected_days is None else rule.expected_days
            return sample.on, sample.expected_on or sample.on + days(wait)
    return None, None


def _recall_is_open(history: History) -> bool:
    recall = history.early_recall
    return recall is not None and all(event.on < recall.asked_on for event in history.performed)


def _answers_recall(history: History, on: date) -> bool:
    recall = history.early_recall
    return recall is not None and on >= recall.asked_on and _recall_is_open(history)


def _undated(rule: Rule, found: Next) -> Occurrence:
    return Occurrence(
        code=rule.code,
        phase=rule.phase,
        rule_version=rule.version,
        basis=found.basis,
        anchor_on=None,
        anchor_ref=None,
        soon_on=None,
        opens_on=None,
        due_on=None,
        overdue_from=None,
        first_due_on=None,
        not_assessable=found.not_assessable,
    )
