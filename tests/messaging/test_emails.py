"""What each email function takes, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pathways.messaging import emails, gallery
from pathways.messaging.envelope import Links, Recipient, UnsendableError, Window
from pathways.messaging.gallery import LINKS, SENDER, VISIT, WINDOW, WRITTEN_AT
from pathways.messaging.kinds import KIND_FACTS, MessageKind

MAYA = Recipient("maya@example.org", "Maya")


@pytest.mark.parametrize("name", ["Zoë", "Nguyễn Thị", "李", "O'Brien", "🌻", "X Æ A-12"])
def test_a_name_stands_as_it_is(name: str) -> None:
    assert emails.fit_name(name) == name


def test_a_right_to_left_name_is_set_apart() -> None:
    assert emails.fit_name("مريم") == "\u2068مريم\u2069"
    assert emails.fit_name("דוד Ben") == "\u2068דוד Ben\u2069"


def test_direction_marks_pasted_with_a_name_are_dropped() -> None:
    assert emails.fit_name("\u200fמרים\u200e") == "\u2068מרים\u2069"


@pytest.mark.parametrize(
    "name", ["Maya\r\nBcc: x", "Ma\0ya", "Ma\u2028ya", "Ma\u202eya", "Ma\u2066ya", "x" * 201]
)
def test_a_name_that_would_break_the_page_is_refused(name: str) -> None:
    with pytest.raises(UnsendableError, match="first name"):
        emails.fit_name(name)


def test_a_name_of_one_megabyte_is_refused() -> None:
    with pytest.raises(UnsendableError):
        emails.fit_name("x" * 1_000_000)


def test_a_moved_visit_needs_its_old_time() -> None:
    with pytest.raises(UnsendableError, match="old time"):
        emails.moved(sender=SENDER, recipient=MAYA, links=LINKS, visit=VISIT, at=WRITTEN_AT)


def test_the_mail_about_a_page_needs_the_page() -> None:
    with pytest.raises(UnsendableError, match="page"):
        emails.when_to_call(sender=SENDER, recipient=MAYA, links=Links())


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    upside_down = Window(date(2027, 3, 19), date(2027, 2, 22))
    with pytest.raises(UnsendableError, match="before the first"):
        emails.time_to_book(
            sender=SENDER, recipient=MAYA, links=LINKS, window=upside_down, at=WRITTEN_AT
        )


def test_a_window_over_new_year_shows_both_years() -> None:
    window = Window(date(2026, 12, 21), date(2027, 1, 8))
    made = emails.time_to_book(
        sender=SENDER,
        recipient=MAYA,
        links=LINKS,
        window=window,
        at=datetime(2026, 12, 1, tzinfo=UTC),
    )

    assert "Monday 21 December 2026 to Friday 8 January 2027" in made.text


@pytest.mark.parametrize(
    "kind", [kind for kind in MessageKind if kind is not MessageKind.WHEN_TO_CALL]
)
def test_a_missing_fact_is_refused_by_name(kind: MessageKind) -> None:
    with pytest.raises(UnsendableError, match=rf"{kind}: .* missing"):
        emails.render(kind, sender=SENDER, recipient=MAYA, links=LINKS, at=WRITTEN_AT)


def test_the_time_is_the_clinics_own_across_a_clock_change() -> None:
    summer = replace(VISIT, starts_at=datetime(2027, 7, 6, 9, 30, tzinfo=UTC))
    made = emails.tomorrow(sender=SENDER, recipient=MAYA, links=LINKS, visit=summer)

    assert made.subject == "Tomorrow: your visit at 10:30 am"
    assert "Tuesday 6 July 2027, 10:30 am" in made.text


TODAY = WRITTEN_AT.date()  # a Monday


@pytest.mark.parametrize("kind", [MessageKind.TIME_TO_BOOK, MessageKind.OVERDUE])
@pytest.mark.parametrize(
    ("window", "says"),
    [
        (Window(hoped_by_on=TODAY + timedelta(days=1)), "hope to see you by Tuesday 2 February"),
        (Window(hoped_by_on=TODAY), "hope to see you by Monday 1 February 2027"),
        (Window(hoped_by_on=TODAY - timedelta(days=3)), "hoped to see you by Friday 29 January"),
        (
            replace(WINDOW, first_on=date(2027, 1, 4), last_on=date(2027, 1, 29)),
            "hoped to see you by Friday 22 January 2027",
        ),
    ],
)
def test_without_good_days_ahead_the_day_hoped_for_stands(
    kind: MessageKind, window: Window, says: str
) -> None:
    made = emails.render(
        kind, sender=SENDER, recipient=MAYA, links=LINKS, window=window, at=WRITTEN_AT
    )

    assert f"We {says}" in made.text
    assert says.partition(" by ")[2] in made.html
    assert "Any day" not in made.text + made.html


@pytest.mark.parametrize("kind", [MessageKind.TIME_TO_BOOK, MessageKind.OVERDUE])
def test_with_no_day_to_name_the_letter_names_none(kind: MessageKind) -> None:
    made = emails.render(
        kind, sender=SENDER, recipient=MAYA, links=LINKS, window=Window(), at=WRITTEN_AT
    )

    for part in (made.text, made.html):
        assert "to see you by" not in part
        assert "2027" not in part


@pytest.mark.parametrize(
    ("window", "says"),
    [
        (Window(hoped_by_on=TODAY), "We hope to see you by Monday 1 February 2027"),
        (Window(hoped_by_on=TODAY - timedelta(days=3)), "Cancelled:"),
    ],
)
def test_a_cancellation_names_the_day_hoped_for_only_ahead(window: Window, says: str) -> None:
    made = emails.cancelled(
        sender=SENDER, recipient=MAYA, links=LINKS, visit=VISIT, at=WRITTEN_AT, window=window
    )

    assert says in made.text
    assert ("to see you by" in made.html) == (says != "Cancelled:")
    assert "Any day from" not in made.text + made.html


@pytest.mark.parametrize(
    ("first_on", "last_on", "says"),
    [
        (date(2027, 2, 22), date(2027, 3, 2), "22 February to Monday 1 March 2027"),
        (date(2027, 3, 2), date(2027, 3, 12), "Wednesday 3 March to Friday 12 March 2027"),
        (date(2027, 2, 22), date(2027, 3, 3), "22 February to Wednesday 3 March 2027"),
    ],
)
def test_a_cancellation_does_not_offer_the_day_just_cancelled(
    first_on: date, last_on: date, says: str
) -> None:
    window = Window(first_on=first_on, last_on=last_on, hoped_by_on=last_on)
    made = emails.cancelled(
        sender=SENDER, recipient=MAYA, links=LINKS, visit=VISIT, at=WRITTEN_AT, window=window
    )
    assert says in made.text
    assert "to see you by" not in made.text


def test_a_single_day_that_was_cancelled_leaves_none_to_offer() -> None:
    only = date(2027, 3, 2)
    window = Window(first_on=date(2027, 3, 1), last_on=only, hoped_by_on=only)
    made = emails.cancelled(
        sender=SENDER, recipient=MAYA, links=LINKS, visit=VISIT, at=WRITTEN_AT, window=window
    )
    assert "Any day from" not in made.text
    assert "to see you by" not in made.text


@pytest.mark.parametrize("kind", MessageKind)
def test_no_letter_asks_the_reader_to_choose_a_day_while_there_is_no_page_for_it(
    kind: MessageKind,
) -> None:
    made = gallery.sample(kind).rendered
    for word in ("choose a day", "choose a new day", "pick a day"):
        assert word not in f"{made.preheader} {made.text} {made.html}".lower()


@pytest.mark.parametrize("kind", MessageKind)
def test_exactly_the_kinds_with_a_calendar_carry_one(kind: MessageKind) -> None:
    made = gallery.sample(kind).rendered

    assert (made.ics is not None) == KIND_FACTS[kind].has_calendar
    assert bool(made.ics_method) == KIND_FACTS[kind].has_calendar


def test_kinds_leave_in_the_order_of_fewer_mails() -> None:
    order = sorted(MessageKind, key=lambda kind: KIND_FACTS[kind].priority)

    assert [kind.value for kind in order if kind is not MessageKind.CANCELLED_NO_NEED] == [
        "cancelled",
        "correction",
        "moved",
        "tomorrow",
        "booked",
        "overdue",
        "time_to_book",
        "when_to_call",
    ]


def test_a_change_to_a_booked_visit_is_never_capped() -> None:
    assert {kind for kind in MessageKind if KIND_FACTS[kind].capped} == {
        MessageKind.OVERDUE,
        MessageKind.TIME_TO_BOOK,
        MessageKind.WHEN_TO_CALL,
    }


@pytest.mark.parametrize("kind", MessageKind)
@pytest.mark.parametrize(
    ("reader", "whose"), [("carer", "the patient’s birth date"), ("plain", "your birth date")]
)
def test_a_letter_asks_for_the_birth_date_that_the_link_wants(
    kind: MessageKind, reader: str, whose: str
) -> None:
    made = gallery.sample(kind, recipient_name=reader).rendered

    for part in (made.text, made.html):
        assert f"we ask for {whose}." in part
        assert part.count("birth date") == 1


def test_markup_in_a_name_is_text_in_both_parts() -> None:
    made = gallery.sample(MessageKind.BOOKED, recipient_name="markup").rendered

    assert "<script>alert('Al & Bo')</script>" in made.text
    assert "<script" not in made.html
    assert "&lt;script&gt;alert(&#x27;Al &amp; Bo&#x27;)&lt;/script&gt;" in made.html
