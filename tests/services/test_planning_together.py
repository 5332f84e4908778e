"""Several planners at the same instant make the rows of one (delivery.md, 5, fault 15)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections

from pathways.models import Audience, Message, Reminder
from tests.services.cast import DUE, plan, small_version, vegf_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_six_planners_at_once_write_each_person_once(clinic, at):
    at("2026-10-01 09:00")
    version = small_version(clinic)
    for _ in range(25):
        vegf_person(clinic, version)
    at("2026-11-21 09:00")

    def run(day: date) -> int:
        try:
            return plan(clinic, day).messages
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        written = list(pool.map(run, [DUE] * 6))
    assert sum(written) == 25
    assert Message.objects.filter(audience=Audience.PATIENT).count() == 25
    assert Reminder.objects.count() == 25
    assert not Reminder.objects.filter(message__isnull=True).exists()
