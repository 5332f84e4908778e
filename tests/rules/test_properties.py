"""What holds for every rule and every history, searched by Hypothesis."""

from __future__ import annotations

import os
import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.rules.dates import (
    Interval,
    SendingWindow,
    add_months,
    is_open,
    is_working_day,
    local_instant,
    localdate,
    next_opening,
)
from pathways.rules.due_status import DueFacts, DueState, DueStatus, due_status
from pathways.rules.recurrence import (
    AnchorMode,
    Collected,
    Cycle,
    EarlyRecall,
    Floors,
    History,
    Performed,
    RecurrenceKind,
    Requested,
    Rule,
    missed_intervals,
    occurrence,
    satisfying,
    satisfying_events,
)
from pathways.rules.why_due import explain
from tests.rules.making import facts

DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))
MAYBE = st.none() | DAYS
EVENTS = st.builds(Performed, on=DAYS, ref=st.integers(1, 99), counts_early=st.booleans())
LENGTHS = st.builds(Interval, months=st.integers(0, 14), days=st.integers(0, 40))

# The order in which a screening passes through its states while nothing happens. What ends or
# pauses it comes last; a postponement hides the rest and then ends.
ORDER = [
    DueState(DueStatus.NOT_ASSESSABLE),
    DueState(DueStatus.POSTPONED),
    DueState(DueStatus.NOT_DUE),
    DueState(DueStatus.DUE_SOON),
    DueState(DueStatus.DUE),
    DueState(DueStatus.DUE, in_grace=True),
    DueState(DueStatus.OVERDUE),
    DueState(DueStatus.AWAITING_RESULT),
    DueState(DueStatus.RESULT_OVERDUE),
    DueState(DueStatus.ON_HOLD),
    DueState(DueStatus.CLOSED),
]


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    mode = draw(st.sampled_from(AnchorMode))
    kinds = {
        AnchorMode.ACTUAL: list(RecurrenceKind),
        AnchorMode.FIXED: [RecurrenceKind.EVERY, RecurrenceKind.ONCE],
    }
    due = draw(LENGTHS.filter(bool))
    opens = draw(LENGTHS.filter(lambda interval: interval.fits_within(due)) | st.just(due))
    return Rule(
        "any",
        1,
        "any",
        draw(st.sampled_from(kinds.get(mode, [RecurrenceKind.EVERY]))),
        mode,
        opens,
        due,
        *(draw(st.integers(0, 60)) for _ in range(5)),
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    asked_on = draw(DAYS)
    recall = EarlyRecall(asked_on + timedelta(days=draw(st.integers(0, 90))), asked_on)
    return History(
        performed=tuple(draw(st.lists(EVENTS, max_size=6))),
        floors=Floors(draw(DAYS), draw(DAYS), draw(MAYBE), draw(MAYBE), draw(MAYBE)),
        baseline_on=draw(MAYBE),
        cycle=draw(st.none() | st.builds(Cycle, st.integers(1, 9), DAYS, MAYBE)),
        collected=tuple(draw(st.lists(st.builds(Collected, DAYS), max_size=2))),
        early_recall=draw(st.sampled_from([None, recall])),
        requested=draw(st.none() | st.builds(Requested, DAYS, LENGTHS)),
        postponed_until=draw(MAYBE),
    )


@given(rules(), histories())
def test_it_opens_before_it_is_due_and_is_due_before_it_is_overdue(
    rule: Rule, history: History
) -> None:
    found = occurrence(rule, history)
    if found is None or found.not_assessable:
        return
    assert found.soon_on <= found.opens_on <= found.due_on < found.overdue_from
    assert found.first_due_on <= found.due_on
    assert found.opens_on >= history.floors.latest
    if history.postponed_until:
        assert found.overdue_from > history.postponed_until


@given(rules(), histories())
def test_an_obligation_without_a_date_always_says_why(rule: Rule, history: History) -> None:
    found = occurrence(rule, history)
    if found is not None:
        assert (found.due_on is None) == bool(found.not_assessable)


@given(rules(), histories(), st.randoms(use_true_random=False))
def test_recomputing_in_any_order_gives_the_same(rule: Rule, history: History, random) -> None:
    shuffled = list(history.performed)
    random.shuffle(shuffled)
    again = history._replace(performed=tuple(shuffled))
    assert occurrence(rule, again) == occurrence(rule, history) == occurrence(rule, history)


@given(rules(), histories(), EVENTS)
def test_adding_then_voiding_a_result_restores_every_date(
    rule: Rule, history: History, extra: Performed
) -> None:
    before = occurrence(rule, history)
    with_it = history._replace(performed=(*history.performed, extra))
    occurrence(rule, with_it)
    voided = with_it._replace(performed=tuple(e for e in with_it.performed if e is not extra))
    assert occurrence(rule, voided) == before


@given(rules(), histories())
def test_the_quick_way_to_the_anchor_agrees_with_the_walk_through_all_results(
    rule: Rule, history: History
) -> None:
    walked = satisfying_events(rule, history)
    assert satisfying(rule, history) == (walked[-1] if walked else None)
    assert set(walked) <= set(history.performed)


@given(rules(), histories())
def test_the_state_only_moves_forward_while_nothing_happens(rule: Rule, history: History) -> None:
    found = occurrence(rule, history)
    if found is None:
        return
    only_moves_forward(facts(found, postponed_until=history.postponed_until))


@given(DAYS, st.tuples(*[st.integers(0, 60)] * 3), st.tuples(*[MAYBE] * 5))
def test_the_state_only_moves_forward_for_any_row(
    soon_on: date, steps: tuple[int, int, int], others: tuple[date | None, ...]
) -> None:
    opens_on = soon_on + timedelta(days=steps[0])
    due_on = opens_on + timedelta(days=steps[1])
    overdue_from = due_on + timedelta(days=steps[2] + 1)
    only_moves_forward(DueFacts(soon_on, opens_on, due_on, overdue_from, *others))


def only_moves_forward(row: DueFacts) -> None:
    turns = [row.soon_on, row.opens_on, row.due_on, row.overdue_from, row.closed_from]
    turns += [row.held_from, row.postponed_until, row.collected_on, row.result_expected_on]
    around = sorted(
        {day + timedelta(days=n) for day in turns if day is not None for n in (-1, 0, 1)}
    )
    states = [due_status(row, day) for day in around]
    ranks = [ORDER.index(replace(state, days_overdue=None)) for state in states]
    assert ranks == sorted(ranks), list(zip(around, states, strict=True))


@given(rules(), histories(), st.integers(0, 2000), st.integers(0, 400))
def test_missed_intervals_never_shrink_and_are_none_before_overdue(
    rule: Rule, history: History, after: int, more: int
) -> None:
    found = occurrence(rule, history)
    if found is None or found.overdue_from is None:
        return
    day = found.overdue_from + timedelta(days=after)
    assert missed_intervals(rule, found, found.overdue_from - timedelta(days=1)) == 0
    now, later = (missed_intervals(rule, found, day + timedelta(days=n)) for n in (0, more))
    assert 0 <= now <= later


@given(rules(), histories(), DAYS)
def test_the_sum_always_arrives_at_the_due_date(rule: Rule, history: History, as_of: date) -> None:
    found = occurrence(rule, history)
    if found is None or found.due_on is None:
        return
    asked = history.requested.interval if history.requested else None
    own = asked if rule.kind is RecurrenceKind.ON_REQUEST else None
    lines = explain(rule, found, "a floor", as_of, interval=own)
    assert [line.on for line in lines if line.emphasised] == [found.due_on]
    assert lines[-1] == ("Today", as_of, False)
    assert lines[-2].on == found.overdue_from


@given(DAYS, st.integers(-300, 300))
def test_months_land_in_the_month_that_is_meant(day: date, months: int) -> None:
    landed = add_months(day, months)
    assert (landed.year * 12 + landed.month) - (day.year * 12 + day.month) == months
    assert landed.day <= day.day
    if landed.day < day.day:
        assert (landed + timedelta(days=1)).day == 1


@given(DAYS, st.integers(1, 40), st.integers(1, 14))
def test_a_series_is_never_clamped_twice(day: date, k: int, months: int) -> None:
    """The k-th date keeps the anchor's day of the month wherever that month has it."""
    kth = Interval(months).times(k).after(day)
    assert kth == add_months(day, months * k)
    assert kth.day == day.day or (kth + timedelta(days=1)).day == 1


@contextmanager
def machine_zone(name: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    clock.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        clock.tzset()


@given(rules(), histories(), DAYS)
def test_the_zone_of_the_machine_changes_nothing(rule: Rule, history: History, day: date) -> None:
    window = SendingWindow(time(9), time(17), "Asia/Kathmandu", working_days_only=True)
    answers = []
    for name in ("UTC", "Pacific/Kiritimati", "America/New_York"):
        with machine_zone(name):
            step_at = local_instant(day, time(9, 30), "Europe/London")
            opened = next_opening(step_at, window, frozenset())
            answers.append((occurrence(rule, history), step_at, opened.isoformat()))
    assert answers[0] == answers[1] == answers[2]


ZONES = [
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
]
WINDOWS = [(time(9), time(17)), (time(0), time(1)), (time(1, 30), time(2, 30))]


def days_the_clocks_change(tz_name: str) -> list[date]:
    tz, day, changes = ZoneInfo(tz_name), date(2026, 1, 1), []
    while day.year < 2028:
        noon = datetime.combine(day, time(12))
        if tz.utcoffset(noon) != tz.utcoffset(noon - timedelta(days=1)):
            changes.append(day)
        day += timedelta(days=1)
    return changes


@pytest.mark.parametrize("hours", WINDOWS, ids=lambda hours: f"{hours[0]:%H:%M}-{hours[1]:%H:%M}")
@pytest.mark.parametrize("tz_name", ZONES)
def test_one_send_a_local_day_around_every_change_of_the_clocks(
    tz_name: str, hours: tuple[time, time]
) -> None:
    """A sweep every 15 minutes, as the timetable's: one opening a day, on that day."""
    window = SendingWindow(*hours, tz_name, working_days_only=False)
    for change in days_the_clocks_change(tz_name) or [date(2026, 6, 1)]:
        days = [change + timedelta(days=n) for n in (-1, 0, 1)]
        sends: dict[date, set[datetime]] = {}
        instant = local_instant(days[0], time(0), tz_name)
        while localdate(instant, tz_name) <= days[-1]:
            opening = next_opening(instant, window, frozenset())
            assert opening >= instant
            assert is_open(opening, window, frozenset())
            day = localdate(opening, tz_name)
            sends.setdefault(day, set()).add(window.on(day)[0])
            instant += timedelta(minutes=15)
        assert {day: len(sends.get(day, ())) for day in days} == dict.fromkeys(days, 1)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
    st.sampled_from(WINDOWS),
    st.booleans(),
    st.frozensets(DAYS, max_size=3),
)
def test_the_next_opening_is_open_and_never_in_the_past(
    instant: datetime,
    tz_name: str,
    hours: tuple[time, time],
    working_days_only: bool,
    holidays: frozenset[date],
) -> None:
    window = SendingWindow(*hours, tz_name, working_days_only)
    opening = next_opening(instant, window, holidays)
    assert opening >= instant
    assert is_open(opening, window, holidays)
    assert next_opening(opening, window, holidays) == opening
    if opening > instant:
        assert not is_open(instant, window, holidays)
        assert not is_open(opening - timedelta(seconds=1), window, holidays)
    if working_days_only:
        assert is_working_day(localdate(opening, tz_name), holidays)


@given(DAYS, st.times(), st.sampled_from(ZONES))
def test_a_local_time_is_on_its_day_and_shown_by_the_clocks_or_skipped(
    day: date, wall: time, tz_name: str
) -> None:
    shown = local_instant(day, wall, tz_name).astimezone(ZoneInfo(tz_name))
    assert shown.date() == day
    assert shown.replace(tzinfo=None, fold=0) >= datetime.combine(day, wall)
    assert shown.fold == 0
