"""The window strip: where bars and marks stand, on both sides of every boundary."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pathways.charts.strip_svg import axis_svg, strip_svg
from pathways.charts.window_strip import Bar, Mark, Strip, strip_axis, window_strip
from pathways.rules.due_status import DueFacts

TODAY = date(2026, 11, 23)
AXIS = strip_axis(TODAY)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def facts(opens: int, due: int, overdue: int, **more: object) -> DueFacts:
    """Facts by days from today."""
    return DueFacts(days(opens - 14), days(opens), days(due), days(overdue), **more)  # type: ignore[arg-type]


def kinds(strip: Strip) -> list[Bar]:
    return [bar.kind for bar in strip.bars]


def bar(strip: Strip, kind: Bar) -> tuple[float, float]:
    return next((b.start, b.end) for b in strip.bars if b.kind is kind)


def marks(strip: Strip) -> list[Mark]:
    return [mark.kind for mark in strip.marks]


def test_the_axis_runs_ten_weeks_back_and_nine_ahead() -> None:
    assert (AXIS.start_on, AXIS.end_on) == (date(2026, 9, 14), date(2027, 1, 25))
    assert [name for _, name in AXIS.months] == ["Oct", "Nov", "Dec", "Jan"]
    assert AXIS.today_at == pytest.approx(70 / 133 * 100, abs=0.01)


def test_a_window_not_yet_due_is_grey_up_to_its_due_day() -> None:
    strip = window_strip(facts(-20, 10, 24), TODAY)
    assert kinds(strip) == [Bar.MAY_BE_DONE, Bar.GRACE]
    assert bar(strip, Bar.MAY_BE_DONE) == (AXIS.at(days(-20)), AXIS.at(days(10)))
    assert bar(strip, Bar.GRACE) == (AXIS.at(days(10)), AXIS.at(days(24)))


def test_no_grace_is_drawn_when_overdue_begins_the_day_after() -> None:
    assert kinds(window_strip(facts(-20, 10, 11), TODAY)) == [Bar.MAY_BE_DONE]
    assert kinds(window_strip(facts(-20, 10, 12), TODAY)) == [Bar.MAY_BE_DONE, Bar.GRACE]


def test_red_begins_on_the_day_overdue_begins_and_not_before() -> None:
    assert Bar.OVERDUE not in kinds(window_strip(facts(-30, -15, 1), TODAY))
    first_day = window_strip(facts(-30, -15, 0), TODAY)
    assert bar(first_day, Bar.OVERDUE)[1] == AXIS.today_at
    assert first_day.bars[-1].width >= 1  # visible although no whole day has passed


def test_red_runs_from_overdue_to_today() -> None:
    strip = window_strip(facts(-40, -40, -25), TODAY)
    assert bar(strip, Bar.OVERDUE) == (AXIS.at(days(-25)), AXIS.today_at)


def test_while_the_laboratory_has_the_sample_nothing_is_red() -> None:
    strip = window_strip(facts(-40, -40, -25, collected_on=days(-5)), TODAY)
    assert kinds(strip) == [Bar.AWAITED]
    assert bar(strip, Bar.AWAITED) == (AXIS.at(days(-5)), AXIS.today_at)
    assert marks(strip) == [Mark.DUE, Mark.COLLECTED]


def test_a_sample_dated_tomorrow_changes_nothing_yet() -> None:
    strip = window_strip(facts(-40, -40, -25, collected_on=days(1)), TODAY)
    assert Bar.OVERDUE in kinds(strip)
    assert Mark.COLLECTED not in marks(strip)


def test_a_postponed_window_is_dashed_until_its_day() -> None:
    strip = window_strip(facts(-14, -14, 22, postponed_until=days(21)), TODAY)
    assert kinds(strip) == [Bar.POSTPONED]
    assert bar(strip, Bar.POSTPONED) == (AXIS.at(days(-14)), AXIS.at(days(21)))
    assert Bar.POSTPONED not in kinds(
        window_strip(facts(-14, -14, 1, postponed_until=TODAY), TODAY)
    )


def test_a_bar_leaving_the_axis_is_drawn_past_its_edge_so_that_no_cap_shows() -> None:
    assert bar(window_strip(facts(-71, 10, 11), TODAY), Bar.MAY_BE_DONE)[0] < 0
    assert bar(window_strip(facts(-70, 10, 11), TODAY), Bar.MAY_BE_DONE)[0] == 0
    assert bar(window_strip(facts(0, 64, 65), TODAY), Bar.MAY_BE_DONE)[1] > 100
    assert bar(window_strip(facts(0, 63, 64), TODAY), Bar.MAY_BE_DONE)[1] == 100


def test_a_bar_wholly_off_the_axis_is_not_drawn() -> None:
    assert window_strip(facts(70, 80, 90), TODAY).bars == ()


@pytest.mark.parametrize(("day", "shown"), [(-71, False), (-70, True), (63, True), (64, False)])
def test_a_booking_is_marked_only_on_the_axis(day: int, shown: bool) -> None:
    strip = window_strip(facts(0, 10, 11), TODAY, booked_on=days(day))
    assert (Mark.BOOKED in marks(strip)) is shown


def test_a_closed_screening_has_neither_bar_nor_due_mark() -> None:
    strip = window_strip(facts(-40, -30, -29, closed_from=TODAY), TODAY)
    assert (strip.bars, strip.marks) == ((), ())


def test_a_screening_without_dates_says_why_and_draws_nothing() -> None:
    undated = DueFacts(None, None, None, None, not_assessable="No cycle recorded")
    strip = window_strip(undated, TODAY)
    assert strip.bars == ()
    assert strip.words == "No cycle recorded."


def test_the_words_are_the_due_phrase_and_both_window_dates() -> None:
    strip = window_strip(facts(-95, -3, -2), TODAY, phrase="Overdue 3 days, was due 20 Nov")
    assert strip.words == (
        "Overdue 3 days, was due 20 Nov. May be done from 20 Aug 2026, overdue from 21 Nov 2026."
    )


def test_the_drawing_has_words_and_no_style() -> None:
    svg = strip_svg(
        window_strip(facts(-20, -5, -4), TODAY, booked_on=days(3), phrase="<b>Late</b>")
    )
    assert "<title>&lt;b&gt;Late&lt;/b&gt;." in svg
    assert "style=" not in svg
    assert all(f'class="ws-{word}"' in svg for word in ("open", "overdue", "due", "booked"))


def test_the_head_holds_the_shared_pieces_only_when_asked() -> None:
    assert axis_svg(AXIS).count('id="ws-months"') == 1
    assert 'id="' not in axis_svg(AXIS, with_symbols=False)
