"""A clinic tries its own numbers on the last year, publishes them, and sees how a rule fares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathways import clock
from pathways.catalogue import load_alert_rules
from pathways.models import Alert, Clinic, Patient, RuleSetting, User
from pathways.rules.alert_states import Outcome, Usefulness
from pathways.rules.findings import Setting
from pathways.rules.lifecycles import Role
from pathways.services import alert_rules, alert_settings, alerts
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.worklists.alert_tuning import Fared, tuning
from tests import people
from tests.people import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(at: Callable[[str], None]) -> None:
    at("2026-11-20 09:00")


def usual(code: str = "vegf-above-lowest") -> Setting:
    return load_alert_rules()[code].setting


def series(clinic: Clinic, *values: str) -> Patient:
    patient = people.make_patient(clinic)
    for place, value in enumerate(values):
        people.record(
            patient,
            "vegf",
            date(2026, 3, 1) + timedelta(days=60 * place),
            value=Decimal(value),
            unit="pg/mL",
            specimen="plasma",
            lab="Royal",
        )
    return patient


def test_a_change_is_tried_on_every_day_of_the_last_year(clinic: Clinic, nurse: User) -> None:
    spiked = series(clinic, "80", "131", "80")
    series(clinic, "80", "90")
    high = series(clinic, "80", "170")

    found = alert_rules.preview(
        clinic=clinic, proposed=replace(usual(), parameters={"percent": 100})
    )

    # The spike of May is found although the value has fallen since.
    assert (found.before, [each.patient for each in found.after]) == (2, [high])
    assert [each.patient for each in found.gone] == [spiked]
    assert found.gone[0].on == date(2026, 4, 30)
    assert found.words == "On the last year's data it raises 2; as proposed 1."
    assert RuleSetting.objects.count() == 0


def test_a_published_version_is_used_from_then_on(clinic: Clinic, coordinator: User) -> None:
    row = alert_rules.publish(
        clinic=clinic,
        proposed=replace(usual(), parameters={"percent": 100}),
        reason="too many after infections",
        by=Actor.person(coordinator),
    )
    series(clinic, "80", "131")

    assert (row.version, row.recorded_by) == (2, "ines")
    assert not Alert.objects.filter(rule="vegf-above-lowest").exists()
    series(clinic, "80", "170")
    assert Alert.objects.get(rule="vegf-above-lowest").rule_version == 2


def test_a_rule_switched_off_raises_nothing(clinic: Clinic, nurse: User) -> None:
    alert_rules.publish(
        clinic=clinic, proposed=replace(usual(), enabled=False), reason="not here", by=SYSTEM
    )
    series(clinic, "80", "170")
    assert not Alert.objects.filter(rule="vegf-above-lowest").exists()
    assert alert_settings.in_force(clinic)["vegf-above-lowest"].enabled is False


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"answer_minutes": 0}, "answered"),
        ({"resolve_minutes": 0}, "resolved"),
        ({"owner_role": Role.AUDITOR}, "auditor"),
        ({"parameters": {}}, "has these numbers: percent"),
        ({"parameters": {"percent": 0}}, "one or more"),
        ({"parameters": {"percent": "much"}}, "as it was"),
        ({"code": "no-such-rule"}, "no rule"),
    ],
)
def test_a_version_that_is_not_whole_is_refused(
    clinic: Clinic, changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(Refused, match=complaint):
        alert_rules.publish(
            clinic=clinic, proposed=replace(usual(), **changes), reason="why", by=SYSTEM
        )


def test_a_version_needs_a_reason(clinic: Clinic) -> None:
    with pytest.raises(Refused, match="why"):
        alert_rules.publish(clinic=clinic, proposed=usual(), reason=" ", by=SYSTEM)


def test_a_limit_is_checked_against_the_catalogue(clinic: Clinic) -> None:
    for limit, complaint in (
        ({"code": "platlets", "above": "450", "unit": "10*9/L"}, "not a code"),
        ({"code": "platelets", "above": "450", "unit": "g/L"}, "in 10\\*9/L"),
        ({"code": "platelets", "unit": "10*9/L"}, "above or below"),
        ({"code": "platelets", "above": "many", "unit": "10*9/L"}, "not a number"),
    ):
        proposed = replace(usual("beyond-clinic-limit"), parameters={"limits": [limit]})
        with pytest.raises(Refused, match=complaint):
            alert_rules.publish(clinic=clinic, proposed=proposed, reason="why", by=SYSTEM)


def fared(clinic: Clinic) -> Fared:
    rows = tuning(clinic, clock.now() - timedelta(days=365))
    return next(row for row in rows if row.rule == "vegf-above-lowest")


def test_how_a_rule_fares(clinic: Clinic, nurse: User, at: Callable[[str], None]) -> None:
    for _ in range(3):
        series(clinic, "80", "170")
    rows = list(Alert.objects.filter(rule="vegf-above-lowest"))
    by = Actor.person(nurse)
    for hour, alert, usefulness in (
        (10, rows[0], Usefulness.USEFUL),
        (13, rows[1], Usefulness.NOISE),
    ):
        at(f"2026-11-20 {hour}:00")
        alerts.acknowledge(alert=alert, by=by)
        alerts.resolve(alert=alert, outcome=Outcome.REVIEWED, usefulness=usefulness, by=by)

    row = fared(clinic)

    assert (row.raised, row.acknowledged, row.useful, row.noise) == (3, 2, 1, 1)
    assert row.median_to_answer == timedelta(hours=2, minutes=30)


def test_tuning_asks_one_question(
    clinic: Clinic, nurse: User, django_assert_num_queries: Callable[[int], object]
) -> None:
    series(clinic, "80", "170")
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        tuning(clinic, clock.now() - timedelta(days=365))
