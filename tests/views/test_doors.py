"""Who gets in where: every address, every role. Deny by default."""

from __future__ import annotations

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


# The house is built once a test, not once an address: there are a hundred addresses and more, and
# nothing that these tests ask for changes it. Each test names every address that is wrong.
Wrong = dict[str, object]


def test_nobody_reads_anything_without_signing_in(house: House) -> None:
    sign_in, wrong = reverse("sign-in"), Wrong()
    for name in GUARDED:
        answer = Client().get(address(name, house))
        if answer.status_code != 302 or not answer["Location"].startswith(sign_in):
            wrong[name] = answer.status_code
    assert wrong == {}


def test_a_stranger_is_told_that_there_is_no_such_row(house: House, other_clinic: Clinic) -> None:
    role = {"check_decide": Role.HEMATOLOGIST, "check_coordinate": Role.COORDINATOR}
    strangers = {
        each: signed_in(people.make_user(other_clinic, each, f"charlie-{each}"))
        for each in (Role.NURSE, *role.values())
    }
    wrong = Wrong()
    for name in filter(about_a_row, GUARDED):
        stranger = strangers[role.get(str(DOORS[name]), Role.NURSE)]
        answer = stranger.get(address(name, house))
        if answer.status_code != 404 or "quillfeather" in answer.content.decode().lower():
            wrong[name] = answer.status_code
    assert wrong == {}


def test_a_stranger_sees_nothing_of_this_clinic_in_lists(house: House, stranger: User) -> None:
    client, wrong = signed_in(stranger), Wrong()
    for name in GUARDED:
        if about_a_row(name):
            continue
        answer = client.get(address(name, house))
        if answer.status_code not in {200, 403} and name != "find":  # which leads on to a list
            wrong[name] = answer.status_code
        body = b"".join(answer) if answer.streaming else answer.content
        if b"QUILLFEATHER" in body or house.patient.mrn.encode() in body:
            wrong[name] = "shows a person"
    assert wrong == {}


def test_each_role_enters_where_its_rights_reach(
    house: House, nurse: User, hematologist: User, coordinator: User, auditor: User
) -> None:
    allowed = {
        "check_read": {"nurse", "hematologist", "coordinator", "auditor"},
        "check_work": {"nurse", "hematologist", "coordinator"},
        "check_decide": {"hematologist"},
        "check_coordinate": {"coordinator"},
        "check_tune": {"hematologist", "coordinator"},
        "check_examine": {"nurse", "hematologist"},
    }
    staff = {
        "nurse": nurse,
        "hematologist": hematologist,
        "coordinator": coordinator,
        "auditor": auditor,
    }
    wrong = Wrong()
    for role, user in staff.items():
        client = signed_in(user)
        for name in GUARDED:
            status = client.get(address(name, house)).status_code
            expected = {200, 302} if role in allowed[str(DOORS[name])] else {403}
            if status not in expected:
                wrong[f"{role} at {name}"] = status
    assert wrong == {}


def test_an_auditor_cannot_change_anything_by_posting(house: House, auditor: User) -> None:
    client = signed_in(auditor)
    names = [name for name in GUARDED if DOORS[name] != "check_read"]
    answers = {name: client.post(address(name, house), {}).status_code for name in names}
    assert {name: status for name, status in answers.items() if status != 403} == {}


def test_pages_to_read_take_no_post(house: House, nurse: User) -> None:
    client = signed_in(nurse)
    # Finding changes nothing, and takes a POST so that no name stands in an address.
    names = {name for name in GUARDED if DOORS[name] == "check_read"} - {"find"}
    answers = {name: client.post(address(name, house), {}).status_code for name in names}
    assert {name: status for name, status in answers.items() if status != 405} == {}


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
