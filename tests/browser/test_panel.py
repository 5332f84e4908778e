"""A nurse enters a panel with the keyboard alone, on one screen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pathways.models import Observation, User
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VALUES = ("13.2", "0.41", "680", "6.1", "3,9")


def open_panel(reader: Any, house: House, nurse: User) -> Any:
    reader.sign_in(nurse)
    page = reader.open(reverse("record-panel", args=[house.patient.pk]) + "?panel=cbc")
    expect(page.get_by_label("Hemoglobin: Value")).to_be_focused()
    return page


def test_a_nurse_enters_five_values_with_the_keyboard_alone(
    reading: Any, house: House, nurse: User
) -> None:
    reader = reading()
    page = open_panel(reader, house, nurse)
    for value in VALUES:
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    expect(page.get_by_label("Lymphocytes: Value")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    # 13.2 g/L is asked about on the same page; nothing is lost, nothing is saved.
    expect(page.locator(".error-summary")).to_contain_text("Hemoglobin 13.2 g/L: is it g/dL?")
    expect(page.get_by_label("Platelets: Value")).to_have_value("680")
    assert not Observation.objects.filter(code="platelets").exists()
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    with page.expect_navigation(url="**#*"):
        page.keyboard.press("Enter")
    expect(page.get_by_label("Hemoglobin: Value")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("g/dL")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Recorded 5 results.")
    rows = Observation.objects.current().filter(patient=house.patient, exam__isnull=True)
    kept = dict(rows.exclude(code="vegf").values_list("code", "canonical_value"))
    assert kept == {
        "hemoglobin": Decimal(132),
        "hematocrit": Decimal("0.41"),
        "platelets": Decimal(680),
        "white-cells": Decimal("6.1"),
        "neutrophils": Decimal("3.9"),
    }
    assert reader.complaints == []


def test_lines_of_a_report_pasted_into_a_cell_fill_the_rows(
    reading: Any, house: House, nurse: User
) -> None:
    reader = reading()
    page = open_panel(reader, house, nurse)
    with page.expect_navigation():
        page.evaluate(
            """() => {
                const data = new DataTransfer();
                data.setData("text/plain", "Hb\\t13.2\\tg/dL\\t13.0-17.0\\nZinc 11");
                document.activeElement.dispatchEvent(
                    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
                );
            }"""
        )
    expect(page.get_by_label("Hemoglobin: Value")).to_have_value("13.2")
    expect(page.get_by_label("Hemoglobin: Unit")).to_have_value("g/dL")
    expect(page.get_by_label("Hemoglobin: Lab’s upper limit")).to_have_value("17")
    expect(page.get_by_label("Lines of the report")).to_have_value("Zinc 11")
    assert not Observation.objects.filter(code="hemoglobin").exists()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_panel_with_questions_has_no_barrier(
    reading: Any, house: House, nurse: User, width: int
) -> None:
    reader = reading(width)
    page = open_panel(reader, house, nurse)
    page.keyboard.type("13.2")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator(".asked").first).to_be_visible()
    assert reader.barriers() == []
    assert not reader.runs_sideways()
