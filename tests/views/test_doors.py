"""Who gets in where: every address, every role. Deny by default."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import Clinic, User
from pathways.rules.lifecycles import Role
from pathways.urls import urlpatterns
from pathways.views.doors import ROLE
from tests import people
from tests.views.house import House, signed_in

# What nobody needs to be signed in for. A new address is not on it, so it stays shut.
OPEN = {
    "home",
    "sign-in",
    "healthz",
    "readyz",
    "answer-call",
    "answer-stop",
    "answer-when",
    "one-click-stop",
    "mailbox",
    "mailbox-mail",
    "mailbox-sheet",
    "mailbox-calendar",
}
# One's own affairs: any signed-in person; what changes something, by POST.
OWN = {"sign-out", "switch-clinic", "settings", "change-password"}
GUARDED = sorted(str(each.name) for each in urlpatterns if each.name not in OPEN | OWN)
DOORS = {str(each.name): getattr(each.callback, ROLE, None) for each in urlpatterns}


def address(name: str, house: House) -> str:
    pattern = next(each for each in urlpatterns if each.name == name)
    names = set(pattern.pattern.converters) or set(pattern.pattern.regex.groupindex)
    return reverse(name, kwargs=house.arguments(names))


def about_a_row(name: str) -> bool:
    pattern = next(each for each in urlpatterns if each.name == name)
    return any(part.endswith("_id") for part in pattern.pattern.converters)


def test_every_address_stands_behind_a_door() -> None:
    assert {name for name, door in DOORS.items() if door is None} == set()


def test_the_list_of_open_addresses_is_complete() -> None:
    assert {name for name, door in DOORS.items() if door == "open"} == OPEN | OWN


@pytest.mark.parametrize("name", GUARDED)
def test_nobody_reads_anything_without_signing_in(name: str, house: House) -> None:
    answer = Client().get(address(name, house))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", [name for name in GUARDED if about_a_row(name)])
def test_a_stranger_is_told_that_there_is_no_such_row(
    name: str, house: House, other_clinic: Clinic
) -> None:
    role = {"check_decide": Role.HEMATOLOGIST, "check_coordinate": Role.COORDINATOR}
    stranger = people.make_user(other_clinic, role.get(DOORS[name], Role.NURSE), "charlie")
    answer = signed_in(stranger).get(address(name, house))
    assert answer.status_code == 404
    assert "quillfeather" not in answer.content.decode().lower()


@pytest.mark.parametrize("name", [name for name in GUARDED if not about_a_row(name)])
def test_a_stranger_sees_nothing_of_this_clinic_in_lists(
    name: str, house: House, stranger: User
) -> None:
    answer = signed_in(stranger).get(address(name, house))
    assert answer.status_code in {200, 403} or name == "find"  # which leads on to a list
    body = b"".join(answer) if answer.streaming else answer.content
    assert b"QUILLFEATHER" not in body
    assert house.patient.mrn.encode() not in body


@pytest.mark.parametrize("name", GUARDED)
def test_each_role_enters_where_its_rights_reach(
    name: str,
    house: House,
    nurse: User,
    hematologist: User,
    coordinator: User,
    auditor: User,
) -> None:
    allowed = {
        "check_read": {"nurse", "hematologist", "coordinator", "auditor"},
        "check_work": {"nurse", "hematologist", "coordinator"},
        "check_decide": {"hematologist"},
        "check_coordinate": {"coordinator"},
        "check_tune": {"hematologist", "coordinator"},
        "check_examine": {"nurse", "hematologist"},
    }[DOORS[name]]
    staff = {
        "nurse": nurse,
        "hematologist": hematologist,
        "coordinator": coordinator,
        "auditor": auditor,
    }
    for role, user in staff.items():
        status = signed_in(user).get(address(name, house)).status_code
        expected = {200, 302} if role in allowed else {403}
        assert status in expected, f"{role} at {name}"


@pytest.mark.parametrize("name", sorted(name for name in GUARDED if DOORS[name] != "check_read"))
def test_an_auditor_cannot_change_anything_by_posting(
    name: str, house: House, auditor: User
) -> None:
    assert signed_in(auditor).post(address(name, house), {}).status_code == 403


# Finding changes nothing, and takes a POST so that no name stands in an address.
TO_READ = {name for name in GUARDED if DOORS[name] == "check_read"} - {"find"}


@pytest.mark.parametrize("name", sorted(TO_READ))
def test_pages_to_read_take_no_post(name: str, house: House, nurse: User) -> None:
    assert signed_in(nurse).post(address(name, house), {}).status_code == 405


def test_a_person_without_a_membership_gets_no_clinic(house: House) -> None:
    nobody = User.objects.create_user("nobody", password="correct horse battery")
    assert signed_in(nobody).get(reverse("due-list")).status_code == 403


def test_a_superuser_without_a_membership_gets_no_clinic(house: House) -> None:
    root = User.objects.create_superuser("root", password="correct horse battery")
    assert signed_in(root).get(reverse("due-list")).status_code == 403


def test_an_ended_membership_opens_nothing(house: House, nurse: User) -> None:
    nurse.memberships.update(ended_on="2026-01-02")
    assert signed_in(nurse).get(reverse("due-list")).status_code == 403


def test_a_person_switches_only_to_a_clinic_of_their_own(
    house: House, stranger: User, nurse: User
) -> None:
    client = signed_in(nurse)
    client.post(reverse("switch-clinic"), {"clinic": stranger.memberships.get().clinic_id})
    assert client.get(reverse("due-list")).context["clinic"] == house.patient.clinic
