"""Compares what should be owed with what stands written, for one screening of one person.

An obligation is told from the next one by the last satisfying day before it (`last_done_on`).
While that day is the same it is the same obligation, whatever else moves its dates.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Step(StrEnum):
    """What happens to the open row."""

    KEEP = "keep"  # the same obligation: its dates may move in place
    COMPLETE = "complete"  # a result satisfied it
    SUPERSEDE = "supersede"  # another phase or version now says how
    CANCEL = "cancel"  # nothing is owed any more
    TAKE_BACK = "take back"  # it hung on a result that no longer counts


class Standing(NamedTuple):
    """The open row, as far as the comparison needs it."""

    definition_id: int
    last_done_on: date | None
    created_on: date


class Wanted(NamedTuple):
    """What the rules ask for now; `owed` is False where nothing is."""

    definition_id: int | None
    last_done_on: date | None
    owed: bool


def next_step(standing: Standing, wanted: Wanted) -> Step:
    """Return what happens to the open row.

    A result performed before the row was written (history loaded afterwards) moves the row in
    place: nobody ever waited for it. A later one completes it.
    """
    done_on, before_on = wanted.last_done_on, standing.last_done_on
    if done_on is not None and (before_on is None or done_on > before_on):
        if done_on >= standing.created_on or not wanted.owed:
            return Step.COMPLETE
    elif done_on != before_on and wanted.owed:
        return Step.TAKE_BACK
    if not wanted.owed:
        return Step.CANCEL
    if wanted.definition_id != standing.definition_id:
        return Step.SUPERSEDE
    return Step.KEEP
