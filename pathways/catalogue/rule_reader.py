"""Read the numbers of one screening in one phase, and hold each number to its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pathways.catalogue.sources import SourceEntry, read_source
from pathways.catalogue.strict import Table
from pathways.rules.dates import Interval
from pathways.rules.rule_types import AnchorMode, RecurrenceKind, Rule

INTERVALS = ("opens_after", "due_after")
ALWAYS = ("soon_days", "grace_days")
WITHIN_A_ROW = (*INTERVALS, *ALWAYS, "min_gap_days")

#: Which numbers each kind needs. None may be left out: a missing interval once made every
#: row of a neighbouring system read "past due".
NUMBERS_OF_KIND: Mapping[tuple[RecurrenceKind, AnchorMode], tuple[str, ...]] = {
    (RecurrenceKind.EVERY, AnchorMode.ACTUAL): WITHIN_A_ROW,
    (RecurrenceKind.EVERY, AnchorMode.GRID): WITHIN_A_ROW,
    (RecurrenceKind.EVERY, AnchorMode.FIXED): WITHIN_A_ROW,
    (RecurrenceKind.EVERY, AnchorMode.CYCLE): (*ALWAYS, "lead_days"),
    (RecurrenceKind.ONCE, AnchorMode.ACTUAL): (*ALWAYS, "lookback_days"),
    (RecurrenceKind.ONCE, AnchorMode.FIXED): (*INTERVALS, *ALWAYS, "lookback_days"),
    (RecurrenceKind.AT_START, AnchorMode.ACTUAL): (*WITHIN_A_ROW, "lookback_days"),
    (RecurrenceKind.ON_REQUEST, AnchorMode.ACTUAL): WITHIN_A_ROW,
}


@dataclass(frozen=True)
class RuleReading:
    """A rule with what its numbers rest on."""

    rule: Rule
    fixed_anchor: str
    sources: tuple[SourceEntry, ...]
    proposed: tuple[str, ...]


def read_rule(
    row: Table,
    *,
    code: str,
    number: int,
    phase: str,
    expected_days: int,
    titles: Mapping[str, str],
) -> RuleReading | None:
    """Return the rule, or None after saying what is wrong with it."""
    heard = len(row.problems.found)
    kind = row.choice("kind", RecurrenceKind)
    anchor_mode = row.choice("anchor_mode", AnchorMode, AnchorMode.ACTUAL)
    fixed_anchor = row.text("fixed_anchor") if anchor_mode is AnchorMode.FIXED else ""
    needed = NUMBERS_OF_KIND.get((kind, anchor_mode))
    if needed is None:
        row.complain(
            f"kind {kind} cannot be anchored by {anchor_mode}",
            "Use anchor_mode actual, or kind every",
        )
        needed = ALWAYS
    before = len(row.problems.found)
    intervals = {name: _interval(row, name) for name in INTERVALS if name in needed}
    readable = len(row.problems.found) == before
    days = {name: row.whole(name) for name in needed if name not in INTERVALS}
    sources, proposed = _read_support(row, needed, titles)
    opens = intervals.get("opens_after", Interval())
    due = intervals.get("due_after", Interval())
    if readable and not opens.fits_within(due):
        row.complain(
            f"opens {opens} after its anchor, later than it is due ({due})",
            "Make opens_after no longer than due_after",
        )
    gap = Interval(days=max(0, days.get("min_gap_days", 0)))
    if readable and kind is RecurrenceKind.EVERY and not gap.fits_within(due):
        row.complain(
            f"min_gap_days is {gap.days}, longer than it is due after ({due}), so no result in time "
            "could satisfy it",
            "Make min_gap_days no longer than due_after",
        )
    if len(row.problems.found) > heard:
        return None
    try:
        rule = Rule(
            code=code,
            version=number,
            phase=phase,
            kind=kind,
            anchor_mode=anchor_mode,
            opens_after=opens,
            due_after=due,
            expected_days=expected_days or None,
            **days,
        )
    except ValueError as error:
        row.complain(str(error), "Mend the numbers")
        return None
    # The days a result may take stand with the analyte, and are proposals as a whole.
    unsigned = (*proposed, "expected_days") if expected_days else proposed
    return RuleReading(rule, fixed_anchor, sources, unsigned)


def _interval(row: Table, name: str) -> Interval:
    written = row.text(name)
    if not written:
        return Interval()
    try:
        interval = Interval.parse(written)
    except ValueError as error:
        row.complain(f"{name}: {error}", "Write it as months, weeks or days")
        return Interval()
    if not interval:
        row.complain(f"{name} is {written!r}", "Give an interval longer than nothing")
    return interval


def _read_support(
    row: Table, needed: tuple[str, ...], titles: Mapping[str, str]
) -> tuple[tuple[SourceEntry, ...], tuple[str, ...]]:
    """Read sources and proposals; each number needs exactly one of the two."""
    proposed = row.words("proposed")
    sources = []
    supported: set[str] = set()
    for table in row.tables("sources", "document"):
        sources.append(read_source(table, titles))
        supported |= set(table.words("supports"))
        table.finish()
    for name in needed:
        if name not in supported and name not in proposed:
            row.complain(
                f"{name} has no source and is not marked as proposed",
                f"Name {name} in a source's supports, or list it under proposed",
            )
    for name in sorted(supported & set(proposed)):
        row.complain(f"{name} has a source and is marked as proposed", "Keep one of the two")
    for name in sorted((supported | set(proposed)) - set(needed)):
        row.complain(f"{name!r} is no number of this kind", "Remove it from supports or proposed")
    return tuple(sources), proposed
