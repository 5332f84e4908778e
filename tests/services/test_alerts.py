"""Results in, alerts out: raised once, bumped by new evidence, never in the way of saving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.models import Alert, AlertEvent, AuditEvent, Clinic, Observation, Patient, User
from pathways.rules import alerts as rules
from pathways.rules.alert_states import AlertEventKind, AlertState, Outcome, Severity, Usefulness
from pathways.rules.findings import Rule, Verdict
from pathways.rules.lifecycles import ResultStatus
from pathways.services import alert_rows, alerts, results
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.result_rows import Result
from tests import people
from tests.people import SYSTEM

pytestmark = pytest.mark.django_db

VEGF = {"unit": "pg/mL", "specimen": "plasma", "lab": "Royal"}


def vegf(patient: Patient, on: date, value: str, **more: Any) -> Observation:
    return people.record(patient, "vegf", on, value=Decimal(value), **(VEGF | more))


def one(rule: str = "vegf-above-lowest") -> Alert:
    return Alert.objects.get(rule=rule)


@pytest.fixture
def patient(clinic: Clinic, nurse: User, hematologist: User) -> Patient:
    person = people.make_patient(clinic)
    person.named_clinician = hematologist
    person.save()
    return person


@pytest.fixture(autouse=True)
def today(at: Callable[[str], None]) -> None:
    at("2026-11-20 09:00")


def rising(patient: Patient) -> Alert:
    vegf(patient, date(2026, 8, 20), "80")
    vegf(patient, date(2026, 11, 19), "131", reference_high=Decimal(115))
    return one()


def test_a_result_beyond_the_criterion_is_an_alert_of_the_named_clinician(
    patient: Patient, hematologist: User
) -> None:
    alert = rising(patient)

    assert alert.owner == hematologist
    assert alert.severity == Severity.WITHIN_7_DAYS
    assert "131 pg/mL" in alert.reason
    assert "64 % above its lowest, 80 pg/mL of" in alert.reason
    assert alert.state == AlertState.RAISED


def test_asking_again_changes_nothing(patient: Patient) -> None:
    rising(patient)
    before = (AlertEvent.objects.count(), AuditEvent.objects.count())

    alerts.assess([patient.pk], by=SYSTEM)

    assert (AlertEvent.objects.count(), AuditEvent.objects.count()) == before
    assert one().repeats == 0


def test_new_evidence_bumps_the_counter_of_the_open_one(patient: Patient) -> None:
    rising(patient)

    vegf(patient, date(2026, 11, 20), "150")

    assert one().repeats == 1
    assert "150 pg/mL" in one().reason


def test_a_resolved_one_stays_resolved_on_the_same_evidence(patient: Patient, nurse: User) -> None:
    alert = rising(patient)
    alerts.resolve(
        alert=alert,
        outcome=Outcome.REPEAT_TEST,
        usefulness=Usefulness.USEFUL,
        by=Actor.person(nurse),
    )

    alerts.assess([patient.pk], by=SYSTEM)

    assert one().state == AlertState.RESOLVED


def test_a_resolved_one_reopens_on_new_evidence(patient: Patient, nurse: User) -> None:
    alert = rising(patient)
    alerts.resolve(
        alert=alert,
        outcome=Outcome.REPEAT_TEST,
        usefulness=Usefulness.USEFUL,
        by=Actor.person(nurse),
    )

    vegf(patient, date(2026, 11, 20), "150")

    assert one().state == AlertState.RAISED
    assert [event.kind for event in one().events.all()] == [
        AlertEventKind.RAISED,
        AlertEventKind.RESOLVED,
        AlertEventKind.REOPENED,
    ]


def test_what_is_no_longer_found_is_noted_and_stays_open(patient: Patient) -> None:
    rising(patient)

    vegf(patient, date(2026, 11, 20), "85")

    assert one().state == AlertState.RAISED
    assert one().not_found_since is not None
    assert one().events.last().kind == AlertEventKind.NOT_FOUND


def test_an_alert_on_a_value_entered_in_error_is_in_error_too(patient: Patient) -> None:
    rising(patient)
    latest = Observation.objects.final().get(performed_on=date(2026, 11, 19))

    results.enter_in_error(observation=latest, reason="another person's", by=SYSTEM)

    assert one().state == AlertState.ENTERED_IN_ERROR
    assert one().deadline_at is None
    assert "entered in error" in one().events.last().words


def test_an_alert_can_be_made_again_from_what_was_kept(patient: Patient) -> None:
    alert = rising(patient)

    finding = alerts.reproduce(alert=Alert.objects.get(pk=alert.pk))

    assert finding.verdict is Verdict.RAISE
    assert finding.words["value"] == "131"
    assert ",".join(finding.evidence) == alert.evidence


def broken(code: str, how: Callable[[], object]) -> Rule:
    rule = rules.RULES[code]

    def decide(case: Any, parameters: Any) -> Any:
        how()
        raise AssertionError("unreachable")

    return Rule(code, rule.case, rule.cases, decide)


def in_python() -> None:
    raise KeyError("no such word")


def in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column FROM no_such_table")


@pytest.mark.parametrize("how", [in_python, in_the_database], ids=lambda how: how.__name__)
def test_a_rule_that_throws_leaves_the_result_saved_and_is_told(
    patient: Patient, coordinator: User, monkeypatch: pytest.MonkeyPatch, how: Any
) -> None:
    others = [rule for rule in rules.OF_A_PERSON if rule.code != "vegf-above-lowest"]
    monkeypatch.setattr(rules, "OF_A_PERSON", [broken("vegf-above-lowest", how), *others])

    vegf(patient, date(2026, 8, 20), "80")
    vegf(patient, date(2026, 11, 19), "131", lab="Another")

    assert Observation.objects.final().count() == 2
    assert one("rule-failed").owner == coordinator
    assert "vegf-above-lowest" in one("rule-failed").reason
    # The other rules were heard all the same.
    assert one("vegf-not-comparable").severity == Severity.INFORMATION


def test_a_row_that_cannot_be_written_leaves_the_result_saved(
    patient: Patient, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = people.make_patient(patient.clinic)
    words = alert_rows.words_of

    def endless(answer: Any) -> tuple[str, str]:
        title, reason = words(answer)
        if str(patient.pk) in str(answer.case) or "131" in reason:
            return None, reason  # type: ignore[return-value]
        return title, reason

    monkeypatch.setattr(alert_rows, "words_of", endless)
    for who, value in ((patient, "131"), (other, "170")):
        vegf(who, date(2026, 8, 20), "80")
        vegf(who, date(2026, 11, 19), value)

    assert Observation.objects.final().count() == 4
    assert one().patient == other
    assert "writing" in one("rule-failed").reason


def questions_of_an_import(patient: Patient, count: int) -> int:
    """Save so many results at once; return how many questions assessing them asked."""
    start = date(2020, 1, 1)
    rows = [
        Result(
            patient=patient,
            code="vegf",
            performed_on=start + timedelta(days=number),
            status=ResultStatus.FINAL,
            value=Decimal(80 + number % 60),
            unit="pg/mL",
            specimen="plasma",
            lab="Royal",
        )
        for number in range(count)
    ]
    asked = CaptureQueriesContext(connection)
    real = alerts.assess

    def counted(people: Any, *, by: Actor) -> int:
        calls.append(len(list(people)))
        with asked:
            return real(people, by=by)

    calls: list[int] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(results.alerts, "assess", counted)
        results.record_all(rows, clinic=patient.clinic, by=SYSTEM, source="import")
    assert calls == [1]  # each person's rules run once an import
    return len(asked)


def test_assessing_an_import_asks_as_much_for_ten_results_as_for_a_thousand(
    clinic: Clinic, nurse: User
) -> None:
    few = questions_of_an_import(people.make_patient(clinic), 10)
    many = questions_of_an_import(people.make_patient(clinic), 1000)
    assert few == many
    assert few < 60


def test_only_information_is_marked_as_read_and_all_or_none(patient: Patient, nurse: User) -> None:
    rising(patient)
    vegf(patient, date(2026, 11, 20), "90", lab="Another")
    by = Actor.person(nurse)

    with pytest.raises(Refused, match="answer the others"):
        alerts.mark_read(clinic=patient.clinic, alerts=Alert.objects.all(), by=by)
    told = Alert.objects.filter(severity=Severity.INFORMATION)
    assert alerts.mark_read(clinic=patient.clinic, alerts=told, by=by) == len(told) > 0
    assert alerts.mark_read(clinic=patient.clinic, alerts=told, by=by) == 0
    assert one("vegf-not-comparable").outcome == Outcome.READ


def test_what_is_for_information_has_no_clock_and_is_not_answered(
    patient: Patient, nurse: User
) -> None:
    rising(patient)
    vegf(patient, date(2026, 11, 20), "90", lab="Another")
    alert = one("vegf-not-comparable")
    assert alert.deadline_at is None
    with pytest.raises(Refused, match="marked as read"):
        alerts.resolve(
            alert=alert,
            outcome=Outcome.REVIEWED,
            usefulness=Usefulness.USEFUL,
            by=Actor.person(nurse),
        )


def test_of_two_who_answer_at_once_the_second_is_told(patient: Patient, nurse: User) -> None:
    rising(patient)
    mine, theirs = one(), one()
    answer = {
        "outcome": Outcome.CONTACTED,
        "usefulness": Usefulness.USEFUL,
        "by": Actor.person(nurse),
    }
    alerts.resolve(alert=mine, **answer)
    with pytest.raises(Refused, match="Somebody answered"):
        alerts.resolve(alert=theirs, **answer)


def test_the_rules_can_be_looked_at_without_raising_anything(patient: Patient) -> None:
    vegf(patient, date(2026, 11, 19), "131")
    before = Alert.objects.count()
    answers = {each.setting.code: each.finding for each in alerts.look(patient=patient)}
    assert answers["vegf-above-lowest"].why == "There is no earlier comparable value."
    assert Alert.objects.count() == before
