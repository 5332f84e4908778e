"""The due list worked by keyboard alone: walk, ask why, open; and the same without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pathways.models import User
from tests.browser.conftest import sign_in_on
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUSED_ROW = "[...document.querySelectorAll('[data-row]')].indexOf(document.activeElement)"


def test_rows_are_walked_asked_and_opened_without_a_pointer(
    reading: Any, house: House, nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.page
    assert page.evaluate(FOCUSED_ROW) == -1
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED_ROW) == 1
    page.keyboard.press("k")
    assert page.evaluate(FOCUSED_ROW) == 0
    page.keyboard.press("w")
    expect(page.locator(".why-row")).to_have_count(1)
    expect(page.locator(".why-due")).to_be_focused()
    expect(page.locator(".why-row").get_by_role("heading", name="Why due?")).to_be_visible()


def test_one_panel_is_open_at_a_time_and_closes_again(
    reading: Any, house: House, nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.page
    links = page.locator("[data-why]")
    links.nth(0).click()
    page.wait_for_selector(".why-row")
    first = page.locator(".why-row").get_attribute("id")
    links.nth(1).click()
    page.wait_for_function(
        "first => document.querySelectorAll('.why-row').length === 1"
        " && document.querySelector('.why-row').id !== first",
        arg=first,
    )
    expect(links.nth(0)).to_have_attribute("aria-expanded", "false")
    links.nth(1).click()
    expect(page.locator(".why-row")).to_have_count(0)
    assert page.evaluate(FOCUSED_ROW) == 1
    assert reader.complaints == []


def test_enter_opens_the_person(reading: Any, house: House, nurse: User) -> None:
    reader = reading()
    reader.sign_in(nurse)
    reader.page.keyboard.press("j")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url(f"**{reverse('patient', args=[house.patient.pk])}")


def test_slash_finds_a_person(reading: Any, house: House, nurse: User) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.page
    page.keyboard.press("/")
    page.keyboard.type("quill")
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/?found=1")
    expect(page.get_by_role("link", name="QUILLFEATHER, Amira")).to_be_visible()


def test_single_keys_can_be_switched_off(reading: Any, house: House, nurse: User) -> None:
    User.objects.filter(pk=nurse.pk).update(single_keys=False)
    reader = reading()
    reader.sign_in(nurse)
    reader.page.keyboard.press("j")
    assert reader.page.evaluate(FOCUSED_ROW) == -1


def test_why_due_works_without_script(
    open_window: Any, live_server: Any, house: House, nurse: User
) -> None:
    page = open_window(script=False)
    sign_in_on(page, live_server.url, nurse)
    with page.expect_navigation(url="**?why=*"):
        page.locator("[data-why]").first.click()
    expect(page.locator(".why-row")).to_have_count(1)
