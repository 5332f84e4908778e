"""Clocks of alerts: round the clock or in the clinic's hours, over nights, closures and DST."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from pathways.rules.alert_states import Rung, Severity
from pathways.rules.dates import SendingWindow
from pathways.rules.escalation import (
    CHAINS,
    ROLE_OF,
    Hours,
    catch_up,
    deadline,
    has_clock,
    is_working,
    runs_always,
)
from pathways.rules.lifecycles import Role

WEEK = Severity.WITHIN_7_DAYS
THURSDAY_OFF = frozenset({date(2026, 11, 26)})


class Between:
    """Every day between two, both included."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last

    def __contains__(self, day: Any) -> bool:
        return self.first <= day <= self.last


def hours(days_off: Container[date] = THURSDAY_OFF, tz_name: str = "Europe/London") -> Hours:
    window = SendingWindow(time(9), time(17), tz_name, working_days_only=True)
    return Hours(window, days_off)


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("severity", "always", "clock"),
    [
        (Severity.EMERGENCY, True, True),
        (Severity.SAME_DAY, True, True),
        (Severity.WITHIN_7_DAYS, False, True),
        (Severity.NEXT_VISIT, False, True),
        (Severity.INFORMATION, False, False),
    ],
)
def test_the_two_most_urgent_run_by_night_and_information_has_no_clock(
    severity: Severity, always: bool, clock: bool
) -> None:
    assert (runs_always(severity), has_clock(severity)) == (always, clock)


@pytest.mark.parametrize("severity", [Severity.EMERGENCY, Severity.SAME_DAY])
def test_an_urgent_clock_runs_over_night_weekend_and_day_off(severity: Severity) -> None:
    friday_evening = utc("2026-11-27 22:00")
    assert deadline(friday_evening, 240, severity, hours()) == utc("2026-11-28 02:00")


# 23 November 2026 is a Monday; Thursday 26 is a day off. London keeps UTC in November.
@pytest.mark.parametrize(
    ("sentence", "start", "minutes", "end"),
    [
        ("within the day", "2026-11-23 10:00", 60, "2026-11-23 11:00"),
        ("up to the minute the clinic shuts", "2026-11-23 16:00", 60, "2026-11-23 17:00"),
        ("a minute more goes on next morning", "2026-11-23 16:00", 61, "2026-11-24 09:01"),
        ("before it opens, counted from the opening", "2026-11-23 06:00", 60, "2026-11-23 10:00"),
        ("from the minute it opens", "2026-11-23 09:00", 60, "2026-11-23 10:00"),
        ("from the minute it shuts", "2026-11-23 17:00", 60, "2026-11-24 10:00"),
        ("a minute before it shuts", "2026-11-23 16:59", 60, "2026-11-24 09:59"),
        ("after it shut", "2026-11-23 21:00", 60, "2026-11-24 10:00"),
        ("over a day off", "2026-11-25 16:00", 120, "2026-11-27 10:00"),
        ("over a weekend", "2026-11-27 16:00", 120, "2026-11-30 10:00"),
        ("begun on a Sunday", "2026-11-29 12:00", 60, "2026-11-30 10:00"),
        ("two full days, to the closing", "2026-11-23 09:00", 960, "2026-11-24 17:00"),
        ("over two full days", "2026-11-23 09:00", 961, "2026-11-25 09:01"),
    ],
)
def test_the_other_clocks_count_the_clinics_hours(
    sentence: str, start: str, minutes: int, end: str
) -> None:
    for severity in (Severity.WITHIN_7_DAYS, Severity.NEXT_VISIT):
        assert deadline(utc(start), minutes, severity, hours()) == utc(end)


def test_the_hours_are_those_of_the_clinics_own_zone() -> None:
    # 22:30 UTC on Sunday is 09:30 on Monday in Sydney.
    sydney = hours(tz_name="Australia/Sydney")
    assert deadline(utc("2026-11-22 22:30"), 60, WEEK, sydney) == utc("2026-11-22 23:30")


@pytest.mark.parametrize(
    ("sentence", "start", "end"),
    [
        # London: back on Sunday 25 October, forward on Sunday 29 March.
        ("clocks go back over the weekend", "2026-10-23 15:00", "2026-10-26 10:00"),
        ("clocks go forward over the weekend", "2026-03-27 16:00", "2026-03-30 09:00"),
    ],
)
def test_a_change_of_clocks_neither_adds_nor_loses_a_working_hour(
    sentence: str, start: str, end: str
) -> None:
    assert deadline(utc(start), 120, WEEK, hours()) == utc(end)


