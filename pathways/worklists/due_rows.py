"""One row of the due list, in words: what is owed, how late, whether booked, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from pathways.charts.window_strip import Strip, window_strip
from pathways.rules.due_phrase import due_phrase, short_date, travel_date
from pathways.rules.due_status import DueState, DueStatus, due_status
from pathways.rules.lifecycles import PHASE_LABELS, Phase
from pathways.worklists.listed_rows import Listed


class Deed(StrEnum):
    """The likeliest next thing to do about a row; the value is part of an address."""

    BOOK = "book"
    CALL = "call"
    RECORD = "record"
    MOVE = "move"
    ASK_THE_LAB = "ask-the-lab"
    FIND_CONTACT = "find-contact"
    OPEN = "open"


DEED_WORDS = {
    Deed.BOOK: "Book",
    Deed.CALL: "Call",
    Deed.RECORD: "Record",
    Deed.MOVE: "Move",
    Deed.ASK_THE_LAB: "Ask the lab",
    Deed.FIND_CONTACT: "Find contact",
    Deed.OPEN: "Open",
}

# A list has no room for the longer names.
SHORT_PHASES = {
    **PHASE_LABELS,
    Phase.WORK_UP: "Work-up",
    Phase.POST_TRANSPLANT: "Post-transplant",
}

_WANTS_A_VISIT = frozenset({DueStatus.DUE_SOON, DueStatus.DUE, DueStatus.OVERDUE})


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person can be reached, and what was tried lately."""

    email: bool = False
    phone: bool = False
    said_no: bool = False
    suspended: str = ""
    call_due_on: date | None = None
    call_id: int | None = None
    sent_at: tuple[datetime, ...] = ()
    troubled: bool = False


NO_REACH = Reach()


@dataclass(frozen=True, slots=True)
class DueRow:
    """Everything a reader sees of one open screening. Days are the clinic's."""

    screening_id: int
    patient_id: UUID
    patient: str
    mrn: str
    code: str
    title: str
    owner: str
    phase: str
    due_on: date | None
    state: DueState
    tag: str
    line: str
    strip: Strip
    booking_id: int | None
    booking: str
    note: str
    warning: bool
    deed: Deed
    call_id: int | None

    @property
    def wants_visit(self) -> bool:
        """Whether a visit should be arranged about now."""
        return self.state.status in _WANTS_A_VISIT

    @property
    def deed_words(self) -> str:
        """What the row's button says."""
        return DEED_WORDS[self.deed]


def due_row(row: Listed, reach: Reach, day: date, zone: ZoneInfo) -> DueRow:
    """Return the words of one row."""
    facts = row.facts
    state = due_status(facts, day)
    tag, line = due_phrase(facts, day, None, row.reason)
    booked_on = row.booked_at.astimezone(zone).date() if row.booked_at else None
    strip = window_strip(facts, day, booked_on, f"{tag}, {line}" if line else tag)
    late_booking = bool(
        booked_on
        and state.status in _WANTS_A_VISIT
        and row.overdue_from
        and day < row.overdue_from <= booked_on
    )
    note, warning = _note(row, reach, state, day, late_booking)
    return DueRow(
        screening_id=row.pk,
        patient_id=row.patient_id,
        patient=f"{row.family_name.upper()}, {row.given_name}",
        mrn=row.mrn,
        code=row.code,
        title=row.label,
        owner=row.owner.capitalize(),
        phase=SHORT_PHASES[Phase(row.phase)],
        due_on=row.due_on,
        state=state,
        tag=tag,
        line=line,
        strip=strip,
        booking_id=row.booking_id,
        booking=_booking(row, day, zone),
        note=note,
        warning=warning,
        deed=_deed(row, reach, state, day, booked_on, late_booking),
        call_id=reach.call_id,
    )


def _booking(row: Listed, day: date, zone: ZoneInfo) -> str:
    at = row.booked_at
    if at is None:
        return "Not booked"
    local = at.astimezone(zone)
    on = "Today" if local.date() == day else travel_date(local.date(), day)
    return f"{on} {local:%H:%M}"


def _note(
    row: Listed, reach: Reach, state: DueState, day: date, late_booking: bool
) -> tuple[str, bool]:
    """Return the second line under the booking, and whether it warns."""
    call = ""
    if reach.call_due_on is not None:
        call = (
            "call today"
            if reach.call_due_on <= day
            else f"call {short_date(reach.call_due_on, day)}"
        )
    if late_booking:
        return "Booked after the window", True
    if reach.suspended or reach.troubled:
        trouble = "Email suspended" if reach.suspended else "Email did not arrive"
        return (f"{trouble}; {call}" if call else trouble), True
    if not reach.email and not reach.phone:
        return "No way to reach", True
    if call:
        return call.capitalize(), False
    if row.booked_at is not None:
        return row.booked_by.capitalize(), False
    since = row.soon_on or row.opens_on
    told = sum(1 for at in reach.sent_at if since is None or at.date() >= since)
    if told:
        return ("1 email" if told == 1 else f"{told} emails") + ", not booked", False
    if not reach.email:
        return ("Said no to email; phone" if reach.said_no else "No email; phone"), False
    if state.status in {DueStatus.ON_HOLD, DueStatus.POSTPONED}:
        return "No reminders", False
    return "Nothing sent yet" if state.status in _WANTS_A_VISIT else "", False


def _deed(
    row: Listed,
    reach: Reach,
    state: DueState,
    day: date,
    booked_on: date | None,
    late_booking: bool,
) -> Deed:
    if state.status is DueStatus.RESULT_OVERDUE:
        return Deed.ASK_THE_LAB
    if booked_on is not None:
        if booked_on == day:
            return Deed.RECORD
        return Deed.MOVE if late_booking else Deed.OPEN
    if state.status not in _WANTS_A_VISIT:
        return Deed.OPEN
    if not reach.email and not reach.phone:
        return Deed.FIND_CONTACT
    if row.booked_by == "record":
        return Deed.RECORD
    if reach.call_due_on is not None and reach.call_due_on <= day:
        return Deed.CALL
    return Deed.BOOK
