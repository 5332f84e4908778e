"""Which deeds outlive a hold, an ending and a death."""

from __future__ import annotations

import pytest

from pathways.rules.deeds import STILL_OWED, USUAL, Care, OwedWhile, is_owed
from pathways.rules.lifecycles import WorkItemKind


@pytest.mark.parametrize(
    ("owed_while", "running", "on_hold", "ended", "died"),
    [
        (OwedWhile.ALWAYS, True, True, True, True),
        (OwedWhile.ALIVE, True, True, True, False),
        (OwedWhile.IN_CARE, True, True, False, False),
        (OwedWhile.NOT_ON_HOLD, True, False, False, False),
    ],
)
def test_a_deed_is_owed_as_long_as_it_says(
    owed_while: OwedWhile, running: bool, on_hold: bool, ended: bool, died: bool
) -> None:
    said = [is_owed(owed_while, care) for care in Care]
    assert said == [running, on_hold, ended, died]


def test_every_kind_and_every_way_that_care_stands_is_in_the_tables() -> None:
    assert set(USUAL) == set(WorkItemKind)
    assert set(STILL_OWED) == set(Care)


def test_what_somebody_asked_or_what_took_place_outlives_everything() -> None:
    kept = {kind for kind, usual in USUAL.items() if usual is OwedWhile.ALWAYS}
    assert kept == {WorkItemKind.VISIT_WITHOUT_RECORD, WorkItemKind.REVIEW}
