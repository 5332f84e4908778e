"""Authors in words."""

from __future__ import annotations

import pytest

from pathways.models import Clinic, User
from pathways.models.authors import NOBODY, authors_of
from pathways.rules.lifecycles import Role
from tests import people


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sweep:plan", "the clinic’s timetable"),
        ("import:results", "a file that was loaded"),
        ("patient:link", "the patient, by a link"),
        ("carer:link", "a carer, by a link"),
        ("demo:seed", "the demo"),
    ],
)
def test_a_part_of_the_system_is_said_in_words(name: str, words: str) -> None:
    assert NOBODY.named(name) == words


@pytest.mark.parametrize("name", ["marit", "", "robot:7", "Dr. A: B"])
def test_every_other_name_stays_as_it_is(name: str) -> None:
    assert NOBODY.named(name) == name


@pytest.mark.django_db
def test_one_of_the_staff_is_said_by_full_name_and_one_without_by_how_they_sign_in(
    clinic: Clinic,
) -> None:
    people.make_user(clinic, Role.NURSE, "marit", "Marit Okafor")
    User.objects.filter(pk=people.make_user(clinic, Role.NURSE, "temp", "").pk).update(
        first_name="", last_name=""
    )
    authors = authors_of(clinic.pk)
    assert authors.named("marit") == "Marit Okafor"
    assert authors.named("temp") == "temp"


@pytest.mark.django_db
def test_who_has_left_keeps_a_name_and_another_clinics_staff_are_not_named(clinic: Clinic) -> None:
    left = people.make_user(clinic, Role.NURSE, "gone", "Ada Gone")
    left.memberships.update(ended_on="2026-01-01")
    people.make_user(people.make_clinic("other"), Role.NURSE, "far", "Fay Far")
    authors = authors_of(clinic.pk)
    assert (authors.named("gone"), authors.named("far")) == ("Ada Gone", "far")
