"""A list that is worked through asks the rules about each person once, at its end."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest

from pathways.models import Clinic, Patient
from pathways.services import alerts
from tests import people
from tests.people import SYSTEM

pytestmark = pytest.mark.django_db

Asked = list[list[uuid.UUID]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Whom the rules were asked about, a list each time."""
    seen: Asked = []

    def load(ids: Sequence[uuid.UUID]) -> list[Patient]:
        seen.append(list(ids))
        return []

    monkeypatch.setattr(alerts, "_people", load)
    return seen


@pytest.fixture
def maya(clinic: Clinic) -> Patient:
    return people.make_patient(clinic)


def test_many_deeds_ask_once_when_the_list_is_done(maya: Patient, asked: Asked) -> None:
    with alerts.once_each(by=SYSTEM):
        for _ in range(3):
            assert alerts.assess([maya.pk], by=SYSTEM) == 0
        assert asked == []
    assert asked == [[maya.pk]]


def test_a_list_within_a_list_waits_for_the_outer_one(maya: Patient, asked: Asked) -> None:
    with alerts.once_each(by=SYSTEM):
        with alerts.once_each(by=SYSTEM):
            alerts.assess([maya.pk], by=SYSTEM)
        assert asked == []
    assert asked == [[maya.pk]]


def test_a_list_that_broke_off_asks_nothing_and_the_next_deed_asks_at_once(
    maya: Patient, asked: Asked
) -> None:
    def break_off() -> None:
        with alerts.once_each(by=SYSTEM):
            alerts.assess([maya.pk], by=SYSTEM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert asked == []
    alerts.assess([maya.pk], by=SYSTEM)
    assert asked == [[maya.pk]]


def test_a_list_without_a_deed_asks_about_nobody(asked: Asked) -> None:
    with alerts.once_each(by=SYSTEM):
        pass
    assert asked == []
