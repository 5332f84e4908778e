"""Days of a drug in a cycle: given, given otherwise, or not and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from pathways import clock
from pathways.models import Administration, CourseDrug, TherapyCycle
from pathways.rules.course_states import AdministrationState
from pathways.rules.therapy import day_of
from pathways.services import therapy_rows
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.therapy_rows import length_of, locked, words

# A day given is looked for this many days around its planned one; further off it is a slip.
LONGEST_SHIFT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Given:
    """One planned day of one drug: given, given otherwise, or not and why."""

    drug: CourseDrug
    cycle_day: int
    state: AdministrationState
    given_on: date | None = None
    dose_text: str = ""
    reason: str = ""


def record_administration(*, cycle: TherapyCycle, given: Given, by: Actor) -> Administration:
    """Write down a day of a drug, or put the word on it right; the audit trail keeps both."""
    course = cycle.course
    _check_given(cycle, given)
    given_on = given.given_on
    if given.state is AdministrationState.NOT_GIVEN:
        given_on = None
    elif given_on is None and cycle.given_on is not None:
        given_on = day_of(cycle.given_on, given.cycle_day)
    with transaction.atomic():
        course = locked(course)
        if given_on is not None:
            therapy_rows.check_past(given_on, course.patient, "given_on")
            _check_near(cycle, given, given_on)
        which: dict[str, Any] = {"cycle": cycle, "drug": given.drug, "cycle_day": given.cycle_day}
        before = Administration.objects.filter(**which).first()
        row, _ = Administration.objects.update_or_create(
            **which,
            defaults={
                "clinic": course.clinic,
                "state": given.state,
                "given_on": given_on,
                "dose_text": given.dose_text.strip(),
                "reason": given.reason.strip(),
                "recorded_at": clock.now(),
                "recorded_by": by.name,
            },
        )
        detail = {
            "number": cycle.number,
            "drug": given.drug.drug,
            "day": given.cycle_day,
            "from": before.state if before else None,
            "to": given.state,
            "given_on": given_on.isoformat() if given_on else None,
            "reason": given.reason.strip(),
        }
        therapy_rows.told(course, "recorded a day of a drug", by, detail, subject=row)
    return row


def _check_given(cycle: TherapyCycle, given: Given) -> None:
    if cycle.given_on is None:
        raise Refused(f"Cycle {cycle.number} has no day 1 yet. Record it first.")
    if given.drug.course_id != cycle.course_id:
        raise Refused("That drug belongs to another course.", field="drug")
    length = length_of(cycle.course)
    if not 1 <= given.cycle_day <= length:
        raise Refused(f"A cycle of this course has days 1 to {length}.", field="cycle_day")
    if given.drug.days and given.cycle_day not in given.drug.days:
        days = ", ".join(str(day) for day in given.drug.days)
        raise Refused(
            f"{given.drug.label} is planned on days {days}. Change the course if that is wrong.",
            field="cycle_day",
        )
    _check_taken(cycle, given)
    otherwise = given.state in (AdministrationState.NOT_GIVEN, AdministrationState.MODIFIED)
    if otherwise and not given.reason.strip():
        raise Refused("Say why.", field="reason")


def _check_taken(cycle: TherapyCycle, given: Given) -> None:
    """Refuse a day on which the drug stood in the plan otherwise: before or after a change."""
    on = day_of(cycle.day_1, given.cycle_day)
    from_on, until_on = given.drug.from_on, given.drug.until_on
    if (from_on is None or from_on <= on) and (until_on is None or on <= until_on):
        return
    since = f" from {words(from_on)}" if from_on else ""
    until = f" to {words(until_on)}" if until_on else ""
    dose = f", {given.drug.dose_text}," if given.drug.dose_text else ""
    raise Refused(
        f"{given.drug.label}{dose} stands{since}{until}; day {given.cycle_day} lies on "
        f"{words(on)}. Choose what stood on that day.",
        field="drug",
    )


def _check_near(cycle: TherapyCycle, given: Given, given_on: date) -> None:
    planned_on = day_of(cycle.day_1, given.cycle_day)
    if given_on < cycle.day_1:
        raise Refused(
            f"Cycle {cycle.number} began on {words(cycle.day_1)}, after that day.",
            field="given_on",
        )
    if abs((given_on - planned_on).days) > LONGEST_SHIFT_DAYS:
        raise Refused(
            f"Day {given.cycle_day} lies on {words(planned_on)}. Check the day.", field="given_on"
        )
