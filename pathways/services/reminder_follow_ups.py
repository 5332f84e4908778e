"""After the last reminder: somebody phones a person whose visit is still not booked."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from pathways.models import Clinic, WorkItem
from pathways.rules.deeds import OwedWhile
from pathways.rules.due_status import DueStatus, due_status
from pathways.rules.lifecycles import WorkItemKind
from pathways.rules.reminders import ReminderRule, call_from, is_automatic
from pathways.services import reminder_candidates, reminder_people, work_items
from pathways.services.actors import Actor
from pathways.services.calendar import ClinicCalendar
from pathways.services.reminder_candidates import Signed
from pathways.services.reminder_people import Owed, Person

NOT_BOOKED = "not booked:"
PEOPLE_A_BATCH = 2000
_WAITED_FOR = frozenset({DueStatus.DUE, DueStatus.OVERDUE})


def open_calls(
    *,
    clinic: Clinic,
    covered: Signed,
    day: date,
    days: ClinicCalendar,
    rule: ReminderRule,
    by: Actor,
) -> int:
    """Open one call a person, seven days after the last reminder; return how many are new.

    Nobody is listed twice: a person with an open call of any kind is left alone, and a call that
    was closed counts until a later reminder has gone unanswered too.
    """
    if not covered.signed_on:
        return 0
    called = WorkItem.objects.open().filter(kind=WorkItemKind.CALL, patient=OuterRef("patient"))
    last = day - timedelta(days=rule.offsets[-1] + rule.call_after)
    ids = list(
        reminder_candidates.askable(clinic, covered, day, day)
        .filter(~Exists(called), due_on__lte=last)
        .order_by("patient_id")
        .values_list("patient_id", flat=True)
        .distinct()
    )
    opened = 0
    for start in range(0, len(ids), PEOPLE_A_BATCH):
        people = reminder_people.load(
            ids[start : start + PEOPLE_A_BATCH],
            clinic=clinic,
            covered=covered,
            day=day,
            horizon=day,
            rule=rule,
        )
        since = _last_called(list(people))
        deeds = []
        for patient_id, person in people.items():
            waited = [
                asked_on
                for row in person.owed
                if (asked_on := _call_from(person, row, day, covered, rule)) is not None
                and asked_on <= day
            ]
            told_on = since.get(patient_id)
            if waited and (told_on is None or told_on < max(waited)):
                deeds.append(_deed(person, clinic, days.next_working_day(day)))
        opened += work_items.open_all(deeds, by=by)
    return opened


def _call_from(
    person: Person, row: Owed, day: date, covered: Signed, rule: ReminderRule
) -> date | None:
    """Return the day from which somebody phones about this screening, or None while none is to."""
    if row.code in person.silent or not row.runs_on(day):
        return None
    if due_status(row.facts, day).status not in _WAITED_FOR:
        return None
    written = person.written[row.code, row.due_on]
    return call_from(
        due_on=row.due_on,
        created_on=row.created_on,
        automatic_on=[item.step_on for item in written if is_automatic(item.step)],
        not_before=max(
            day
            for day in (covered.signed_on[row.definition_id], row.facts.postponed_until)
            if day is not None
        ),
        rule=rule,
    )


def _last_called(ids: list[uuid.UUID]) -> dict[uuid.UUID, date]:
    rows = (
        WorkItem.objects.filter(
            patient__in=ids, kind=WorkItemKind.CALL, subject__startswith=NOT_BOOKED
        )
        .order_by("opened_at")
        .values_list("patient_id", "opened_at__date")
    )
    return {patient_id: on for patient_id, on in rows if patient_id is not None}


def _deed(person: Person, clinic: Clinic, due_on: date) -> work_items.Deed:
    return work_items.Deed(
        kind=WorkItemKind.CALL,
        subject=f"{NOT_BOOKED}{person.patient.pk}",
        summary="Still not booked a week after the last reminder. Phone, and ask what would help.",
        clinic=clinic,
        due_on=due_on,
        patient=person.patient,
        owed_while=OwedWhile.NOT_ON_HOLD,
    )
