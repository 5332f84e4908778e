"""From a result typed in on a Friday to an answer, over a weekend on which the clocks go back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django import Settings

from pathways.models import Alert, AuditEvent, Clinic, Duty, PathwayVersion, Patient, User
from pathways.rules.alert_states import AlertState, Rung
from pathways.services import alert_sweep
from pathways.services.actors import Actor
from tests import people
from tests.views.house import signed_in

pytestmark = pytest.mark.django_db
SWEEPER = Actor.system("sweep:alerts")

FRIDAY = "2026-10-23 14:00"  # 15:00 in London; summer time ends on the Sunday
DUE = datetime(2026, 10, 27, 15, tzinfo=UTC)  # 16 working hours later, in winter time


def hourly(until: datetime) -> list[datetime]:
    """Every full hour after Friday afternoon up to an instant."""
    begun = datetime.fromisoformat(FRIDAY).replace(tzinfo=UTC)
    hours = int((until - begun) / timedelta(hours=1))
    return [begun + timedelta(hours=number) for number in range(1, hours + 1)]


@pytest.fixture
def patient(
    clinic: Clinic,
    pathway_version: PathwayVersion,
    nurse: User,
    hematologist: User,
    at: Callable[[str], None],
    settings: Settings,
) -> Patient:
    """Amira Haddad, whose VEGF was 80 in July; Dr Lindqvist is her clinician, Marit in charge."""
    settings.CLOCK_GUARD = False
    at(FRIDAY)
    person = people.make_patient(clinic, family_name="Haddad", given_name="Amira")
    person.named_clinician = hematologist
    person.save()
    people.enrol(person, pathway_version)
    Duty.objects.create(
        clinic=clinic, rung=Rung.NURSE_IN_CHARGE, user=nurse, from_on=date(2026, 1, 1)
    )
    people.record(
        person,
        "vegf",
        date(2026, 7, 1),
        value=Decimal(80),
        unit="pg/mL",
        specimen="plasma",
        lab="Royal",
    )
    return person


def type_in_the_result(nurse: User, patient: Patient) -> None:
    answer = signed_in(nurse).post(
        reverse("record-result", args=[patient.pk]),
        {
            "code": "vegf",
            "status": "final",
            "performed_on": "2026-10-20",
            "value": "131",
            "unit": "pg/mL",
            "specimen": "plasma",
            "lab": "Royal",
        },
    )
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("sweeps", "found_at"),
    [
        pytest.param(hourly(DUE), DUE, id="the workers sweep every hour"),
        pytest.param(
            [*hourly(DUE - timedelta(hours=12)), DUE + timedelta(hours=12)],
            DUE + timedelta(hours=12),
            id="every worker is stopped for a day in between",
        ),
    ],
)
def test_a_result_becomes_an_alert_is_passed_on_and_answered(
    sweeps: Sequence[datetime],
    found_at: datetime,
    patient: Patient,
    nurse: User,
    hematologist: User,
    at: Callable[[str], None],
) -> None:
    # Given a result that a nurse types in: the next request of its owner shows the alert.
    type_in_the_result(nurse, patient)
    inbox = signed_in(hematologist).get(reverse("alerts"), {"show": "mine"}).content.decode()
    assert "HADDAD, Amira" in inbox
    alert = Alert.objects.get(rule="vegf-above-lowest", patient=patient)
    assert (alert.owner, alert.level, alert.deadline_at) == (hematologist, 0, DUE)

    # When nobody answers, it is passed on once its time is over, and not before.
    for moment in sweeps:
        at(f"{moment:%Y-%m-%d %H:%M}")
        alert_sweep.sweep(by=SWEEPER)
        alert.refresh_from_db()
        assert alert.level == (1 if moment >= DUE else 0), moment
    assert alert.owner == nurse

    # Then the next in the chain finds it, takes it, and answers it.
    marit = signed_in(nurse)
    assert "HADDAD, Amira" in marit.get(reverse("alerts"), {"show": "mine"}).content.decode()
    answer = reverse("alert-answer", args=[alert.pk])
    marit.post(answer, {"do": "acknowledge", "seen": "raised"})
    alert.refresh_from_db()
    assert alert.state == AlertState.ACKNOWLEDGED
    assert alert.deadline_at is not None
    assert alert.deadline_at > found_at
    marit.post(
        answer,
        {
            "do": "answer",
            "seen": "acknowledged",
            "outcome": "repeat the test",
            "usefulness": "useful",
            "note": "Influenza two weeks before the sample.",
        },
    )
    alert.refresh_from_db()
    assert alert.state == AlertState.RESOLVED

    # And every step stands in the audit trail, with its author.
    told = AuditEvent.objects.filter(subject_type="Alert", subject_id=str(alert.pk))
    changed = told.exclude(verb__startswith="opened").order_by("at", "pk")
    assert list(changed.values_list("verb", "actor")) == [
        ("raised an alert", "marit"),
        ("escalated an alert", "sweep:alerts"),
        ("acknowledged an alert", "marit"),
        ("resolved an alert", "marit"),
    ]
