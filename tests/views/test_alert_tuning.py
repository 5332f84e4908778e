"""The rules page: n of N, and a rule changed only after a look at what it would raise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways import clock
from pathways.models import Alert, Clinic, RuleSetting, User
from pathways.rules.alert_states import Outcome, Usefulness
from pathways.services import alert_rules, alert_settings, alerts
from pathways.services.actors import Actor
from pathways.worklists.alert_rules_page import RuleRow, rule_rows
from tests import findings, people
from tests.views.house import signed_in

CODE = "vegf-above-lowest"
TYPED = {
    "enabled": "on",
    "severity": "within 7 days",
    "owner_role": "hematologist",
    "answer_minutes": "16 hours",
    "resolve_minutes": "40 hours",
    "number_percent": "100",
    "reason": "Fifty was noise here.",
    "over": "1",
}


@pytest.fixture(autouse=True)
def monday(at: Callable[[str], None]) -> None:
    at("2026-11-23 08:30")


def row_of(clinic: Clinic) -> RuleRow:
    since = clock.now() - alert_rules.LOOKED_BACK
    rows = rule_rows(clinic, alert_settings.in_force(clinic), since)
    return next(row for row in rows if row.code == CODE)


def answered(alert: Alert, usefulness: Usefulness, by: User) -> None:
    alerts.resolve(
        alert=alert, outcome=Outcome.REVIEWED, usefulness=usefulness, by=Actor.person(by)
    )


def test_a_rule_says_how_often_it_spoke_and_of_what_use(
    clinic: Clinic, nurse: User, at: Callable[[str], None]
) -> None:
    now = clock.now()
    for hours, usefulness in ((1, Usefulness.USEFUL), (2, Usefulness.NOISE), (9, Usefulness.NOISE)):
        raised = findings.raised(clinic, raised_at=now - timedelta(hours=hours))
        answered(raised, usefulness, nurse)
    findings.raised(clinic)
    findings.raised(clinic, raised_at=now - timedelta(days=366))
    row = row_of(clinic)
    assert (row.raised, row.resolved) == (4, "3/4")
    assert (row.useful, row.noise, row.median) == ("1/3", "2/3", "2 h")


def test_a_percentage_is_shown_from_ten_on(clinic: Clinic, nurse: User) -> None:
    for _ in range(10):
        answered(findings.raised(clinic), Usefulness.USEFUL, nurse)
    assert row_of(clinic).useful == "10/10 (100 %)"


def test_a_rule_that_never_spoke_says_nothing_of_its_use(clinic: Clinic) -> None:
    row = row_of(clinic)
    assert (row.raised, row.useful, row.median) == (0, "–", "–")


def test_a_nurse_reads_the_rules_and_changes_none(clinic: Clinic, nurse: User) -> None:
    page = signed_in(nurse).get(reverse("alerts-tuning")).content.decode()
    assert "VEGF more than 50 % above its lowest" in page
    assert "Change…" not in page


def send(client: Client, do: str, **changes: str) -> Any:
    return client.post(reverse("alerts-rule", args=[CODE]), {**TYPED, "do": do, **changes})


def test_a_rule_is_published_after_a_look_at_what_it_would_raise(
    clinic: Clinic, hematologist: User
) -> None:
    person = people.make_patient(clinic, family_name="Haddad")
    sample = {"unit": "pg/mL", "specimen": "plasma", "lab": "Central"}
    people.record(person, "vegf", date(2026, 5, 1), value=50, **sample)
    people.record(person, "vegf", date(2026, 8, 1), value=80, **sample)
    client = signed_in(hematologist)
    seen = send(client, "preview")
    page = seen.content.decode()
    assert "Would have raised 1, now 0." in page
    assert "Not any more: 1" in page
    assert "HADDAD" in page
    answer = send(client, "publish", previewed=seen.context["previewed"])
    assert answer.status_code == 302
    assert RuleSetting.objects.get().parameters == {"percent": 100}
    assert row_of(clinic).title == "VEGF more than 100 % above its lowest"


def test_what_was_not_previewed_as_it_stands_is_previewed_first(
    clinic: Clinic, coordinator: User
) -> None:
    client = signed_in(coordinator)
    seen = send(client, "preview")
    answer = send(client, "publish", number_percent="200", previewed=seen.context["previewed"])
    assert answer.status_code == 200
    assert "Would have raised" in answer.content.decode()
    assert not RuleSetting.objects.exists()


def test_who_comes_second_is_told_and_keeps_what_was_typed(
    clinic: Clinic, coordinator: User
) -> None:
    client = signed_in(coordinator)
    mine = send(client, "preview", number_percent="150").context["previewed"]
    hers = send(client, "preview").context["previewed"]
    send(client, "publish", previewed=hers)
    page = send(client, "publish", number_percent="150", previewed=mine).content.decode()
    assert RuleSetting.objects.count() == 1
    assert "Changed while you were writing" in page
    assert 'value="150"' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number_percent": "x"}, "Enter a whole number"),
        ({"number_percent": "0"}, "greater than or equal to 1"),
        ({"answer_minutes": "soon"}, "Write a time such as"),
        ({"reason": ""}, "Say why"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(
    clinic: Clinic, coordinator: User, changes: dict[str, str], words: str
) -> None:
    page = send(signed_in(coordinator), "preview", **changes).content.decode()
    assert words in page
    assert "<title>Error: " in page


def test_a_clinic_sets_limits_of_its_own_a_line_each(clinic: Clinic, coordinator: User) -> None:
    client = signed_in(coordinator)
    address = reverse("alerts-rule", args=["beyond-clinic-limit"])
    words = {
        **TYPED,
        "severity": "same day",
        "answer_minutes": "4 hours",
        "resolve_minutes": "24 hours",
        "number_limits": "hemoglobin below 80 g/L\nplatelets above 1000 10*9/L",
    }
    seen = client.post(address, {**words, "do": "preview"})
    client.post(address, {**words, "do": "publish", "previewed": seen.context["previewed"]})
    assert RuleSetting.objects.get().parameters["limits"] == [
        {"code": "hemoglobin", "unit": "g/L", "below": "80"},
        {"code": "platelets", "unit": "10*9/L", "above": "1000"},
    ]


@pytest.mark.parametrize(
    "line", ["hemoglobin 80", "nonsense below 80 g/L", "hemoglobin below low g/L"]
)
def test_a_limit_that_cannot_be_read_is_named(clinic: Clinic, coordinator: User, line: str) -> None:
    address = reverse("alerts-rule", args=["beyond-clinic-limit"])
    words = {**TYPED, "number_limits": line, "do": "preview"}
    page = signed_in(coordinator).post(address, words).content.decode()
    assert 'class="error"' in page or "error-summary" in page
    assert line in page


def test_a_rule_that_is_not_there_is_not_found(clinic: Clinic, coordinator: User) -> None:
    answer = signed_in(coordinator).get(reverse("alerts-rule", args=["no-such-rule"]))
    assert answer.status_code == 404
