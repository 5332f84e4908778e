"""A person with one screening that reminds: V last 2026-08-21, due 2026-11-21 (recall case R01).

The product's pathway owes more than one thing at a time. These tests are about one, so its
version holds VEGF alone, with the recall rules' numbers.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pathways.models import (
    Clinic,
    Enrolment,
    Pathway,
    PathwaySignOff,
    PathwayVersion,
    Patient,
    Remind,
    Screening,
    ScreeningDefinition,
)
from pathways.rules.lifecycles import Phase
from pathways.services import reminders
from pathways.services.actors import Actor
from tests import people

SWEEP = Actor.system("sweep:plan")
LAST = date(2026, 8, 21)
DUE = date(2026, 11, 21)  # a Saturday


def small_version(
    clinic: Clinic,
    *codes: str,
    signed: bool = True,
    remind: Remind = Remind.PATIENT,
    number: int = 1,
) -> PathwayVersion:
    """A signed version with the named screenings, each opening and due at 3 months, grace 14."""
    pathway, _ = Pathway.objects.get_or_create(code="small", defaults={"name": "Small"})
    moment = people_now()
    version = PathwayVersion.objects.create(
        pathway=pathway,
        clinic=clinic,
        number=number,
        effective_from=date(2026, 1, 1),
        content_hash=f"{number}" * 8,
        published_at=moment,
        published_by="test",
    )
    for position, code in enumerate(codes or ("vegf",)):
        for phase in (Phase.ACTIVE_TREATMENT, Phase.REMISSION):
            ScreeningDefinition.objects.create(
                version=version,
                code=code,
                phase=phase,
                label=code.upper(),
                owner="hematology",
                booking="visit",
                remind=remind,
                minutes=30,
                kind="every",
                anchor_mode="actual",
                opens_after="3 months",
                due_after="3 months" if phase is Phase.ACTIVE_TREATMENT else "6 months",
                soon_days=14,
                grace_days=14,
                min_gap_days=42,
                satisfied_any=[code],
                sources=[{"document": "test"}],
                signed=True,
                position=position,
                expected_days=21,
            )
    if signed:
        sign(version, clinic)
    return version


def sign(version: PathwayVersion, clinic: Clinic, on: date = date(2026, 1, 2)) -> None:
    """Sign a version openly, with an invented name."""
    PathwaySignOff.objects.create(
        version=version,
        clinic=clinic,
        signed_by="Dr J. Lindqvist (invented)",
        signed_on=on,
        recorded_at=people_now(),
        recorded_by="test",
    )


def people_now() -> Any:
    """The instant of the test's clock."""
    from pathways import clock

    return clock.now()


def vegf_person(
    clinic: Clinic, version: PathwayVersion, *, last: date = LAST, code: str = "vegf", **more: Any
) -> Patient:
    """A person enrolled in January whose last result was on that day."""
    patient = people.make_patient(clinic, **more)
    people.enrol(patient, version)
    people.record(patient, code, last)
    return patient


def owed(patient: Patient, code: str = "vegf") -> Screening:
    """The open screening of that code."""
    return Screening.objects.open().get(patient=patient, code=code)


def enrolment_of(patient: Patient) -> Enrolment:
    """The person's enrolment."""
    return patient.enrolments.get()


def plan(clinic: Clinic, day: date) -> reminders.PlanReport:
    """Run the planner's sweep for a day."""
    return reminders.plan(clinic=clinic, day=day, by=SWEEP)
