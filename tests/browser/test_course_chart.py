"""The course chart in a real browser: one drawing a width, points by keyboard, the same as a table."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pathways import clock
from pathways.models import User
from tests import recorded
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def full(house: House) -> House:
    """A person with rows of every kind."""
    recorded.record_everything(house.patient, clock.today(house.patient.clinic))
    return house


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True), (320, False)]
)
def test_one_drawing_is_shown_and_neither_page_has_a_barrier(
    reading: Any, full: House, nurse: User, width: int, dark: bool
) -> None:
    reader = reading(width, dark=dark)
    reader.sign_in(nurse)
    page = reader.open(reverse("patient", args=[full.patient.pk]))
    expect(page.locator(".cc-wide")).to_be_visible(visible=width >= 700)
    expect(page.locator(".cc-narrow")).to_be_visible(visible=width < 700)
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    reader.open(reverse("patient-history", args=[full.patient.pk]))
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    assert reader.complaints == []


def test_the_points_are_one_stop_and_the_arrows_walk_them(
    reading: Any, full: House, nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(reverse("patient", args=[full.patient.pk]))
    points = page.locator(".cc-wide a.cc-point")
    points.first.focus()
    page.keyboard.press("ArrowRight")
    expect(points.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(points.first).to_be_focused()
    expect(page.locator(".cc-wide a.cc-point[tabindex='0']")).to_have_count(1)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/results/" in page.url


def test_the_same_values_stand_in_a_table(reading: Any, full: House, nurse: User) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(reverse("patient", args=[full.patient.pk]))
    page.get_by_text("Same data as a table").click()
    rows = page.locator(".course-table tbody tr")
    expect(rows.filter(has_text="131").first).to_be_visible()
    assert reader.barriers() == []


def test_history_is_filtered_without_script_by_boxes(
    reading: Any, full: House, nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(reverse("patient-history", args=[full.patient.pk]))
    page.get_by_label("Toxicity").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Show", exact=True).click()
    assert "kind=toxicity" in page.url
    lines = page.locator(".timeline li")
    expect(lines.filter(has_text="Toxicity").first).to_be_visible()
    expect(lines.filter(has_text="VEGF")).to_have_count(0)
