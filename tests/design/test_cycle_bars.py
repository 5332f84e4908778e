"""Cycles as bars: what is drawn is also said, and each kind has a shape of its own."""

from __future__ import annotations

from datetime import date, timedelta

from pathways.charts.cycle_bars import CycleBar, cycle_bars

JUNE = date(2026, 6, 1)
TODAY = date(2026, 7, 10)


def bar(number: int, *, late: int = 0, kind: str = "given") -> CycleBar:
    follows = JUNE + timedelta(days=28 * (number - 1))
    day_1 = follows + timedelta(days=late)
    return CycleBar(number, follows, day_1, day_1 + timedelta(days=27), kind)


def test_a_late_cycle_is_hatched_and_says_by_how_much() -> None:
    drawn = str(cycle_bars([bar(1), bar(2, late=7)], TODAY, "7"))
    assert drawn.count('fill="url(#cy-hatch-7)"') == 1
    assert ">+7 d</text>" in drawn
    assert "cycle 2 given 6 Jul 2026, 7 days later than it followed" in drawn


def test_each_kind_has_its_own_class_and_words() -> None:
    kinds = ["given", "stopped", "planned", "held"]
    bars = [bar(place + 1, kind=kind) for place, kind in enumerate(kinds)]
    drawn = str(cycle_bars(bars, TODAY, "7"))
    for kind in kinds:
        assert f'class="cy-{kind}"' in drawn
    assert "cycle 2 given 29 Jun 2026, stopped early" in drawn
    assert "cycle 3 planned for 27 Jul 2026" in drawn
    assert "cycle 4 held, no day planned" in drawn


def test_nothing_needs_a_style_attribute() -> None:
    assert "style=" not in str(cycle_bars([bar(1, late=3)], TODAY, "7"))


def test_today_is_drawn_only_on_the_axis() -> None:
    assert "today" in str(cycle_bars([bar(1), bar(2)], TODAY, "7"))
    assert "today" not in str(cycle_bars([bar(1)], date(2027, 1, 1), "7"))


def test_no_cycle_draws_nothing() -> None:
    assert str(cycle_bars([], TODAY, "7")) == ""
