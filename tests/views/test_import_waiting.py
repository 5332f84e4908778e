"""What waiting for a file may cost: no session kept open before an empty chair, no load cut short."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from pathways import tasks
from pathways.models import PathwayVersion, User
from pathways.services import import_runs
from poems_clinic.celery import app
from tests.exchange import files
from tests.views.house import signed_in
from tests.views.test_imports import people_file, upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("minute", "asks"), [("05", True), ("06", False)])
def test_a_page_stops_asking_once_nothing_moved_for_five_minutes(
    nurse: User,
    pathway_version: PathwayVersion,
    at: Callable[[str], None],
    minute: str,
    asks: bool,
) -> None:
    at("2026-11-21 09:00")
    reader = signed_in(nurse)
    run = upload(reader, people_file(files.person("R01")))
    import_runs.claim()
    at(f"2026-11-21 09:{minute}")
    page = reader.get(reverse("import", args=[run.pk])).content.decode()
    assert ("hx-trigger" in page) is asks
    assert "See how far it is" in page


def test_a_load_may_take_longer_than_a_sweep() -> None:
    load = tasks.work_imports
    assert load.soft_time_limit < load.time_limit
    assert load.soft_time_limit > 10 * app.conf.task_time_limit
    assert tasks.send_queued.time_limit == app.conf.task_time_limit
