"""The invented histories: the same for the same day, and possible on every day."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.catalogue import find_analyte
from pathways.demo.history import history_of
from pathways.demo.people import PEOPLE, Awkward, Contact, Story
from pathways.rules.lifecycles import Phase
from pathways.rules.reminders import note_due_on

DAY = date(2026, 11, 21)
days = st.dates(min_value=date(2026, 1, 1), max_value=date(2040, 12, 31))


def test_there_are_sixty_people_and_no_number_twice() -> None:
    assert len(PEOPLE) == 60
    assert len({person.mrn for person in PEOPLE}) == 60
    assert len({person.nhs_number for person in PEOPLE}) == 60


def test_every_phase_is_lived_in_by_several() -> None:
    count = Counter(person.phase for person in PEOPLE)
    assert set(count) == set(Phase)
    assert min(count.values()) >= 5


def test_three_languages_are_spoken() -> None:
    assert {person.language for person in PEOPLE} == {"en", "es", "ja"}


@pytest.mark.parametrize("kind", [kind for kind in Awkward if kind is not Awkward.NOTHING])
def test_every_awkward_case_is_somebodys(kind: Awkward) -> None:
    assert any(person.awkward is kind for person in PEOPLE)


@pytest.mark.parametrize("story", [story for story in Story if story is not Story.USUAL])
def test_every_story_is_told_of_one_person(story: Story) -> None:
    assert sum(person.story is story for person in PEOPLE) == 1


@pytest.mark.parametrize("kind", list(Contact))
def test_every_way_of_being_reached_or_not_is_somebodys(kind: Contact) -> None:
    assert any(person.contact is kind for person in PEOPLE)


def test_the_names_include_the_ones_that_break_things() -> None:
    names = [person.family_name for person in PEOPLE]
    assert any(len(f"{p.given_name} {p.family_name}") >= 40 for p in PEOPLE)
    assert any("’" in name for name in names)
    assert any("\u0600" <= name[0] <= "\u06ff" for name in names)
    assert any("-" in name for name in names)


def test_two_people_are_late_by_more_than_a_year() -> None:
    assert sum((person.due_in or 0) < -366 for person in PEOPLE) == 2


def test_addresses_cannot_be_anybodys() -> None:
    assert all(person.email.endswith("@mail.example") for person in PEOPLE if person.email)
    assert all(len(person.email.partition("@")[0]) <= 64 for person in PEOPLE)


def test_nhs_numbers_check_and_are_never_given_out() -> None:
    for person in PEOPLE:
        *digits, check = (int(sign) for sign in person.nhs_number)
        assert person.nhs_number.startswith("999")
        assert (11 - sum(d * (10 - i) for i, d in enumerate(digits)) % 11) % 11 == check


def test_the_same_day_gives_the_same_history() -> None:
    assert [history_of(p, DAY) for p in PEOPLE] == [history_of(p, DAY) for p in PEOPLE]


def test_another_day_gives_another_history() -> None:
    assert history_of(PEOPLE[0], DAY) != history_of(PEOPLE[0], date(2026, 11, 22))


@given(today=days, person=st.sampled_from(PEOPLE))
@settings(max_examples=150, deadline=None)
def test_on_any_day_the_past_is_possible(today: date, person: object) -> None:
    history = history_of(person, today)  # type: ignore[arg-type]
    begun = [since for _, since in history.course.phases]
    assert begun == sorted(begun)
    assert len(set(begun)) == len(begun)
    for done in history.days:
        assert done.on < today
        assert done.on.weekday() < 5
        assert history.person.birth_date < done.on
        assert all(find_analyte(reading.code) is not None for reading in done.readings)


@given(today=days)
@settings(max_examples=40, deadline=None)
def test_on_any_day_some_have_two_years_behind_them(today: date) -> None:
    enrolled = [history_of(person, today).course.enrolled_on for person in PEOPLE]
    assert sum((today - day).days > 600 for day in enrolled) >= 15


def test_vegf_changes_its_specimen_for_some_and_not_for_all() -> None:
    changed = 0
    for person in PEOPLE:
        readings = [r for done in history_of(person, DAY).days for r in done.readings]
        specimens = [r.specimen for r in readings if r.code == "vegf"]
        assert specimens == sorted(specimens, reverse=True)  # serum, then plasma, never back
        changed += len(set(specimens)) == 2
    assert 10 <= changed <= 50


def test_one_person_has_the_numbers_of_the_published_influenza_case() -> None:
    person = next(person for person in PEOPLE if person.story is Story.INFLUENZA)
    readings = [r for done in history_of(person, DAY).days for r in done.readings]
    plasma = [r.value for r in readings if r.code == "vegf" and r.specimen == "plasma"]
    assert plasma[-2:] == [182, 740]
    assert min(plasma) == 182
    m_protein = [r for r in readings if r.code == "spep"][-2:]
    assert [r.value_text for r in m_protein] == ["0.07", "<0.05"]
    assert [(r.comparator, r.unit) for r in m_protein] == [("", ""), ("<", "")]


def test_a_vegf_of_another_specimen_never_shares_a_laboratory() -> None:
    pairs = {
        (reading.specimen, reading.lab)
        for person in PEOPLE
        for done in history_of(person, DAY).days
        for reading in done.readings
        if reading.code == "vegf"
    }
    assert len(pairs) == 2


@pytest.mark.parametrize("last", range(28, 32))
@given(day=days)
def test_the_note_on_when_to_call_falls_on_today_for_somebody(last: int, day: date) -> None:
    """Whatever the month's end swallows: the day drawn, and the last days of its month."""
    for today in (day, day.replace(day=min(last, monthrange(day.year, day.month)[1]))):
        told = [person for person in PEOPLE if person.when_to_call]
        assert told
        for person in told:
            course = history_of(person, today).course
            assert person.contact is Contact.EMAIL
            due_on = note_due_on(*course.phases[-1])
            assert due_on is not None
            assert today - timedelta(days=3) <= due_on <= today
