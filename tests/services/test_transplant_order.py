"""Engraftment and day +100 lie after a day 0, whichever of the two days is written down last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pathways.models import CareEntry, Clinic, Enrolment, PathwayVersion, Patient
from pathways.rules.course_states import EntryKind
from pathways.services import care_entries, enrolments
from pathways.services.care_entries import Entry
from pathways.services.errors import Refused
from tests.people import SYSTEM, enrol, make_patient

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
DAY_0 = date(2026, 8, 3)


@pytest.fixture
def enrolment(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Enrolment:
    """On the pathway; it is 21 November."""
    at("2026-11-21 09:00")
    return enrol(make_patient(clinic), pathway_version)


@pytest.fixture
def maya(enrolment: Enrolment) -> Patient:
    return enrolment.patient


def enter(patient: Patient, kind: EntryKind, on: date) -> CareEntry:
    return care_entries.record_entry(patient=patient, entry=Entry(kind, on), by=SYSTEM)


@pytest.mark.parametrize("kind", [EntryKind.ENGRAFTMENT, EntryKind.DAY_100])
def test_a_step_before_day_0_is_refused_with_the_way_on(maya: Patient, kind: EntryKind) -> None:
    enter(maya, EntryKind.DAY_0, DAY_0)
    with pytest.raises(Refused, match=r"Day 0 is 3 Aug 2026; .* cannot come before") as refused:
        enter(maya, kind, date(2026, 8, 2))
    assert refused.value.field == "from_on"
    enter(maya, kind, DAY_0)


def test_day_0_written_down_on_the_overview_counts_too(enrolment: Enrolment, maya: Patient) -> None:
    enrolments.record_transplant(enrolment=enrolment, on=DAY_0, by=SYSTEM)
    with pytest.raises(Refused, match="cannot come before"):
        enter(maya, EntryKind.ENGRAFTMENT, date(2026, 7, 1))


@pytest.mark.parametrize("where", ["entry of care", "overview"])
def test_a_day_0_after_its_engraftment_is_refused(
    enrolment: Enrolment, maya: Patient, where: str
) -> None:
    enter(maya, EntryKind.ENGRAFTMENT, date(2026, 7, 1))
    verbs = {
        "overview": lambda: enrolments.record_transplant(enrolment=enrolment, on=DAY_0, by=SYSTEM),
        "entry of care": lambda: enter(maya, EntryKind.DAY_0, DAY_0),
    }
    with pytest.raises(Refused, match=r"Engraftment of 1 Jul 2026 is on record, before that day"):
        verbs[where]()
    assert not CareEntry.objects.filter(kind=EntryKind.DAY_0).exists()


def test_a_second_transplant_follows_the_engraftment_of_the_first(maya: Patient) -> None:
    enter(maya, EntryKind.DAY_0, date(2026, 6, 15))
    enter(maya, EntryKind.ENGRAFTMENT, date(2026, 7, 1))
    assert enter(maya, EntryKind.DAY_0, DAY_0).from_on == DAY_0


@pytest.mark.parametrize(("on", "refused"), [(date(2026, 4, 24), False), (date(2026, 4, 25), True)])
def test_an_engraftment_more_than_100_days_back_is_of_an_earlier_transplant(
    maya: Patient, on: date, refused: bool
) -> None:
    enter(maya, EntryKind.ENGRAFTMENT, on)
    if refused:
        with pytest.raises(Refused):
            enter(maya, EntryKind.DAY_0, DAY_0)
    else:
        enter(maya, EntryKind.DAY_0, DAY_0)


def test_where_no_day_0_is_known_a_step_may_stand(maya: Patient) -> None:
    assert enter(maya, EntryKind.ENGRAFTMENT, date(2026, 7, 1)).pk
