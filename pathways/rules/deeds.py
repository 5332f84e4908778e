"""Which deeds are still owed when a person's care rests or has ended: one table a nurse could check."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pathways.rules.lifecycles import WorkItemKind


class OwedWhile(StrEnum):
    """How long somebody on the staff owes a deed, whatever else keeps it open."""

    ALWAYS = "always"  # a question that somebody asked, or the record of what took place
    ALIVE = "alive"  # somebody might set out for nothing, in our care or not
    IN_CARE = "in care"  # it is about their visits, samples and letters here
    NOT_ON_HOLD = "not on hold"  # it is about asking them to come


class Care(StrEnum):
    """How a person's care stands on a day."""

    RUNNING = "running"
    ON_HOLD = "on hold"
    ENDED = "ended"
    DIED = "died"


STILL_OWED: Mapping[Care, frozenset[OwedWhile]] = {
    Care.RUNNING: frozenset(OwedWhile),
    Care.ON_HOLD: frozenset(OwedWhile) - {OwedWhile.NOT_ON_HOLD},
    Care.ENDED: frozenset({OwedWhile.ALWAYS, OwedWhile.ALIVE}),
    Care.DIED: frozenset({OwedWhile.ALWAYS}),
}

# What a deed of each kind is owed, unless the one who opens it says otherwise.
USUAL: Mapping[WorkItemKind, OwedWhile] = {
    WorkItemKind.CALL: OwedWhile.IN_CARE,
    WorkItemKind.CHECK_ADDRESS: OwedWhile.IN_CARE,
    WorkItemKind.UNDELIVERABLE: OwedWhile.IN_CARE,
    WorkItemKind.SEND_UNSURE: OwedWhile.ALIVE,
    WorkItemKind.QUARANTINED: OwedWhile.IN_CARE,
    WorkItemKind.LOST_SAMPLE: OwedWhile.IN_CARE,
    WorkItemKind.VISIT_WITHOUT_RECORD: OwedWhile.ALWAYS,
    WorkItemKind.REVIEW: OwedWhile.ALWAYS,
}


def is_owed(owed_while: OwedWhile | str, care: Care) -> bool:
    """Say whether somebody still owes such a deed to a person whose care stands like this."""
    return owed_while in STILL_OWED[care]