def test_an_urgent_hour_is_a_real_hour_while_clocks_go_back() -> None:
    before = datetime.fromisoformat("2026-10-25T01:30:00+01:00")
    assert deadline(before, 60, Severity.EMERGENCY, hours()) == utc("2026-10-25 01:30")


def test_a_closure_may_last_a_year_less_a_day_and_no_longer() -> None:
    monday = date(2026, 11, 23)
    first_open = monday + timedelta(days=365)  # a Tuesday
    shut = Between(monday, first_open - timedelta(days=1))
    assert deadline(utc("2026-11-23 10:00"), 60, WEEK, hours(shut)) == utc("2027-11-23 10:00")
    shut = Between(monday, first_open)
    with pytest.raises(ValueError, match="no working day within a year"):
        deadline(utc("2026-11-23 10:00"), 60, WEEK, hours(shut))


def test_a_clock_may_run_for_more_than_a_year_of_open_days() -> None:
    # 300 working days of eight hours: 60 weeks.
    end = deadline(utc("2026-11-23 09:00"), 300 * 8 * 60, WEEK, hours(frozenset()))
    assert end == utc("2028-01-14 17:00")


@pytest.mark.parametrize(
    ("moment", "at_work"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 16:59", True),
        ("2026-11-23 17:00", False),
        ("2026-11-26 12:00", False),  # a day off
        ("2026-11-28 12:00", False),  # a Saturday
    ],
)
def test_somebody_is_at_work_from_the_opening_until_just_before_the_closing(
    moment: str, at_work: bool
) -> None:
    assert is_working(utc(moment), hours()) is at_work


@pytest.mark.parametrize(
    ("sentence", "now", "steps", "next_at"),
    [
        ("a minute before", "2026-11-23 15:59", None, None),
        ("the minute it runs out", "2026-11-23 16:00", 1, "2026-11-24 10:00"),
        ("a minute before it runs out again", "2026-11-24 09:59", 1, "2026-11-24 10:00"),
        ("when it runs out again", "2026-11-24 10:00", 2, "2026-11-24 12:00"),
        ("after a day on which nobody swept", "2026-11-25 09:00", 5, "2026-11-25 10:00"),
    ],
)
def test_each_time_the_clock_ran_out_is_one_level(
    sentence: str, now: str, steps: int | None, next_at: str | None
) -> None:
    step = catch_up(1, utc("2026-11-23 16:00"), 120, WEEK, hours(), utc(now))
    found = None if step is None else (step.level, step.steps, step.deadline_at)
    expected = None if steps is None or next_at is None else (1 + steps, steps, utc(next_at))
    assert found == expected


def test_an_urgent_one_climbs_through_the_night() -> None:
    step = catch_up(
        0, utc("2026-11-23 22:00"), 30, Severity.EMERGENCY, hours(), utc("2026-11-23 23:00")
    )
    assert step is not None
    assert (step.level, step.deadline_at) == (3, utc("2026-11-23 23:30"))


@pytest.mark.parametrize(
    ("owner", "chain"),
    [
        (Role.HEMATOLOGIST, "named clinician, nurse in charge, hematologist on duty"),
        (
            Role.NEUROLOGIST,
            "named clinician, nurse in charge, neurologist on duty, hematologist on duty",
        ),
        (Role.NURSE, "nurse in charge, named clinician, hematologist on duty"),
        (Role.COORDINATOR, "coordinator, nurse in charge"),
    ],
)
def test_the_chain_of_a_clinic_that_set_none_goes_by_the_owner(owner: Role, chain: str) -> None:
    assert ", ".join(CHAINS[owner]) == chain


@pytest.mark.parametrize(
    ("rung", "role"),
    [
        (Rung.NURSE_IN_CHARGE, Role.NURSE),
        (Rung.HEMATOLOGIST_ON_DUTY, Role.HEMATOLOGIST),
        (Rung.NEUROLOGIST_ON_DUTY, Role.NEUROLOGIST),
        (Rung.COORDINATOR, Role.COORDINATOR),
        (Rung.NAMED_CLINICIAN, None),
        (Rung.BY_NAME, None),
    ],
)
def test_a_rung_of_duty_asks_for_its_role_and_one_by_name_for_none(
    rung: Rung, role: Role | None
) -> None:
    assert ROLE_OF.get(rung) is role
