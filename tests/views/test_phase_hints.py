"""Both pages on which therapy and phase meet say where they do not fit; nothing changes by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import Clinic, PathwayVersion, Patient, User
from pathways.rules.lifecycles import Phase
from pathways.services import enrolments, therapy
from tests.courses import FIRST, give, plan_course
from tests.people import SYSTEM, enrol, make_patient
from tests.views.house import signed_in

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
PAGES = ("patient", "patient-therapy")
RD = "Rd goes on, and the phase"
DAY_0 = "Day 0 of a transplant was 3 Aug; the phase is"


@pytest.fixture
def person(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Callable[[Phase], Patient]:
    """Somebody in a phase since January, with an Rd that runs; it is 21 November."""

    def made(phase: Phase) -> Patient:
        at("2026-11-21 09:00")
        patient = make_patient(clinic)
        enrol(patient, pathway_version, phase=phase)
        give(plan_course(patient), 1, FIRST)
        return patient

    return made


def pages(nurse: User, patient: Patient) -> list[str]:
    browser: Client = signed_in(nurse)
    found = [browser.get(reverse(name, args=[patient.pk])) for name in PAGES]
    return [answer.content.decode() for answer in found]


@pytest.mark.parametrize(
    ("phase", "said"), [(Phase.ACTIVE_TREATMENT, False), (Phase.RELAPSE, True)]
)
def test_a_course_in_a_phase_without_checks_is_said_until_it_ends(
    nurse: User, person: Callable[[Phase], Patient], phase: Phase, said: bool
) -> None:
    patient = person(phase)
    assert [RD in page for page in pages(nurse, patient)] == [said, said]
    course = patient.courses.get()
    therapy.stop_course(course=course, on=date(2026, 6, 28), reason="rash", by=SYSTEM)
    assert not any(RD in page for page in pages(nurse, patient))


def test_a_transplant_day_in_remission_is_said_until_the_phase_follows(
    nurse: User, person: Callable[[Phase], Patient]
) -> None:
    patient = person(Phase.REMISSION)
    enrolment = patient.enrolments.get()
    enrolments.record_transplant(enrolment=enrolment, on=date(2026, 8, 3), by=SYSTEM)
    assert all(DAY_0 in page for page in pages(nurse, patient))
    enrolments.change_phase(
        enrolment=enrolment, phase=Phase.POST_TRANSPLANT, since_on=date(2026, 8, 3), by=SYSTEM
    )
    assert not any(DAY_0 in page for page in pages(nurse, patient))
