"""Maya's invitation, and a Saturday morning to answer it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pathways.models import Clinic, Message, Patient
from tests import people
from tests.views.answering import make_message


@pytest.fixture(autouse=True)
def _saturday(at: Callable[[str], None]) -> None:
    at("2026-11-21 10:30")


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    """Maya, born on 14 March 1968, whose number ends in 34."""
    return people.make_patient(clinic, phone="020 7946 0034")


@pytest.fixture
def message(patient: Patient) -> Message:
    """An invitation that reached her."""
    return make_message(patient)
