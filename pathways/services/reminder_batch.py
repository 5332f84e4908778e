"""One batch of the planner: what each person is to be told, and the rows that say so.

Planners of one clinic take turns (its row is locked), so a second one sees what the first wrote.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from pathways import clock
from pathways.messaging.kinds import MessageKind
from pathways.models import Clinic, Message, Reminder
from pathways.rules import reminders as rules
from pathways.rules.deeds import OwedWhile
from pathways.rules.due_status import due_status
from pathways.rules.lifecycles import MessageState, ReminderState, WorkItemKind
from pathways.rules.reminders import ReminderRule, Step
from pathways.services import (
    audit,
    invitations,
    message_rows,
    reminder_people,
    reminder_stops,
    work_items,
)
from pathways.services.actors import Actor
from pathways.services.calendar import ClinicCalendar
from pathways.services.reminder_candidates import Signed
from pathways.services.reminder_people import NO_ROUTE, Owed, Person

LINK_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to be: the reminders it carries, the earliest due first."""

    person: Person
    carried: tuple[tuple[Owed, Step], ...]
    sent_on: date
    due_at: datetime
    until_on: date


@dataclass(slots=True)
class Batch:
    """The planner's view of one clinic on one day."""

    clinic: Clinic
    days: ClinicCalendar
    covered: Signed
    day: date
    horizon: date
    rule: ReminderRule
    by: Actor
    counts: Counter[str] = field(default_factory=Counter)
    openings: dict[tuple[date, datetime], datetime] = field(default_factory=dict)

    def run(self, ids: Sequence[uuid.UUID]) -> int:
        """Plan for these people in one transaction; return how many messages that gave."""
        before = self.counts.copy()
        try:
            with transaction.atomic():
                Clinic.objects.select_for_update(no_key=True).get(pk=self.clinic.pk)
                self._plan(ids, clock.now())
        except Exception:
            self.counts = before  # nothing of this batch was kept
            raise
        return self.counts["messages"] - before["messages"]

    def _plan(self, ids: Sequence[uuid.UUID], now: datetime) -> None:
        people = reminder_people.load(
            ids,
            clinic=self.clinic,
            covered=self.covered,
            day=self.day,
            horizon=self.horizon,
            rule=self.rule,
        )
        needing = [person for person in people.values() if self._needed(person, now)]
        reachable = [person for person in needing if person.route is not None]
        self._tell_unreachable([person for person in needing if person.route is None], now)
        self._take_back(reachable)
        letters = [self._letter(person, now) for person in reachable]
        self._write([letter for letter in letters if letter is not None], now)

    def _leaves_at(self, step_on: date, now: datetime) -> datetime:
        """Return when mail for a step leaves, before jitter: the first opening from that day on."""
        key = (step_on, now)
        if key not in self.openings:
            begins = max(self.days.instant(step_on), now)
            self.openings[key] = self.days.next_opening(begins, MessageKind.TIME_TO_BOOK)
        return self.openings[key]

    def _needed(
        self, person: Person, now: datetime, *, afresh: bool = False
    ) -> list[tuple[Owed, Step]]:
        """Return the screenings with a step to write for now, each with that step."""
        needed = []
        for row in person.owed:
            if row.code in person.silent:
                continue
            steps = person.steps(row, self.day, self.covered, self.rule, afresh=afresh)
            step = rules.current(steps, self.horizon)
            if step is None:
                continue
            sent_on = self.days.day_of(self._leaves_at(step.on, now))
            # Shut until the next step's day: that one will be written instead.
            lapses = sent_on >= step.until_on and step.number in self.rule.offsets[:-1]
            if not lapses and self._may_be_asked(row, sent_on):
                needed.append((row, step))
        return needed

    def _may_be_asked(self, row: Owed, sent_on: date) -> bool:
        status = due_status(row.facts, sent_on).status
        return row.runs_on(sent_on) and rules.kind_on(status) is not None

    def _letter(self, person: Person, now: datetime) -> Letter | None:
        """Return the one message that carries all that is due, and what falls due soon after."""
        needed = self._needed(person, now, afresh=True)
        if not needed:
            return None
        due_at = min(self._leaves_at(step.on, now) for _, step in needed)
        sent_on = self.days.day_of(due_at)
        carried = list(needed)
        named = {row.pk for row, _ in needed}
        for row in person.owed:
            if row.pk in named or row.code in person.silent:
                continue
            steps = person.steps(row, self.day, self.covered, self.rule, afresh=True)
            step = rules.taken_along(steps, max(sent_on, self.day), self.rule)
            if step is not None and self._may_be_asked(row, sent_on):
                carried.append((row, step))
        carried.sort(key=lambda item: (item[0].due_on, item[0].pk))
        return Letter(
            person=person,
            carried=tuple(carried),
            sent_on=sent_on,
            due_at=due_at,
            until_on=max(min(step.until_on for _, step in needed), sent_on + timedelta(days=1)),
        )

    def _take_back(self, people: list[Person]) -> None:
        """Stop what still waits for these people, so that one message says it all."""
        waiting = {pk for person in people for pk in person.waiting}
        if not waiting:
            return
        stopped = set(
            reminder_stops.call_off_messages(
                Message.objects.filter(pk__in=waiting, state=MessageState.QUEUED),
                reason="joined with a later reminder",
                by=self.by,
            )
        )
        for person in people:
            for items in person.written.values():
                for item in items:
                    if item.waiting_in not in stopped:
                        item.waiting_in = None  # a worker took it meanwhile: it is being said

    def _tell_unreachable(self, people: list[Person], now: datetime) -> None:
        """Open one call for each person whom no message can reach, once for each new step."""
        deeds = []
        for person in people:
            asked_from = max(_asked_from(row, step) for row, step in self._needed(person, now))
            if person.no_route_since is not None and person.no_route_since >= asked_from:
                continue
            deeds.append(
                work_items.Deed(
                    kind=WorkItemKind.CALL,
                    subject=f"{NO_ROUTE}{person.patient.pk}",
                    summary="No way to reach by email. Phone about booking the next visit.",
                    clinic=self.clinic,
                    due_on=self.days.next_working_day(self.day),
                    patient=person.patient,
                    owed_while=OwedWhile.NOT_ON_HOLD,
                )
            )
        self.counts["unreachable"] += len(people)
        self.counts["calls"] += work_items.open_all(deeds, by=self.by)

    def _write(self, letters: list[Letter], now: datetime) -> None:
        if not letters:
            return
        rows = [
            Reminder(
                clinic=self.clinic,
                patient_id=letter.person.patient.pk,
                screening_id=row.pk,
                due_on=row.due_on,
                step=step.number,
                step_on=step.on,
                created_at=now,
            )
            for letter in letters
            for row, step in letter.carried
        ]
        Reminder.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
        ids: dict[tuple[Any, ...], int] = {
            (screening, due_on, step): pk
            for pk, screening, due_on, step in Reminder.objects.filter(
                screening__in={row.screening_id for row in rows},
                state=ReminderState.PLANNED,
                message__isnull=True,
            ).values_list("id", "screening_id", "due_on", "step")
        }
        carriers: dict[str, list[int]] = {}
        messages = []
        for letter in letters:
            numbers = [
                ids[row.pk, row.due_on, step.number]
                for row, step in letter.carried
                if (row.pk, row.due_on, step.number) in ids
            ]
            if not numbers:
                continue
            message = self._message(letter, numbers, now)
            carriers[message.dedupe_key] = numbers
            messages.append(message)
            self.counts["caught_up"] += sum(
                step.number == rules.CATCH_UP for _, step in letter.carried
            )
        Message.objects.bulk_create(messages, batch_size=1000, ignore_conflicts=True)
        keys = dict(
            Message.objects.filter(dedupe_key__in=list(carriers)).values_list("dedupe_key", "id")
        )
        _link([(pk, keys[key]) for key, numbers in carriers.items() for pk in numbers])
        self.counts["messages"] += len(messages)
        self.counts["planned"] += sum(len(numbers) for numbers in carriers.values())
        audit.record_all(
            audit.event_of(
                by=self.by,
                verb="planned a reminder",
                subject_type="Message",
                subject_id=str(keys[message.dedupe_key]),
                clinic_id=self.clinic.pk,
                patient_id=message.patient_id,
                detail={"kind": message.kind, "reminders": carriers[message.dedupe_key]},
            )
            for message in messages
        )

    def _message(self, letter: Letter, reminder_ids: list[int], now: datetime) -> Message:
        person = letter.person
        first, _ = letter.carried[0]
        if person.route is None:
            raise ValueError("A letter needs an address.")
        asked = rules.kind_on(due_status(first.facts, letter.sent_on).status)
        kind = MessageKind(asked or rules.Invitation.TIME_TO_BOOK)
        key = message_rows.screening_key(person.route.contact_point_id, kind, reminder_ids)
        due_at = letter.due_at
        if not self.days.always_open and due_at > now:
            # Spread over the hour, but never past the day's closing: the window may be short.
            later = due_at + timedelta(seconds=message_rows.jitter_seconds(key))
            due_at = later if self.days.next_opening(later, kind) == later else due_at
        threads = [
            item.thread_id
            for (code, _), items in person.written.items()
            if code == first.code
            for item in items
            if item.thread_id
        ]
        return message_rows.new(
            clinic=self.clinic,
            patient=person.patient,
            route=person.route,
            kind=kind,
            dedupe_key=key,
            values=invitations.values(
                first.facts,
                letter.sent_on,
                self.covered.minutes[first.definition_id],
                days=self.days,
            ),
            due_at=due_at,
            useful_until=self.days.instant(letter.until_on),
            now=now,
            thread_id=threads[0] if threads else "",
        )


def _asked_from(row: Owed, step: Step) -> date:
    """Return the day from which a call about this step counts; it was planned the day before.

    A catch-up is dated afresh every day, so one call since the due date is enough.
    """
    return row.due_on if step.number == rules.CATCH_UP else step.on - timedelta(days=1)


def _link(pairs: list[tuple[int, int]]) -> None:
    """Say which message carries each reminder; one statement a thousand rows."""
    reminder, column = Reminder._meta.db_table, Reminder._meta.get_field("message").column
    for start in range(0, len(pairs), LINK_BATCH):
        part = pairs[start : start + LINK_BATCH]
        rows = ", ".join(["(%s, %s)"] * len(part))
        with connection.cursor() as cursor:
            # VALUES names its columns so on SQLite and on PostgreSQL; every value is a parameter.
            cursor.execute(
                f"UPDATE {reminder} SET {column} = pairs.column2 "  # noqa: S608
                f"FROM (VALUES {rows}) AS pairs "
                f"WHERE {reminder}.id = pairs.column1 AND {column} IS NULL",
                [number for pair in part for number in pair],
            )
