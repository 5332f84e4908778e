"""An alert open beside its list: answered, acknowledged, handed on, and two people at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from pathways import clock
from pathways.models import (
    Alert,
    AlertEvent,
    AuditEvent,
    Clinic,
    PathwayVersion,
    Patient,
    Sweep,
    User,
)
from pathways.rules.alert_states import AlertState, Severity
from pathways.rules.lifecycles import Role
from pathways.services import results
from tests import findings, people
from tests.views.house import signed_in

ANSWER = {
    "do": "answer",
    "seen": "raised",
    "outcome": "repeat the test",
    "usefulness": "useful",
    "note": "Influenza two weeks before the sample.",
}


@pytest.fixture(autouse=True)
def monday(at: Callable[[str], None]) -> None:
    at("2026-11-23 08:30")


@pytest.fixture
def person(clinic: Clinic) -> Patient:
    return people.make_patient(clinic, family_name="Haddad", given_name="Amira")


@pytest.fixture
def alert(clinic: Clinic, person: Patient) -> Alert:
    return findings.raised(clinic, patient=person)


@pytest.fixture
def reader(nurse: User) -> Client:
    return signed_in(nurse)


def body(client: Client, alert: Alert) -> str:
    return client.get(reverse("alert", args=[alert.pk])).content.decode()


def post(client: Client, alert: Alert, **words: str) -> object:
    return client.post(reverse("alert-answer", args=[alert.pk]), {**ANSWER, **words})


def test_an_alert_shows_values_lowest_criterion_limit_and_days(
    reader: Client, alert: Alert
) -> None:
    page = body(reader, alert)
    for words in ("131 pg/mL", "62 pg/mL", "10 Mar", "more than 50 %", "limit is 115", "111"):
        assert words in page
    assert '<svg class="series"' in page
    assert "+50 % = 93" in page


def test_a_value_entered_in_error_since_is_crossed_out_where_the_alert_draws_it(
    reader: Client, person: Patient, pathway_version: PathwayVersion, clinic: Clinic
) -> None:
    people.enrol(person, pathway_version)
    values = {date(2026, 3, 10): 62, date(2026, 8, 21): 71, date(2026, 11, 16): 131}
    rows = [
        people.record(
            person, "vegf", on, value=Decimal(value), unit="pg/mL", specimen="plasma", lab="Central"
        )
        for on, value in values.items()
    ]
    raised = Alert.objects.open().get(rule="vegf-above-lowest", patient=person)
    assert "series-struck" not in body(reader, raised)
    results.enter_in_error(observation=rows[1], reason="another person's", by=people.SYSTEM)
    page = body(reader, raised)
    assert page.count("series-struck") == 1
    assert "71 on 21 Aug 2026, replaced or entered in error since" in page
    assert "Crossed out: replaced or entered in error since this alert was raised." in page


def test_what_is_not_in_the_record_is_said_to_be_not_recorded(reader: Client, alert: Alert) -> None:
    page = body(reader, alert)
    assert page.count("not recorded") >= 4
    assert "none recorded" in page  # bevacizumab


def test_an_alert_says_rule_version_source_owner_and_what_happens_next(
    reader: Client, alert: Alert, hematologist: User
) -> None:
    page = body(reader, alert)
    assert "vegf-above-lowest version 1; owner: hematologist" in page
    assert "answer within 16 working hours" in page
    assert "If unanswered:" in page


def test_opening_an_alert_writes_down_who_looked(reader: Client, alert: Alert, nurse: User) -> None:
    body(reader, alert)
    event = AuditEvent.objects.get(user=nurse, subject_type="Alert")
    assert (event.verb, event.patient_id) == ("opened the page", alert.patient_id)


def test_an_answer_closes_it_and_the_next_opens_by_itself(
    reader: Client, alert: Alert, clinic: Clinic, person: Patient
) -> None:
    later = findings.raised(clinic, patient=person, left=timedelta(days=3))
    answer = post(reader, alert)
    assert answer["Location"] == reverse("alert", args=[later.pk])
    alert.refresh_from_db()
    assert (alert.state, alert.outcome, alert.usefulness) == (
        AlertState.RESOLVED,
        "repeat the test",
        "useful",
    )
    assert alert.note == ANSWER["note"]


def test_the_list_beside_it_stays_as_it_was_narrowed(
    reader: Client, alert: Alert, clinic: Clinic
) -> None:
    findings.raised(clinic, Severity.SAME_DAY)
    other = findings.raised(clinic, left=timedelta(days=3))
    query = "?severity=within+7+days"
    answer = reader.post(reverse("alert-answer", args=[alert.pk]) + query, ANSWER)
    assert answer["Location"] == reverse("alert", args=[other.pk]) + query


def test_the_last_answer_leads_back_to_the_list(reader: Client, alert: Alert) -> None:
    assert post(reader, alert)["Location"] == reverse("alerts")


def test_acknowledging_keeps_it_open_with_its_note_and_starts_the_second_clock(
    reader: Client, alert: Alert, nurse: User
) -> None:
    answer = post(reader, alert, do="acknowledge")
    assert answer["Location"] == reverse("alert", args=[alert.pk])
    alert.refresh_from_db()
    assert (alert.state, alert.owner) == (AlertState.ACKNOWLEDGED, nurse)
    assert alert.deadline_at == alert.resolve_by
    kinds = list(AlertEvent.objects.filter(alert=alert).values_list("kind", flat=True))
    assert kinds == ["raised", "acknowledged", "noted"]


@pytest.mark.parametrize(
    ("missing", "words"),
    [("outcome", "Say what you did"), ("usefulness", "Say whether it was useful or noise")],
)
def test_an_answer_without_its_words_is_refused_and_the_note_kept(
    reader: Client, alert: Alert, missing: str, words: str
) -> None:
    answer = post(reader, alert, **{missing: ""})
    page = answer.content.decode()
    assert words in page
    assert ANSWER["note"] in page
    assert "<title>Error: " in page
    alert.refresh_from_db()
    assert alert.state == AlertState.RAISED


def test_who_comes_second_is_told_who_and_when_and_keeps_the_text(
    reader: Client, alert: Alert, hematologist: User
) -> None:
    post(signed_in(hematologist), alert, note="Repeat on 3 Dec.")
    answer = post(reader, alert, note="My own words.")
    page = answer.content.decode()
    assert "Johan Lindqvist resolved an alert at 08:30" in page
    assert "My own words." in page
    alert.refresh_from_db()
    assert alert.note == "Repeat on 3 Dec."
    post(reader, alert, do="note", note="My own words.")
    assert AlertEvent.objects.filter(alert=alert, kind="noted", words="My own words.").exists()


def test_what_somebody_acknowledged_meanwhile_is_answered_only_on_purpose(
    reader: Client, alert: Alert, hematologist: User
) -> None:
    post(signed_in(hematologist), alert, do="acknowledge", note="")
    page = post(reader, alert).content.decode()
    assert "Johan Lindqvist acknowledged an alert at 08:30" in page
    assert ANSWER["note"] in page
    post(reader, alert, seen="acknowledged", keep="yes")
    alert.refresh_from_db()
    assert alert.state == AlertState.RESOLVED


def test_what_is_for_information_is_marked_as_read_never_answered(
    reader: Client, clinic: Clinic, person: Patient
) -> None:
    alert = findings.raised(clinic, Severity.INFORMATION, patient=person)
    page = body(reader, alert)
    assert "Answer and close" not in page
    post(reader, alert, do="read", outcome="", usefulness="")
    alert.refresh_from_db()
    assert (alert.state, alert.outcome) == (AlertState.RESOLVED, "marked as read")


def test_many_for_information_are_read_at_once_after_a_look_at_which(
    reader: Client, clinic: Clinic, alert: Alert
) -> None:
    read, kept = (findings.raised(clinic, Severity.INFORMATION) for _ in range(2))
    page = reader.get(reverse("alerts-read")).content.decode()
    assert f'value="{read.pk}"' in page
    assert f'value="{alert.pk}"' not in page
    reader.post(reverse("alerts-read"), {"alerts": [str(read.pk)]})
    states = dict(Alert.objects.values_list("pk", "state"))
    assert states == {alert.pk: "raised", read.pk: "resolved", kept.pk: "raised"}


def test_an_alert_that_asks_for_an_answer_is_never_read_in_bulk(
    reader: Client, alert: Alert, clinic: Clinic
) -> None:
    findings.raised(clinic, Severity.INFORMATION)
    answer = reader.post(reverse("alerts-read"), {"alerts": [str(alert.pk)]})
    assert answer.status_code == 200
    alert.refresh_from_db()
    assert alert.state == AlertState.RAISED


def test_a_snooze_takes_it_off_the_list_and_leaves_the_due_time_alone(
    reader: Client, alert: Alert
) -> None:
    due = alert.deadline_at
    seen = reader.get(reverse("alert-snooze", args=[alert.pk])).context["seen"]
    words = {"on": "2026-11-24", "at": "09:00", "seen": seen}
    reader.post(reverse("alert-snooze", args=[alert.pk]), words)
    alert.refresh_from_db()
    assert alert.snoozed_until is not None
    assert alert.deadline_at == due
    assert "0 to answer" in reader.get(reverse("alerts")).content.decode()
    away = reader.get(reverse("alerts"), {"show": "snoozed"}).content.decode()
    assert "snoozed to 24 Nov 09:00" in away


def test_a_snooze_past_the_due_time_is_refused_with_what_was_typed(
    reader: Client, alert: Alert
) -> None:
    seen = reader.get(reverse("alert-snooze", args=[alert.pk])).context["seen"]
    words = {"on": "2026-12-24", "at": "09:00", "seen": seen}
    page = reader.post(reverse("alert-snooze", args=[alert.pk]), words).content.decode()
    assert "Choose a time before the alert is due" in page
    assert "2026-12-24" in page


def test_an_alert_is_handed_to_a_colleague_of_the_clinic(
    reader: Client, alert: Alert, hematologist: User
) -> None:
    address = reverse("alert-reassign", args=[alert.pk])
    seen = reader.get(address).context["seen"]
    reader.post(address, {"to": str(hematologist.pk), "words": "Yours?", "seen": seen})
    alert.refresh_from_db()
    assert alert.owner == hematologist


def test_an_auditor_reads_an_alert_and_finds_no_button(alert: Alert, auditor: User) -> None:
    assert "Answer and close" not in body(signed_in(auditor), alert)


def test_an_alert_is_reproduced_from_what_was_kept(reader: Client, alert: Alert) -> None:
    page = reader.get(reverse("alert-reproduce", args=[alert.pk])).content.decode()
    assert "The same finding comes out" in page
    Alert.objects.filter(pk=alert.pk).update(
        inputs={**findings.VEGF, "parameters": {"percent": 500}}
    )
    page = reader.get(reverse("alert-reproduce", args=[alert.pk])).content.decode()
    assert "Another finding comes out" in page


def test_the_number_stands_in_the_header_of_every_page(reader: Client, alert: Alert) -> None:
    for name in ("due-list", "patients", "post", "alerts"):
        assert '<span class="count">1<' in reader.get(reverse(name)).content.decode()
    post(reader, alert)
    assert '<span class="count zero">0<' in reader.get(reverse("due-list")).content.decode()


def test_a_persons_page_shows_open_alerts_with_a_red_edge_only_for_urgent_ones(
    reader: Client, alert: Alert, person: Patient, clinic: Clinic
) -> None:
    page = reader.get(reverse("patient", args=[person.pk])).content.decode()
    assert "alert-panel" in page
    assert "alert-panel urgent" not in page
    findings.raised(clinic, Severity.SAME_DAY, patient=person)
    assert "alert-panel urgent" in reader.get(reverse("patient", args=[person.pk])).content.decode()


def test_an_alerts_address_leads_to_its_own_clinic_for_who_works_there(
    nurse: User, other_clinic: Clinic
) -> None:
    elsewhere = findings.raised(other_clinic)
    address = reverse("alert", args=[elsewhere.pk])
    assert signed_in(nurse).get(address).status_code == 404
    other_clinic.name = "Zoo Clinic"
    other_clinic.save()
    nurse.memberships.create(clinic=other_clinic, role=Role.AUDITOR, since_on=clock.now().date())
    reader = signed_in(nurse)
    assert reader.get(reverse("due-list")).context["clinic"].code == "northgate"
    assert reader.get(address).status_code == 200
    assert reader.get(reverse("due-list")).context["clinic"] == other_clinic
    # A nurse here is an auditor there: the door asks for the role in the alert's clinic.
    assert reader.post(reverse("alert-answer", args=[elsewhere.pk]), ANSWER).status_code == 403


def swept(**ago: timedelta) -> None:
    for name in ("escalate", "failsafe"):
        ended = clock.now() - ago.get(name, timedelta())
        Sweep.objects.create(name=name, started_at=ended, finished_at=ended)


def test_nothing_to_answer_says_so_while_the_sweeps_run(reader: Client) -> None:
    swept(escalate=timedelta(minutes=5), failsafe=timedelta(hours=3))
    page = reader.get(reverse("alerts")).content.decode()
    assert "Nothing waits for an answer" in page


@pytest.mark.parametrize(
    ("late", "words"),
    [
        ({"escalate": timedelta(minutes=6)}, "the last sweep was 6 minutes ago"),
        ({"failsafe": timedelta(hours=3, minutes=1)}, "the last sweep was 3 hours ago"),
    ],
)
def test_an_empty_list_behind_a_late_sweep_never_says_that_nothing_waits(
    reader: Client, late: dict[str, timedelta], words: str
) -> None:
    swept(**late)
    page = reader.get(reverse("alerts")).content.decode()
    assert "Nothing waits for an answer" not in page
    assert "Whether something waits is not known" in page
    assert words in page


def test_a_sweep_that_never_ran_is_said(reader: Client, alert: Alert) -> None:
    assert "that sweep has not run yet" in body(reader, alert)
