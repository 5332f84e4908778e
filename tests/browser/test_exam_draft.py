"""A half-typed exam keeps itself, and comes back after a reload, a time-out or a lost network."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.urls import reverse
from playwright.sync_api import Page, expect

from pathways import clock
from pathways.models import Clinic, ExamDraft, NeuroExam, User
from pathways.rules.lifecycles import Role
from pathways.services import exam_drafts
from pathways.services.actors import Actor
from tests import people
from tests.browser.conftest import sign_in_on
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = re.compile(r"^Draft kept at \d\d:\d\d\. Nothing is recorded yet\.$")
TYPED = {"grip-try-1-right": "70", "vibration-toe-left": "9", "note": "walks with a stick since"}
PAUSE, MINUTE = 15_000, 60_000


@pytest.fixture
def neurologist(clinic: Clinic) -> User:
    return people.make_user(clinic, Role.NEUROLOGIST, "achterberg", "Sanne Achterberg")


@pytest.fixture
def address(house: House) -> str:
    return reverse("record-exam", args=[house.patient.pk])


def opened(reader: Any, neurologist: User, address: str) -> Page:
    """The form, with the browser's clock in our hands."""
    reader.sign_in(neurologist)
    reader.page.clock.install()
    page: Page = reader.open(address)
    return page


def type_in(page: Page, words: dict[str, str]) -> None:
    for name, text in words.items():
        page.locator(f"[name={name}]").fill(text)


def status(page: Page) -> Any:
    return page.locator("[data-kept]")


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True)]
)
def test_what_is_typed_keeps_itself_and_is_there_after_a_reload(
    reading: Any, neurologist: User, address: str, width: int, dark: bool
) -> None:
    reader = reading(width, dark=dark)
    page = opened(reader, neurologist, address)
    type_in(page, TYPED)
    page.clock.run_for(PAUSE - 1)
    expect(status(page)).to_be_empty()
    page.clock.run_for(1)
    expect(status(page)).to_have_text(KEPT)
    expect(page.locator("[name=note]")).to_be_focused()
    page.reload()
    for name, text in TYPED.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)
    expect(page.get_by_text("Filled in from your draft of")).to_be_visible()
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    with page.expect_navigation():
        page.get_by_role("link", name="Leave").click()
    expect(page.get_by_role("link", name="continue")).to_be_visible()
    assert reader.barriers() == []
    assert not reader.runs_sideways()
    assert reader.complaints == []
    assert not NeuroExam.objects.filter(recorded_by="achterberg").exists()


def test_who_types_on_and_on_is_kept_once_a_minute(
    reading: Any, neurologist: User, address: str
) -> None:
    page = opened(reading(), neurologist, address)
    for seconds in range(0, 60, 10):
        page.locator("[name=note]").press_sequentially(f"{seconds} ")
        expect(status(page)).to_be_empty()
        page.clock.run_for(10_000)
    expect(status(page)).to_have_text(KEPT)
    assert ExamDraft.objects.get(author=neurologist).words["note"] == "0 10 20 30 40 50 "


