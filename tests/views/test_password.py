"""Another password for oneself: asked for the old one, written down, other devices signed out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import AuditEvent, User
from tests.views.house import House, signed_in

OLD, NEW = "correct horse battery", "plain purple kettle"
ADDRESS = reverse("change-password")


def sent(old: str = OLD, new: str = NEW, again: str = NEW) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": again}


def test_the_new_password_signs_in_and_the_old_one_does_not(house: House, nurse: User) -> None:
    answer = signed_in(nurse).post(ADDRESS, sent())
    assert answer["Location"] == reverse("due-list")
    nurse.refresh_from_db()
    assert nurse.check_password(NEW)
    assert not nurse.check_password(OLD)


def test_this_device_stays_signed_in_and_any_other_does_not(house: House, nurse: User) -> None:
    here, elsewhere = signed_in(nurse), signed_in(nurse)
    here.post(ADDRESS, sent())
    assert here.get(reverse("due-list")).status_code == 200
    assert elsewhere.get(reverse("due-list"))["Location"].startswith(reverse("sign-in"))


def test_the_change_is_written_down_without_either_password(house: House, nurse: User) -> None:
    signed_in(nurse).post(ADDRESS, sent())
    event = AuditEvent.objects.get(verb="changed the password")
    assert (event.user, event.subject_id, event.clinic) == (
        nurse,
        str(nurse.pk),
        house.patient.clinic,
    )
    assert event.detail == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (sent(old="a wrong one"), "not your password of now"),
        (sent(again="plain purple kettl"), "The two do not agree"),
        (sent(new="short", again="short"), "too short"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(
    house: House, nurse: User, words: dict[str, str], told: str
) -> None:
    answer = signed_in(nurse).post(ADDRESS, words)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert told in page
    assert "<title>Error: Change password" in page
    assert NEW not in page
    nurse.refresh_from_db()
    assert nurse.check_password(OLD)
    assert not AuditEvent.objects.filter(verb="changed the password").exists()


def test_the_menu_under_ones_name_leads_there(house: House, auditor: User) -> None:
    client = signed_in(auditor)
    assert f'href="{ADDRESS}">Change password' in client.get(reverse("due-list")).content.decode()
    page = client.get(ADDRESS).content.decode()
    assert page.count("<h1") == 1
    assert " style=" not in page


def test_nobody_changes_a_password_without_signing_in(db: None) -> None:
    assert Client().get(ADDRESS)["Location"].startswith(reverse("sign-in"))
