"""Alerts worked by keyboard alone, beside their list, and on a narrow screen; the same without script."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from pathways.models import Alert, User
from pathways.rules.alert_states import AlertState
from tests import findings
from tests.browser.conftest import sign_in_on
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def three(house: House) -> list[Alert]:
    """Three alerts of one person, the first of them due first."""
    Alert.objects.update(state=AlertState.ENTERED_IN_ERROR)
    return [
        findings.raised(
            house.patient.clinic,
            patient=house.patient,
            left=timedelta(days=1 + number),
            title=f"Finding {number}",
        )
        for number in range(3)
    ]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_three_alerts_are_acknowledged_and_resolved_without_a_pointer(
    reading: Any, three: list[Alert], nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.page
    with page.expect_navigation(url=f"**{reverse('alert', args=[three[0].pk])}"):
        press(page, "g", "a")
    for number in range(3):
        expect(page.locator("#alert-title")).to_have_text(f"Finding {number}")
        expect(page.locator("#alert-title")).to_be_focused()
        with page.expect_navigation():
            press(page, "a")
        expect(page.get_by_role("button", name="Keep the note, stay open")).to_be_visible()
        press(page, "n")
        expect(page.locator("[data-note]")).to_be_focused()
        page.keyboard.type(f"Seen {number}.")
        page.keyboard.press("Shift+Tab")  # to whether it was of use
        page.keyboard.press("Space")
        page.keyboard.press("Shift+Tab")  # to what was done
        page.keyboard.press("Space")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    rows = Alert.objects.filter(pk__in=[each.pk for each in three]).order_by("pk")
    assert [row.state for row in rows] == [AlertState.RESOLVED] * 3
    assert [row.note for row in rows] == ["Seen 0.", "Seen 1.", "Seen 2."]
    assert reader.complaints == []


def test_j_and_k_walk_from_the_open_alert_and_enter_opens(
    reading: Any, three: list[Alert], nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(reverse("alert", args=[three[0].pk]))
    press(page, "j", "j", "k")
    with page.expect_navigation(url=f"**{reverse('alert', args=[three[1].pk])}"):
        page.keyboard.press("Enter")
    expect(page.locator("[data-current] b")).to_be_visible()


def test_s_leads_to_the_snooze_and_g_goes_on_leading_to_places(
    reading: Any, three: list[Alert], nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(reverse("alert", args=[three[0].pk]))
    with page.expect_navigation(url=f"**{reverse('alert-snooze', args=[three[0].pk])}"):
        page.keyboard.press("s")
    page.go_back()
    with page.expect_navigation(url=f"**{reverse('due-list')}"):
        press(page, "g", "d")
    assert Alert.objects.filter(state=AlertState.ACKNOWLEDGED).count() == 0


def test_list_and_alert_are_two_pages_on_a_narrow_screen(
    reading: Any, three: list[Alert], nurse: User
) -> None:
    reader = reading(390)
    reader.sign_in(nurse)
    page = reader.open(reverse("alerts"))
    expect(page.locator(".alert-list")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("link", name="Finding 0").click()
    expect(page.locator(".alert-list")).to_be_hidden()
    with page.expect_navigation(url=f"**{reverse('alerts')}"):
        page.get_by_role("link", name="All alerts").click()
    places = page.locator(".footnav > .places li:visible, .footnav > details > summary:visible")
    assert [each.split()[0] for each in places.all_inner_texts()] == [
        "Due",
        "Patients",
        "Alerts",
        "Work",
        "More",
    ]


def test_an_alert_is_answered_without_script(
    open_window: Any, live_server: Any, three: list[Alert], nurse: User
) -> None:
    page = open_window(script=False)
    sign_in_on(page, live_server.url, nurse)
    page.goto(live_server.url + reverse("alerts"))
    with page.expect_navigation():
        page.get_by_role("link", name="Open the first").click()
    page.get_by_label("Repeat the test").check()
    page.get_by_label("Useful").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Answer and close").click()
    expect(page.locator("#alert-title")).to_have_text("Finding 1")
    assert Alert.objects.get(pk=three[0].pk).state == AlertState.RESOLVED
