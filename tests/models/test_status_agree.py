"""The two forms of "overdue" give one answer: the pure function, and the database expression."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways import clock
from pathways.models import Enrolment, PathwayVersion, Screening, ScreeningDefinition
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import ScreeningState
from tests import people

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 21)
near = st.integers(-40, 40).map(lambda days: DAY + timedelta(days=days))
maybe = st.none() | near


@st.composite
def rows(draw: Any) -> dict[str, Any]:
    """A row as the database allows one: dates in order, or a reason why there are none."""
    dates = sorted(draw(st.tuples(near, near, near)))
    values: dict[str, Any] = {
        "soon_on": draw(st.just(dates[0] - timedelta(days=14)) | st.none()),
        "opens_on": dates[0],
        "due_on": dates[1],
        "overdue_from": dates[2] + timedelta(days=1),
        "not_assessable": draw(st.sampled_from(["", "", "", "No cycle recorded"])),
        "closed_from": draw(maybe),
        "held_from": draw(maybe),
        "postponed_until": draw(maybe),
        "collected_on": draw(maybe),
        "result_expected_on": draw(maybe),
        "state": draw(st.sampled_from([ScreeningState.PLANNED] * 4 + [ScreeningState.COMPLETED])),
    }
    if draw(st.integers(0, 5)) == 0:
        missing = draw(st.sampled_from(["opens_on", "due_on", "overdue_from"]))
        values[missing] = None
        if missing == "due_on":
            values["not_assessable"] = "No transplant recorded"
    return values


@pytest.fixture
def owned(pathway_version: PathwayVersion) -> tuple[Enrolment, ScreeningDefinition]:
    patient = people.make_patient(pathway_version.sign_offs.get().clinic)
    enrolment = people.enrol(patient, pathway_version)
    definition = ScreeningDefinition.objects.filter(version=pathway_version).first()
    assert definition is not None
    return enrolment, definition


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(rows(), min_size=5, max_size=40))
def test_function_and_queryset_agree_on_every_history_and_day(
    owned: tuple[Enrolment, ScreeningDefinition], drawn: list[dict[str, Any]]
) -> None:
    enrolment, definition = owned
    with transaction.atomic():
        Screening.objects.bulk_create(
            Screening(
                clinic_id=enrolment.clinic_id,
                patient_id=enrolment.patient_id,
                enrolment=enrolment,
                definition=definition,
                code=f"drawn-{number}",
                phase=definition.phase,
                rule_version=1,
                basis="result",
                created_at=clock.now(),
                created_on=DAY,
                **values,
            )
            for number, values in enumerate(drawn)
        )
        stored = Screening.objects.filter(code__startswith="drawn-")
        for days in (-20, -1, 0, 1, 20):
            day = DAY + timedelta(days=days)
            by_function = {row.pk: row.status_on(day).status for row in stored}
            by_database = dict(stored.with_status(day).values_list("pk", "status"))
            assert by_database == by_function
            overdue = {pk for pk, status in by_function.items() if status is DueStatus.OVERDUE}
            assert set(stored.overdue(day).values_list("pk", flat=True)) == overdue
        transaction.set_rollback(True)
