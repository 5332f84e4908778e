"""The therapy tab and the delay of a cycle in a real browser: keyboard alone, narrow, no barrier."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pathways.models import User
from tests.courses import cycle_of, days_1
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_cycle_is_delayed_by_keyboard_alone_on_a_narrow_screen(
    reading: Any, house: House, nurse: User
) -> None:
    reader = reading(390)
    reader.sign_in(nurse)
    person, course = house.patient.pk, house.course
    before = days_1(course)
    third = cycle_of(course, 3)
    page = reader.open(reverse("patient-therapy", args=[person]))
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    page.get_by_label("More for cycle 3 of Rd").press("Enter")
    with page.expect_navigation():
        page.get_by_role("link", name="Delay…").press("Enter")
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    until_on = third.planned_on + timedelta(days=7)
    page.get_by_label("Plan day 1 on").fill(until_on.isoformat())
    page.get_by_label("Reason").fill("low counts")
    with page.expect_navigation():
        page.get_by_label("Reason").press("Enter")
    expect(page.get_by_text("Later cycles and their checks move with it")).to_be_visible()
    expect(page.get_by_text("low counts")).to_be_visible()
    week = timedelta(days=7)
    assert days_1(course) == [*before[:2], *(day + week for day in before[2:])]
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    assert reader.complaints == []
