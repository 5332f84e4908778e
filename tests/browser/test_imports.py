"""A file loaded in a real browser, by keyboard, with script and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pathways.exchange import runs
from pathways.models import Patient, User
from tests.browser.conftest import sign_in_on
from tests.exchange import files
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """Two people, one without a number."""
    place = tmp_path / "people.csv"
    place.write_text("\n".join([files.PEOPLE, files.person("R01"), files.person(""), ""]))
    return place


def test_the_page_follows_the_worker_by_itself(
    reading: Any, house: House, nurse: User, csv: Path
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open("/imports/")
    page.get_by_label("CSV file").set_input_files(csv)
    with page.expect_navigation():
        page.get_by_role("button", name="Check the file").press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert reader.barriers() == []
    runs.work_waiting()
    expect(page.get_by_text("line 3: mrn: is blank")).to_be_visible()
    before = Patient.objects.count()
    with page.expect_navigation():
        page.get_by_role("button", name="Load the file").press("Enter")
    assert Patient.objects.count() == before
    runs.work_waiting()
    expect(page.get_by_text("The lines of the file were:")).to_be_visible()
    assert Patient.objects.count() == before + 1
    assert reader.barriers() == []
    assert reader.complaints == []


def test_without_script_a_link_asks_how_far_it_is(
    open_window: Callable[..., Page], live_server: Any, house: House, nurse: User, csv: Path
) -> None:
    page = open_window(width=390, script=False)
    sign_in_on(page, live_server.url, nurse)
    page.goto(f"{live_server.url}/imports/")
    page.get_by_label("CSV file").set_input_files(csv)
    with page.expect_navigation():
        page.get_by_role("button", name="Check the file").click()
    runs.work_waiting()
    with page.expect_navigation():
        page.get_by_role("link", name="See how far it is").click()
    expect(page.get_by_text("Nothing has been written yet")).to_be_visible()
