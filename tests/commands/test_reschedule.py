"""The operators' door to recomputing every plan."""

from __future__ import annotations

import pytest

from pathways.models import Clinic
from tests.exchange.files import run

pytestmark = pytest.mark.django_db


def test_a_clinic_that_is_not_there_is_refused_by_name(clinic: Clinic) -> None:
    ran = run("reschedule", clinic="northgat")
    assert (ran.code, "Did you mean northgate?" in ran.err) == (2, True)


def test_fewer_than_one_process_is_refused(clinic: Clinic) -> None:
    ran = run("reschedule", processes=0)
    assert (ran.code, "--processes 0 is less than 1" in ran.err) == (2, True)


def test_a_clinic_without_people_has_nothing_to_recompute(clinic: Clinic) -> None:
    ran = run("reschedule", clinic="northgate")
    assert (ran.code, ran.out) == (0, "0 people recomputed, 0 screenings changed.\n")
