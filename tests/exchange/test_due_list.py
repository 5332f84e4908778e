"""The due list as a file: its columns, its order, and that it is the page's own rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pathways.models import Clinic, Enrolment, Patient, ScreeningDefinition
from pathways.rules.due_phrase import MONTHS, short_date
from pathways.rules.lifecycles import Role
from pathways.services import appointments, enrolments
from pathways.services.actors import Actor
from pathways.worklists import due_export, due_list
from tests import people
from tests.exchange import files
from tests.exchange.files import person, result, run

BY = Actor.system("test")
TODAY = date(2026, 11, 21)
LATER = date(2026, 11, 23)
TAGS = {
    "OVERDUE": "Overdue",
    "DUE": "Due",
    "DUE_SOON": ("Opens in", "Due in"),
    "NOT_DUE": "Not due",
    "NOT_ASSESSABLE": ("No ", "Not "),
}
COLUMNS = (
    "mrn,code,phase,anchor_on,opens_on,due_on,overdue_from,status,days_overdue,"
    "missed_intervals,booked_on,rule_version"
)


@pytest.fixture
def filled(northgate: Clinic, tmp_path: Path) -> Clinic:
    """Three people in three phases, one with a VEGF."""
    people = files.people(
        tmp_path / "people.csv",
        person("B2"),
        person("A1", phase="remission"),
        person("C3", phase="post-transplant", enrolled_on="2026-10-01", phase_since="2026-10-01"),
    )
    assert run("import_patients", people, clinic="northgate").code == 0
    done = files.results(tmp_path / "results.csv", result("B2"))
    assert run("import_results", done, clinic="northgate").code == 0
    return northgate


def printed(on: str = "2026-11-21", **options: object) -> list[list[str]]:
    ran = run("due_list", clinic="northgate", on=on, format="csv", **options)
    assert ran.code == 0, ran.err
    return list(csv.reader(StringIO(ran.out)))


def test_the_columns_are_these_in_this_order(filled: Clinic) -> None:
    assert ",".join(printed()[0]) == COLUMNS


def test_one_row_of_each_open_screening_with_all_its_cells(filled: Clinic) -> None:
    (row,) = [row for row in printed()[1:] if row[:2] == ["B2", "vegf"]]
    assert row == [
        "B2",
        "vegf",
        "active-treatment",
        "2026-08-21",
        "2026-11-21",
        "2026-11-21",
        "2026-12-06",
        "DUE",
        "",
        "0",
        "",
        "1",
    ]


def test_rows_stand_by_due_date_number_and_code_and_what_has_no_date_last(filled: Clinic) -> None:
    rows = printed()[1:]
    assert rows == sorted(rows, key=lambda row: (row[5] or "9999", row[0], row[1]))
    assert rows[-1][7] == "NOT_ASSESSABLE"
    assert [cell for cell in rows[-1][3:7] if cell] == []


def test_the_file_is_the_page_row_for_row(filled: Clinic) -> None:
    page = due_list.for_day(filled, TODAY)
    shown: list[tuple[str, str, str]] = []
    for number in range(1, page.pages + 1):
        rows = due_list.for_day(filled, TODAY, page=number).rows
        shown += [(row.mrn, row.code, row.state.status.value) for row in rows]
    assert shown == [(row[0], row[1], row[7]) for row in printed()[1:]]
    assert page.total == len(shown)


def test_each_line_of_the_page_says_what_the_file_says(
    filled: Clinic, client: Client, at: Callable[[str], None], tmp_path: Path
) -> None:
    """Who, what, status, opening, due, overdue from and booking, read from the page itself."""
    at(f"{LATER} 09:00")
    done = files.results(tmp_path / "seen.csv", result("A1", code="neuro-exam", on="2026-09-01"))
    assert run("import_results", done, clinic="northgate").code == 0
    client.force_login(people.make_user(filled, Role.NURSE, "page-reader"))
    appointments.book(
        patient=Patient.objects.get(mrn="B2"),
        starts_at=datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("Europe/London")),
        minutes=30,
        codes=["vegf"],
        by=BY,
    )
    lines = _page_lines(client)
    filed = list(files.due("northgate", f"{LATER}").values())
    assert len({line["status"] for line in filed}) >= 3
    assert len(lines) == len(filed)
    for shown, row in zip(lines, filed, strict=True):
        told = " ".join((shown["who"], shown["what"], shown["status"], shown["strip"]))
        label = ScreeningDefinition.objects.get(code=row["code"], phase=row["phase"]).label
        assert row["mrn"] in shown["who"]
        assert row["phase"].split("-")[0] in shown["who"].lower()
        assert label in shown["what"]
        assert shown["status"].strip().startswith(TAGS[row["status"]]), (shown, row)
        if row["due_on"]:
            assert f"from {_in_words(row['opens_on'])}, overdue from" in told, (row, told)
            assert f"overdue from {_in_words(row['overdue_from'])}" in told, (row, told)
        if row["status"] in {"OVERDUE", "DUE_SOON", "NOT_DUE"}:
            due_on = date.fromisoformat(row["due_on"])
            assert f"due {short_date(due_on, LATER)}" in shown["status"], (row, told)
        assert ("Not booked" in shown["booking"]) == (row["booked_on"] == ""), row
        assert _in_words(row["booked_on"]).rpartition(" ")[0] in shown["booking"]


def _in_words(day: str) -> str:
    """4 May 2026 for 2026-05-04, as the page writes it."""
    if not day:
        return ""
    return f"{int(day[8:])} {MONTHS[int(day[5:7]) - 1]} {day[:4]}"


def _page_lines(client: Client) -> list[dict[str, str]]:
    """The cells of each line of the page, as words."""
    page = client.get("/due/")
    lines = []
    for row in re.findall(r"<tr data-row>(.*?)</tr>", page.content.decode(), re.DOTALL):
        cells = re.findall(r'<td class="([a-z-]+)[^>]*>(.*?)</td>', row, re.DOTALL)
        lines.append({name: unescape(re.sub(r"<[^>]*>", "  ", cell)) for name, cell in cells})
    return lines


def test_days_overdue_is_blank_unless_overdue(filled: Clinic) -> None:
    for row in printed("2026-12-20")[1:]:
        assert (row[8] != "") == (row[7] == "OVERDUE")


def test_closed_screenings_appear_only_when_asked_for(filled: Clinic) -> None:
    enrolment = Enrolment.objects.get(patient__mrn="B2")
    enrolments.transfer(enrolment=enrolment, effective_on=date(2026, 12, 1), reason="moved", by=BY)
    assert any(row[0] == "B2" for row in printed("2026-11-30")[1:])
    assert not any(row[0] == "B2" for row in printed("2026-12-01")[1:])
    closed = {row[7] for row in printed("2026-12-01", all=True)[1:] if row[0] == "B2"}
    assert closed == {"CLOSED"}


def test_a_booking_shows_on_its_day_and_before_but_not_after(filled: Clinic) -> None:
    appointments.book(
        patient=Patient.objects.get(mrn="B2"),
        starts_at=datetime(2026, 11, 25, 10, tzinfo=ZoneInfo("Europe/London")),
        minutes=30,
        codes=["vegf"],
        by=BY,
    )
    shown = {
        on: files.due("northgate", on)["B2", "vegf"]["booked_on"]
        for on in ("2026-11-21", "2026-11-25", "2026-11-26")
    }
    assert shown == {"2026-11-21": "2026-11-25", "2026-11-25": "2026-11-25", "2026-11-26": ""}


def test_another_clinics_people_are_not_listed(
    filled: Clinic, other_clinic: Clinic, tmp_path: Path
) -> None:
    people = files.people(tmp_path / "others.csv", person("X9"))
    assert run("import_patients", people, clinic="southgate").code == 0
    assert not any(row[0] == "X9" for row in printed()[1:])


def test_the_number_of_queries_does_not_grow_with_the_rows(filled: Clinic, tmp_path: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert list(due_export.rows(filled, TODAY))
        return len(caught)

    few = queries()
    people = files.people(tmp_path / "more.csv", *(person(f"D{n:02}") for n in range(30)))
    run("import_patients", people, clinic="northgate")
    assert queries() == few <= 4


def test_no_cell_begins_a_formula(filled: Clinic) -> None:
    Patient.objects.filter(mrn="B2").update(mrn="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in {row[0] for row in printed()[1:]}


def test_the_table_holds_the_same_rows(filled: Clinic) -> None:
    ran = run("due_list", clinic="northgate", on="2026-11-21", format="table")
    head, rule, *rows = ran.out.splitlines()
    assert head.split() == COLUMNS.split(",")
    assert set(rule) == {"-", " "}
    assert [row.split()[:2] for row in rows] == [row[:2] for row in printed()[1:]]


def test_the_day_is_the_clinics_own_unless_named(filled: Clinic, at: Callable[[str], None]) -> None:
    Clinic.objects.update(time_zone="America/Los_Angeles")
    at("2026-12-06 03:00")
    ran = run("due_list", clinic="northgate", format="csv")
    rows = {(row["mrn"], row["code"]): row for row in csv.DictReader(StringIO(ran.out))}
    assert rows["B2", "vegf"]["status"] == "DUE"


def test_a_day_that_is_none_is_refused(filled: Clinic) -> None:
    ran = run("due_list", clinic="northgate", on="21/11/2026", format="csv")
    assert (ran.code, "Write it as 2026-11-21" in ran.err) == (2, True)


@pytest.mark.parametrize("on", ["1900-01-01", "2199-12-31"])
def test_the_ends_of_what_may_be_asked_are_answered(filled: Clinic, on: str) -> None:
    assert run("due_list", clinic="northgate", on=on, format="csv").code == 0


@pytest.mark.parametrize("on", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_out_of_reach_is_refused_before_a_line_is_printed(filled: Clinic, on: str) -> None:
    ran = run("due_list", clinic="northgate", on=on, format="csv")
    assert (ran.code, ran.out) == (2, "")
    assert f"--on {on} is out of reach: from 1900-01-01 to 2199-12-31" in ran.err
