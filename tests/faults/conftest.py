"""A stage for fault tests: a real PostgreSQL (the tests' own database), Redis and a mail server."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection

from pathways.models import Clinic, Duty
from pathways.rules.alert_states import Rung
from pathways.rules.lifecycles import Role
from pathways.services import reminders
from pathways.services.actors import Actor
from tests import people
from tests.faults.processes import Stage, wait_until
from tests.sink import free_port

TODAY = date(2026, 7, 6)  # a Monday


@pytest.fixture
def stage(
    transactional_db: None, tmp_path: Path, settings: Any, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """Everything but the workers, running; the day is 6 July 2026 for all processes."""
    settings.FIXED_DAY = TODAY
    settings.SENDING_ON = True
    settings.RECIPIENT_ALLOW_LIST = ["*"]
    port = free_port()
    made = Stage(
        tmp_path,
        {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONUNBUFFERED": "1",
            "POEMS_ENV": "test",
            "POEMS_TODAY": TODAY.isoformat(),
            "DATABASE_URL": database_url(),
            "DATA_DIR": str(tmp_path / "data"),
            "SMTP_PORT": str(port),
            "SMTP_TIMEOUT": "5",
            "SENDING_ON": "true",
            "RECIPIENT_ALLOW_LIST": "*",
            "DOMAIN_PER_MINUTE": "0",
            "LEASE_SECONDS": "2",
            "UNSURE_SECONDS": "2",
            "SWEEP_SECONDS": "1",
            "LOG_LEVEL": "WARNING",
        },
    )
    failed_before = request.session.testsfailed
    made.redis()
    made.run("-m", "tests.sink", str(port), str(made.log), str(made.script))
    try:
        wait_until(lambda: listens(port), "the mail server listens")
        yield made
    finally:
        made.end_all()
        if request.session.testsfailed > failed_before:
            sys.stderr.write(made.words())


@pytest.fixture
def northgate(stage: Stage) -> Clinic:
    """A clinic whose window never closes, so that the tests run at any hour.

    Every message counted here is a patient's: a nurse is in charge, so no alert looks for
    somebody to ask, and the staff's digest waits for the last minute of the day.
    """
    clinic = people.make_clinic(window_always_open=True, digest_at=time(23, 59))
    people.signed_version(clinic)
    nurse = people.make_user(clinic, Role.NURSE, "marit", "Marit Okafor")
    Duty.objects.create(clinic=clinic, rung=Rung.NURSE_IN_CHARGE, user=nurse, from_on=TODAY)
    return clinic


@pytest.fixture
def import_people(northgate: Clinic, tmp_path: Path) -> Callable[[int], None]:
    """Import that many people from a file, all of whom are owed something, and plan their mail."""

    def load(count: int) -> None:
        file = tmp_path / "people.csv"
        lines = [
            (
                "mrn,given_name,family_name,birth_date,sex,email,phone,language,email_consent_on,"
                "enrolled_on,phase,phase_since"
            )
        ]
        lines += [
            f"P{n:05d},Given{n},Family{n},1970-01-01,female,p{n}@mail{n % 7}.example,,en,"
            "2026-01-05,2026-01-05,remission,2026-01-05"
            for n in range(count)
        ]
        file.write_text("\n".join(lines) + "\n")
        call_command("import_patients", str(file), clinic=northgate.code)
        reminders.plan_all(by=Actor.system("sweep:plan"))

    return load


def database_url() -> str:
    """The address of the tests' own database, for other processes."""
    how = connection.settings_dict
    if connection.vendor != "postgresql":
        pytest.fail("Fault tests need PostgreSQL.")
    secret = f":{quote(str(how['PASSWORD']))}" if how["PASSWORD"] else ""
    return (
        f"postgres://{how['USER']}{secret}@{how['HOST'] or '127.0.0.1'}:{how['PORT'] or 5432}"
        f"/{how['NAME']}"
    )


def listens(port: int) -> bool:
    """Say whether something answers at that port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
