"""One drug on one day belongs to one course; different drugs may be given side by side."""

from __future__ import annotations

from datetime import date

import pytest

from pathways.rules.course_overlap import Stretch, Taking, cycle_period, overlapping, stretches
from pathways.rules.observations import Period
from pathways.rules.therapy import PlannedCycle

NOV_18, DEC_15 = date(2025, 11, 18), date(2025, 12, 15)
CYCLE_9 = PlannedCycle(9, NOV_18, NOV_18, NOV_18)


def days(drug: str, from_on: date, until_on: date | None = None) -> list[Stretch]:
    return [Stretch(drug, Period(from_on, until_on))]


@pytest.mark.parametrize(
    ("from_on", "until_on", "overlap"),
    [
        (date(2025, 10, 21), date(2025, 11, 17), False),  # ends the day before
        (date(2025, 10, 21), NOV_18, True),
        (date(2025, 11, 20), date(2025, 11, 20), True),  # inside
        (date(2025, 11, 1), date(2026, 1, 1), True),  # around
        (DEC_15, date(2026, 1, 11), True),
        (date(2025, 12, 16), date(2026, 1, 12), False),  # begins the day after
        (date(2025, 12, 16), None, False),
        (date(2025, 10, 1), None, True),
    ],
)
def test_two_stretches_of_one_drug_overlap_from_their_first_to_their_last_day(
    from_on: date, until_on: date | None, overlap: bool
) -> None:
    theirs = days("lenalidomide", NOV_18, DEC_15)
    found = overlapping(days("lenalidomide", from_on, until_on), theirs)
    assert bool(found) is overlap


def test_different_drugs_never_overlap() -> None:
    same_days = days("bortezomib", NOV_18, DEC_15)
    assert overlapping(same_days, days("lenalidomide", NOV_18, DEC_15)) == []


@pytest.mark.parametrize(
    ("cycle", "course_ended_on", "last_on"),
    [
        (CYCLE_9, None, DEC_15),
        (CYCLE_9, date(2025, 12, 1), date(2025, 12, 1)),
        (CYCLE_9, date(2026, 1, 1), DEC_15),
        (CYCLE_9._replace(ended_on=date(2025, 11, 30)), None, date(2025, 11, 30)),
    ],
)
def test_a_cycle_ends_on_its_last_day_or_with_its_course(
    cycle: PlannedCycle, course_ended_on: date | None, last_on: date
) -> None:
    assert cycle_period(cycle, 28, course_ended_on) == Period(NOV_18, last_on)


def test_a_drug_belongs_to_a_cycle_only_for_the_days_it_was_taken() -> None:
    until, since = date(2025, 11, 30), date(2025, 12, 1)
    drugs = [
        Taking("lenalidomide"),
        Taking("dexamethasone", NOV_18, until),
        Taking("thalidomide", since),
        Taking("bortezomib", until_on=date(2025, 11, 17)),
    ]
    assert stretches(drugs, Period(NOV_18, DEC_15), 9) == [
        Stretch("lenalidomide", Period(NOV_18, DEC_15), 9),
        Stretch("dexamethasone", Period(NOV_18, until), 9),
        Stretch("thalidomide", Period(since, DEC_15), 9),
    ]
