"""The results tab in a real browser: what stands now in sight, the earlier values one key away."""

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


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True), (320, False)])
def test_earlier_values_are_unfolded_by_keyboard(
    reading: Any, house: House, nurse: User, width: int, dark: bool
) -> None:
    recorded.record_everything(house.patient, clock.today(house.patient.clinic))
    reader = reading(width, dark=dark)
    reader.sign_in(nurse)
    page = reader.open(reverse("patient-results", args=[house.patient.pk]))
    clone = page.get_by_role("region", name="VEGF and the plasma-cell clone")
    expect(clone.locator("tbody b").first).to_have_text("131")
    earlier = clone.locator(".earlier-results").get_by_text("62", exact=True)
    expect(earlier).not_to_be_visible()
    clone.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(earlier).to_be_visible()
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    assert reader.complaints == []
