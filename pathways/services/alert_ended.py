"""Alerts of people who died or went elsewhere: no rule is run, and nothing is closed in silence.

After a death nobody is reminded any more; the alerts stay on the list until a person closes them.
After a transfer their clocks run on, so that a person hands them over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pathways import clock
from pathways.models import Alert, Enrolment, Patient
from pathways.rules.alert_states import AlertEventKind
from pathways.rules.lifecycles import EnrolmentState, LifeStatus
from pathways.services import alert_writing
from pathways.services.actors import Actor
from pathways.services.alert_writing import Happened

DIED = "The person has died. No rule is run any more, and nobody is reminded."
WENT = "The person was transferred. No rule is run any more; hand this over, or answer it."


def part(people: Sequence[Patient]) -> tuple[list[Patient], list[Patient]]:
    """Return who is in the clinic's care, and who died or was transferred. One query."""
    # Ordered, so that the last enrolment of a person is the one that stays.
    rows = Enrolment.objects.filter(patient__in=[person.pk for person in people])
    latest = {row.patient_id: row for row in rows.order_by("enrolled_on", "pk")}
    present: list[Patient] = []
    gone: list[Patient] = []
    for person in people:
        dead = person.life_status != LifeStatus.ALIVE
        left = _went(latest.get(person.pk), clock.today(person.clinic))
        (gone if dead or left else present).append(person)
    return present, gone


def _went(enrolment: Enrolment | None, day: date) -> bool:
    """Tell whether a transfer has taken effect; until its day the person is ours."""
    if enrolment is None or enrolment.state != EnrolmentState.TRANSFERRED:
        return False
    return enrolment.ended_on is not None and enrolment.ended_on <= day


def note(people: Sequence[Patient], *, by: Actor) -> None:
    """Say once on each open alert of these people why it is looked at no more."""
    now = clock.now()
    died = {person.pk for person in people if person.life_status != LifeStatus.ALIVE}
    rows = list(
        Alert.objects.open().filter(
            patient__in=[person.pk for person in people], not_found_since__isnull=True
        )
    )
    for row in rows:
        row.not_found_since = now
        if row.patient_id in died:
            row.deadline_at = None
    Alert.objects.bulk_update(rows, ["not_found_since", "deadline_at"], batch_size=200)
    alert_writing.write(
        (
            Happened(row, AlertEventKind.NOTED, DIED if row.patient_id in died else WENT)
            for row in rows
        ),
        by=by,
    )
