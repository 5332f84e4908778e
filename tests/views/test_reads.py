"""Who read what of a person is written down, wherever it is read; and reading is no change."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pathways.models import AuditEvent, Consent, Enrolment, User
from pathways.services import audit
from tests.views.house import House, signed_in


def reads(house: House, reader: User) -> list[tuple[str, str, str]]:
    found = AuditEvent.objects.filter(
        user=reader, patient=house.patient, clinic=house.patient.clinic, verb__in=audit.READS
    )
    return list(found.values_list("verb", "subject_type", "subject_id"))


@pytest.mark.parametrize(
    ("name", "verb"), [("letter", "read an email"), ("letter-sheet", "opened the page")]
)
def test_reading_a_letter_is_one_event(house: House, auditor: User, name: str, verb: str) -> None:
    signed_in(auditor).get(reverse(name, args=[house.message.pk]))
    assert reads(house, auditor) == [(verb, "Message", str(house.message.pk))]


@pytest.mark.parametrize("in_place", [False, True])
def test_asking_why_something_is_due_is_one_event(
    house: House, auditor: User, in_place: bool
) -> None:
    headers = {"HX-Request": "true"} if in_place else {}
    signed_in(auditor).get(reverse("why-due", args=[house.screening.pk]), headers=headers)
    assert reads(house, auditor) == [("opened the page", "Screening", str(house.screening.pk))]


def test_a_panel_open_in_the_list_is_one_event(house: House, auditor: User) -> None:
    signed_in(auditor).get(f"{reverse('due-list')}?why={house.screening.pk}")
    assert reads(house, auditor) == [("opened the page", "Screening", str(house.screening.pk))]


@pytest.mark.parametrize("asked", ["", "?why=", "?why=999999", "?why=x"])
def test_a_list_without_an_open_panel_is_none(house: House, auditor: User, asked: str) -> None:
    signed_in(auditor).get(reverse("due-list") + asked)
    assert reads(house, auditor) == []


@pytest.mark.parametrize(
    "kind",
    [
        "patient",
        "enrolment",
        "screening",
        "appointment",
        "observation",
        "message",
        "workitem",
        "contactpoint",
        "consent",
    ],
)
def test_opening_a_row_about_a_person_in_the_admin_is_one_event(
    house: House, coordinator: User, kind: str
) -> None:
    row = {
        "patient": house.patient,
        "enrolment": Enrolment.objects.get(patient=house.patient),
        "screening": house.screening,
        "appointment": house.visit,
        "observation": house.result,
        "message": house.message,
        "workitem": house.item,
        "contactpoint": house.point,
        "consent": Consent.objects.filter(patient=house.patient).first(),
    }[kind]
    address = reverse(f"admin:pathways_{kind}_change", args=[row.pk])
    assert signed_in(coordinator).get(address).status_code == 200
    assert reads(house, coordinator) == [("opened the page", type(row).__name__, str(row.pk))]


def test_a_reader_is_not_named_as_who_changed_it(
    house: House, coordinator: User, auditor: User
) -> None:
    client = signed_in(coordinator)
    hold = reverse("letter-hold", args=[house.message.pk])
    seen = client.get(hold).context["seen"]
    client.post(hold, {"reason": "wrong day", "seen": seen})
    signed_in(auditor).get(reverse("letter-sheet", args=[house.message.pk]))
    answer = client.post(hold, {"reason": "wrong day", "seen": seen})
    assert "Ines Duarte" in answer.context["conflict"]
    assert "Theo Brandt" not in answer.context["conflict"]
