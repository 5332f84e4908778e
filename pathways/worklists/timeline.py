"""One person's history from the rows themselves, newest first, with what is still to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pathways.models import (
    Appointment,
    Enrolment,
    HoldPeriod,
    Message,
    Observation,
    Patient,
    PhasePeriod,
    Reminder,
    Reply,
    ScreeningDecision,
    WorkItem,
)
from pathways.rules.due_phrase import short_date, travel_date
from pathways.rules.lifecycles import (
    PHASE_LABELS,
    AppointmentState,
    MessageState,
    Phase,
    ReminderState,
    ResultStatus,
)
from pathways.worklists.message_words import kind_words, state_words
from pathways.worklists.result_words import result_row

_WAITING = frozenset({MessageState.QUEUED, MessageState.CLAIMED, MessageState.HANDED_OVER})
_RESULT_WORDS = {
    ResultStatus.COLLECTED: "collected, result awaited",
    ResultStatus.REJECTED: "rejected by the laboratory",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line: a time in words, a sentence, who; `struck` holds a value that was taken back."""

    at: datetime
    when: str
    sentence: str
    who: str = ""
    future: bool = False
    struck: str = ""
    message_id: int | None = None


def timeline(
    patient: Patient,
    enrolment: Enrolment | None,
    phases: Iterable[PhasePeriod],
    holds: Iterable[HoldPeriod],
    visits: Iterable[Appointment],
    results: Iterable[Observation],
    work: Iterable[WorkItem],
    titles: Mapping[str, str],
    day: date,
    zone: ZoneInfo,
) -> tuple[Moment, ...]:
    """Return every line, newest first. Asks for mail, plans, replies and decisions itself."""
    writer = _Writer(day, zone, titles)
    lines: list[Moment] = []
    if enrolment is not None:
        lines += writer.course(enrolment, phases, holds)
    lines += writer.results(results)
    lines += writer.visits(visits)
    lines += writer.mail(Message.objects.filter(patient=patient))
    lines += writer.plans(
        Reminder.objects.filter(patient=patient, state=ReminderState.PLANNED, message__isnull=True)
    )
    lines += writer.replies(Reply.objects.filter(patient=patient))
    lines += writer.decisions(ScreeningDecision.objects.filter(enrolment__patient=patient))
    lines += writer.work(work)
    if patient.died_on is not None:
        lines.append(writer.on_day(patient.died_on, "Died"))
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


