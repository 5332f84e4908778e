"""Who is asked, and when: over nights, weekends, a change of clocks, and a day without workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from pytest_django import Settings

from pathways.models import (
    Alert,
    AlertEvent,
    AuditEvent,
    Clinic,
    Duty,
    Membership,
    Message,
    Patient,
    RuleSetting,
    User,
)
from pathways.rules.alert_states import (
    AlertEventKind,
    AlertState,
    Outcome,
    Rung,
    Severity,
    Usefulness,
)
from pathways.rules.lifecycles import Role
from pathways.services import alert_digest, alert_sweep, alerts
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from tests import people

pytestmark = pytest.mark.django_db
SWEEPER = Actor.system("sweep:alerts")


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.fixture(autouse=True)
def false_clock(settings: Settings) -> None:
    settings.CLOCK_GUARD = False


@pytest.fixture
def patient(clinic: Clinic, nurse: User, hematologist: User) -> Patient:
    person = people.make_patient(clinic)
    person.named_clinician = hematologist
    person.save()
    duty(clinic, Rung.NURSE_IN_CHARGE, nurse)
    return person


def duty(clinic: Clinic, rung: Rung, user: User, until_on: date | None = None) -> None:
    Duty.objects.create(
        clinic=clinic, rung=rung, user=user, from_on=date(2026, 1, 1), until_on=until_on
    )


def set_severity(clinic: Clinic, severity: Severity, answer: int, resolve: int = 600) -> None:
    RuleSetting.objects.create(
        clinic=clinic,
        rule="vegf-above-lowest",
        version=2,
        severity=severity,
        owner_role=Role.HEMATOLOGIST,
        answer_within_minutes=answer,
        resolve_within_minutes=resolve,
        parameters={"percent": 50},
        reason="for the test",
        recorded_at=utc("2026-01-01 00:00"),
        recorded_by="test",
    )


def risen(patient: Patient) -> Alert:
    for on, value in ((date(2026, 7, 1), "80"), (date(2026, 10, 20), "131")):
        people.record(
            patient,
            "vegf",
            on,
            value=Decimal(value),
            unit="pg/mL",
            specimen="plasma",
            lab="Royal",
        )
    return Alert.objects.get(rule="vegf-above-lowest")


def sweep() -> None:
    alert_sweep.sweep(by=SWEEPER)


def kinds(alert: Alert) -> list[str]:
    return [str(event.kind) for event in alert.events.all()]


def test_unanswered_over_a_weekend_on_which_the_clocks_go_back(
    clinic: Clinic, patient: Patient, nurse: User, hematologist: User, at: Callable[[str], None]
) -> None:
    # Friday 23 October 2026, 15:00 in London (British Summer Time ends on Sunday 25 October).
    at("2026-10-23 14:00")
    alert = risen(patient)
    assert alert.owner == hematologist
    # 16 working hours: two on Friday, eight on Monday, six on Tuesday, in winter time by then.
    assert alert.deadline_at == utc("2026-10-27 15:00")

    at("2026-10-27 14:59")
    sweep()
    alert.refresh_from_db()
    assert (alert.level, alert.owner) == (0, hematologist)

    at("2026-10-27 15:00")
    sweep()
    sweep()
    alert.refresh_from_db()
    assert (alert.level, alert.owner, alert.rung) == (1, nurse, Rung.NURSE_IN_CHARGE)

    alerts.acknowledge(alert=alert, by=Actor.person(nurse))
    alerts.resolve(
        alert=alert,
        outcome=Outcome.CONTACTED,
        usefulness=Usefulness.USEFUL,
        words="had the flu",
        by=Actor.person(nurse),
    )
    assert kinds(alert) == ["raised", "escalated", "acknowledged", "resolved"]
    assert list(
        AuditEvent.objects.filter(subject_type="Alert", subject_id=str(alert.pk))
        .order_by("at", "pk")
        .values_list("verb", "actor")
    ) == [
        ("raised an alert", "test"),
        ("escalated an alert", "sweep:alerts"),
        ("acknowledged an alert", "marit"),
        ("resolved an alert", "marit"),
    ]


def test_after_a_day_without_workers_it_stands_where_it_would_have_stood_and_is_told_once(
    clinic: Clinic, patient: Patient, nurse: User, at: Callable[[str], None]
) -> None:
    set_severity(clinic, Severity.SAME_DAY, answer=480)
    at("2026-10-24 20:00")
    alert = risen(patient)
    told = Message.objects.filter(audience="staff").count()
    # Round the clock: eight real hours, also through the night of 25 hours.
    assert alert.deadline_at == utc("2026-10-25 04:00")

    at("2026-10-25 20:30")
    sweep()

    alert.refresh_from_db()
    assert alert.level == 3
    assert alert.owner == nurse
    assert alert.deadline_at == utc("2026-10-26 04:00")
    assert Message.objects.filter(kind="staff_alert").count() == told + 1
    assert "3 times" in alert.events.last().words or "3 times" in alert.events.all()[2].words


def test_sweeping_in_time_and_catching_up_come_to_the_same(
    clinic: Clinic, patient: Patient, at: Callable[[str], None]
) -> None:
    set_severity(clinic, Severity.SAME_DAY, answer=480)
    at("2026-10-24 20:00")
    alert = risen(patient)
    for hour in range(1, 25):
        at(f"{utc('2026-10-24 20:30') + timedelta(hours=hour):%Y-%m-%d %H:%M}")
        sweep()
    alert.refresh_from_db()
    assert (alert.level, alert.deadline_at) == (3, utc("2026-10-26 04:00"))


def test_acknowledged_and_not_resolved_in_time_goes_on(
    clinic: Clinic, patient: Patient, nurse: User, hematologist: User, at: Callable[[str], None]
) -> None:
    set_severity(clinic, Severity.SAME_DAY, answer=60, resolve=120)
    at("2026-10-20 10:00")
    alert = risen(patient)
    alerts.acknowledge(alert=alert, by=Actor.person(hematologist))
    assert alert.deadline_at == alert.resolve_by == utc("2026-10-20 12:00")

    at("2026-10-20 12:00")
    sweep()

    alert.refresh_from_db()
    assert alert.state == AlertState.ACKNOWLEDGED
    assert alert.owner == nurse
    assert "not resolved in time" in alert.events.filter(kind="escalated").get().words


def test_a_colleague_may_take_over_what_was_passed_on(
    clinic: Clinic, patient: Patient, nurse: User, hematologist: User, at: Callable[[str], None]
) -> None:
    set_severity(clinic, Severity.SAME_DAY, answer=60, resolve=120)
    at("2026-10-20 10:00")
    alert = risen(patient)
    alerts.acknowledge(alert=alert, by=Actor.person(hematologist))
    with pytest.raises(Refused, match="Somebody answered"):
        alerts.acknowledge(alert=alert, by=Actor.person(hematologist))
    at("2026-10-20 12:00")
    sweep()
    alert.refresh_from_db()
    before = alert.deadline_at

    alerts.acknowledge(alert=alert, by=Actor.person(nurse))

    # It is theirs now, and they get no more time than there was.
    assert (alert.acknowledged_by, alert.deadline_at) == ("marit", before)
    said = AlertEvent.objects.filter(alert=alert).latest("id").words
    assert said == "taken over from Johan Lindqvist"


@pytest.mark.parametrize(
    ("severity", "until", "refused"),
    [
        (Severity.SAME_DAY, "2026-10-20 10:30", "cannot be snoozed"),
        (Severity.EMERGENCY, "2026-10-20 10:30", "cannot be snoozed"),
        (Severity.WITHIN_7_DAYS, "2026-10-20 11:00", None),
        (Severity.WITHIN_7_DAYS, "2026-10-20 11:01", "before the alert is due"),
        (Severity.WITHIN_7_DAYS, "2026-10-20 10:00", "lies ahead"),
    ],
)
def test_snoozing_never_reaches_past_the_due_time(
    clinic: Clinic,
    patient: Patient,
    nurse: User,
    at: Callable[[str], None],
    severity: Severity,
    until: str,
    refused: str | None,
) -> None:
    set_severity(clinic, severity, answer=60)
    at("2026-10-20 10:00")
    alert = risen(patient)
    if refused is None:
        alerts.snooze(alert=alert, until=utc(until), by=Actor.person(nurse))
        assert alert.snoozed_until == utc(until)
    else:
        with pytest.raises(Refused, match=refused):
            alerts.snooze(alert=alert, until=utc(until), by=Actor.person(nurse))


def test_an_owner_who_leaves_hands_on_to_the_next(
    clinic: Clinic, patient: Patient, nurse: User, hematologist: User, at: Callable[[str], None]
) -> None:
    at("2026-10-20 10:00")
    alert = risen(patient)
    Membership.objects.filter(user=hematologist).update(ended_on=date(2026, 10, 20))

    sweep()

    alert.refresh_from_db()
    assert (alert.owner, alert.rung) == (nurse, Rung.NURSE_IN_CHARGE)
    assert kinds(alert) == ["raised", "reassigned"]


def test_an_owner_who_loses_the_role_hands_on_to_the_next(
    clinic: Clinic, patient: Patient, nurse: User, hematologist: User, at: Callable[[str], None]
) -> None:
    at("2026-10-20 10:00")
    alert = risen(patient)
    alerts.acknowledge(alert=alert, by=Actor.person(hematologist))
    Membership.objects.filter(user=hematologist).update(role=Role.AUDITOR)

    sweep()

    alert.refresh_from_db()
    assert alert.owner == nurse


def test_nobody_in_the_chain_is_told_to_the_coordinator(
    clinic: Clinic, coordinator: User, at: Callable[[str], None]
) -> None:
    at("2026-10-20 10:00")
    alert = risen(people.make_patient(clinic))

    assert alert.owner == coordinator
    assert Alert.objects.get(rule="nobody-in-the-chain").owner == coordinator


def test_an_urgent_alert_is_told_at_once_and_the_email_says_nothing_about_anybody(
    clinic: Clinic, patient: Patient, hematologist: User, at: Callable[[str], None]
) -> None:
    set_severity(clinic, Severity.SAME_DAY, answer=60)
    User.objects.filter(pk=hematologist.pk).update(email="johan@staff.example")
    at("2026-10-20 10:00")
    alert = risen(patient)

    message = Message.objects.get(kind="staff_alert")

    assert message.to_snapshot == "johan@staff.example"
    assert message.patient is None
    assert message.useful_until == alert.deadline_at
    assert message.values["answer_by"] == "Tue 20 Oct 2026, 12:00"
    assert str(patient.family_name) not in str(message.values)
    assert "VEGF" not in str(message.values)
    assert message.values["link"].endswith(f"/alerts/{alert.pk}/")


def test_less_urgent_alerts_wait_for_the_digest(
    patient: Patient, at: Callable[[str], None]
) -> None:
    at("2026-10-20 10:00")
    risen(patient)
    assert not Message.objects.filter(kind="staff_alert").exists()


def digests() -> list[Message]:
    return list(Message.objects.filter(kind="staff_digest").order_by("due_at"))


def test_the_digest_leaves_at_half_past_seven_on_the_clinics_clocks_once_a_day(
    clinic: Clinic, nurse: User, at: Callable[[str], None]
) -> None:
    for moment, expected in (
        ("2026-10-24 06:29", 0),
        ("2026-10-24 06:30", 1),  # 07:30 in summer time
        ("2026-10-24 06:31", 1),
        ("2026-10-25 07:29", 1),
        ("2026-10-25 07:30", 2),  # 07:30 in winter time
        ("2026-10-25 23:00", 2),
        ("2026-10-27 15:00", 3),  # nobody swept on the 26th
    ):
        at(moment)
        alert_digest.send(clinic)
        assert len(digests()) == expected, moment


def test_the_digest_comes_also_when_there_is_nothing(
    clinic: Clinic, at: Callable[[str], None]
) -> None:
    at("2026-10-24 06:30")
    alert_digest.send(clinic)
    (message,) = digests()
    assert (message.values["open"], message.values["rows"]) == (0, [])
    assert message.to_snapshot == clinic.email


def test_the_digest_names_numbers_in_a_stable_order(
    clinic: Clinic, patient: Patient, at: Callable[[str], None]
) -> None:
    at("2026-10-23 14:00")
    alert = risen(patient)
    at("2026-10-24 06:30")
    alert_digest.send(clinic)
    (message,) = digests()
    assert [row["number"] for row in message.values["rows"]] == [alert.pk]
    assert message.values["open"] == 1


def test_the_dead_ring_no_bells_and_nothing_is_closed_in_silence(
    patient: Patient, at: Callable[[str], None]
) -> None:
    at("2026-10-20 10:00")
    alert = risen(patient)
    Patient.objects.filter(pk=patient.pk).update(life_status="deceased", died_on=date(2026, 10, 20))

    alerts.assess([patient.pk], by=SWEEPER)
    at("2026-11-20 10:00")
    sweep()

    alert.refresh_from_db()
    assert (alert.state, alert.level, alert.deadline_at) == (AlertState.RAISED, 0, None)
    assert alert.events.last().kind == AlertEventKind.NOTED


def test_an_alert_of_the_system_tells_the_clinics_own_hour(
    clinic: Clinic, patient: Patient, at: Callable[[str], None]
) -> None:
    at("2026-07-06 09:00")
    clinic.sending_paused_at, clinic.sending_paused_by = utc("2026-07-06 08:30"), "ines"
    clinic.save()
    alerts.assess_clinic(clinic, alert_sweep.clinic_facts(clinic), by=SWEEPER)
    assert "09:30" in Alert.objects.get(rule="sending-paused").reason
