"""Months, intervals, working days, the clinic's day and its sending window."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from pathways.rules.dates import (
    Interval,
    SendingWindow,
    add_months,
    is_open,
    is_working_day,
    local_instant,
    localdate,
    next_opening,
    next_working_day,
)
from tests.rules.making import d

NO_HOLIDAYS: frozenset[date] = frozenset()
CHRISTMAS = frozenset({d("2026-12-25"), d("2026-12-28")})
LONDON = SendingWindow(time(9), time(17), "Europe/London", working_days_only=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-08-31", 3, "2026-11-30"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2096-02-29", 48, "2100-02-28"),  # 2100 is no leap year
        ("1996-02-29", 48, "2000-02-29"),  # 2000 is one
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-05-20", 0, "2026-05-20"),
    ],
)
def test_months_are_added_and_clamped_to_the_month_s_end(
    day: str, months: int, expected: str
) -> None:
    assert add_months(d(day), months) == d(expected)


def test_months_beyond_the_calendar_are_refused() -> None:
    with pytest.raises(OverflowError, match="9999"):
        add_months(d("9999-12-01"), 1)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("3 months", Interval(3)),
        ("1 month", Interval(1)),
        ("14 days", Interval(days=14)),
        ("6 weeks", Interval(days=42)),
        ("1 year", Interval(12)),
        ("0 days", Interval()),
        (" 2 years ", Interval(24)),
    ],
)
def test_intervals_are_read(text: str, interval: Interval) -> None:
    assert Interval.parse(text) == interval


@pytest.mark.parametrize(
    "text",
    ["", "3", "months", "-3 months", "3 fortnights", "1.5 months", "3 months 2 days", "٣ days"],
)
def test_what_is_not_an_interval_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="is not an interval") as refusal:
        Interval.parse(text)
    assert repr(text) in str(refusal.value)


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(3), "3 months"),
        (Interval(1), "1 month"),
        (Interval(days=14), "14 days"),
        (Interval(), "0 days"),
        (Interval(1, 1), "1 month and 1 day"),
    ],
)
def test_intervals_are_written(interval: Interval, text: str) -> None:
    assert str(interval) == text


def test_only_an_empty_interval_is_false() -> None:
    assert not Interval()
    assert Interval(days=1)
    assert Interval(1)


def test_a_negative_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Interval(days=-1)


@pytest.mark.parametrize(
    ("shorter", "longer", "fits"),
    [
        (Interval(3), Interval(6), True),
        (Interval(days=84), Interval(3), True),
        (Interval(days=89), Interval(3), True),
        (Interval(days=90), Interval(3), False),  # 1 February and 3 months is 89 days
        (Interval(3), Interval(days=92), True),
        (Interval(3), Interval(days=91), False),
    ],
)
def test_intervals_are_compared_from_every_day(
    shorter: Interval, longer: Interval, fits: bool
) -> None:
    assert shorter.fits_within(longer) is fits


@pytest.mark.parametrize(
    ("instant", "tz_name", "expected"),
    [
        ("2026-12-06T03:00+00:00", "America/Los_Angeles", "2026-12-05"),
        ("2026-12-06T03:00+00:00", "UTC", "2026-12-06"),
        ("2026-12-05T10:00+00:00", "Pacific/Kiritimati", "2026-12-06"),
        ("2026-12-05T09:59+00:00", "Pacific/Kiritimati", "2026-12-05"),
        ("2026-12-05T10:59+00:00", "Pacific/Pago_Pago", "2026-12-04"),
        ("2026-12-05T18:15+00:00", "Asia/Kathmandu", "2026-12-06"),
        ("2026-12-05T18:14+00:00", "Asia/Kathmandu", "2026-12-05"),
    ],
)
def test_the_day_is_the_clinic_s(instant: str, tz_name: str, expected: str) -> None:
    assert localdate(at(instant), tz_name) == d(expected)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        localdate(datetime(2026, 12, 6, 3, 0), "Europe/London")  # noqa: DTZ001


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_zone_is_named(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        localdate(at("2026-12-06T03:00+00:00"), name)


@pytest.mark.parametrize(
    ("day", "wall", "tz_name", "expected"),
    [
        ("2027-03-27", "09:00", "Europe/London", "2027-03-27T09:00+00:00"),  # R47
        ("2027-03-28", "09:00", "Europe/London", "2027-03-28T08:00+00:00"),  # R47
        ("2026-11-01", "01:30", "America/New_York", "2026-11-01T05:30+00:00"),  # R49
        ("2027-03-14", "02:30", "America/New_York", "2027-03-14T07:30+00:00"),  # in the gap
        ("2027-03-28", "01:15", "Europe/London", "2027-03-28T01:15+00:00"),  # 02:15 there
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03T15:45+00:00"),
        ("2027-04-04", "01:45", "Australia/Lord_Howe", "2027-04-03T14:45+00:00"),
        ("2026-12-06", "09:00", "Pacific/Kiritimati", "2026-12-05T19:00+00:00"),
    ],
)
def test_a_local_time_names_one_instant(day: str, wall: str, tz_name: str, expected: str) -> None:
    assert local_instant(d(day), time.fromisoformat(wall), tz_name) == at(expected)


def test_r49_an_hourly_sweep_sends_once_in_the_night_with_an_hour_twice() -> None:
    """The clocks show 01:30 twice that night; the step has one instant, so one sweep finds it."""
    step_at = local_instant(d("2026-11-01"), time(1, 30), "America/New_York")
    half_hours = [at("2026-11-01T00:30+00:00") + timedelta(hours=n) for n in range(24)]
    shown = [i.astimezone(ZoneInfo("America/New_York")).time() for i in half_hours]
    assert shown.count(time(1, 30)) == 2
    assert [i for i in half_hours if i == step_at] == [at("2026-11-01T05:30+00:00")]


@pytest.mark.parametrize(
    ("day", "working", "moved"),
    [
        ("2026-11-20", True, "2026-11-20"),
        ("2026-11-21", False, "2026-11-23"),  # Saturday to Monday
        ("2026-11-22", False, "2026-11-23"),
        ("2026-12-25", False, "2026-12-29"),  # Friday, over a weekend and a Monday holiday
    ],
)
def test_working_days(day: str, working: bool, moved: str) -> None:
    assert is_working_day(d(day), CHRISTMAS) is working
    assert next_working_day(d(day), CHRISTMAS) == d(moved)


class Always:
    """A holiday table that never ends."""

    def __contains__(self, day: object) -> bool:
        return True


def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever() -> None:
    with pytest.raises(ValueError, match="holidays"):
        next_working_day(d("2026-11-20"), Always())
    with pytest.raises(ValueError, match="holidays"):
        next_opening(at("2026-11-20T12:00+00:00"), LONDON, Always())


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-20T08:59+00:00", "2026-11-20T09:00+00:00"),
        ("2026-11-20T09:00+00:00", "2026-11-20T09:00+00:00"),
        ("2026-11-20T16:59+00:00", "2026-11-20T16:59+00:00"),
        ("2026-11-20T17:00+00:00", "2026-11-23T09:00+00:00"),  # Friday evening to Monday
        ("2026-11-21T12:00+00:00", "2026-11-23T09:00+00:00"),
        ("2026-12-24T18:00+00:00", "2026-12-29T09:00+00:00"),
        ("2027-03-26T17:00+00:00", "2027-03-29T08:00+00:00"),  # the clocks moved on Sunday
    ],
)
def test_a_message_leaves_at_the_first_opening(instant: str, expected: str) -> None:
    assert next_opening(at(instant), LONDON, CHRISTMAS) == at(expected)
    assert is_open(at(instant), LONDON, CHRISTMAS) is (instant == expected)


def test_a_clinic_may_send_at_weekends() -> None:
    window = SendingWindow(time(9), time(17), "Europe/London", working_days_only=False)
    assert is_open(at("2026-11-21T12:00+00:00"), window, NO_HOLIDAYS)


def test_the_demo_window_is_always_open() -> None:
    window = SendingWindow(time(0), time(0), "Europe/London", True, always_open=True)
    assert is_open(at("2026-12-25T03:00+00:00"), window, CHRISTMAS)


def test_a_window_that_runs_past_midnight_is_refused() -> None:
    with pytest.raises(ValueError, match="midnight"):
        SendingWindow(time(22), time(6), "Europe/London", working_days_only=True)


def test_a_window_whose_opening_hour_the_clocks_skip_keeps_its_length() -> None:
    window = SendingWindow(time(2, 30), time(3, 15), "America/New_York", False)
    opens_at, closes_at = window.on(d("2027-03-14"))
    assert opens_at == at("2027-03-14T07:30+00:00")
    assert closes_at - opens_at == timedelta(minutes=45)
