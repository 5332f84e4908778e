"""Which results satisfied, and the window that follows from them before any floor.

One function per anchor mode (recall rule 7). Dates are always counted from a stored anchor,
`anchor + k x interval`, never from a date that was itself clamped.

Where recall-rules.md is silent, this is what we decided:

- *Once*, *at start* and *cycle* have a first day of their own, so the minimum gap does not
  keep a result from answering that day; between results of one phase it counts.
- *Fixed, every*: milestone k lies at baseline + k x interval, k from 1. A visit closes the
  latest milestone whose time had come, and it comes with the day the milestone is due soon. A
  visit in between closes none, unless a clinician ticks "counts". *Fixed, once* is one
  milestone at baseline + due interval.
- *Grid* without a base starts at the first result. A visit off the grid becomes the new base.
- *Cycle*: a result counts from `lead_days` before day 1, and if day 1 moves the window moves
  with it, so that a sample taken for the old day may no longer count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pathways.rules.dates import Interval, days
from pathways.rules.rule_types import (
    AnchorMode,
    Basis,
    Cycle,
    EarlyRecall,
    History,
    Performed,
    RecurrenceKind,
    Rule,
)

NO_BASELINE = "No transplant date recorded"
NO_CYCLE = "No cycle recorded"
CYCLE_HELD = "Therapy on hold, no day 1 planned"

# Reading a member off its enum costs as much as a sum of dates; these are on the hot path.
_ACTUAL = AnchorMode.ACTUAL
_EVERY = RecurrenceKind.EVERY
_ON_REQUEST = RecurrenceKind.ON_REQUEST
_RESULT = Basis.RESULT


class Next(NamedTuple):
    """What satisfied, and the next window before floors; without a `due_on` nothing is owed."""

    satisfied_by: Sequence[Performed]
    basis: Basis = Basis.RESULT
    anchor_on: date | None = None
    anchor_ref: int | str | None = None
    opens_on: date | None = None
    due_on: date | None = None
    not_assessable: str | None = None


def next_window(rule: Rule, history: History, *, whole: bool = False) -> Next:
    """Return what satisfied this rule so far, and when the next one opens and is due.

    `whole` asks for every satisfying result; without it, only the last is sure to be there.
    """
    performed = _in_order(history.performed) if len(history.performed) > 1 else history.performed
    mode = rule.anchor_mode
    if mode is _ACTUAL:
        return _actual(rule, history, performed, whole)
    if mode is AnchorMode.FIXED:
        return _fixed(rule, history, performed)
    if mode is AnchorMode.GRID:
        return _grid(rule, history, performed)
    return _cycle(rule, history, performed)


def milestone(rule: Rule, anchor_on: date, first_due_on: date) -> int:
    """Return how many intervals after its anchor the date `first_due_on` was counted."""
    k = 1
    if rule.anchor_mode in (AnchorMode.FIXED, AnchorMode.GRID) and rule.due_after:
        while rule.due_after.times(k).after(anchor_on) < first_due_on:
            k += 1
    return k


def _in_order(performed: tuple[Performed, ...]) -> list[Performed]:
    try:
        return sorted(performed)
    except TypeError:  # two of one day whose references are of different types
        return sorted(performed, key=lambda event: (event.on, str(event.ref)))


def _far_enough(
    rule: Rule, event: Performed, last: Performed | None, recall: EarlyRecall | None
) -> bool:
    """Rule 8: too soon after the last satisfying one does not count, unless it was asked for.

    Only the first result on or after the asking answers an early recall (rule 6b).
    """
    if last is None or event.counts_early:
        return True
    gap = rule.min_gap_days if event.min_gap_days is None else event.min_gap_days
    if (event.on - last.on).days >= gap:
        return True
    return recall is not None and last.on < recall.asked_on <= event.on


def _counted(
    rule: Rule, performed: Sequence[Performed], recall: EarlyRecall | None, whole: bool
) -> Sequence[Performed]:
    if not whole and len(performed) > 1:
        # Far enough from the one before is far enough from any earlier one that counted, so
        # the walk through the years is needed only where the last two lie close together.
        before, last = performed[-2], performed[-1]
        if _far_enough(rule, last, before, None):
            return (last,)
    counted: list[Performed] = []
    for event in performed:
        if _far_enough(rule, event, counted[-1] if counted else None, recall):
            counted.append(event)
    return counted


def _actual(rule: Rule, history: History, performed: Sequence[Performed], whole: bool) -> Next:
    kind = rule.kind
    if kind is _ON_REQUEST:
        return _on_request(rule, history, performed, whole)
    owed_on = history.floors.first_owed_on
    if kind is not _EVERY:
        from_on = history.floors.phase_since - days(rule.lookback_days)
        performed = [event for event in performed if event.on >= from_on]
        if kind is RecurrenceKind.ONCE:
            if performed:
                return Next(performed[:1])
            return Next(
                [],
                Basis.FLOOR,
                opens_on=rule.opens_after.after(owed_on),
                due_on=rule.due_after.after(owed_on),
            )
    counted = _counted(rule, performed, history.early_recall, whole)
    if not counted:
        return Next(counted, Basis.FLOOR, None, None, owed_on, owed_on)
    anchor = counted[-1]
    opens, due = rule.opens_after, rule.due_after
    due_on = due.after(anchor.on)
    same = opens.months == due.months and opens.days == due.days
    opens_on = due_on if same else opens.after(anchor.on)
    return Next(counted, _RESULT, anchor.on, anchor.ref, opens_on, due_on)


def _on_request(rule: Rule, history: History, performed: Sequence[Performed], whole: bool) -> Next:
    """Off until asked for. Nobody owed it before the asking, so nothing is due before it."""
    requested = history.requested
    if requested is None:
        return Next([])
    since_on, interval = requested.since_on, requested.interval
    if not interval:
        answers = [event for event in performed if event.on >= since_on]
        if answers:
            return Next(answers[:1])
        return Next([], Basis.FLOOR, None, None, since_on, since_on)
    counted = _counted(rule, performed, history.early_recall, whole)
    if not counted:
        return Next(counted, Basis.FLOOR, None, None, since_on, since_on)
    anchor = counted[-1]
    # The rule's own opening interval belongs to its own due interval, not to any other.
    opens_after = rule.opens_after if interval == rule.due_after else interval
    opens_on = max(opens_after.after(anchor.on), since_on)
    due_on = max(interval.after(anchor.on), since_on)
    return Next(counted, Basis.RESULT, anchor.on, anchor.ref, opens_on, due_on)


def _fixed(rule: Rule, history: History, performed: Sequence[Performed]) -> Next:
    baseline_on = history.baseline_on
    if baseline_on is None:
        return Next([], Basis.BASELINE, not_assessable=NO_BASELINE)
    soon = days(rule.soon_days)
    once = rule.kind is RecurrenceKind.ONCE
    lookback = days(rule.lookback_days)
    satisfied_by: list[Performed] = []
    last: Performed | None = None
    k = 1
    for event in performed:
        if not _far_enough(rule, event, last, history.early_recall):
            continue
        reached = k
        while _opens_at(rule, baseline_on, reached) - soon <= event.on:
            reached += 1
            if once:
                break
        looked_back = once and event.on >= rule.due_after.after(baseline_on) - lookback
        ticked = event.counts_early and event.on >= baseline_on
        if reached == k and (looked_back or ticked):
            reached = k + 1
        if reached > k:
            k, last = reached, event
            satisfied_by.append(event)
            if once:
                return Next(satisfied_by, Basis.BASELINE)
    return Next(
        satisfied_by,
        Basis.BASELINE,
        baseline_on,
        None,
        _opens_at(rule, baseline_on, k),
        rule.due_after.times(k).after(baseline_on),
    )


def _grid(rule: Rule, history: History, performed: Sequence[Performed]) -> Next:
    soon, grace = days(rule.soon_days), days(rule.grace_days)
    base_on, base_ref = history.baseline_on, None
    satisfied_by: list[Performed] = []
    last: Performed | None = None
    k = 0  # the grid point that was served last; 0 is the base itself
    for event in performed:
        if not _far_enough(rule, event, last, history.early_recall):
            continue
        last = event
        satisfied_by.append(event)
        if base_on is None:
            base_on, base_ref = event.on, event.ref
        elif event.on >= base_on - soon:
            served = _grid_point(rule, base_on, k, event.on, soon, grace)
            if served is None:
                base_on, base_ref, k = event.on, event.ref, 0
            else:
                k = served
    if base_on is None:
        owed_on = history.floors.first_owed_on
        return Next(satisfied_by, Basis.FLOOR, None, None, owed_on, owed_on)
    return Next(
        satisfied_by,
        Basis.GRID,
        base_on,
        base_ref,
        _opens_at(rule, base_on, k + 1),
        rule.due_after.times(k + 1).after(base_on),
    )


def _grid_point(
    rule: Rule, base_on: date, k: int, on: date, soon: timedelta, grace: timedelta
) -> int | None:
    """Return the grid point, from `k` on, in whose window [due - soon, due + grace] `on` lies."""
    while True:
        point_on = rule.due_after.times(k).after(base_on)
        if point_on - soon > on:
            return None
        if on <= point_on + grace:
            return k
        k += 1


def _cycle(rule: Rule, history: History, performed: Sequence[Performed]) -> Next:
    cycle = history.cycle
    if cycle is None:
        return Next([], Basis.CYCLE, not_assessable=NO_CYCLE)
    if cycle.held and cycle.given_on is None:
        return Next([], Basis.CYCLE, not_assessable=CYCLE_HELD)
    due_on = cycle.day_1
    record = record_of(rule, performed, cycle)
    if record is not None:
        return Next([record], Basis.CYCLE)
    return Next([], Basis.CYCLE, due_on, None, due_on - days(rule.lead_days), due_on)


def record_of(rule: Rule, performed: Sequence[Performed], cycle: Cycle) -> Performed | None:
    """Return the first result that counts for a cycle: from `lead_days` before its day 1 on."""
    opens_on = cycle.day_1 - days(rule.lead_days)
    soon_on = opens_on - days(rule.soon_days)
    counting = [
        each for each in performed if each.on >= (soon_on if each.counts_early else opens_on)
    ]
    return min(counting, key=lambda each: each.on, default=None)


def _opens_at(rule: Rule, base_on: date, k: int) -> date:
    """The opening day of milestone `k`: k - 1 whole intervals and then the opening one."""
    due, opens = rule.due_after, rule.opens_after
    months = (k - 1) * due.months + opens.months
    return Interval(months, (k - 1) * due.days + opens.days).after(base_on)
