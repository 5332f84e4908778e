"""The same day gives the same demo clinic, whatever the hour."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from pathways.demo.seed import seed
from pathways.models import (
    Alert,
    Appointment,
    CareEntry,
    DiseaseFeature,
    Enrolment,
    Observation,
    Patient,
    Screening,
    TherapyCycle,
)
from pathways.services import reminders
from pathways.services.actors import Actor
from tests import post

MOMENT = datetime(2026, 11, 21, tzinfo=UTC)


def _dump() -> list[tuple[Any, ...]]:
    """Everything that a person would see, without keys and hours."""
    return [
        *Patient.objects.order_by("mrn").values_list(
            "mrn", "family_name", "birth_date", "language", "life_status", "flags"
        ),
        *Enrolment.objects.order_by("patient__mrn").values_list(
            "patient__mrn", "state", "enrolled_on", "transplant_on", "ended_on", "end_reason"
        ),
        *Observation.objects.order_by("patient__mrn", "performed_on", "code", "status").values_list(
            "patient__mrn", "code", "performed_on", "status", "value", "value_text", "specimen"
        ),
        *Screening.objects.order_by("patient__mrn", "code", "state", "due_on").values_list(
            "patient__mrn", "code", "state", "opens_on", "due_on", "overdue_from"
        ),
        *Appointment.objects.order_by("patient__mrn", "starts_at").values_list(
            "patient__mrn", "starts_at", "state"
        ),
        *TherapyCycle.objects.order_by("course__patient__mrn", "planned_on", "number").values_list(
            "course__patient__mrn", "course__regimen", "planned_on", "given_on", "state"
        ),
        *CareEntry.objects.order_by("patient__mrn", "kind", "from_on").values_list(
            "patient__mrn", "kind", "label", "from_on", "until_on"
        ),
        *DiseaseFeature.objects.order_by("patient__mrn", "feature").values_list(
            "patient__mrn", "feature", "state", "found_on"
        ),
        *Alert.objects.order_by("patient__mrn", "rule", "title", "reason").values_list(
            "patient__mrn", "rule", "severity", "state", "reason"
        ),
    ]


@pytest.mark.django_db
def test_two_seeds_of_one_day_are_alike() -> None:
    dumps = []
    for hour in (1, 22):
        with time_machine.travel(MOMENT.replace(hour=hour), tick=False), transaction.atomic():
            seed(link_host="127.0.0.1:8000")
            dumps.append(_dump())
            transaction.set_rollback(True)
    assert dumps[0] == dumps[1]
    assert len(dumps[0]) > 5000


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-12-27", "2028-02-29"])
def test_days_when_a_clinic_is_shut_or_rare_have_their_demo_too(day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T23:30").replace(tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        clinic = seed(link_host="127.0.0.1:8000")
        report = reminders.plan(clinic=clinic, day=moment.date(), by=Actor.system("test"))
        assert not report.failed
        assert post.ready_at(moment).count() >= 15
