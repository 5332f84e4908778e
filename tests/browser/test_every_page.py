"""Every page in both themes and three widths: no barrier, nothing sideways or from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pathways.models import User
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = [(1280, False), (1280, True), (390, False), (390, True), (320, False)]


def pages(house: House) -> list[str]:
    person, screening = house.patient.pk, house.screening.pk
    return [
        reverse("due-list"),
        f"{reverse('due-list')}?why={screening}&filters=open",
        reverse("why-due", args=[screening]),
        reverse("patients"),
        reverse("patient", args=[person]),
        reverse("patient-history", args=[person]),
        reverse("book", args=[person]),
        reverse("visit-cancel", args=[person, house.visit.pk]),
        reverse("record-result", args=[person]),
        reverse("patient-results", args=[person]),
        reverse("record-panel", args=[person]),
        reverse("result", args=[person, house.result.pk]),
        reverse("patient-nerves", args=[person]),
        reverse("record-exam", args=[person]),
        reverse("exam", args=[person, house.exam.pk]),
        reverse("exam-correct", args=[person, house.exam.pk]),
        reverse("patient-disease", args=[person]),
        reverse("record-diagnosis", args=[person]),
        reverse("record-feature", args=[person, "papilledema"]),
        reverse("choose-toxicity", args=[person]),
        reverse("record-toxicity", args=[person, "5.0", "sensory-neuropathy"]),
        reverse("toxicity-ended", args=[person, house.toxicity.pk]),
        reverse("change-phase", args=[person]),
        reverse("patient-therapy", args=[person]),
        reverse("course-choose", args=[person]),
        reverse("course-start", args=[person, "td"]),
        reverse("course-change", args=[person, house.course.pk]),
        reverse("cycle-days", args=[person, house.course.cycles.first().pk]),
        reverse("care-add", args=[person]),
        reverse("death", args=[person]),
        reverse("contact-consent", args=[person, house.point.pk]),
        reverse("alerts"),
        reverse("alert", args=[house.alert.pk]),
        reverse("alert-snooze", args=[house.alert.pk]),
        reverse("alert-reassign", args=[house.alert.pk]),
        reverse("alert-reproduce", args=[house.alert.pk]),
        reverse("alerts-read"),
        reverse("alerts-people"),
        reverse("alerts-tuning"),
        reverse("check-in", args=[person]),
        reverse("check-in-kept", args=[person, house.check_in.pk]),
        reverse("work-items"),
        reverse("imports"),
        reverse("import", args=[house.upload.pk]),
        reverse("post"),
        reverse("letter", args=[house.message.pk]),
        reverse("messages-gallery"),
        reverse("documents"),
        reverse("change-password"),
    ]


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_no_page_has_a_barrier_or_runs_sideways(
    reading: Any, house: House, nurse: User, width: int, dark: bool
) -> None:
    reader = reading(width, dark=dark)
    reader.sign_in(nurse)
    found: dict[str, list[str]] = {}
    for path in pages(house):
        reader.open(path)
        barriers = reader.barriers()
        if reader.runs_sideways():
            barriers.append("runs sideways")
        if barriers:
            found[path] = barriers
    assert found == {}
    assert reader.complaints == []
    assert reader.strangers == []


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_the_sign_in_page_has_no_barrier(reading: Any, width: int, dark: bool) -> None:
    reader = reading(width, dark=dark)
    reader.open("/sign-in/")
    assert reader.barriers() == []
    assert not reader.runs_sideways()


def test_a_form_with_errors_has_no_barrier_and_takes_the_focus_to_them(
    reading: Any, house: House, nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(reverse("book", args=[house.patient.pk]))
    with page.expect_navigation():
        page.get_by_role("button", name="Book the visit").click()
    assert page.title().startswith("Error: ")
    expect(page.locator(".error-summary")).to_be_focused()
    assert reader.barriers() == []
    page.get_by_role("link", name="Day: Enter a day").click()
    expect(page.locator("[name=on]")).to_be_focused()


def test_nothing_is_cut_at_twice_the_text_size(reading: Any, house: House, nurse: User) -> None:
    # 640 px wide is a 1280 px window at 200 %.
    reader = reading(640)
    reader.sign_in(nurse)
    for path in pages(house):
        reader.open(path)
        assert not reader.runs_sideways(), path
