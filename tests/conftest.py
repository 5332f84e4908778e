"""What every test may rely on: a clinic, its staff, a stranger, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django import Settings

from pathways.models import Clinic, PathwayVersion, User
from pathways.rules.lifecycles import Role
from pathways.views import link_host
from pathways.worklists import due_counts
from tests import people

pytest_plugins = ["tests.plugins"]


@pytest.fixture
def at() -> Iterator[Callable[[str], None]]:
    """Stop the clock: `at("2026-11-21 09:00")`, in UTC; call it again to move on."""
    with ExitStack() as stack:

        def stop(moment: str) -> None:
            stack.close()
            instant = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            stack.enter_context(time_machine.travel(instant, tick=False))

        yield stop


@pytest.fixture(autouse=True)
def no_kept_numbers() -> None:
    """The due list keeps its counts for a while; a test begins without any."""
    due_counts.forget()


@pytest.fixture(autouse=True)
def hosts(settings: Settings) -> None:
    """The test client's host is the staff's; clinics of the tests have link hosts of their own."""
    settings.STAFF_HOSTS = ["testserver", "localhost"]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, ".example"]
    link_host.forget()


@pytest.fixture
def clinic(db: None) -> Clinic:
    """Northgate Clinic, London."""
    return people.make_clinic()


@pytest.fixture
def pathway_version(clinic: Clinic) -> PathwayVersion:
    """The product's pathway, signed for Northgate."""
    return people.signed_version(clinic)


@pytest.fixture
def nurse(clinic: Clinic) -> User:
    """Marit Okafor, nurse."""
    return people.make_user(clinic, Role.NURSE, "marit", "Marit Okafor")


@pytest.fixture
def hematologist(clinic: Clinic) -> User:
    """Johan Lindqvist, hematologist."""
    return people.make_user(clinic, Role.HEMATOLOGIST, "lindqvist", "Johan Lindqvist")


@pytest.fixture
def coordinator(clinic: Clinic) -> User:
    """Ines Duarte, coordinator."""
    return people.make_user(clinic, Role.COORDINATOR, "ines", "Ines Duarte")


@pytest.fixture
def auditor(clinic: Clinic) -> User:
    """Theo Brandt, auditor: reads, changes nothing."""
    return people.make_user(clinic, Role.AUDITOR, "theo", "Theo Brandt")


@pytest.fixture
def other_clinic(db: None) -> Clinic:
    """Southgate Clinic: somebody else's."""
    return people.make_clinic("southgate", name="Southgate Clinic")


@pytest.fixture
def stranger(other_clinic: Clinic) -> User:
    """Charlie Stone, nurse of another clinic."""
    return people.make_user(other_clinic, Role.NURSE, "charlie", "Charlie Stone")
