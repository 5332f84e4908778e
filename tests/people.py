"""The cast of the tests: named people with roles, one clinic of theirs, and a stranger's clinic."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from pathways.models import Clinic, Enrolment, Membership, PathwayVersion, Patient, User
from pathways.rules.lifecycles import Phase, ResultStatus, Role
from pathways.services import catalogue, enrolments, results
from pathways.services.actors import Actor
from pathways.services.patients import register
from pathways.services.result_rows import Result

SYSTEM = Actor.system("test")
_numbers = count(1)


def make_clinic(code: str = "northgate", **changes: Any) -> Clinic:
    """A clinic in London whose sending window is the usual one."""
    values: dict[str, Any] = {
        "code": code,
        "name": "Northgate Clinic",
        "time_zone": "Europe/London",
        "country": "GB",
        "emergency_number": "999",
        "advice_number": "111",
        "phone": "020 7946 0180",
        "phone_hours": "Monday to Friday, 8 am to 5 pm",
        "day_night_phone": "020 7946 0181",
        "address": "Riverside Building, 12 Quay Road, London",
        "email": f"visits@{code}.example",
        "link_host": f"{code}.example",
        "daily_ceiling": 100_000,
        "release_over": 100_000,
    }
    return Clinic.objects.create(**(values | changes))


def make_user(clinic: Clinic, role: Role, username: str, name: str = "") -> User:
    """A member of staff with one role in the clinic."""
    given, _, family = (name or username.title()).partition(" ")
    user = User.objects.create_user(
        username, password="correct horse battery", first_name=given, last_name=family
    )
    Membership.objects.create(clinic=clinic, user=user, role=role, since_on=date(2026, 1, 1))
    return user


def signed_version(clinic: Clinic) -> PathwayVersion:
    """The product's pathway, openly signed for the clinic by an invented physician."""
    version = catalogue.load(by=SYSTEM)
    catalogue.sign(
        version=version,
        clinic=clinic,
        signed_by="Dr J. Lindqvist, hematologist (invented)",
        signed_on=date(2026, 1, 2),
        by=SYSTEM,
    )
    return version


def make_patient(clinic: Clinic, **changes: Any) -> Patient:
    """A person who said yes to email."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "mrn": f"T{number:05d}",
        "given_name": "Maya",
        "family_name": f"Example{number}",
        "birth_date": date(1968, 3, 14),
        "email": f"maya{number}@mail.example",
        "phone": f"020 7946 {number:04d}",
        "email_consent_on": date(2026, 1, 5),
    }
    return register(clinic=clinic, by=SYSTEM, **(values | changes))


def enrol(
    patient: Patient,
    version: PathwayVersion,
    phase: Phase = Phase.ACTIVE_TREATMENT,
    enrolled_on: date = date(2026, 1, 5),
    phase_since: date | None = None,
) -> Enrolment:
    """Enrol a person, by default in active treatment since January 2026."""
    return enrolments.enrol(
        patient=patient,
        version=version,
        enrolled_on=enrolled_on,
        phase=phase,
        phase_since=phase_since or enrolled_on,
        by=SYSTEM,
    )


def record(
    patient: Patient,
    code: str,
    performed_on: date,
    status: ResultStatus = ResultStatus.FINAL,
    **more: Any,
) -> Any:
    """Record a result of the person."""
    result = Result(patient=patient, code=code, performed_on=performed_on, status=status, **more)
    return results.record(result=result, by=SYSTEM)
