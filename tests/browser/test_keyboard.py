"""The due list worked by keyboard alone: walk, ask why, open; and the same without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from pathways.models import User
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
    page.wait_for_selector(".why-row")
    assert page.locator(".why-row").count() == 1
    page.wait_for_function("() => document.activeElement.classList.contains('why-due')")
    assert page.locator(".why-row").get_by_role("heading", name="Why due?").is_visible()


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
    assert links.nth(0).get_attribute("aria-expanded") == "false"
    links.nth(1).click()
    page.wait_for_function("() => document.querySelectorAll('.why-row').length === 0")
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
    assert page.get_by_role("link", name="QUILLFEATHER, Amira").is_visible()


def test_single_keys_can_be_switched_off(reading: Any, house: House, nurse: User) -> None:
    User.objects.filter(pk=nurse.pk).update(single_keys=False)
    reader = reading()
    reader.sign_in(nurse)
    reader.page.keyboard.press("j")
    assert reader.page.evaluate(FOCUSED_ROW) == -1


def test_why_due_works_without_script(
    chromium: Any, live_server: Any, house: House, nurse: User
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("Name").fill(nurse.username)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.locator("[data-why]").first.click()
    assert page.locator(".why-row").count() == 1
    assert "why=" in page.url
    context.close()
