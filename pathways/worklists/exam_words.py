"""Totals of exams, their changes and their answers in words: numbers, direction, source; no verdict."""

from __future__ import annotations

from decimal import Decimal

from pathways.catalogue import InstrumentEntry, TotalEntry
from pathways.models import ExamItem, NeuroExam
from pathways.models.authors import Authors
from pathways.rules.exam_words import ItemState, ScoringMode
from pathways.rules.instruments import Change, Counted, Move, Reach, Threshold, Worse
from pathways.rules.quantities import written

WORSE = {Worse.UP: "up is worse", Worse.DOWN: "down is worse", Worse.WORDS: ""}
NOT_TESTED = {ItemState.NOT_TESTABLE: "NT", ItemState.NOT_DONE: "–"}


def only_recorded(exam: NeuroExam, authors: Authors) -> str:
    """Return who wrote a patient's own report down, to stand behind who scored; else nothing."""
    own = exam.mode == ScoringMode.SELF_REPORT
    return f", recorded by {authors.named(exam.recorded_by)}" if own else ""


def total_name(entry: InstrumentEntry, each: TotalEntry) -> str:
    """Return the short name of a series: "ONLS", "ONLS, self-report", "Vibration, great toe right"."""
    if each.mode is not None and each.mode.value == "self-report":
        return f"{entry.short}, self-report"
    if len(entry.totals) == 1 or each.mode is not None:
        return entry.short
    part = each.parts[0]
    item = next(item for item in entry.items if item.code == part.item)
    if part.side:
        place = "" if item.label.startswith("Try") else f"{item.label.lower()} "
        return f"{entry.short}, {place}{part.side}"
    return f"{entry.short}, {'raw sum' if len(each.parts) > 1 else item.label.lower()}"


def threshold_words(threshold: Threshold | None, unit: str) -> str:
    """Return a published change in words: "8 kPa", "28 %", "2 points"."""
    if threshold is None:
        return ""
    if threshold.counted is Counted.PERCENT:
        return f"{written(threshold.amount)} %"
    points = "point" if threshold.amount == 1 else "points"
    return f"{written(threshold.amount)} {unit or points}"


def change_words(change: Change, threshold: Threshold | None) -> str:
    """Return a change in words: "+3, better", "−4 %, better", "no change", or why none is told."""
    if change.move is None or change.points is None:
        return change.why_not
    if change.move is Move.SAME:
        return change.move.value
    counted = signed(change.points)
    if threshold is not None and threshold.counted is Counted.PERCENT:
        counted = f"{signed(change.percent)} %" if change.percent is not None else counted
    return f"{counted}, {change.move.value}"


def reach_words(change: Change, entry: InstrumentEntry) -> str:
    """Return whether a change is as large as the published one, with its source."""
    if change.move is Move.SAME:
        return ""
    if change.reach is Reach.REACHED:
        return f"changed by {change.reach.value} ({source_words(entry)})"
    if change.reach is Reach.BELOW:
        return Reach.BELOW.value
    return change.reach.value if change.reach is not None else ""


def source_words(entry: InstrumentEntry) -> str:
    """Return where a published change is printed, in short: "Practical Neurology, Table 5"."""
    if entry.published is None:
        return ""
    document = entry.published.document.partition(" (")[0].partition(",")[0]
    return f"{document}, {entry.published.section}"


def signed(value: Decimal) -> str:
    """Return a number with its sign, a true minus for a negative one."""
    return f"+{written(value)}" if value > 0 else written(value)


def answer_words(row: ExamItem) -> str:
    """Return the answer to one item in a few letters: "5", "NT", "negative"."""
    if row.state != ItemState.SCORED:
        return NOT_TESTED[ItemState(row.state)]
    return written(row.value) if row.value is not None else row.word
