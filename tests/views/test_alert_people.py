"""Who is asked: read by all, set by a coordinator, and a gap in the rota is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from pathways.models import ChainStep, Clinic, Duty, Membership, User
from pathways.rules.alert_states import Rung, Severity
from pathways.worklists.alert_people import people as page_of
from tests.views.house import signed_in

DAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday(at: Callable[[str], None]) -> None:
    at("2026-11-23 08:30")


def on_duty(clinic: Clinic, user: User, rung: Rung, first: date, last: date | None) -> Duty:
    return Duty.objects.create(clinic=clinic, user=user, rung=rung, from_on=first, until_on=last)


def gaps(clinic: Clinic) -> dict[Rung, tuple[str, ...]]:
    return {row.rung: row.gaps for row in page_of(clinic, DAY).rungs}


def test_a_gap_in_the_rota_is_said_with_its_days(
    clinic: Clinic, nurse: User, hematologist: User, coordinator: User
) -> None:
    on_duty(clinic, nurse, Rung.NURSE_IN_CHARGE, date(2026, 11, 1), date(2026, 11, 29))
    on_duty(clinic, nurse, Rung.NURSE_IN_CHARGE, date(2026, 12, 2), None)
    on_duty(clinic, hematologist, Rung.HEMATOLOGIST_ON_DUTY, date(2026, 11, 1), None)
    found = gaps(clinic)
    assert found[Rung.NURSE_IN_CHARGE] == ("30 Nov to 1 Dec",)
    assert found[Rung.HEMATOLOGIST_ON_DUTY] == ()
    assert found[Rung.NEUROLOGIST_ON_DUTY] == ("today on",)
    assert found[Rung.COORDINATOR] == ()
    body = signed_in(nurse).get(reverse("alerts-people")).content.decode()
    assert "Nobody 30 Nov to 1 Dec" in body
    assert "The rota has a gap" in body


def test_who_lost_the_role_fills_no_gap(clinic: Clinic, nurse: User) -> None:
    on_duty(clinic, nurse, Rung.NURSE_IN_CHARGE, DAY, None)
    assert gaps(clinic)[Rung.NURSE_IN_CHARGE] == ()
    Membership.objects.filter(user=nurse).update(ended_on=DAY)
    row = next(row for row in page_of(clinic, DAY).rungs if row.rung is Rung.NURSE_IN_CHARGE)
    assert row.gaps == ("today on",)
    assert "is no nurse of this clinic now" in row.duties[0].trouble


def test_a_coordinator_sets_chain_duty_and_text(
    clinic: Clinic, nurse: User, coordinator: User
) -> None:
    client = signed_in(coordinator)

    def send(name: str, args: list[Any], **words: str) -> None:
        address = reverse(name, args=args)
        seen = client.get(address, {"severity": words.get("severity", "")}).context["seen"]
        answer = client.post(address, {"seen": seen, **words})
        assert answer.status_code == 302, answer.content.decode()

    send(
        "alerts-chain",
        [],
        severity=Severity.SAME_DAY,
        first=Rung.NURSE_IN_CHARGE,
        second=Rung.HEMATOLOGIST_ON_DUTY,
    )
    assert list(ChainStep.objects.values_list("rung", flat=True)) == [
        Rung.NURSE_IN_CHARGE,
        Rung.HEMATOLOGIST_ON_DUTY,
    ]
    send("alerts-duty", [], rung=Rung.NURSE_IN_CHARGE, user=str(nurse.pk), from_on="2026-11-23")
    duty = Duty.objects.get()
    send("alerts-duty-end", [duty.pk], until_on="2026-11-27")
    send("alerts-out-of-hours", [], text="Phone ward 4.")
    body = client.get(reverse("alerts-people")).content.decode()
    assert "Nurse in charge, then hematologist on duty" in body
    assert "Marit Okafor, from 23 Nov to 27 Nov" in body
    assert "Phone ward 4." in body


def test_a_refused_duty_keeps_what_was_chosen(
    clinic: Clinic, nurse: User, coordinator: User
) -> None:
    words = {"rung": Rung.HEMATOLOGIST_ON_DUTY, "user": str(nurse.pk), "from_on": "2026-11-23"}
    body = signed_in(coordinator).post(reverse("alerts-duty"), words).content.decode()
    assert "Marit Okafor is no hematologist of this clinic." in body
    assert f'value="{nurse.pk}" selected' in body


def test_a_nurse_reads_who_is_asked_and_changes_nothing(clinic: Clinic, nurse: User) -> None:
    assert "Put on duty" not in signed_in(nurse).get(reverse("alerts-people")).content.decode()
