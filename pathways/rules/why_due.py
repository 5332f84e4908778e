"""The arithmetic behind a due date, line by line, for the *Why due?* panel and the file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from pathways.rules.anchors import milestone
from pathways.rules.dates import Interval
from pathways.rules.rule_types import AnchorMode, Basis, Occurrence, Rule


class Line(NamedTuple):
    """One line of the sum: what it says, the day it arrives at, and whether that is the answer."""

    label: str
    on: date | None
    emphasised: bool = False


def explain(
    rule: Rule,
    occurrence: Occurrence,
    history_floor_words: str | None,
    as_of: date,
    *,
    noun: str = "result",
    baseline_noun: str = "Baseline",
    interval: Interval | None = None,
) -> tuple[Line, ...]:
    """Return the sum that led to the dates of `occurrence`, ending with today.

    `noun` is what the last event is called ("exam"), `baseline_noun` the fixed date
    ("Transplant"); `history_floor_words` says which floor holds ("this phase began").
    `interval` is the asked one of an on-request screening. The due date is emphasised.
    """
    due_on, overdue_from = occurrence.due_on, occurrence.overdue_from
    if due_on is None or overdue_from is None:
        reason = occurrence.not_assessable or "No date recorded"
        return Line(reason, None), Line("Today", as_of)
    first_due_on = occurrence.first_due_on or due_on
    floored = first_due_on < due_on
    lines = _before_floors(
        rule, occurrence, first_due_on, not floored, noun, baseline_noun, interval
    )
    if floored:
        lines.append(Line(f"Not before: {history_floor_words or 'the clinic began'}", due_on, True))
    in_grace_to = due_on + timedelta(days=rule.grace_days + 1)
    lines.append(Line(f"+ {_days(rule.grace_days)} of grace: overdue from", in_grace_to))
    if overdue_from > in_grace_to:
        lines.append(Line("Postponed: overdue from", overdue_from))
    lines.append(Line("Today", as_of))
    return tuple(lines)


def _before_floors(
    rule: Rule,
    occurrence: Occurrence,
    first_due_on: date,
    is_answer: bool,
    noun: str,
    baseline_noun: str,
    interval: Interval | None,
) -> list[Line]:
    anchor_on = occurrence.anchor_on
    if rule.anchor_mode is AnchorMode.CYCLE and anchor_on is not None:
        return _of_a_cycle(rule, occurrence, anchor_on, first_due_on, is_answer)
    if anchor_on is None:
        if occurrence.basis is Basis.EARLY_RECALL:
            return [Line("Asked for sooner: due", first_due_on, is_answer)]
        return [Line(f"No {noun} recorded: due", first_due_on, is_answer)]
    lines = [Line(_anchor_label(rule, occurrence, noun, baseline_noun), anchor_on)]
    due_after, opens_after = _sums(rule, anchor_on, first_due_on, interval)
    if opens_after != due_after:
        opens_on = opens_after.after(anchor_on)
        lines.append(Line(f"+ {opens_after}: may be done from", opens_on))
    computed_on = due_after.after(anchor_on)
    reached = computed_on == first_due_on
    lines.append(Line(f"+ {due_after}: due", computed_on, is_answer and reached))
    if not reached:
        lines.append(
            Line(_other_reason(occurrence, computed_on, first_due_on), first_due_on, is_answer)
        )
    return lines


def _of_a_cycle(
    rule: Rule, occurrence: Occurrence, day_1: date, first_due_on: date, is_answer: bool
) -> list[Line]:
    lines = []
    if rule.lead_days:
        opens_on = day_1 - timedelta(days=rule.lead_days)
        lines.append(Line(f"- {_days(rule.lead_days)}: may be done from", opens_on))
    number = "" if occurrence.cycle_number is None else f" {occurrence.cycle_number}"
    reached = first_due_on == day_1
    lines.insert(0, Line(f"Cycle{number}, day 1: due", day_1, is_answer and reached))
    if not reached:
        lines.append(Line(_other_reason(occurrence, day_1, first_due_on), first_due_on, is_answer))
    return lines


def _sums(
    rule: Rule, anchor_on: date, first_due_on: date, interval: Interval | None
) -> tuple[Interval, Interval]:
    """The two intervals to add to the anchor: to the due date, and to the opening day."""
    if interval is not None and interval != rule.due_after:
        return interval, interval
    k = milestone(rule, anchor_on, first_due_on)
    due, opens = rule.due_after, rule.opens_after
    before = due.times(k - 1)
    return due.times(k), Interval(before.months + opens.months, before.days + opens.days)


def _anchor_label(rule: Rule, occurrence: Occurrence, noun: str, baseline_noun: str) -> str:
    if rule.anchor_mode is AnchorMode.FIXED:
        return baseline_noun
    if rule.anchor_mode is AnchorMode.GRID and occurrence.anchor_ref is None:
        return baseline_noun
    return f"Last {noun}"


def _other_reason(occurrence: Occurrence, computed_on: date, first_due_on: date) -> str:
    if first_due_on > computed_on:
        return "Asked for on"
    if occurrence.basis is Basis.EARLY_RECALL:
        return "Asked for sooner: due"
    return "Late under the rule before: first due"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
