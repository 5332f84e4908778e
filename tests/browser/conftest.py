"""A real Chromium on the live pages, for staff (`reading`) and for patients (`open_window`)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from pathways import clock
from pathways.models import Sweep, User
from tests.views.conftest import house

__all__ = ["house"]

# Playwright's own loop stands in the way of the ORM's check, not of its safety.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
expect.set_options(timeout=15_000)  # ms; two cores under the rest of the suite are slow
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PASSWORD = "correct horse battery"  # of every person in tests/people.py
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    program = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    if program is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("Chromium is missing. Install the package chromium.")
        pytest.skip("Chromium is missing. Install the package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield browser
        browser.close()


def barriers(page: Page) -> list[str]:
    """Return what axe finds wrong on a page, as rule and place."""
    # A page scrolled to its focus has some row half under the sticky bar, whichever it is.
    page.evaluate("window.scrollTo(0, 0)")
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, iframes: false})", AXE_RULES)
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Say whether a page is wider than its window."""
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(page.evaluate(wide))


def sign_in_on(page: Page, address: str, user: User) -> None:
    """Sign in through the form of the site at this address, with or without script."""
    page.goto(f"{address}/sign-in/")
    page.get_by_label("Name").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe finds wrong: `axe(page)`."""
    return barriers


@pytest.fixture
def open_window(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open windows of any size: `open_window(width=390, scheme="dark", script=False)`."""
    opened: list[BrowserContext] = []

    def start(
        *, width: int = 1280, height: int = 900, scheme: Any = "light", script: bool = True
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
            locale="en-GB",
        )
        opened.append(context)
        return context.new_page()

    yield start
    for context in opened:
        context.close()


class Reading:
    """A person at a screen: opens pages, and hears what the browser complains of."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        context.route("**/*", self._let_through)

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _let_through(self, route: Any) -> None:
        url = route.request.url
        if url.startswith((self.address, "data:", "about:")):
            route.continue_()
        else:
            self.strangers.append(url)
            route.abort()

    def open(self, path: str, expected: int = 200) -> Page:
        """Open a page; an error page would pass every other check."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == expected, path
        return self.page

    def sign_in(self, user: User) -> None:
        """Sign in through the form, as a person does."""
        sign_in_on(self.page, self.address, user)
        assert "/due/" in self.page.url

    def barriers(self) -> list[str]:
        """Return what axe finds wrong, as rule and place."""
        return barriers(self.page)

    def runs_sideways(self) -> bool:
        """Say whether the page is wider than its window."""
        return scrolls_sideways(self.page)


@pytest.fixture
def reading(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """Make a reader: `reading(width=390, dark=True)`."""
    opened: list[BrowserContext] = []

    def start(width: int = 1280, height: int = 900, *, dark: bool = False) -> Reading:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="en-GB",
        )
        opened.append(context)
        return Reading(context, live_server.url)

    yield start
    for context in opened:
        context.close()


@pytest.fixture(autouse=True)
def sweeps_run(db: None) -> None:
    """The sweeps ran just now, so no page carries the red line."""
    for name in ("plan", "send", "escalate", "failsafe"):
        Sweep.objects.create(name=name, started_at=clock.now(), finished_at=clock.now())
