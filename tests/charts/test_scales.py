"""The scales of the course chart: log ticks, score ends, and a time axis to scale."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from pathways.charts.scales import LinearScale, LogScale, log_ticks, score_ends
from pathways.charts.time_axis import Span, TimeAxis, time_axis

TODAY = date(2026, 11, 23)


def decimals(*values: object) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([62, 131], [50, 100, 200]),
        ([50, 200], [50, 100, 200]),  # on a tick at both ends: no room is added
        ([49, 201], [20, 50, 100, 200, 500]),
        ([62, 4200], [50, 100, 200, 500, 1000, 2000, 5000]),
        ([100], [100, 200]),  # one value still has a scale
        (["0.07"], ["0.05", "0.1"]),
        ([3, 900_000], [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]),  # many decades
    ],
)
def test_log_ticks_are_1_2_5_rounded_out(values: list[object], ticks: list[object]) -> None:
    assert list(log_ticks(decimals(*values))) == decimals(*ticks)


def test_equal_ratios_are_equal_distances() -> None:
    scale = LogScale(log_ticks(decimals(10, 1000)), 0, 200)
    assert scale.y(Decimal(1000)) == 0
    assert scale.y(Decimal(100)) == 100
    assert scale.y(Decimal(10)) == 200


@pytest.mark.parametrize(
    ("values", "change", "lowest", "highest", "ends"),
    [
        ([3, 7], None, 0, 12, (3, 7)),
        ([28, 61], 4, 0, 100, (25, 65)),
        ([55, 55], 2, 0, 60, (51, 59)),  # around the value, at least four times the change
        ([60, 60], 2, 0, 60, (52, 60)),  # never beyond the instrument's own range
        ([0, 0], None, 0, 12, (0, 4)),
        ([38, 68], 8, None, None, (35, 70)),
    ],
)
def test_a_score_has_at_least_four_changes_of_room(
    values: list[int], change: int | None, lowest: int | None, highest: int | None, ends: object
) -> None:
    found = score_ends(
        decimals(*values),
        Decimal(change) if change else None,
        lowest=Decimal(lowest) if lowest is not None else None,
        highest=Decimal(highest) if highest is not None else None,
    )
    assert found == ends


def test_a_higher_value_always_lies_higher() -> None:
    scale = LinearScale(Decimal(0), Decimal(12), 10, 70)
    assert scale.y(Decimal(12)) == 10
    assert scale.y(Decimal(0)) == 70
    assert scale.length(Decimal(3)) == 15


def axis(
    span: Span = Span.TWO_YEARS, first_on: date | None = None, narrow: bool = False
) -> TimeAxis:
    return time_axis(TODAY, span, first_on, left=100, right=700, narrow=narrow)


def test_time_is_to_scale() -> None:
    found = axis()
    days = (found.end_on - found.start_on).days
    assert found.x(found.start_on) == 100
    assert found.x(found.end_on) == 700
    assert found.x(TODAY) == pytest.approx(
        100 + 600 * (TODAY - found.start_on).days / days, abs=0.1
    )


@pytest.mark.parametrize(
    ("span", "narrow", "start_on"),
    [
        (Span.SIX_MONTHS, False, date(2026, 5, 23)),
        (Span.TWO_YEARS, False, date(2024, 11, 23)),
        (Span.TWO_YEARS, True, date(2025, 11, 23)),  # a phone shows one year
        (Span.ALL, False, date(2026, 4, 23)),  # nothing recorded: half a year, and a month of air
    ],
)
def test_a_span_begins_where_it_says(span: Span, narrow: bool, start_on: date) -> None:
    assert axis(span, narrow=narrow).start_on == start_on


def test_all_begins_before_the_first_day_there_is_anything() -> None:
    assert axis(Span.ALL, date(2019, 3, 1)).start_on == date(2019, 2, 1)


def test_month_names_never_stand_closer_than_asked() -> None:
    for found in (axis(), axis(Span.ALL, date(1990, 1, 1)), axis(Span.SIX_MONTHS)):
        places = [tick.x for tick in found.ticks(52)]
        assert all(after - before >= 51 for before, after in pairwise(places))
        assert len(places) >= 3


def test_january_carries_its_year() -> None:
    assert [tick.words for tick in axis().ticks(52) if tick.strong] == [
        "Jan 2025",
        "Jan 2026",
        "Jan 2027",
    ]
