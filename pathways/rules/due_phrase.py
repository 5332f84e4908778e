"""The due phrase: how a screening's state is said, in every list, file, email and chart.

The state comes first, then the day. Distances up to 90 days are counted in days, longer ones
in months. A year is printed only where it differs from the year of the day that is asked
about, and a weekday only for a day on which a person must travel.
"""

from __future__ import annotations

from datetime import date, timedelta

from pathways.rules.due_status import DueFacts, DueStatus, due_status

COUNTED_IN_DAYS_UP_TO = 90
DAYS_IN_AN_AVERAGE_MONTH = 30.4375
# With this many days of grace or more to go, a screening without an earlier window reads
# "since 16 Nov, to 30 Nov"; in the last days it counts down instead.
COUNTDOWN_BELOW_DAYS = 7

# Spelled here, because strftime follows the locale of the machine.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def due_phrase(
    facts: DueFacts,
    as_of: date,
    booked_on: date | None = None,
    reason: str = "",
) -> tuple[str, str]:
    """Return the words of the status tag and of the line beneath it.

    `reason` says why the screening is postponed, on hold or closed. `booked_on` adds the day
    of the visit to the line: a booking stands beside the state and never replaces it.
    """
    tag, line = _tag_and_line(facts, as_of, reason)
    due_on, first_due_on = facts.due_on, facts.first_due_on
    if due_status(facts, as_of).status is DueStatus.CLOSED:
        return tag, line
    if due_on is not None and first_due_on is not None and first_due_on < due_on:
        line = _joined(line, f"originally due {short_date(first_due_on, as_of)}")
    if booked_on is not None:
        line = _joined(line, f"booked {travel_date(booked_on, as_of)}", "; ")
    return tag, line


def short_date(day: date, as_of: date) -> str:
    """Return "6 Oct", with the year only where it is another year than that of `as_of`."""
    text = f"{day.day} {MONTHS[day.month - 1]}"
    return text if day.year == as_of.year else f"{text} {day.year}"


def travel_date(day: date, as_of: date) -> str:
    """Return "Thu 3 Dec": a day on which a person must travel is said with its weekday."""
    return f"{WEEKDAYS[day.weekday()]} {short_date(day, as_of)}"


def distance(days: int) -> str:
    """Return "1 day", "48 days" or, beyond 90 days, the nearest number of months."""
    if days <= COUNTED_IN_DAYS_UP_TO:
        return f"{days} day" if days == 1 else f"{days} days"
    return f"{round(days / DAYS_IN_AN_AVERAGE_MONTH)} months"


def _tag_and_line(facts: DueFacts, as_of: date, reason: str) -> tuple[str, str]:
    def on(day: date) -> str:
        return short_date(day, as_of)

    state = due_status(facts, as_of)
    match state.status:
        case DueStatus.CLOSED:
            return "Closed", _since(facts.closed_from, as_of, reason)
        case DueStatus.ON_HOLD:
            held = _since(facts.held_from, as_of, reason)
            return "On hold", _joined(held, _due_then(facts, as_of), ". ")
        case DueStatus.NOT_ASSESSABLE:
            return facts.not_assessable or "No date recorded", "not assessable"
    opens_on, due_on, overdue_from = facts.opens_on, facts.due_on, facts.overdue_from
    if opens_on is None or due_on is None or overdue_from is None:
        raise AssertionError("A screening without dates is not assessable.")
    last_day = overdue_from - timedelta(days=1)
    match state.status:
        case DueStatus.POSTPONED:
            until = _joined(f"to {on(facts.postponed_until or due_on)}", reason, ": ")
            return "Postponed", _joined(until, _due_then(facts, as_of), ". ")
        case DueStatus.AWAITING_RESULT | DueStatus.RESULT_OVERDUE:
            line = f"collected {on(facts.collected_on or due_on)}"
            if facts.result_expected_on is not None:
                line = _joined(line, f"expected {on(facts.result_expected_on)}")
            awaited = state.status is DueStatus.AWAITING_RESULT
            return "Awaiting result" if awaited else "Result past its day", line
        case DueStatus.OVERDUE:
            return f"Overdue {distance((as_of - due_on).days)}", f"was due {on(due_on)}"
        case DueStatus.DUE if state.in_grace:
            left = (last_day - as_of).days
            if opens_on == due_on and left >= COUNTDOWN_BELOW_DAYS:
                return "Due", f"since {on(due_on)}, to {on(last_day)}"
            return f"Due, {distance(left)} left" if left else "Due, last day", (
                f"was due {on(due_on)}"
            )
        case DueStatus.DUE if as_of == due_on:
            opened = "" if opens_on == due_on else f"open since {on(opens_on)}"
            if last_day > due_on:
                return "Due today", _joined(opened, f"to {on(last_day)}")
            return "Due today", _joined(opened, f"overdue from {on(overdue_from)}")
        case DueStatus.DUE:
            return "Due", f"open since {on(opens_on)}, to {on(due_on)}"
    if opens_on < due_on:
        tag = f"Opens in {distance((opens_on - as_of).days)}"
        line = f"may be done from {on(opens_on)}, due {on(due_on)}"
    else:
        tag = f"Due in {distance((due_on - as_of).days)}"
        line = f"due {on(due_on)}"
        if last_day > due_on:
            line = _joined(line, f"to {on(last_day)}")
    return (tag if state.status is DueStatus.DUE_SOON else "Not due"), line


def _since(day: date | None, as_of: date, reason: str) -> str:
    since = f"since {short_date(day, as_of)}" if day is not None else ""
    return _joined(since, reason, ": ")


def _due_then(facts: DueFacts, as_of: date) -> str:
    if facts.due_on is None:
        return ""
    word = "Was due" if facts.due_on < as_of else "Due"
    return f"{word} {short_date(facts.due_on, as_of)}"


def _joined(first: str, second: str, mark: str = ", ") -> str:
    return f"{first}{mark}{second}" if first and second else first or second
