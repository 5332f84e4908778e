"""The exam form by keyboard alone: a digit moves on, N asks why, totals count along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from pathways import clock
from pathways.models import Clinic, NeuroExam, Observation, User
from pathways.rules.lifecycles import Role
from tests import people
from tests.browser.conftest import sign_in_on
from tests.scoring import examine, score, word
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def neurologist(clinic: Clinic) -> User:
    return people.make_user(clinic, Role.NEUROLOGIST, "achterberg", "Sanne Achterberg")


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name")
    return name


def tab_to(page: Page, name: str) -> None:
    """Go on with Tab until a field of this name has the focus."""
    for _ in range(80):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{name} is not reached with Tab")


def row_of(page: Page, name: str) -> Locator:
    return page.locator(".exam-totals tr").filter(has=page.get_by_role("rowheader", name=name))


def total(page: Page, name: str) -> Locator:
    return row_of(page, name).locator("[data-now]")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_neurologist_saves_onls_mrc_and_grip_with_the_keyboard_alone(
    reading: Any, house: House, neurologist: User, width: int
) -> None:
    reader = reading(width)
    reader.sign_in(neurologist)
    page = reader.open(reverse("record-exam", args=[house.patient.pk]))
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    tab_to(page, "onls-arm")
    page.keyboard.type("12")
    expect(total(page, "ONLS")).to_have_text("3")
    tab_to(page, "mrc-shoulder-abduction-right")
    page.keyboard.type("555555555553")
    expect(total(page, "MRC sum, 60")).to_have_text("58")
    tab_to(page, "grip-try-1-right")
    for tried in ("70", "72", "71"):
        page.keyboard.type(tried)
        page.keyboard.press("Enter")
    expect(total(page, "Grip, kPa, right")).to_have_text("71 kPa")
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Nerves", exact=True)).to_be_visible()
    exam = NeuroExam.objects.latest("id")
    kept = dict(Observation.objects.filter(exam=exam).values_list("code", "value"))
    assert kept == {"onls": 3, "mrc-sum-60": 58, "grip-kpa-right": 71, "neuro-exam": None}
    assert reader.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_incat_and_mrs_are_scored_by_their_sentences_with_a_digit_each(
    reading: Any, house: House, neurologist: User, width: int
) -> None:
    reader = reading(width)
    reader.sign_in(neurologist)
    page = reader.open(reverse("record-exam", args=[house.patient.pk]))
    panel = page.locator("details").filter(has_text="INCAT, mRS and I-RODS")
    expect(panel.get_by_text("Outdoors with two-sided support")).to_be_hidden()
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_text("Outdoors with two-sided support")).to_be_visible()
    tab_to(page, "incat-arm")
    page.keyboard.type("233")
    expect(total(page, "INCAT")).to_have_text("5")
    expect(total(page, "mRS")).to_have_text("3")
    expect(panel.get_by_role("radio", name="3 Needs some help, walks without it")).to_be_checked()
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    kept = Observation.objects.filter(exam=NeuroExam.objects.latest("id"))
    assert dict(kept.values_list("code", "value")) == {"incat": 5, "mrs": 3, "neuro-exam": None}


def test_a_walk_with_another_aid_is_told_while_typing_as_it_is_on_the_saved_page(
    reading: Any, house: House, neurologist: User
) -> None:
    day = clock.today(house.patient.clinic) - timedelta(days=90)
    walk = (score("walk-10m", "seconds", "10"), word("walk-10m", "aid", "one stick"))
    examine(house.patient, *walk, performed_on=day)
    reader = reading()
    reader.sign_in(neurologist)
    page = reader.open(reverse("record-exam", args=[house.patient.pk]))
    row = row_of(page, "10 m walk")
    page.locator("[name=walk-10m-seconds]").fill("12")
    page.locator("[name=walk-10m-aid]").select_option("no aid")
    expect(row.locator("[data-change]")).to_have_text("not comparable: another aid")
    page.locator("[name=walk-10m-aid]").select_option("one stick")
    expect(row.locator("[data-change]")).to_have_text("+20 %, worse")
    expect(row.locator("[data-reach]")).to_contain_text("published CIDP threshold")


TYPED = {"grip": "71", "walk-10m-seconds": "9.4", "pain": "3"}
PASSED = {"grip_device", "mrc_variant", "doubt", "attribution", "attribution_note", "note"}


def fill(page: Page) -> list[str]:
    """Answer the field that has the focus as a neurologist would, and return the keys pressed."""
    name, tag, digit = page.evaluate(
        "(e => [e.name || '', e.tagName, e.dataset.digit || ''])(document.activeElement)"
    )
    if name in PASSED:
        return ["Tab"]
    if tag == "SELECT":
        return ["ArrowDown", "Tab"]
    if name.startswith("onls"):
        return ["1"]
    if digit:
        return ["4"]
    for group, words in TYPED.items():
        if name.startswith(group):
            return [*words, "Enter"]
    return ["Tab"]


def test_a_whole_exam_is_three_minutes_at_a_key_in_a_second_and_a_half(
    reading: Any, house: House, neurologist: User
) -> None:
    reader = reading()
    reader.sign_in(neurologist)
    page = reader.open(reverse("record-exam", args=[house.patient.pk]))
    pressed = 0
    tab_to(page, "onls-arm")
    while focused(page) != "attribution":
        for key in fill(page):
            page.keyboard.press(key)
            pressed += 1
        assert pressed <= 120, focused(page)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    exam = NeuroExam.objects.latest("id")
    codes = set(Observation.objects.filter(exam=exam).values_list("code", flat=True))
    assert {"onls", "mrc-sum-60", "grip-kpa-right", "grip-kpa-left", "walk-10m"} <= codes
    assert exam.items.filter(instrument="vibration").count() >= 8
    assert {"romberg", "gait", "reflexes", "monofilament"} <= set(
        exam.items.values_list("instrument", flat=True)
    )


def test_a_muscle_not_testable_asks_why_and_leaves_the_sum_uncomputed(
    reading: Any, house: House, neurologist: User
) -> None:
    reader = reading()
    reader.sign_in(neurologist)
    page = reader.open(reverse("record-exam", args=[house.patient.pk]))
    why = page.locator("#div_id_why-mrc")
    expect(why).to_be_hidden()
    page.locator("[name=mrc-shoulder-abduction-right]").focus()
    page.keyboard.type("55555555555n")
    expect(why).to_be_visible()
    row = page.locator(".exam-totals tr").filter(
        has=page.get_by_role("rowheader", name="MRC sum, 60")
    )
    expect(row).to_contain_text("not computed, 11 of 12 tested")


def test_a_value_outside_the_scale_is_said_by_name_and_everything_typed_is_kept(
    reading: Any, house: House, neurologist: User
) -> None:
    reader = reading()
    reader.sign_in(neurologist)
    page = reader.open(reverse("record-exam", args=[house.patient.pk]))
    page.locator("[name=vibration-toe-left]").fill("9")
    page.locator("[name=mrc-knee-extension-left]").fill("4")
    with page.expect_navigation():
        page.get_by_role("button", name="Save exam").click()
    link = page.get_by_role("link", name="Vibration, great toe left: 9 is outside 0 to 8")
    expect(link).to_be_visible()
    assert page.title().startswith("Error: ")
    assert reader.barriers() == []
    link.click()
    expect(page.locator("[name=vibration-toe-left]")).to_be_focused()
    expect(page.locator("[name=vibration-toe-left]")).to_have_value("9")
    expect(page.locator("[name=mrc-knee-extension-left]")).to_have_value("4")


def test_the_seventh_pair_appears_with_its_variant_and_has_its_own_sum(
    reading: Any, house: House, neurologist: User
) -> None:
    reader = reading()
    reader.sign_in(neurologist)
    page = reader.open(reverse("record-exam", args=[house.patient.pk]))
    extra = page.locator("[name=mrc-first-dorsal-interosseous-right]")
    expect(extra).to_be_hidden()
    page.get_by_label("Muscle pairs", exact=True).select_option("mrc-sum-70")
    expect(extra).to_be_visible()
    expect(page.get_by_role("rowheader", name="MRC sum, 70")).to_be_visible()
    expect(page.get_by_role("rowheader", name="MRC sum, 60")).to_be_hidden()


def test_without_script_the_form_saves_as_well(
    open_window: Any, live_server: Any, house: House, neurologist: User
) -> None:
    page = open_window(script=False)
    sign_in_on(page, live_server.url, neurologist)
    page.goto(live_server.url + reverse("record-exam", args=[house.patient.pk]))
    page.get_by_role("radio", name="1 Symptoms, no function affected").check()
    page.get_by_role("radio", name="2 Independent, gait abnormal").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save exam").click()
    expect(page.get_by_role("heading", name="Nerves", exact=True)).to_be_visible()
