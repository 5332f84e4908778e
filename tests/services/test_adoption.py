"""Another version of the pathway: only what has another rule starts anew (ADR 22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pathways import catalogue as entries
from pathways.models import Clinic, Enrolment, PathwayVersion, Screening
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import Phase
from pathways.services import adoption, catalogue, enrolments
from pathways.services.adoption import Moved
from tests.people import SYSTEM, enrol, make_patient, record

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
DAY = date(2026, 11, 21)
LAST = date(2025, 12, 21)  # 11 months before


def version(number: int, code: str = "", **changes: Any) -> PathwayVersion:
    """Publish the product's pathway again, with one screening's rule changed in every phase."""
    entry = entries.load_pathway()
    definitions = []
    for item in entry.definitions:
        wanted = changes if item.code == code else {}
        rule = replace(item.rule, version=number, **wanted)
        definitions.append(replace(item, rule=rule))
    changed = replace(entry, number=number, definitions=tuple(definitions))
    return catalogue.load(by=SYSTEM, entry=changed)


@pytest.fixture
def enrolment(at: At, clinic: Clinic) -> Enrolment:
    """In active treatment; VEGF and the exam were last done 11 months ago."""
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrolment = enrol(patient, version(1), enrolled_on=date(2025, 6, 1))
    for code in ("vegf", "neuro-exam"):
        record(patient, code, LAST)
    return enrolment


def row(enrolment: Enrolment, code: str) -> Screening:
    return Screening.objects.open().get(enrolment=enrolment, code=code)


def status(enrolment: Enrolment, code: str, day: date = DAY) -> DueStatus:
    return row(enrolment, code).status_on(day).status


def adopt(enrolment: Enrolment, to: PathwayVersion) -> None:
    enrolment.refresh_from_db()
    enrolments.adopt_version(enrolments=[enrolment], version=to, by=SYSTEM)


def two_months() -> Any:
    return type(entries.load_pathway().definitions[0].rule.due_after)(months=2)


def test_what_has_the_same_rule_stays_as_late_as_it_was(enrolment: Enrolment) -> None:
    before = row(enrolment, "vegf")
    assert before.status_on(DAY).status is DueStatus.OVERDUE

    adopt(enrolment, version(2, "neuro-exam", opens_after=two_months(), due_after=two_months()))

    after = row(enrolment, "vegf")
    assert (after.rule_version, after.due_on) == (2, before.due_on)
    assert (after.overdue_from, after.first_due_on) == (before.overdue_from, before.first_due_on)
    assert after.status_on(DAY).status is DueStatus.OVERDUE
    assert after.late_due_on is None


def test_what_has_another_rule_is_due_on_the_day_of_adoption(at: At, clinic: Clinic) -> None:
    """R30's kin: 3 months become 2, so the due date would lie in the past."""
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrolment = enrol(patient, version(1), enrolled_on=date(2025, 6, 1))
    record(patient, "vegf", date(2026, 8, 25))
    assert status(enrolment, "vegf") is DueStatus.DUE_SOON

    adopt(enrolment, version(2, "vegf", opens_after=two_months(), due_after=two_months()))

    after = row(enrolment, "vegf")
    assert (after.due_on, after.first_due_on) == (DAY, date(2026, 10, 25))
    assert after.status_on(DAY).status is DueStatus.DUE


@pytest.mark.parametrize(
    ("name", "value", "starts_anew"),
    [
        ("grace_days", 3, True),
        ("min_gap_days", 10, True),
        ("soon_days", 3, False),
        ("expected_days", 5, False),
    ],
)
def test_a_rule_is_another_one_when_it_gives_other_dates(
    enrolment: Enrolment, name: str, value: int, starts_anew: bool
) -> None:
    was = row(enrolment, "vegf").due_on
    adopt(enrolment, version(2, "vegf", **{name: value}))
    assert (row(enrolment, "vegf").due_on == was) is not starts_anew


def test_a_second_adoption_keeps_the_floor_of_the_first(at: At, clinic: Clinic) -> None:
    at("2026-11-21 09:00")
    patient = make_patient(clinic)
    enrolment = enrol(patient, version(1), enrolled_on=date(2025, 6, 1))
    record(patient, "vegf", date(2026, 8, 25))
    adopt(enrolment, version(2, "vegf", opens_after=two_months(), due_after=two_months()))
    floor = row(enrolment, "vegf").due_on

    at("2026-11-25 09:00")
    third = replace_exam(3)
    adopt(enrolment, third)

    assert row(enrolment, "vegf").due_on == floor == DAY


def replace_exam(number: int) -> PathwayVersion:
    """As version 2 for VEGF; only the exam's grace is another one."""
    entry = entries.load_pathway()
    definitions = []
    for item in entry.definitions:
        rule = replace(item.rule, version=number)
        if item.code == "vegf":
            rule = replace(rule, opens_after=two_months(), due_after=two_months())
        if item.code == "neuro-exam":
            rule = replace(rule, grace_days=rule.grace_days + 7)
        definitions.append(replace(item, rule=rule))
    changed = replace(entry, number=number, definitions=tuple(definitions))
    return catalogue.load(by=SYSTEM, entry=changed)


def test_a_rehearsal_names_only_what_the_version_changes(
    clinic: Clinic, enrolment: Enrolment
) -> None:
    newer = version(2, "neuro-exam", opens_after=two_months(), due_after=two_months())
    (batch,) = adoption.adopt(clinic=clinic, version=newer, by=SYSTEM, dry_run=True)
    was = row(enrolment, "neuro-exam").due_on
    assert batch.moved == [Moved(enrolment.patient.mrn, "neuro-exam", was, DAY, True, True)]


def test_in_a_later_phase_the_day_of_adoption_moves_nothing_backwards(
    at: At, enrolment: Enrolment
) -> None:
    adopt(enrolment, version(2, "vegf", opens_after=two_months(), due_after=two_months()))
    at("2026-12-10 09:00")
    enrolments.change_phase(
        enrolment=enrolment, phase=Phase.REMISSION, since_on=date(2026, 12, 1), by=SYSTEM
    )
    later = row(enrolment, "vegf")
    assert later.due_on is not None
    assert later.due_on >= date(2026, 12, 1)
