"""Two batches on their way at once, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from pathways.exchange import intake
from pathways.models import Clinic, Enrolment, Patient
from pathways.services import catalogue, registration, scheduling
from pathways.services.actors import Actor
from tests import people
from tests.exchange import files
from tests.exchange.files import person, run

BY = Actor.system("test")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL (DATABASE_URL)")
def test_overlapping_batches_load_everybody_once_and_tell_lines_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: Callable[[str], None]
) -> None:
    at("2026-11-21 09:00")
    catalogue.load(by=BY)
    people.make_clinic(release_over=100)
    monkeypatch.setattr(registration, "BATCH", 60)
    assert intake.workers_here() == 2
    lines = [person(f"P{n:03}", sex="x" if n % 50 == 7 else "male") for n in range(400)]
    path = files.people(tmp_path / "people.csv", *lines, person("P000"))
    ran = run("import_patients", path, clinic="northgate")
    told = [int(line.split(":")[1]) for line in ran.err.splitlines() if line.startswith(str(path))]
    assert ran.code == 1
    assert told == [*(n + 2 for n in range(400) if n % 50 == 7), 402]
    assert Patient.objects.count() == 392
    assert Clinic.objects.get().release_needed_since is not None
    assert scheduling.reschedule(Enrolment.objects.all(), by=BY).touched == []
