"""What the planner knows about a batch of people: read once, in a fixed number of queries."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from pathways.models import (
    AppointmentPurpose,
    Clinic,
    Patient,
    Reminder,
    WorkItem,
)
from pathways.rules.due_status import DueFacts
from pathways.rules.lifecycles import (
    ENDED,
    AppointmentState,
    EnrolmentState,
    MessageState,
    WorkItemKind,
)
from pathways.rules.reminders import (
    BY_HAND_FROM,
    ReminderRule,
    Step,
    silenced_by_visit,
    steps_for,
)
from pathways.services import recipients
from pathways.services.recipients import Route
from pathways.services.reminder_candidates import STANDING, Signed, askable

_FACTS = (
    "soon_on",
    "opens_on",
    "due_on",
    "overdue_from",
    "closed_from",
    "held_from",
    "postponed_until",
    "collected_on",
    "result_expected_on",
)
MOST_DAYS_SHUT = 14
STILL_OWED = date.max  # one call a person about how to reach them, whatever led to it
NO_ROUTE = "no way to reach:"
_GONE = (MessageState.HANDED_OVER, MessageState.SENT, MessageState.DELIVERED)


@dataclass(slots=True)
class Owed:
    """One open screening that a reminder may speak of."""

    pk: int
    code: str
    definition_id: int
    created_on: date
    enrolment_state: EnrolmentState
    ended_on: date | None
    facts: DueFacts
    due_on: date

    def runs_on(self, day: date) -> bool:
        """Tell whether the enrolment runs on that day; a future ending has no effect yet."""
        if self.enrolment_state in ENDED:
            return self.ended_on is not None and day < self.ended_on
        return self.enrolment_state is not EnrolmentState.ON_HOLD


@dataclass(slots=True)
class Written:
    """A reminder that stands: planned or sent."""

    step: int
    step_on: date
    waiting_in: int | None  # the queued message that a new plan may take it back from
    thread_id: str


@dataclass(slots=True)
class Person:
    """One person, with what is owed and what has been said."""

    patient: Patient
    route: Route | None = None
    owed: list[Owed] = field(default_factory=list)
    written: dict[tuple[str, date], list[Written]] = field(
        default_factory=lambda: defaultdict(list)
    )
    silent: set[str] = field(default_factory=set)  # codes that a visit speaks for
    no_route_since: date | None = None  # when staff were last asked how to reach them

    def steps(
        self, row: Owed, day: date, covered: Signed, rule: ReminderRule, *, afresh: bool = False
    ) -> tuple[Step, ...]:
        """Return the steps still to write for one screening; `afresh` as if nothing were queued."""
        standing = [
            item
            for item in self.written[row.code, row.due_on]
            if not (afresh and item.waiting_in is not None)
        ]
        waits = [day for day in (row.facts.postponed_until,) if day is not None]
        return steps_for(
            due_on=row.due_on,
            created_on=row.created_on,
            as_of=day,
            done_steps=[item.step for item in standing],
            by_hand_on=[item.step_on for item in standing if item.step >= BY_HAND_FROM],
            not_before=max([covered.signed_on[row.definition_id], *waits]),
            rule=rule,
        )

    @property
    def waiting(self) -> set[int]:
        """Ids of the queued messages that a new plan may take back."""
        return {
            item.waiting_in
            for items in self.written.values()
            for item in items
            if item.waiting_in is not None
        }


def load(
    ids: Sequence[uuid.UUID],
    *,
    clinic: Clinic,
    covered: Signed,
    day: date,
    horizon: date,
    rule: ReminderRule,
) -> dict[uuid.UUID, Person]:
    """Return these people with all that planning asks about, in eight queries."""
    found = {
        patient.pk: Person(patient)
        for patient in Patient.objects.alive().filter(pk__in=ids).only("id", "language", "clinic")
    }
    oldest = _load_owed(found, clinic, covered, day, horizon, rule)
    if oldest is None:
        return {}
    _load_written(found, oldest)
    _load_visits(found, day, rule)
    for patient_id, route in recipients.routes(found).items():
        found[patient_id].route = route
    told = WorkItem.objects.about_reaching().filter(patient__in=list(found))
    for patient_id, opened_on, closed_at in told.values_list(
        "patient_id", "opened_at__date", "closed_at"
    ):
        if patient_id is not None:
            person = found[patient_id]
            said_on = opened_on if closed_at is not None else STILL_OWED
            person.no_route_since = max(person.no_route_since or said_on, said_on)
    return found


def _load_owed(
    found: dict[uuid.UUID, Person],
    clinic: Clinic,
    covered: Signed,
    day: date,
    horizon: date,
    rule: ReminderRule,
) -> date | None:
    # Counted from the day of leaving, which a weekend or a closure puts off.
    last_due = horizon + timedelta(days=rule.take_along + rule.earliest + MOST_DAYS_SHUT)
    rows = (
        askable(clinic, covered, day, last_due)
        .filter(patient__in=list(found), due_on__lte=last_due)
        .order_by("due_on", "id")
        .values_list(
            "patient_id",
            "id",
            "code",
            "definition_id",
            "created_on",
            "enrolment__state",
            "enrolment__ended_on",
            *_FACTS,
        )
    )
    oldest: date | None = None
    for patient_id, pk, code, definition_id, created_on, state, ended_on, *dates in rows:
        facts = DueFacts(*dates)
        if facts.due_on is None:
            continue
        oldest = facts.due_on if oldest is None else min(oldest, facts.due_on)
        found[patient_id].owed.append(
            Owed(
                pk=pk,
                code=code,
                definition_id=definition_id,
                created_on=created_on,
                enrolment_state=EnrolmentState(state),
                ended_on=ended_on,
                facts=facts,
                due_on=facts.due_on,
            )
        )
    return oldest


def _load_written(found: dict[uuid.UUID, Person], oldest: date) -> None:
    rows = (
        Reminder.objects.filter(STANDING, patient__in=list(found), due_on__gte=oldest)
        .order_by("id")
        .values_list(
            "patient_id",
            "screening__code",
            "due_on",
            "step",
            "step_on",
            "message_id",
            "message__state",
            "message__by_hand",
            "message__message_id",
        )
    )
    for patient_id, code, due_on, step, step_on, message, state, by_hand, thread in rows:
        waits = state == MessageState.QUEUED and not by_hand
        found[patient_id].written[code, due_on].append(
            Written(step, step_on, message if waits else None, thread if state in _GONE else "")
        )


def _load_visits(found: dict[uuid.UUID, Person], day: date, rule: ReminderRule) -> None:
    """Codes served by a visit that is booked, or attended and still without its record."""
    unrecorded = set(
        WorkItem.objects.open()
        .filter(patient__in=list(found), kind=WorkItemKind.VISIT_WITHOUT_RECORD)
        .values_list("appointment_id", flat=True)
    )
    rows = (
        AppointmentPurpose.objects.filter(patient__in=list(found))
        .filter(appointment__state__in=[AppointmentState.BOOKED, AppointmentState.ATTENDED])
        .filter(
            Q(appointment__on__gte=day - timedelta(days=rule.wait_for_record))
            | Q(appointment__in=unrecorded)
        )
        .values_list(
            "patient_id", "code", "appointment_id", "appointment__state", "appointment__on"
        )
    )
    for patient_id, code, appointment, state, visit_on in rows:
        if appointment in unrecorded or silenced_by_visit(
            AppointmentState(state), visit_on, day, rule
        ):
            found[patient_id].silent.add(code)
