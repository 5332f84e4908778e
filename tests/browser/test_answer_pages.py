"""The answer pages in a real browser: narrow, dark, zoomed, by keyboard, and without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pathways.messaging.tokens import LinkPurpose
from pathways.models import Clinic, Consent, Message, Reply
from tests import people
from tests.browser.conftest import AXE
from tests.views.answering import link, make_message, one_click

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]

# The font size in pixels and the height of whatever is to be pressed; where words and ground agree.
_MEASURE = """() => {
  const seen = [...document.querySelectorAll('body *')].filter(e => e.offsetParent !== null);
  const ground = e => {
    for (let at = e; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$|^transparent$/.test(colour)) return colour;
    }
    return 'none';
  };
  const worded = seen.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  return {
    small: worded.filter(e => parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML),
    unseen: worded.filter(e => getComputedStyle(e).color === ground(e)).map(e => e.outerHTML),
    low: seen.filter(e =>
      (e.matches('button, .button') && e.offsetHeight < (e.closest('.links') ? 57 : 60)) ||
      (e.matches('.links a') && e.offsetHeight < 56.5) ||
      (e.matches('input') && e.offsetHeight < 60)).map(e => e.outerHTML),
  };
}"""


@pytest.fixture
def open_window(chromium: Browser) -> Iterator[Open]:
    """Open a window: `open_window(width=390, scheme="dark", script=False)`."""
    with ExitStack() as stack:

        def opened(
            width: int, height: int = 844, scheme: Any = "light", script: bool = True
        ) -> Page:
            context = chromium.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                java_script_enabled=script,
                locale="en-GB",
            )
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(10_000)
            return page

        yield opened


def faults(page: Page) -> list[str]:
    """What axe finds with all its rules, a line each."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {node['target']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether anything sticks out of the window at its right."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


@pytest.fixture
def message(clinic: Clinic) -> Message:
    """An invitation to Maya."""
    return make_message(people.make_patient(clinic, phone="020 7946 0034"))


def give_birth_date(page: Page, day: str = "14") -> None:
    """Fill in the three boxes, press the button below them and wait for what it leads to."""
    page.get_by_label("Day").fill(day)
    page.get_by_label("Month").fill("3")
    page.get_by_label("Year").fill("1968")
    with page.expect_navigation():
        page.locator("button.first").click()


def press(page: Page, name: str) -> None:
    """Press a button by its words and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def walk(page: Page, site: str, message: Message) -> Iterator[str]:
    """Go through every page a person can meet; give the name of each as it stands there."""
    page.goto(site + link(message, LinkPurpose.CALL))
    yield "gate"
    give_birth_date(page, "15")
    yield "wrong date"
    give_birth_date(page, "x")
    yield "no date"
    give_birth_date(page)
    yield "call"
    press(page, "That is not my number")
    yield "number"
    press(page, "Send the number")
    yield "wrong number"
    page.get_by_label("Your phone number").fill("020 7946 0077")
    press(page, "Send the number")
    yield "thanks"
    page.goto(site + link(message, LinkPurpose.CALL))
    yield "already"
    page.goto(site + link(message, LinkPurpose.STOP))
    yield "gate of stop"
    give_birth_date(page)
    yield "stop"
    press(page, "Stop the emails")
    yield "stopped"
    press(page, "Start the emails again")
    yield "started"
    page.goto(site + link(message, LinkPurpose.WHEN))
    yield "gate of when"
    give_birth_date(page)
    yield "when to call"
    page.goto(site + one_click(message))
    yield "one click"
    page.goto(site + "/c/nonsense")
    yield "bad link"
    page.goto(site + link(message, LinkPurpose.CALL) + "?again")
    for _ in range(5):
        give_birth_date(page, "15")
    yield "paused"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 320])
def test_every_page_is_accessible_and_fits(
    open_window: Open, live_server: Any, message: Message, width: int, scheme: str
) -> None:
    page = open_window(width=width, height=844, scheme=scheme)
    for name in walk(page, live_server.url, message):
        assert faults(page) == [], name
        assert not scrolls_sideways(page), name
        assert page.evaluate(_MEASURE) == {"small": [], "unseen": [], "low": []}, name
        assert page.title() == "Northgate Clinic", name


def test_no_page_scrolls_sideways_at_twice_the_size(
    open_window: Open, live_server: Any, message: Message
) -> None:
    page = open_window(width=195, height=422)
    wide = [name for name in walk(page, live_server.url, message) if scrolls_sideways(page)]
    assert wide == []


def test_it_all_works_without_a_script(
    open_window: Open, live_server: Any, message: Message
) -> None:
    page = open_window(width=390, script=False)
    assert list(walk(page, live_server.url, message))[-1] == "paused"
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is paused")
    assert list(Reply.objects.order_by("id").values_list("answer", flat=True)) == [
        "call me",
        "call me",
        "stop",
        "start again",
    ]


def test_it_all_works_by_keyboard(open_window: Open, live_server: Any, message: Message) -> None:
    page = open_window(width=390)
    page.goto(live_server.url + link(message, LinkPurpose.CALL))
    page.keyboard.press("Tab")  # the clinic's number
    for typed in ("14", "mar", "1968"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("When can we call you?")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("Any time")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We will call you")
    assert Reply.objects.latest("id").detail == "in the morning"


def test_the_page_leaves_no_cookie_and_loads_nothing_from_elsewhere(
    open_window: Open, live_server: Any, message: Message
) -> None:
    page = open_window(width=390)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in walk(page, live_server.url, message):
        pass
    assert page.context.cookies() == []
    assert all(url.startswith((live_server.url, "data:")) for url in asked)


def test_going_back_and_sending_again_stops_once(
    open_window: Open, live_server: Any, message: Message
) -> None:
    page = open_window(width=390)
    before = Consent.objects.count()
    for _ in range(2):
        page.goto(live_server.url + link(message, LinkPurpose.STOP) + "?again")
        give_birth_date(page)
        if page.get_by_role("button", name="Stop the emails").count():
            press(page, "Stop the emails")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your emails have stopped")
        page.reload()  # sends the same form once more
    assert Consent.objects.count() == before + 2  # visits and guidance, once each


def test_the_guidance_prints_in_black_and_whole(
    open_window: Open, live_server: Any, message: Message
) -> None:
    page = open_window(width=794, height=1123)
    page.goto(live_server.url + link(message, LinkPurpose.WHEN))
    give_birth_date(page)
    page.emulate_media(media="print")
    heading = page.get_by_role("heading", name="Call 999 now")
    assert heading.evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"
    expect(page.locator("details")).to_be_hidden()
    expect(page.get_by_text("Call us this week")).to_be_visible()
