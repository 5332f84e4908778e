"""How a person's care stands on a day, as every line about them says it once it does not run on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pathways.models import Enrolment, Patient
from pathways.rules.deeds import Care
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import ENDED, EnrolmentState, LifeStatus


def care_of(patient: Patient, enrolments: Iterable[Enrolment], day: date) -> Care:
    """Return how the care of a person with these enrolments stands; an ending to come is none yet."""
    if patient.life_status != LifeStatus.ALIVE:
        return Care.DIED
    rows = list(enrolments)
    if rows and all(_over(row, day) for row in rows):
        return Care.ENDED
    held = any(row.state == EnrolmentState.ON_HOLD for row in rows)
    return Care.ON_HOLD if held else Care.RUNNING


def care_words(patient: Patient, enrolments: Iterable[Enrolment], day: date) -> str:
    """Return "Died 20 Nov", "Transferred 1 Dec", "On hold"; "" while care runs."""
    rows = list(enrolments)
    care = care_of(patient, rows, day)
    if care is Care.DIED and patient.died_on is not None:
        return f"Died {short_date(patient.died_on, day)}"
    if care is Care.ENDED:
        last = max(rows, key=lambda row: (row.enrolled_on, row.pk))
        on = f" {short_date(last.ended_on, day)}" if last.ended_on is not None else ""
        return f"{last.state.capitalize()}{on}"
    return "On hold" if care is Care.ON_HOLD else ""


def _over(row: Enrolment, day: date) -> bool:
    return row.state in ENDED and row.ended_on is not None and row.ended_on <= day
