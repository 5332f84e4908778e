"""A history on one axis: bars and ticks to scale, one picture with a name."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from pathways.charts.lanes import NARROW, PAPER, WIDE, Bar, Lane, LaneSheet, lanes_svg
from pathways.charts.time_axis import Span, time_axis

TODAY = date(2026, 11, 23)
BAR = Bar(date(2026, 3, 2), date(2026, 3, 30), "Rd, cycle 1 <b>", "1")


def draw(*lanes: Lane, span: Span = Span.TWO_YEARS, sheet: LaneSheet = WIDE) -> str:
    return str(lanes_svg(lanes, TODAY, span, sheet))


def test_a_bar_is_to_scale_and_says_what_it_is() -> None:
    axis = time_axis(TODAY, Span.TWO_YEARS, None, left=140, right=1216, narrow=False)
    svg = draw(Lane("Therapy", (BAR,)))
    assert f'class="cc-span" x="{axis.x(BAR.from_on):g}"' in svg
    assert "<title>Rd, cycle 1 &lt;b&gt;</title>" in svg


def test_what_is_planned_is_outlined() -> None:
    planned = Bar(TODAY, TODAY + timedelta(days=28), "Rd, cycle 2, planned", "2", planned=True)
    assert 'class="cc-span cc-planned"' in draw(Lane("Therapy", (planned,)))


@pytest.mark.parametrize(
    ("day", "ticks"), [(date(2024, 11, 23), 1), (date(2024, 11, 22), 0), (TODAY, 1)]
)
def test_a_day_is_a_tick_only_on_the_axis(day: date, ticks: int) -> None:
    assert draw(Lane("Results", days=(day, day))).count("cc-tick") == ticks


def test_all_begins_with_the_first_thing_in_any_lane() -> None:
    lanes = (Lane("Results", days=(date(2020, 5, 1),)), Lane("Therapy", (BAR,)))
    assert "The lines below on one axis, 1 Apr 2020 to" in draw(*lanes, span=Span.ALL)


@pytest.mark.parametrize("sheet", [WIDE, NARROW, PAPER], ids=lambda sheet: sheet.name)
def test_it_is_one_picture_as_tall_as_its_lanes(sheet: LaneSheet) -> None:
    svg = draw(Lane("Results"), Lane("Alerts"), sheet=sheet)
    assert 'role="img"' in svg
    assert "style=" not in svg
    assert re.search(r'height="76"', svg)
