"""Lines about contact: emails, what is planned, answers by link, visits, calls, check-ins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pathways.models import (
    Appointment,
    CheckIn,
    Message,
    Reminder,
    Reply,
    ScreeningDecision,
    WorkItem,
)
from pathways.rules.due_phrase import travel_date
from pathways.rules.lifecycles import AppointmentState, MessageState, WorkItemKind
from pathways.worklists.message_words import kind_words, state_words
from pathways.worklists.timeline.moment import Moment, Pen

_WAITING = frozenset({MessageState.QUEUED, MessageState.CLAIMED, MessageState.HANDED_OVER})


def mail_lines(pen: Pen, messages: Iterable[Message]) -> Iterator[Moment]:
    """Yield a line for each email, sent or waiting."""
    for message in messages:
        if message.state in _WAITING:
            said = f"Email waits to leave: {kind_words(message.kind)}"
            yield pen.at(message.due_at, said, "", message.pk)
            continue
        said = f"Email: {kind_words(message.kind)}. {state_words(message.state).capitalize()}"
        if message.reason and message.sent_at is None:
            said += f": {message.reason}"
        yield pen.at(message.sent_at or message.due_at, said, "", message.pk)


def plan_lines(pen: Pen, reminders: Iterable[Reminder]) -> Iterator[Moment]:
    """Yield a line for each reminder that is still to be written."""
    for reminder in reminders:
        if reminder.step_on >= pen.today:
            yield pen.on(reminder.step_on, "A reminder will be written, if still open")


def reply_lines(pen: Pen, replies: Iterable[Reply]) -> Iterator[Moment]:
    """Yield a line for each answer through a link."""
    for reply in replies:
        detail = f", {reply.detail}" if reply.detail else ""
        said = f"Answered by link: {reply.answer}{detail}"
        who = "carer:link" if reply.message.to_carer else "patient:link"
        yield pen.at(reply.received_at, said, who)


def visit_lines(pen: Pen, visits: Iterable[Appointment]) -> Iterator[Moment]:
    """Yield a line for each booking, as it stands."""
    for visit in visits:
        start = visit.starts_at.astimezone(pen.zone)
        on = f"{travel_date(start.date(), pen.today)} {start:%H:%M}"
        match visit.state:
            case AppointmentState.BOOKED:
                yield pen.at(visit.starts_at, "Visit booked", visit.booked_by)
            case AppointmentState.ATTENDED:
                yield pen.at(visit.starts_at, "Came to the visit", visit.closed_by)
            case AppointmentState.NOT_ATTENDED:
                yield pen.at(visit.starts_at, "Did not come to the visit", visit.closed_by)
            case AppointmentState.CANCELLED if visit.closed_at is not None:
                reason = f": {visit.cancel_reason}" if visit.cancel_reason else ""
                yield pen.at(visit.closed_at, f"Visit of {on} cancelled{reason}", visit.closed_by)


def decision_lines(
    pen: Pen, decisions: Iterable[ScreeningDecision], titles: Mapping[str, str]
) -> Iterator[Moment]:
    """Yield a line for each decision about a screening, struck through once taken back."""
    for row in decisions:
        title = titles.get(row.code, row.code.replace("-", " ").capitalize())
        until = f" to {pen.day(row.until_on)}" if row.until_on else ""
        said = f"{title}: {row.kind}{until}. {row.reason}"
        when = pen.at(row.decided_at, "").when
        struck = said if row.withdrawn_at is not None else ""
        sentence = f"taken back by {pen.authors.named(row.withdrawn_by)}" if struck else said
        who = pen.authors.named(row.decided_by)
        yield Moment(pen.kind, row.decided_at, when, sentence, who, struck=struck)


def work_lines(pen: Pen, items: Iterable[WorkItem]) -> Iterator[Moment]:
    """Yield a line for each task, and one more for what came of it; calls are named as such."""
    for item in items:
        name = "Call" if item.kind == WorkItemKind.CALL else f"Task, {item.kind}"
        why = item.summary.removeprefix("Call: ")
        yield pen.at(item.opened_at, f"{name}, asked for: {why}", item.opened_by)
        if item.closed_at is not None:
            yield pen.at(item.closed_at, f"{name}: {item.outcome}", item.closed_by)


def check_in_lines(pen: Pen, check_ins: Iterable[CheckIn]) -> Iterator[Moment]:
    """Yield a line for each check-in: how it came, how soon it wants an answer, what was said."""
    for row in check_ins:
        said = f"Check-in, {row.get_channel_display().lower()}"
        said += f": {row.severity}" if row.severity else ""
        said += f". {row.note}" if row.note else ""
        yield pen.recorded(row, pen.at(row.answered_at, said, row.recorded_by))