class _Writer:
    """Puts each kind of row into words; days and hours are the clinic's."""

    def __init__(self, day: date, zone: ZoneInfo, titles: Mapping[str, str]) -> None:
        self.day, self.zone, self.titles = day, zone, titles

    def on_day(self, day: date, sentence: str, who: str = "", struck: str = "") -> Moment:
        """A line of which only the day is known."""
        at = datetime.combine(day, time(12), self.zone)
        return Moment(
            at, short_date(day, self.day), sentence, who, future=day > self.day, struck=struck
        )

    def at(
        self, instant: datetime, sentence: str, who: str = "", message_id: int | None = None
    ) -> Moment:
        """A line with its hour."""
        local = instant.astimezone(self.zone)
        when = f"{short_date(local.date(), self.day)}, {local:%H:%M}"
        return Moment(instant, when, sentence, who, local.date() > self.day, "", message_id)

    def course(
        self, enrolment: Enrolment, phases: Iterable[PhasePeriod], holds: Iterable[HoldPeriod]
    ) -> Iterator[Moment]:
        version = enrolment.version
        yield self.on_day(
            enrolment.enrolled_on, f"Enrolled on {version.pathway.name}, version {version.number}"
        )
        for phase in phases:
            words = PHASE_LABELS[Phase(phase.phase)]
            yield self.on_day(phase.since_on, f"Phase: {words}", phase.recorded_by)
        for hold in holds:
            review = short_date(hold.review_on, self.day)
            yield self.on_day(
                hold.from_on, f"On hold: {hold.reason}. To be looked at {review}", hold.held_by
            )
            if hold.until_on is not None:
                yield self.on_day(hold.until_on, "Resumed after a hold", hold.resumed_by)
        if enrolment.transplant_on is not None:
            yield self.on_day(enrolment.transplant_on, "Transplant, day 0")
        if enrolment.ended_on is not None:
            reason = f": {enrolment.end_reason}" if enrolment.end_reason else ""
            yield self.on_day(
                enrolment.ended_on, f"{enrolment.state.capitalize()}{reason}", enrolment.ended_by
            )
        if enrolment.returned_on is not None:
            yield self.on_day(enrolment.returned_on, "Returned to this clinic")

    def results(self, results: Iterable[Observation]) -> Iterator[Moment]:
        for row in results:
            words = result_row(row, self.day)
            if row.superseded_by_id is not None:
                continue
            if row.status == ResultStatus.ENTERED_IN_ERROR:
                said = f"{words.label} {words.value} {words.unit}".strip()
                yield self.on_day(
                    row.performed_on, "entered in error", row.recorded_by, struck=said
                )
                continue
            said = _RESULT_WORDS.get(
                ResultStatus(row.status), f"{words.value} {words.unit}".strip()
            )
            late = f". {words.late}" if words.late else ""
            yield self.on_day(row.performed_on, f"{words.label}: {said}{late}", row.recorded_by)

    def visits(self, visits: Iterable[Appointment]) -> Iterator[Moment]:
        for visit in visits:
            start = visit.starts_at.astimezone(self.zone)
            on = f"{travel_date(start.date(), self.day)} {start:%H:%M}"
            match visit.state:
                case AppointmentState.BOOKED:
                    yield self.at(visit.starts_at, "Visit booked", visit.booked_by)
                case AppointmentState.ATTENDED:
                    yield self.at(visit.starts_at, "Came to the visit", visit.closed_by)
                case AppointmentState.NOT_ATTENDED:
                    yield self.at(visit.starts_at, "Did not come to the visit", visit.closed_by)
                case AppointmentState.CANCELLED if visit.closed_at is not None:
                    reason = f": {visit.cancel_reason}" if visit.cancel_reason else ""
                    yield self.at(
                        visit.closed_at, f"Visit of {on} cancelled{reason}", visit.closed_by
                    )

    def mail(self, messages: Iterable[Message]) -> Iterator[Moment]:
        for message in messages:
            if message.state in _WAITING:
                said = f"Email waits to leave: {kind_words(message.kind)}"
                yield self.at(message.due_at, said, "", message.pk)
                continue
            said = f"Email: {kind_words(message.kind)}. {state_words(message.state).capitalize()}"
            if message.reason and message.sent_at is None:
                said += f": {message.reason}"
            yield self.at(message.sent_at or message.due_at, said, "", message.pk)

    def plans(self, reminders: Iterable[Reminder]) -> Iterator[Moment]:
        for reminder in reminders:
            if reminder.step_on >= self.day:
                yield self.on_day(reminder.step_on, "A reminder will be written, if still open")

    def replies(self, replies: Iterable[Reply]) -> Iterator[Moment]:
        for reply in replies:
            detail = f", {reply.detail}" if reply.detail else ""
            yield self.at(reply.received_at, f"Answered by link: {reply.answer}{detail}", "patient")

    def decisions(self, decisions: Iterable[ScreeningDecision]) -> Iterator[Moment]:
        for row in decisions:
            title = self.titles.get(row.code, row.code.replace("-", " ").capitalize())
            until = f" to {short_date(row.until_on, self.day)}" if row.until_on else ""
            said = f"{title}: {row.kind}{until}. {row.reason}"
            struck = said if row.withdrawn_at is not None else ""
            yield Moment(
                row.decided_at,
                self.at(row.decided_at, "").when,
                f"taken back by {row.withdrawn_by}" if struck else said,
                row.decided_by,
                struck=struck,
            )

    def work(self, items: Iterable[WorkItem]) -> Iterator[Moment]:
        for item in items:
            yield self.at(item.opened_at, f"To do: {item.summary}", item.opened_by)
            if item.closed_at is not None:
                yield self.at(item.closed_at, f"Done: {item.kind}. {item.outcome}", item.closed_by)
