"""What Chromium prints: each sheet says whose it is, whence it came, and which of how many it is."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from pathways import clock
from pathways.models import DiseaseFeature, Observation, User
from tests import people, recorded
from tests.views.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABS = ("patient", "results", "nerves", "therapy", "disease", "history")
PAPERS = ("A4", "Letter")
LEAST_POINTS = 8


@pytest.fixture
def full(house: House) -> House:
    """A person with rows of every kind, and two years of one analyte."""
    patient, today = house.patient, clock.today(house.patient.clinic)
    recorded.record_everything(patient, today)
    Observation.objects.bulk_create(
        Observation(
            clinic=patient.clinic,
            patient=patient,
            code="tsh",
            status="final",
            performed_on=today - timedelta(days=6 * number),
            value="2.1",
            unit="mIU/L",
            canonical_value="2.1",
            canonical_unit="mIU/L",
            recorded_at=recorded.noon(today),
            recorded_by="marit",
        )
        for number in range(120)
    )
    return house


def address_of(tab: str, house: House) -> str:
    name = tab if tab == "patient" else f"patient-{tab}"
    return reverse(name, args=[house.patient.pk])


def printed(page: Page, **size: Any) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(**(size or {"format": "A4"}))))


def sheets(page: Page, **size: Any) -> list[str]:
    """Return the words of each printed sheet, in one line each."""
    return [" ".join(sheet.extract_text().split()) for sheet in printed(page, **size).pages]


def unsafe(texts: list[str], *said: str) -> list[str]:
    """Return what is missing on which sheet."""
    feet = ("Contains patient data.", "Printed by ", "as the record stood ")
    return [
        f"sheet {number}: {words}"
        for number, text in enumerate(texts, 1)
        for words in (*said, *feet, f"Page {number} of {len(texts)}")
        if words not in text
    ]


def small_words(reader: PdfReader) -> list[tuple[float, str]]:
    """Return what is printed smaller than can be read."""
    found: list[tuple[float, str]] = []

    def visit(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        points = abs(size * tm[3] * cm[3])
        if text.strip() and points < LEAST_POINTS:
            found.append((round(points, 2), text.strip()))

    for sheet in reader.pages:
        sheet.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("paper", PAPERS)
def test_every_sheet_of_a_person_says_whose_it_is_and_which_of_how_many(
    reading: Any, full: House, nurse: User, paper: str
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    patient = full.patient
    born = f"Born {patient.birth_date:%d-%b-%Y}"
    found = {}
    for tab in TABS:
        page = reader.open(address_of(tab, full))
        found[tab] = unsafe(sheets(page, format=paper), str(patient), born, patient.mrn, str(nurse))
    assert {tab: missing for tab, missing in found.items() if missing} == {}
    assert reader.complaints == []


def test_a_long_history_prints_whole_with_its_filters_in_words(
    reading: Any, full: House, nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(f"{reverse('patient-history', args=[full.patient.pk])}?kind=results")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("lines, to print")).click()
    total = page.locator(".timeline li").count()
    texts = sheets(page)
    assert total > 120
    assert len(texts) > 2
    assert f"Results; all years. {total} lines, 1 to {total} on these sheets." in texts[0]
    assert unsafe(texts, str(full.patient), full.patient.mrn) == []
    # Sheets after the first begin with the person, whatever line they go on with.
    assert all(text.startswith(str(full.patient)) for text in texts[1:])
    # No line is lost where one sheet ends and the next begins.
    assert sum(text.count("TSH") for text in texts) == 120


def test_the_drawings_are_legible_on_a4(reading: Any, full: House, nurse: User) -> None:
    reader = reading()
    reader.sign_in(nurse)
    for name in ("patient", "patient-history"):
        page = reader.open(reverse(name, args=[full.patient.pk]))
        drawn = printed(page)
        assert "Jan" in drawn.pages[0].extract_text()
        assert small_words(drawn) == []


def test_an_alert_is_printed_alone_and_says_whose_it_is(
    reading: Any, full: House, nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(reverse("alert", args=[full.alert.pk]))
    texts = sheets(page)
    assert unsafe(texts, str(full.patient), full.patient.mrn) == []
    assert "What was found" in " ".join(texts)
    assert "Narrow the list" not in " ".join(texts)


@pytest.fixture
def many(full: House) -> House:
    """A clinic whose due list is longer than a sheet."""
    clinic = full.patient.clinic
    version = full.patient.enrolments.get().version
    for _ in range(14):
        on = clock.today(clinic) - timedelta(days=400)
        people.enrol(people.make_patient(clinic), version, enrolled_on=on)
    return full


def test_the_due_list_is_printed_with_its_rows_and_its_filters_in_words(
    reading: Any, many: House, nurse: User
) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(f"{reverse('due-list')}?owner=neurology")
    rows = page.locator("[data-row]").count()
    texts = sheets(page)
    assert unsafe(texts, "Due list", "Open; Owner: Neurology. Longest due first.") == []
    assert len(texts) > 1
    assert f"1 to {rows} of {rows} on these sheets." in texts[0]
    assert sum(len(re.findall(r"T\d{5} · ", text)) for text in texts) == rows


def test_no_row_is_broken_wherever_a_sheet_ends(reading: Any, many: House, nurse: User) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(f"{reverse('due-list')}?owner=neurology")
    for height in range(180, 200, 4):  # so that some sheet would end within a row
        texts = sheets(page, width="210mm", height=f"{height}mm")
        # The first words of a row and the last of its second cell stand on one sheet.
        begun = [len(re.findall(r"T\d{5} · ", text)) for text in texts]
        ended = [len(re.findall(r"(?<!Owner:) Neurology\b", text)) for text in texts]
        assert begun == ended, height


def test_what_is_folded_on_the_screen_is_open_on_paper(
    reading: Any, full: House, nurse: User
) -> None:
    today = clock.today(full.patient.clinic)
    for number, source in enumerate(("Letter of the ward", "Letter of the eye clinic"), 1):
        DiseaseFeature.objects.create(
            clinic=full.patient.clinic,
            patient=full.patient,
            feature="papilledema",
            state="present",
            found_on=today - timedelta(days=number),
            source=source,
            recorded_at=recorded.noon(today),
            recorded_by="lindqvist",
        )
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(reverse("patient-disease", args=[full.patient.pk]))
    expect(page.get_by_text("Letter of the eye clinic")).to_be_hidden()
    assert "Letter of the eye clinic" in " ".join(sheets(page))


def test_every_printed_result_names_its_analyte(reading: Any, full: House, nurse: User) -> None:
    reader = reading()
    reader.sign_in(nurse)
    page = reader.open(reverse("patient-results", args=[full.patient.pk]))
    text = " ".join(sheets(page))
    # The analyte before the day of each row, also where its rows go on to the next sheet.
    assert len(re.findall(r"TSH \d{1,2} [A-Z][a-z]{2}\b", text)) == 40
    assert re.search(r"and 80 before these ?, not on these sheets", text)


def test_nothing_to_press_reaches_paper(reading: Any, full: House, nurse: User) -> None:
    reader = reading()
    reader.sign_in(nurse)
    for tab in TABS:
        page = reader.open(address_of(tab, full))
        page.emulate_media(media="print")
        for words in (".btn", "nav", "form", "button", "input", "select"):
            shown = page.locator(words).filter(visible=True)
            assert shown.all_inner_texts() == [], (tab, words)
