"""What is asked before a visit is booked."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from pathways.rules.visit_doubts import Booked, DoubtKind, doubts

CHRISTMAS = date(2026, 12, 25)  # a Friday


def visit(at: str, *codes: str, ref: int = 0, minutes: int = 30) -> Booked:
    return Booked(ref, datetime.fromisoformat(at), minutes, frozenset(codes))


@pytest.mark.parametrize(
    ("at", "kinds"),
    [
        ("2026-12-24 10:00", []),
        ("2026-12-25 10:00", [DoubtKind.SHUT]),
        ("2026-12-26 10:00", [DoubtKind.WEEKEND]),
        ("2026-12-27 10:00", [DoubtKind.WEEKEND]),
        ("2026-12-28 10:00", []),
    ],
)
def test_a_day_off_is_asked_about(at: str, kinds: list[DoubtKind]) -> None:
    asked = doubts(visit(at, "vegf"), days_off={CHRISTMAS, date(2026, 12, 26)}, booked=[])
    assert [each.kind for each in asked] == kinds


@pytest.mark.parametrize(
    ("at", "codes", "kinds"),
    [
        ("2026-12-10 09:30", {"cbc"}, []),  # ends as the other begins
        ("2026-12-10 09:31", {"cbc"}, [DoubtKind.OVERLAP]),
        ("2026-12-10 10:29", {"cbc"}, [DoubtKind.OVERLAP]),
        ("2026-12-10 10:30", {"cbc"}, []),
        ("2026-12-17 10:00", {"vegf"}, [DoubtKind.SAME]),
        ("2026-12-10 10:00", {"vegf", "cbc"}, [DoubtKind.SAME]),  # one question a visit
    ],
)
def test_a_second_visit_is_asked_about(at: str, codes: set[str], kinds: list[DoubtKind]) -> None:
    other = visit("2026-12-10 10:00", "vegf", ref=7)
    asked = list(doubts(visit(at, *codes), days_off=(), booked=[other]))
    assert [each.kind for each in asked] == kinds
    assert all(each.other == other for each in asked)


def test_an_answer_about_one_day_answers_no_other() -> None:
    keys = {
        each.key
        for at in ("2026-12-26 10:00", "2026-12-27 10:00")
        for each in doubts(visit(at), days_off=(), booked=[])
    }
    assert keys == {"weekend:2026-12-26", "weekend:2026-12-27"}
