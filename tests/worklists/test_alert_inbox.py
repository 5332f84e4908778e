"""The list of alerts: its order, its tabs, and five thousand of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pathways import clock
from pathways.models import Alert, Clinic, User
from pathways.rules.alert_states import AlertState, Outcome, Severity
from pathways.worklists.alert_inbox import PAGE, Asking, Chosen, Show, inbox, listed
from pathways.worklists.notices import read_signs
from tests import findings, people
from tests.views.house import signed_in

TABS = list(Show)


@pytest.fixture(autouse=True)
def monday(at: Callable[[str], None]) -> None:
    at("2026-11-23 08:30")


@pytest.fixture
def asking(clinic: Clinic, other_clinic: Clinic, nurse: User) -> Asking:
    return Asking(nurse.pk, clinic, (clinic.pk, other_clinic.pk))


@pytest.fixture
def crowd(clinic: Clinic, other_clinic: Clinic, nurse: User, asking: Asking) -> Asking:
    """Three hundred open alerts of one clinic in all severities, and a few of another."""
    fill(clinic, nurse, 300)
    Alert.objects.bulk_create(findings.unsaved(other_clinic) for _ in range(7))
    return asking


def fill(clinic: Clinic, owner: User, number: int) -> None:
    """Alerts of every severity by two rules, a third of them with an owner."""
    person = people.make_patient(clinic)
    severities = list(Severity)
    Alert.objects.bulk_create(
        findings.unsaved(
            clinic,
            severities[each % 5],
            patient=person,
            owner=owner if each % 3 == 0 else None,
            left=timedelta(minutes=each),
            rule=("vegf-above-lowest", "new-positive-romberg")[each % 2],
        )
        for each in range(number)
    )


def answered(alert: Alert, days_ago: int = 1) -> None:
    Alert.objects.filter(pk=alert.pk).update(
        state=AlertState.RESOLVED,
        resolved_at=clock.now() - timedelta(days=days_ago),
        resolved_by="marit",
        outcome=Outcome.REVIEWED,
    )


def every_row(asking: Asking, chosen: Chosen) -> list[int]:
    first = inbox(asking, chosen, clock.now())
    rows = [row.pk for row in first.rows]
    for page in range(2, first.pages + 1):
        rows += [row.pk for row in inbox(asking, chosen, clock.now(), page).rows]
    assert len(rows) == first.total
    return rows


def test_the_most_urgent_stands_first_then_the_oldest_deadline(
    clinic: Clinic, asking: Asking
) -> None:
    later = findings.raised(clinic, left=timedelta(days=3))
    sooner = findings.raised(clinic, left=timedelta(days=1))
    to_read = findings.raised(clinic, Severity.INFORMATION)
    emergency = findings.raised(clinic, Severity.EMERGENCY, left=timedelta(days=5))
    page = inbox(asking, Chosen(), clock.now())
    assert [row.pk for row in page.rows] == [emergency.pk, sooner.pk, later.pk, to_read.pk]
    assert [group.label for group in page.groups] == [
        "Emergency",
        "Within 7 days",
        "For information",
    ]
    assert (page.to_answer, page.to_read) == (3, 1)


def test_a_row_says_whose_it_is_and_by_when(clinic: Clinic, nurse: User, asking: Asking) -> None:
    findings.raised(clinic, owner=nurse, left=timedelta(hours=3, minutes=10))
    row = inbox(asking, Chosen(), clock.now()).rows[0]
    assert (row.left, row.pressing) == ("3 h 10 left", True)
    assert row.line == "Marit Okafor, by 11:40 today"


@pytest.mark.parametrize(
    ("severity", "rest"),
    [
        (Severity.INFORMATION, "No answer needed; mark as read"),
        (Severity.WITHIN_7_DAYS, "Marit Okafor, by "),
    ],
)
def test_a_row_says_that_its_finding_was_not_found_again(
    clinic: Clinic, nurse: User, asking: Asking, severity: Severity, rest: str
) -> None:
    since = clock.now() - timedelta(minutes=30)
    findings.raised(clinic, severity, owner=nurse, not_found_since=since)
    row = inbox(asking, Chosen(), clock.now()).rows[0]
    assert row.line.startswith("Not found again since ")
    assert rest in row.line


def test_a_row_without_an_owner_names_the_place_nobody_fills(
    clinic: Clinic, asking: Asking
) -> None:
    findings.raised(clinic)
    row = inbox(asking, Chosen(), clock.now()).rows[0]
    assert row.line.startswith("Nobody on duty as nurse in charge, by Wed 25 Nov")


def test_what_is_snoozed_stands_in_a_tab_of_its_own_until_its_time(
    clinic: Clinic, nurse: User, asking: Asking, at: Callable[[str], None]
) -> None:
    until = clock.now() + timedelta(hours=20)
    findings.raised(clinic, owner=nurse, snoozed_until=until)
    page = inbox(asking, Chosen(), clock.now())
    assert (page.total, read_signs(clinic, clock.now()).to_answer) == (0, 0)
    assert page.counts == {**dict.fromkeys(Show, 0), Show.SNOOZED: 1}
    away = inbox(asking, Chosen(show=Show.SNOOZED), clock.now())
    assert "snoozed to 24 Nov 04:30" in away.rows[0].line
    at("2026-11-24 04:30")
    back = inbox(asking, Chosen(), clock.now())
    assert (back.total, read_signs(clinic, clock.now()).to_answer) == (1, 1)
    assert back.counts[Show.SNOOZED] == 0


def test_for_information_asks_for_no_answer(clinic: Clinic, asking: Asking) -> None:
    findings.raised(clinic, Severity.INFORMATION)
    row = inbox(asking, Chosen(), clock.now()).rows[0]
    assert (row.left, row.line) == ("1 d old", "No answer needed; mark as read")
    assert read_signs(clinic, clock.now()).to_answer == 0


def test_what_was_answered_leaves_the_list_and_is_kept_for_thirty_days(
    clinic: Clinic, asking: Asking, django_assert_num_queries: Callable[..., Any]
) -> None:
    recent, old = findings.raised(clinic), findings.raised(clinic)
    answered(recent, 30)
    answered(old, 31)
    with django_assert_num_queries(5):
        page = inbox(asking, Chosen(show=Show.ANSWERED), clock.now())
    assert [row.pk for row in page.rows] == [recent.pk]
    assert page.rows[0].line.startswith("Reviewed, nothing to do now, Marit Okafor, 24 Oct")
    assert inbox(asking, Chosen(), clock.now()).total == 0


@pytest.mark.parametrize("show", TABS)
def test_a_tabs_number_is_the_number_of_its_rows(crowd: Asking, show: Show) -> None:
    page = inbox(crowd, Chosen(show=show), clock.now())
    rows = listed(crowd, Chosen(show=show), clock.now())
    assert page.counts[show] == page.total == rows.count()


def test_five_thousand_are_paged_counted_and_asked_in_as_many_questions_as_one(
    clinic: Clinic, nurse: User, asking: Asking, django_assert_num_queries: Callable[..., Any]
) -> None:
    fill(clinic, nurse, 5000)
    client = signed_in(nurse)
    with CaptureQueriesContext(connection) as many:
        body = client.get(reverse("alerts")).content.decode()
    assert "4000 to answer, 1000 for information" in body
    with django_assert_num_queries(4):
        page = inbox(asking, Chosen(), clock.now(), 2)
    assert (page.total, page.pages, len(page.rows)) == (5000, 5000 // PAGE, PAGE)
    assert page.total == listed(asking, Chosen(), clock.now()).count()
    Alert.objects.exclude(pk=page.rows[0].pk).delete()
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("alerts"))
    assert len(many) == len(one) <= 15


def test_every_row_stands_on_one_page(crowd: Asking) -> None:
    narrowed = Chosen(rule="new-positive-romberg")
    rows = every_row(crowd, narrowed)
    assert len(rows) == len(set(rows)) == 150
    assert rows == list(listed(crowd, narrowed, clock.now()).values_list("pk", flat=True))


def test_the_number_in_the_header_is_the_lists_own(crowd: Asking, clinic: Clinic) -> None:
    assert (
        read_signs(clinic, clock.now()).to_answer
        == inbox(crowd, Chosen(), clock.now()).to_answer
        == 240
    )


def test_the_number_in_the_header_asks_for_nothing_beyond_the_index(clinic: Clinic) -> None:
    index = next(each for each in Alert._meta.indexes if each.name == "alert_inbox")
    with CaptureQueriesContext(connection) as asked:
        read_signs(clinic, clock.now())
    (question,) = asked.captured_queries
    columns = {Alert._meta.get_field(name).column for name in index.fields}
    assert set(re.findall(r'"pathways_alert"\."(\w+)"', question["sql"])) <= columns | {"state"}


def test_owners_are_chosen_by_number_and_nobody_is_a_choice(
    clinic: Clinic, nurse: User, asking: Asking
) -> None:
    hers, nobodys = findings.raised(clinic, owner=nurse), findings.raised(clinic)
    now = clock.now()
    mine = inbox(asking, Chosen.read({"owner": str(nurse.pk)}), now)
    assert [row.pk for row in mine.rows] == [hers.pk]
    unowned = inbox(asking, Chosen.read({"owner": "nobody"}), now)
    assert [row.pk for row in unowned.rows] == [nobodys.pk]


@pytest.mark.parametrize(
    "words",
    [
        {"show": "x", "severity": "worst", "owner": "-1"},
        {"owner": "9" * 40, "severity": "\0"},
        {"rule": "\0"},
    ],
)
def test_what_is_not_understood_is_no_choice(words: dict[str, str]) -> None:
    assert Chosen.read(words) == Chosen()


def test_choices_live_in_the_address() -> None:
    chosen = Chosen(show=Show.MINE, severity=Severity.SAME_DAY, rule="vegf-above-lowest", owner="3")
    address = chosen.address(page=2)
    assert address == "?show=mine&severity=same+day&rule=vegf-above-lowest&owner=3&page=2"
    assert Chosen().address() == ""
    assert chosen.without("rule").rule == ""