def test_turning_to_another_tab_keeps_at_once(
    reading: Any, neurologist: User, address: str
) -> None:
    page = opened(reading(), neurologist, address)
    type_in(page, TYPED)
    page.evaluate(
        """() => {
            Object.defineProperty(document, "visibilityState", { value: "hidden" });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(status(page)).to_have_text(KEPT)


def test_a_lost_network_is_said_once_and_the_draft_is_kept_when_it_is_back(
    reading: Any, neurologist: User, address: str
) -> None:
    page = opened(reading(), neurologist, address)
    page.evaluate(
        """() => {
            window.said = 0;
            const heard = new MutationObserver(() => { window.said += 1; });
            heard.observe(document.querySelector("[data-kept]"), { childList: true });
        }"""
    )
    page.route(f"**{address}", lambda route: route.abort())
    type_in(page, TYPED)
    for wait in (PAUSE, MINUTE, MINUTE):
        with page.expect_event("requestfailed"):
            page.clock.run_for(wait)
        expect(status(page)).to_have_text("Draft not kept: no answer from the server.")
    expect(page.locator("[name=note]")).to_be_focused()
    assert page.evaluate("window.said") == 1
    page.unroute(f"**{address}")
    page.clock.run_for(MINUTE)
    expect(status(page)).to_have_text(KEPT)


def test_who_is_signed_out_is_told_and_goes_on_after_signing_in_elsewhere(
    reading: Any, neurologist: User, address: str
) -> None:
    reader = reading()
    page = opened(reader, neurologist, address)
    reader.context.clear_cookies(name=site.SESSION_COOKIE_NAME)
    type_in(page, TYPED)
    page.clock.run_for(PAUSE)
    expect(status(page)).to_contain_text("Draft not kept: you are signed out.")
    reader.page = reader.context.new_page()
    reader.sign_in(neurologist)
    page.get_by_role("button", name="Save draft").click()
    expect(status(page)).to_have_text(KEPT)
    expect(page.get_by_role("button", name="Save draft")).to_be_focused()


def test_an_older_window_does_not_overwrite_until_its_reader_says_so(
    reading: Any, neurologist: User, address: str
) -> None:
    reader = reading()
    page = opened(reader, neurologist, address)
    other = reader.context.new_page()
    other.goto(reader.address + address)
    other.locator("[name=note]").fill("from the other window")
    other.get_by_role("button", name="Save draft").click()
    expect(status(other)).to_have_text(KEPT)
    type_in(page, TYPED)
    page.clock.run_for(PAUSE)
    expect(status(page)).to_contain_text("Another window of yours kept a draft")
    assert ExamDraft.objects.get(author=neurologist).words["note"] == "from the other window"
    page.get_by_role("button", name="Save draft").click()
    expect(status(page)).to_have_text(KEPT)
    assert ExamDraft.objects.get(author=neurologist).words["note"] == TYPED["note"]


def test_a_saved_exam_leaves_no_draft_behind(reading: Any, neurologist: User, address: str) -> None:
    page = opened(reading(), neurologist, address)
    page.get_by_role("radio", name="1 Symptoms, no function affected").check()
    page.clock.run_for(PAUSE)
    expect(status(page)).to_have_text(KEPT)
    page.get_by_role("radio", name="2 Independent, gait abnormal").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save exam").click()
    expect(page.get_by_role("heading", name="Nerves", exact=True)).to_be_visible()
    assert not ExamDraft.objects.filter(author=neurologist).exists()


def test_what_saving_does_follows_the_day_and_who_scored(
    reading: Any, house: House, neurologist: User, address: str
) -> None:
    page = opened(reading(), neurologist, address)
    ahead, day = page.locator("[data-ahead]"), page.locator("[name=performed_on]")
    earlier = clock.today(house.patient.clinic) - timedelta(days=10)
    day.fill(earlier.isoformat())
    expect(ahead).to_contain_text(f"exam of {earlier.day} {earlier:%b}: done")
    page.get_by_label("Scored by", exact=True).select_option("self-report")
    expect(ahead).to_contain_text("A self-report of")
    day.fill("")
    expect(ahead).to_contain_text("Enter the day of the exam")
    page.route(f"**{address}", lambda route: route.abort())
    day.fill(earlier.isoformat())
    expect(ahead).to_contain_text("Not known for what is typed now: no answer from the server.")


def test_without_script_a_draft_is_kept_and_comes_back(
    open_window: Any, live_server: Any, neurologist: User, address: str
) -> None:
    page = open_window(script=False)
    sign_in_on(page, live_server.url, neurologist)
    page.goto(live_server.url + address)
    type_in(page, TYPED)
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    expect(status(page)).to_have_text(KEPT)
    for name, text in TYPED.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)
    with page.expect_navigation():
        page.get_by_role("button", name="Start afresh").click()
    expect(page.locator("[name=note]")).to_have_value("")


@pytest.mark.parametrize("width", [320, 640])
def test_the_note_of_a_draft_is_cut_on_no_screen(
    reading: Any, house: House, neurologist: User, address: str, width: int
) -> None:
    exam_drafts.keep(
        patient=house.patient,
        words={"performed_on": "2026-01-02", "note": "half a sentence"},
        by=Actor.person(neurologist),
    )
    reader = reading(width)
    page = opened(reader, neurologist, address)
    expect(page.get_by_text("The day typed in it is 2 Jan 2026, not today.")).to_be_visible()
    assert reader.barriers() == []
    assert not reader.runs_sideways()
