"""Looking for a person: what is typed reaches the list, and never an address."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from pathways.models import Clinic, User
from pathways.views import searches
from tests import people
from tests.views.house import House, signed_in

LISTS = ["due-list", "patients"]


@pytest.fixture
def client(house: House, clinic: Clinic, nurse: User) -> Client:
    """A nurse at the desk; the clinic has a second person, who is on the due list too."""
    version = house.screening.definition.version
    people.enrol(people.make_patient(clinic, family_name="Oduya", given_name="Bela"), version)
    return signed_in(nurse)


def find(client: Client, words: str, **more: str) -> str:
    """Type into the box and return the address that the browser is led to."""
    answer = client.post(reverse("find"), {"q": words, **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def names(client: Client, address: str) -> set[str]:
    page = client.get(address).content.decode()
    return {name for name in ("QUILLFEATHER", "ODUYA") if name in page}


@pytest.mark.parametrize("typed", ["Quillfeather", "amira quill"])
def test_a_name_finds_its_person_under_an_address_without_it(client: Client, typed: str) -> None:
    address = find(client, typed)
    assert address == f"{reverse('patients')}?found=1"
    assert names(client, address) == {"QUILLFEATHER"}


def test_a_hospital_number_is_kept_out_of_the_address_too(client: Client, house: House) -> None:
    address = find(client, house.patient.mrn)
    assert house.patient.mrn not in address
    assert names(client, address) == {"QUILLFEATHER"}


def test_the_due_list_keeps_its_other_filters_in_the_address(client: Client) -> None:
    address = find(client, "quill", list="due", phase="active", order="priority", view="overdue")
    assert address.startswith(reverse("due-list"))
    assert set(address.partition("?")[2].split("&")) == {
        "view=overdue",
        "found=1",
        "phase=active",
        "order=priority",
    }


def test_the_due_list_shows_only_whom_the_words_fit(client: Client) -> None:
    assert names(client, reverse("due-list")) == {"QUILLFEATHER", "ODUYA"}
    assert names(client, find(client, "quill", list="due")) == {"QUILLFEATHER"}


def test_every_link_of_a_searched_list_holds_the_number_and_no_name(client: Client) -> None:
    page = client.get(find(client, "quill", list="due")).content.decode()
    asked = [part.partition('"')[0].lower() for part in page.split('href="')[1:]]
    assert not [address for address in asked if "quill" in address]
    assert [address for address in asked if "found=1" in address and "why=" in address]


@pytest.mark.parametrize("name", LISTS)
def test_a_chip_takes_the_search_away_and_keeps_the_rest(client: Client, name: str) -> None:
    phase = "active"
    address = find(client, "quill", list="due" if name == "due-list" else "", phase=phase)
    page = client.get(address).content.decode()
    chip = next(part for part in page.split('<a class="chip" href="')[1:] if "“quill”" in part)
    assert chip.partition('"')[0] == f"?phase={phase}"


def test_an_earlier_search_is_still_there_to_go_back_to(client: Client) -> None:
    first, second = find(client, "quill"), find(client, "oduya")
    assert names(client, first) == {"QUILLFEATHER"}
    assert names(client, second) == {"ODUYA"}


def test_the_same_words_keep_their_number(client: Client) -> None:
    assert find(client, "quill") == find(client, " quill ")


def test_only_the_last_searches_are_kept(client: Client) -> None:
    first = find(client, "quill")
    for number in range(searches.KEPT - 1):
        find(client, f"nobody {number}")
    assert client.get(first).status_code == 200
    find(client, "quill")  # used again, so it is not the oldest any more
    find(client, "one more")
    assert client.get(first).status_code == 200
    assert client.get(f"{reverse('patients')}?found=2").status_code == 302


def test_nothing_typed_is_no_search(client: Client) -> None:
    assert find(client, "  ", phase="active") == f"{reverse('patients')}?phase=active"


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("asked", ["q=quill", "found=7", "found=x"])
def test_words_in_an_address_are_dropped_with_a_word_why(
    client: Client, name: str, asked: str
) -> None:
    answer = client.get(f"{reverse(name)}?{asked}&phase=active")
    assert answer["Location"] == f"{reverse(name)}?phase=active"
    assert b"Search words stay out of the address" in client.get(answer["Location"]).content


def test_opening_the_door_of_the_search_leads_to_the_list(client: Client) -> None:
    assert client.get(f"{reverse('find')}?q=quill")["Location"] == reverse("patients")


def test_signing_out_takes_the_words_with_it(client: Client, nurse: User) -> None:
    address = find(client, "quill")
    client.post(reverse("sign-out"))
    assert not [each for each in Session.objects.all() if "quill" in str(each.get_decoded())]
    client.force_login(nurse, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 302


def test_another_session_does_not_see_what_was_looked_for(client: Client, auditor: User) -> None:
    assert signed_in(auditor).get(find(client, "quill")).status_code == 302


@pytest.mark.parametrize("name", LISTS)
def test_no_form_with_a_persons_name_travels_in_an_address(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    forms = [form.partition("</form>")[0] for form in page.split("<form")[1:]]
    boxes = [form for form in forms if 'name="q"' in form]
    assert len(boxes) == 2  # in the bar at the top, and over the list
    assert all('method="post"' in form and "csrfmiddlewaretoken" in form for form in boxes)


def test_the_admin_searches_no_people_by_address(
    client: Client, coordinator: User, house: House
) -> None:
    page = signed_in(coordinator).get(reverse("admin:pathways_patient_changelist"))
    assert b'name="q"' not in page.content
