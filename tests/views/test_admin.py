"""The admin: coordinators only, their own clinics only, and clinical rows to read only."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import AuditEvent, Clinic, Membership, Patient, User
from pathways.rules.lifecycles import Role
from tests import people
from tests.views.house import House, signed_in

INDEX = "/admin/"
LISTS = [
    "appointment",
    "auditevent",
    "clinic",
    "consent",
    "contactpoint",
    "enrolment",
    "message",
    "observation",
    "patient",
    "screening",
    "workitem",
]


def test_a_coordinator_finds_the_way_from_the_menu(house: House, coordinator: User) -> None:
    client = signed_in(coordinator)
    assert f'href="{INDEX}"' in client.get(reverse("due-list")).content.decode()
    assert client.get(INDEX).status_code == 200


def test_a_nurse_is_refused_and_not_sent_in_circles(house: House, nurse: User) -> None:
    client = signed_in(nurse)
    assert f'href="{INDEX}"' not in client.get(reverse("due-list")).content.decode()
    assert client.get(INDEX, follow=True).status_code == 403


def test_a_superuser_without_a_membership_is_refused(house: House) -> None:
    root = User.objects.create_superuser("root", password="correct horse battery")
    assert signed_in(root).get(INDEX, follow=True).status_code == 403


def test_who_is_not_signed_in_is_led_to_the_clinics_own_sign_in(house: House) -> None:
    answer = Client().get("/admin/pathways/patient/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("sign-in"))
    assert answer.status_code == 200


def test_an_ended_coordinator_is_refused(house: House, coordinator: User) -> None:
    coordinator.memberships.update(ended_on=date(2026, 1, 2))
    assert signed_in(coordinator).get(INDEX, follow=True).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_a_coordinator_elsewhere_sees_no_row_of_this_clinic(
    name: str, house: House, other_clinic: Clinic
) -> None:
    elsewhere = people.make_user(other_clinic, Role.COORDINATOR, "sam")
    answer = signed_in(elsewhere).get(f"/admin/pathways/{name}/")
    assert answer.status_code == 200
    rows = answer.context["cl"].result_list
    assert all(getattr(row, "clinic", row) == other_clinic for row in rows)


def test_nothing_is_deleted(house: House, coordinator: User) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [house.patient.pk], "post": "yes"}
    signed_in(coordinator).post("/admin/pathways/patient/", chosen)
    assert Patient.objects.filter(pk=house.patient.pk).exists()


def test_a_coordinator_ends_a_membership_but_turns_none_into_another_role(
    house: House, coordinator: User, nurse: User
) -> None:
    theirs = Membership.objects.get(user=nurse)
    address = f"/admin/pathways/membership/{theirs.pk}/change/"
    signed_in(coordinator).post(address, {"role": "hematologist", "ended_on": "2026-03-01"})
    theirs.refresh_from_db()
    assert (theirs.role, theirs.ended_on) == (Role.NURSE, date(2026, 3, 1))
    assert AuditEvent.objects.filter(verb="changed a setting", subject_type="Membership").exists()
