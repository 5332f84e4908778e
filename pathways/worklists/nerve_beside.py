"""What the newest value of a series is set beside: its own past, and why another past is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import InstrumentEntry, TotalEntry
from pathways.rules.due_phrase import short_date
from pathways.rules.instruments import change, landmarks
from pathways.rules.observations import Reading, not_comparable
from pathways.rules.quantities import written
from pathways.worklists.exam_words import change_words, reach_words
from pathways.worklists.result_words import value_words


@dataclass(frozen=True, slots=True)
class Beside:
    """An earlier value of a series, and the change since."""

    label: str
    value: str
    on: str
    change: str
    reach: str
    reached: bool


def beside(
    entry: InstrumentEntry, each: TotalEntry, group: Sequence[Reading], day: date
) -> tuple[Beside, ...]:
    """Return baseline, last and best of a series (oldest first) with the change from each."""
    rows = []
    for label, earlier in landmarks(entry.worse, group)._asdict().items():
        if earlier is None:
            continue
        changed = change(entry.worse, each.threshold, earlier, group[-1])
        reach = reach_words(changed, entry)
        rows.append(
            Beside(
                label=label.capitalize(),
                value=written(earlier.value),
                on=short_date(earlier.on, day),
                change=change_words(changed, each.threshold),
                reach=reach,
                reached=reach.startswith("changed"),
            )
        )
    return tuple(rows)


def standing_apart(newest: Reading, readings: Sequence[Reading], day: date) -> str:
    """Return why the value before this one is no measure of it, empty where it is one or none is.

    `readings` are those of the same code in every series: "not comparable with 10.5 s of 8 May:
    another aid".
    """
    before = [each for each in readings if (each.on, each.ref) < (newest.on, newest.ref)]
    if not before:
        return ""
    last = max(before, key=lambda each: (each.on, each.ref))
    reasons = " and ".join(not_comparable(newest, last))
    if not reasons:
        return ""
    return f"not comparable with {value_words(last)} of {short_date(last.on, day)}: {reasons}"
