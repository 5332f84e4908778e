"""The rules of the worked cases, and short ways to say a history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pathways.rules.dates import Interval
from pathways.rules.due_status import DueFacts, DueState, due_status
from pathways.rules.recurrence import (
    AnchorMode,
    Floors,
    History,
    Occurrence,
    Performed,
    RecurrenceKind,
    Rule,
    occurrence,
)

THREE_MONTHS, SIX_MONTHS, A_YEAR = Interval(3), Interval(6), Interval(12)
LONG_AGO = date(2020, 1, 1)

VEGF = Rule(
    code="vegf",
    version=1,
    phase="active-treatment",
    kind=RecurrenceKind.EVERY,
    anchor_mode=AnchorMode.ACTUAL,
    opens_after=THREE_MONTHS,
    due_after=THREE_MONTHS,
    soon_days=14,
    grace_days=14,
    min_gap_days=42,
    expected_days=21,
)
NEURO = replace(
    VEGF,
    code="neuro-exam",
    phase="remission",
    due_after=SIX_MONTHS,
    grace_days=0,
    min_gap_days=60,
)
YEARLY = replace(
    VEGF, code="yearly", opens_after=A_YEAR, due_after=A_YEAR, grace_days=30, min_gap_days=0
)
YEARLY_FIXED = replace(YEARLY, anchor_mode=AnchorMode.FIXED)
DAY_100 = replace(
    VEGF,
    code="day-100",
    kind=RecurrenceKind.ONCE,
    anchor_mode=AnchorMode.FIXED,
    opens_after=Interval(days=100),
    due_after=Interval(days=100),
    soon_days=10,
    grace_days=10,
    min_gap_days=0,
)
PRE_CYCLE = replace(
    VEGF,
    code="pre-cycle",
    anchor_mode=AnchorMode.CYCLE,
    opens_after=Interval(),
    due_after=Interval(),
    grace_days=0,
    min_gap_days=0,
    lead_days=3,
    soon_days=7,
)


def d(text: str) -> date:
    return date.fromisoformat(text)


def done(*days: str) -> tuple[Performed, ...]:
    """Final results on those days, referred to as 1, 2, 3."""
    return tuple(Performed(d(day), ref) for ref, day in enumerate(days, start=1))


def floors(enrolled: str = "2020-01-01", **days: str) -> Floors:
    """Floors long ago, save for the named ones."""
    named = {f"{name}_on" if name != "phase_since" else name: d(day) for name, day in days.items()}
    phase_since = named.pop("phase_since", LONG_AGO)
    return Floors(d(enrolled), phase_since, **named)


def facts(open_one: Occurrence, **others: date | None) -> DueFacts:
    """What the screening row of that occurrence would say."""
    return DueFacts(
        soon_on=open_one.soon_on,
        opens_on=open_one.opens_on,
        due_on=open_one.due_on,
        overdue_from=open_one.overdue_from,
        collected_on=open_one.collected_on,
        result_expected_on=open_one.result_expected_on,
        not_assessable=open_one.not_assessable,
        first_due_on=open_one.first_due_on,
        **others,
    )


def owed(rule: Rule, history: History) -> Occurrence:
    """The open obligation, which the test expects to be there."""
    found = occurrence(rule, history)
    assert found is not None, f"nothing owed for {rule.code}"
    return found


def state(rule: Rule, history: History, as_of: str, **others: date | None) -> DueState:
    """The state on that day, straight from rule and history."""
    others.setdefault("postponed_until", history.postponed_until)
    return due_status(facts(owed(rule, history), **others), d(as_of))


def words(answer: DueState) -> str:
    """The state as the table of worked cases writes it."""
    text = str(answer.status)
    if answer.in_grace:
        text += ", grace"
    if answer.days_overdue is not None:
        text += f" {answer.days_overdue} d"
    return text
