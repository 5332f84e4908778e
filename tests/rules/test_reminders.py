"""When to remind, how often, and what one message carries (recall rule 17, R50 to R52)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import AppointmentState, Phase
from pathways.rules.reminders import (
    BY_HAND_FROM,
    CATCH_UP,
    PROPOSED,
    Invitation,
    ReminderRule,
    Step,
    call_from,
    current,
    is_automatic,
    kind_on,
    note_due_on,
    silenced_by_visit,
    steps_for,
    taken_along,
)

DUE = date(2026, 11, 21)
LONG_AGO = date(2026, 1, 5)
DAY = timedelta(days=1)


def steps(as_of: date, created_on: date = LONG_AGO, **more: object) -> list[tuple[int, date]]:
    found = steps_for(due_on=DUE, created_on=created_on, as_of=as_of, **more)  # type: ignore[arg-type]
    return [(step.number, step.on) for step in found]


ALL = [(-14, date(2026, 11, 7)), (0, DUE), (7, date(2026, 11, 28))]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 9, 1), ALL),  # all three lie ahead
        (date(2026, 11, 7), ALL),  # the first one is today
        (date(2026, 11, 20), ALL),  # the first one is late but useful until the next
        (DUE, ALL[1:]),  # on the next step's day the earlier one lapses
        (date(2026, 11, 27), ALL[1:]),
        (date(2026, 11, 28), ALL[2:]),
        (date(2026, 12, 4), ALL[2:]),  # the last is useful for seven days
        (date(2026, 12, 5), []),  # then somebody phones
    ],
)
def test_each_step_is_useful_until_the_next(as_of: date, expected: list[tuple[int, date]]) -> None:
    assert steps(as_of) == expected


@pytest.mark.parametrize(
    ("created_on", "expected"),
    [
        (date(2026, 11, 7), ALL),  # a step of the day of creation is not before it
        (date(2026, 11, 8), ALL[1:]),
        (DUE, ALL[1:]),
        (DUE + DAY, ALL[2:]),
        (date(2026, 11, 28), ALL[2:]),
        (date(2026, 11, 29), [(CATCH_UP, date(2026, 11, 29))]),  # none is left: one for today
        (date(2027, 6, 1), [(CATCH_UP, date(2027, 6, 1))]),
    ],
)
def test_steps_before_the_row_was_made_are_skipped(
    created_on: date, expected: list[tuple[int, date]]
) -> None:
    assert steps(created_on, created_on=created_on) == expected


def test_a_catch_up_is_for_today_and_never_a_second_one() -> None:
    made = date(2026, 12, 10)
    assert steps(date(2026, 12, 12), created_on=made) == [(CATCH_UP, date(2026, 12, 12))]
    assert steps(date(2026, 12, 12), created_on=made, done_steps=[CATCH_UP]) == []


def test_no_catch_up_before_the_screening_is_due() -> None:
    early = ReminderRule(offsets=(-14,))
    made = date(2026, 11, 10)
    assert steps(date(2026, 11, 20), created_on=made, rule=early) == []
    assert steps(DUE, created_on=made, rule=early) == [(CATCH_UP, DUE)]


@pytest.mark.parametrize(
    ("not_before", "as_of", "expected"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), ALL[1:]),  # signed after the first step
        (date(2026, 12, 15), date(2026, 12, 14), [(CATCH_UP, date(2026, 12, 15))]),  # R35: ahead
        (date(2026, 12, 15), date(2026, 12, 15), [(CATCH_UP, date(2026, 12, 15))]),
    ],
)
def test_nothing_is_written_for_days_before_the_postponement_ends_or_the_signature(
    not_before: date, as_of: date, expected: list[tuple[int, date]]
) -> None:
    assert steps(as_of, not_before=not_before) == expected


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ([], ALL),
        ([-14], ALL[1:]),
        ([-14, 0], ALL[2:]),
        ([-14, 0, 7], []),
        ([-14, 7], []),  # the one between has lapsed
        ([-14, 0, 3, 5], []),  # more than the most, by numbers that were other ones then
        ([0], ALL[2:]),  # planned ahead: the step before it has lapsed
        ([BY_HAND_FROM, BY_HAND_FROM + 1, BY_HAND_FROM + 2], ALL),  # by hand counts for no step
    ],
)
def test_a_step_that_stands_is_not_planned_again(
    done: list[int], expected: list[tuple[int, date]]
) -> None:
    assert steps(date(2026, 9, 1), done_steps=done) == expected


def test_at_most_three_automatic_reminders_for_a_due_date() -> None:
    many = ReminderRule(offsets=(-28, -14, 0, 7, 14))
    assert [number for number, _ in steps(date(2026, 9, 1), rule=many)] == [-28, -14, 0]
    assert steps(date(2026, 9, 1), rule=many, done_steps=[-28, -14]) == [(0, DUE)]
    assert steps(date(2026, 9, 1), rule=many, done_steps=[-28, -14, 0]) == []
    assert steps(date(2027, 1, 1), date(2026, 12, 31), done_steps=[-14, 0, 7]) == []


@pytest.mark.parametrize(
    ("by_hand_on", "step_0_stands"),
    [
        (date(2026, 11, 17), True),  # four days before: too early to replace it
        (date(2026, 11, 18), False),
        (date(2026, 11, 19), False),  # R52
        (DUE, False),
        (DUE + DAY, False),  # what nobody wrote for by then has been said by hand
    ],
)
def test_a_reminder_by_hand_replaces_the_automatic_one_of_the_next_three_days(
    by_hand_on: date, step_0_stands: bool
) -> None:
    found = steps(date(2026, 11, 16), by_hand_on=[by_hand_on])
    assert ((0, DUE) in found) is step_0_stands


def test_the_step_to_write_for_is_the_last_one_reached() -> None:
    found = steps_for(due_on=DUE, created_on=LONG_AGO, as_of=date(2026, 11, 20))
    assert current(found, date(2026, 11, 6)) is None
    assert current(found, date(2026, 11, 20)) == Step(-14, date(2026, 11, 7), DUE)
    assert current(found, DUE) == Step(0, DUE, date(2026, 11, 28))


@pytest.mark.parametrize(
    ("sent_on", "taken"),
    [
        (date(2026, 11, 10), None),  # eleven days before the next step
        (date(2026, 11, 11), 0),  # ten days before
        (date(2026, 11, 19), 0),  # both later steps lie within ten days: only the next goes along
    ],
)
def test_a_message_takes_along_what_falls_due_within_ten_days(
    sent_on: date, taken: int | None
) -> None:
    found = steps_for(due_on=DUE, created_on=LONG_AGO, as_of=sent_on, done_steps=[-14])
    along = taken_along(found, sent_on)
    assert (along.number if along else None) == taken


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (DueStatus.NOT_DUE, Invitation.TIME_TO_BOOK),
        (DueStatus.DUE_SOON, Invitation.TIME_TO_BOOK),
        (DueStatus.DUE, Invitation.TIME_TO_BOOK),
        (DueStatus.OVERDUE, Invitation.OVERDUE),
        (DueStatus.POSTPONED, None),
        (DueStatus.AWAITING_RESULT, None),
        (DueStatus.RESULT_OVERDUE, None),
        (DueStatus.ON_HOLD, None),
        (DueStatus.CLOSED, None),
        (DueStatus.NOT_ASSESSABLE, None),
    ],
)
def test_how_to_ask_follows_from_the_status_on_the_day_of_sending(
    status: DueStatus, kind: Invitation | None
) -> None:
    assert kind_on(status) is kind


@pytest.mark.parametrize(
    ("state", "days_from_visit", "silent"),
    [
        (AppointmentState.BOOKED, -30, True),
        (AppointmentState.BOOKED, 0, True),  # R38: on the day itself it still counts as booked
        (AppointmentState.BOOKED, 1, False),  # its day has passed without an answer
        (AppointmentState.ATTENDED, 6, True),
        (AppointmentState.ATTENDED, 7, False),  # seven days for the record are over
        (AppointmentState.NOT_ATTENDED, 0, False),
        (AppointmentState.CANCELLED, -30, False),
    ],
)
def test_a_visit_speaks_for_what_it_serves(
    state: AppointmentState, days_from_visit: int, silent: bool
) -> None:
    visit_on = date(2026, 12, 10)
    assert silenced_by_visit(state, visit_on, visit_on + days_from_visit * DAY) is silent


@pytest.mark.parametrize(
    ("created_on", "automatic_on", "not_before", "from_on"),
    [
        (LONG_AGO, [date(2026, 11, 28)], None, date(2026, 12, 5)),
        (
            LONG_AGO,
            [],
            None,
            date(2026, 12, 5),
        ),  # nothing could be sent: the days count all the same
        (date(2026, 12, 20), [date(2026, 12, 20)], None, date(2026, 12, 27)),  # after a catch-up
        (LONG_AGO, [date(2026, 11, 28)], date(2026, 12, 15), date(2026, 12, 22)),  # postponed
    ],
)
def test_somebody_phones_seven_days_after_the_last_reminder(
    created_on: date, automatic_on: list[date], not_before: date | None, from_on: date
) -> None:
    found = call_from(
        due_on=DUE, created_on=created_on, automatic_on=automatic_on, not_before=not_before
    )
    assert found == from_on


@pytest.mark.parametrize(
    ("phase", "since_on", "due_on"),
    [
        (Phase.ACTIVE_TREATMENT, date(2026, 8, 21), date(2026, 11, 21)),
        (Phase.ACTIVE_TREATMENT, date(2026, 8, 31), date(2026, 11, 30)),  # clamped
        (Phase.POST_TRANSPLANT, date(2026, 8, 21), date(2027, 2, 21)),
        (Phase.REMISSION, date(2026, 8, 31), date(2027, 2, 28)),
        (Phase.RELAPSE, date(2026, 8, 21), date(2027, 2, 21)),
        (Phase.WORK_UP, date(2026, 8, 21), None),
    ],
)
def test_when_to_call_every_three_months_in_treatment_and_every_six_later(
    phase: Phase, since_on: date, due_on: date | None
) -> None:
    assert note_due_on(phase, since_on) == due_on


@pytest.mark.parametrize("offsets", [(), (0, 0), (7, 0), (99,)])
def test_steps_that_make_no_sense_are_refused(offsets: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="step"):
        ReminderRule(offsets=offsets)


@given(
    created=st.integers(-60, 60),
    as_of=st.integers(0, 120),
    done=st.sets(st.sampled_from([-14, 0, 7, CATCH_UP])),
)
def test_never_a_step_before_creation_never_one_twice_never_more_than_three(
    created: int, as_of: int, done: set[int]
) -> None:
    made, day = DUE + created * DAY, DUE + (created + as_of) * DAY
    found = steps_for(due_on=DUE, created_on=made, as_of=day, done_steps=done)
    assert all(step.on >= made and step.until_on > day for step in found)
    assert not {step.number for step in found} & done
    assert len(found) + len(done) <= max(PROPOSED.most_automatic, len(done))
    assert all(is_automatic(step.number) for step in found)


@given(created=st.integers(-60, 60))
def test_a_sweep_each_day_writes_every_step_once_and_in_order(created: int) -> None:
    made = DUE + created * DAY
    done: list[int] = []
    for day in (made + n * DAY for n in range(120)):
        found = steps_for(due_on=DUE, created_on=made, as_of=day, done_steps=done)
        step = current(found, day)
        if step is not None:
            assert step.on == day  # never late when the sweep runs every day
            done.append(step.number)
    assert done == (
        [CATCH_UP] if created > 7 else [n for n in PROPOSED.offsets if DUE + n * DAY >= made]
    )


@pytest.mark.parametrize(
    ("offsets", "earliest"), [((-14, 0, 7), 14), ((-1, 7), 1), ((0, 7), 0), ((3, 7), 0)]
)
def test_the_first_step_falls_so_many_days_before_it_is_due(
    offsets: tuple[int, ...], earliest: int
) -> None:
    assert ReminderRule(offsets=offsets).earliest == earliest


@pytest.mark.parametrize("offsets", [(-99, 0), (0, 99)])
def test_a_step_as_far_off_as_the_catch_ups_number_is_refused(offsets: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="less than 99 days"):
        ReminderRule(offsets=offsets)
    assert ReminderRule(offsets=(-98, 98)).earliest == 98
