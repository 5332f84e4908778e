"""The list of results by analyte, and the page of one result with its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from pathways import clock
from pathways.models import Clinic, Observation, User, WorkItem
from pathways.rules.lifecycles import ResultStatus, Role, WorkItemKind
from pathways.services import results
from tests import people
from tests.views.entering import HB, D, send
from tests.views.house import House, signed_in


def test_the_list_shows_the_influenza_case_with_its_criterion(house: House, nurse: User) -> None:
    today = clock.today(house.patient.clinic)
    for ago, value in ((90, 182), (30, 740)):
        people.record(
            house.patient,
            "vegf",
            today - timedelta(days=ago),
            value=D(value),
            unit="pg/mL",
            specimen="plasma",
            lab="as published",
        )
    body = signed_in(nurse).get(reverse("patient-results", args=[house.patient.pk])).content
    assert "+307 % from its lowest, 182 pg/mL" in body.decode()
    assert b"Meets the published criterion of more than 50 % above the lowest" in body
    assert b"Check recent infection; consider repeating." in body
    for verdict in (b"relapse", b"progress", b"worse", b"abnormal"):
        assert verdict not in body.partition(b"<main")[2].lower()


def test_the_list_may_be_narrowed_to_one_analyte(house: House, nurse: User) -> None:
    send(house, nurse, HB)
    address = reverse("patient-results", args=[house.patient.pk])
    page = signed_in(nurse).get(f"{address}?code=hemoglobin").context["page"]
    assert [one.code for group in page.groups for one in group.analytes] == ["hemoglobin"]
    assert {"hemoglobin", "vegf"} <= {code for code, _ in page.choices}
    assert signed_in(nurse).get(f"{address}?code=nonsense").context["page"].chosen == ""


def test_the_list_costs_the_same_however_long_it_is(
    house: House, nurse: User, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(nurse)
    address = reverse("patient-results", args=[house.patient.pk])
    today = clock.today(house.patient.clinic)
    for ago in range(50):
        people.record(house.patient, "hemoglobin", today - timedelta(days=ago), value=D(130))
    with django_assert_max_num_queries(16):
        page = client.get(address).context["page"]
    (analyte,) = [a for group in page.groups for a in group.analytes if a.code == "hemoglobin"]
    assert (len(analyte.now), len(analyte.earlier), analyte.more) == (1, 39, 10)


def test_a_result_has_a_page_with_every_word_author_and_reason(house: House, nurse: User) -> None:
    send(house, nurse, HB)
    send(house, nurse, HB | {"value": "12.9"}, reason="misread")
    old = Observation.objects.get(code="hemoglobin", superseded_by__isnull=False)
    body = signed_in(nurse).get(reverse("result", args=[house.patient.pk, old.pk])).content
    text = " ".join(body.decode().split())
    assert "<s>13.2 g/dL</s>" in text
    assert "Why: misread" in text
    assert "Marit Okafor, " in text
    assert "129 g/L" in text
    assert "<dt>Code</dt><dd>718-7 (LOINC)</dd>" in text


def test_a_result_without_a_verified_code_shows_none(house: House, nurse: User) -> None:
    row = people.record(house.patient, "skin-organ-exam", clock.today(house.patient.clinic))
    body = signed_in(nurse).get(reverse("result", args=[house.patient.pk, row.pk])).content
    assert b"LOINC" not in body


def test_a_lost_sample_is_recorded_from_its_page_and_lands_on_the_work_list(
    house: House, nurse: User
) -> None:
    today = clock.today(house.patient.clinic)
    sample = people.record(
        house.patient, "vegf", today, status=ResultStatus.COLLECTED, specimen="plasma"
    )
    page = signed_in(nurse).get(reverse("result", args=[house.patient.pk, sample.pk]))
    address = reverse("result-lost", args=[house.patient.pk, sample.pk])
    assert " ," not in signed_in(nurse).get(address).context["line"]
    assert address in page.content.decode()
    seen = signed_in(nurse).get(address).context["seen"]
    signed_in(nurse).post(address, {"reason": "never arrived", "seen": seen})
    row = Observation.objects.current().get(code="vegf", performed_on=today)
    assert (row.status, row.reason) == ("lost", "never arrived")
    assert WorkItem.objects.open().filter(kind=WorkItemKind.LOST_SAMPLE).count() == 1


def test_entering_in_error_from_the_page_keeps_the_value_struck(house: House, nurse: User) -> None:
    row = results.enter_in_error(
        observation=house.result, reason="another person", by=people.SYSTEM
    )
    body = signed_in(nurse).get(reverse("patient-results", args=[house.patient.pk])).content
    assert b"entered in error: another person" in body
    assert row.value == house.result.value


@pytest.mark.parametrize("name", ["result-in-error", "result-reject"])
def test_what_a_role_may_not_enter_it_may_not_take_back(
    house: House, clinic: Clinic, name: str
) -> None:
    coordinator = people.make_user(clinic, Role.COORDINATOR, "ines")
    row = people.record(house.patient, "hematology-review", clock.today(clinic) - timedelta(days=9))
    address = reverse(name, args=[house.patient.pk, row.pk])
    seen = signed_in(coordinator).get(address).context["seen"]
    answer = signed_in(coordinator).post(address, {"reason": "a slip", "seen": seen})
    assert "Hematology review visit is entered by a hematologist." in answer.content.decode()
    row.refresh_from_db()
    assert row.superseded_by is None
