"""Lists of courses, cycles and entries of care, loaded as often as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pathways.exchange.therapy import COLUMNS
from pathways.models import (
    Alert,
    AuditEvent,
    CareEntry,
    Clinic,
    Patient,
    TherapyCourse,
    TherapyCycle,
)
from pathways.rules.course_states import CourseState
from pathways.services import alert_facts
from tests.courses import FIRST, days_1, owed
from tests.exchange import files
from tests.exchange.files import person, run

WEEK = timedelta(days=7)
CASES = Path(__file__).parent / "cases"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "therapy.csv"


@pytest.fixture
def maya(northgate: Clinic, tmp_path: Path) -> Patient:
    """R01 is in active treatment at Northgate."""
    people = files.people(tmp_path / "people.csv", person("R01"), person("R02"))
    assert run("import_patients", people, clinic="northgate").code == 0
    found: Patient = Patient.objects.get(mrn="R01")
    return found


def line(mrn: str = "R01", regimen: str = "rd", course_on: str = "2026-06-01", **more: str) -> str:
    values = {"mrn": mrn, "regimen": regimen, "course_on": course_on} | more
    return ",".join(values.get(name, "") for name in COLUMNS)


def entry(kind: str, from_on: str = "2026-06-01", **more: str) -> str:
    return line(regimen="", course_on="", kind=kind, from_on=from_on, **more)


def load(path: Path, *lines: str, **options: object) -> files.Ran:
    files.write(path, ",".join(COLUMNS), *lines)
    return run("import_therapy", path, clinic="northgate", **options)


RD = (
    line(dose="as in the letter of May"),
    line(cycle="2", given_on="2026-07-06"),  # before cycle 1 in the file: order does not matter
    line(cycle="1", given_on="2026-06-01"),
    line(cycle="3", planned_on="2026-08-10", why="travel"),
    entry("thrombosis-prophylaxis", label="Aspirin"),
)


def test_a_course_its_cycles_and_entries_are_written_down(maya: Patient, path: Path) -> None:
    ran = load(path, *RD)
    assert (ran.code, "5 recorded" in ran.out) == (0, True), ran.err
    course = TherapyCourse.objects.get()
    assert (course.state, course.source) == (CourseState.RUNNING, "import")
    assert course.dose_note == "as in the letter of May"
    assert days_1(course)[:4] == [FIRST, FIRST + 5 * WEEK, FIRST + 10 * WEEK, FIRST + 14 * WEEK]
    assert owed(maya, "pre-cycle-record").due_on == FIRST + 5 * WEEK
    assert CareEntry.objects.get().label == "Aspirin"


def test_the_same_file_again_changes_nothing(maya: Patient, path: Path) -> None:
    load(path, *RD)
    before = (AuditEvent.objects.count(), TherapyCycle.objects.count(), CareEntry.objects.count())
    ran = load(path, *RD)
    assert (ran.code, "0 recorded, 5 known already" in ran.out) == (0, True), ran.out + ran.err
    after = (AuditEvent.objects.count(), TherapyCycle.objects.count(), CareEntry.objects.count())
    assert after == before


def test_a_dry_run_writes_nothing_and_sees_earlier_lines(maya: Patient, path: Path) -> None:
    ran = load(path, *RD, dry_run=True)
    assert (ran.code, "5 recorded" in ran.out) == (0, True), ran.err
    assert not TherapyCourse.objects.exists()
    assert not CareEntry.objects.exists()


def test_a_course_is_told_before_its_cycles_however_far_apart_they_stand(
    maya: Patient, path: Path
) -> None:
    between = [
        entry("illness", f"2026-{month:02}-{day:02}", mrn="R02")
        for month in (4, 5)
        for day in range(1, 31)
    ]
    ran = load(
        path,
        line(cycle="4", given_on="2026-06-29"),
        *between,
        line(cycle="3", given_on="2026-06-01"),
    )
    assert (ran.code, "62 recorded" in ran.out) == (0, True), ran.err
    assert TherapyCourse.objects.get().first_cycle == 3


def test_bad_lines_are_told_in_the_order_of_the_file(maya: Patient, path: Path) -> None:
    bad = [line(name, cycle="1", given_on="2027-06-01") for name in ("R02", "R01", "R02")]
    ran = load(path, *bad)
    told = [row.split(":")[1] for row in ran.err.splitlines() if row.startswith(str(path))]
    assert (ran.code, told) == (1, ["2", "3", "4"])


def test_a_course_may_begin_above_cycle_1_and_end(maya: Patient, path: Path) -> None:
    ran = load(
        path,
        line(state="stopped", until_on="2026-06-20", why="rash"),
        line(cycle="4", given_on="2026-06-01"),
    )
    assert ran.code == 0, ran.err
    course = TherapyCourse.objects.get()
    assert (course.first_cycle, course.state) == (4, CourseState.STOPPED)
    assert (course.ended_on, course.end_reason) == (date(2026, 6, 20), "rash")


def test_day_0_counts_the_milestones(maya: Patient, path: Path) -> None:
    assert load(path, entry("day-0", "2026-08-03")).code == 0
    assert maya.enrolments.get().transplant_on == date(2026, 8, 3)


def test_an_entry_in_error_is_withdrawn_and_stays_so(maya: Patient, path: Path) -> None:
    load(path, entry("illness", label="Influenza A"))
    ran = load(path, entry("illness", label="Influenza A", state="entered-in-error", why="slip"))
    assert ran.code == 0, ran.err
    assert not CareEntry.objects.standing().exists()
    load(path, entry("illness", label="Influenza A"))
    assert not CareEntry.objects.standing().exists()


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (line("R99"), "mrn: 'R99' is nobody's number in northgate"),
        (line(regimen="rdx"), "regimen: 'rdx' is not a regimen. Did you mean rd?"),
        (line(course_on=""), "course_on: is blank"),
        (line(kind="illness"), "regimen: Give a regimen for a course, or a kind"),
        (line(cycle="0", given_on="2026-06-01"), "cycle: '0' is not a number from 1 to 99"),
        (line(cycle="1", given_on="2026-11-22"), "given_on: 22 Nov 2026 lies in the future"),
        (line(cycle="1", given_on="1960-01-01"), "given_on: 1 Jan 1960 lies before the birth"),
        (line(cycle="1", given_on="01/06/2026"), "given_on: '01/06/2026' is ambiguous"),
        (line(cycle="1", state="done"), "state: 'done' is not one of: planned, started"),
        (line(state="stopped", why="rash"), "until_on: The last day of the course is missing"),
        (entry("flu"), "kind: 'flu' is not one of: mobilisation"),
        (entry("illness", ""), "from_on: The first day is missing"),
        (line(regimen="dvd"), "line: The length of a cycle is not printed"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_loaded(
    maya: Patient, path: Path, bad: str, told: str
) -> None:
    ran = load(path, bad, entry("orthotics", label="Ankle orthosis"))
    assert ran.code == 1
    assert f"{path}:2: {told}" in ran.err
    assert CareEntry.objects.get().label == "Ankle orthosis"
    assert not TherapyCourse.objects.exists()


def test_an_overlap_is_refused_with_the_way_on_and_can_be_loaded_again(
    maya: Patient, path: Path
) -> None:
    ran = load(path, line(cycle="1", given_on="2026-06-01"), line(cycle="2", given_on="2026-06-20"))
    assert (ran.code, "1 recorded" in ran.out) == (1, True)
    assert f"{path}:3: given_on: Cycle 1 began on 1 Jun 2026 and runs to 28 Jun 2026" in ran.err
    rejects = path.with_name("therapy.csv.rejects.csv")
    mended = rejects.read_text().replace("2026-06-20", "2026-06-29")
    files.write(path, *mended.splitlines())
    assert run("import_therapy", path, clinic="northgate").code == 0
    assert days_1(TherapyCourse.objects.get())[1] == date(2026, 6, 29)


def test_a_drug_in_two_courses_on_one_day_is_refused_by_line(maya: Patient, path: Path) -> None:
    first = (
        line(cycle="1", given_on="2026-06-01"),
        line(state="completed", until_on="2026-06-28"),
    )
    ran = load(path, *first, line(regimen="vd", course_on="2026-06-20"))
    said = "Dexamethasone: cycle 1 of Rd runs from 1 Jun 2026 to 28 Jun 2026"
    assert f"{path}:4: planned_on: {said}" in ran.err
    assert TherapyCourse.objects.count() == 1
    assert load(path, *first, line(regimen="vd", course_on="2026-06-29")).code == 0


def test_the_published_mobility_texts_load_as_dated_notes(
    northgate: Clinic, tmp_path: Path
) -> None:
    people = files.people(tmp_path / "p.csv", *(person(f"JNNP-{number}") for number in (1, 2, 3)))
    assert run("import_patients", people, clinic="northgate").code == 0
    ran = run("import_therapy", CASES / "mobility.csv", clinic="northgate")
    assert (ran.code, "6 recorded" in ran.out) == (0, True), ran.err
    rows = CareEntry.objects.filter(patient__mrn="JNNP-2").order_by("from_on")
    assert [(row.kind, row.from_on, row.detail) for row in rows] == [
        ("mobility", date(2025, 6, 1), "wheelchair and bedbound"),
        ("mobility", date(2025, 12, 1), "walking independently with a pick-up frame"),
    ]


@pytest.fixture
def asked(maya: Patient, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the rules were asked about each person, from here on."""
    count: Counter[str] = Counter()
    real = alert_facts.load

    def counted(people: Sequence[Patient]) -> Any:
        count.update(person.mrn for person in people)
        return real(people)

    monkeypatch.setattr(alert_facts, "load", counted)
    return count


OVERDUE = (  # cycle 2 was planned for June and has no day 1 in November
    line(dose="as in the letter of May"),
    line(cycle="1", given_on="2026-06-01"),
    *(entry("illness", f"2026-06-{day:02}", label="A cold") for day in range(2, 10)),
)


def test_ten_lines_about_a_person_ask_the_rules_once(
    maya: Patient, path: Path, asked: Counter[str]
) -> None:
    ran = load(path, *OVERDUE, entry("orthotics", mrn="R02", label="Ankle orthosis"))
    assert (ran.code, "11 recorded" in ran.out) == (0, True), ran.err
    assert asked == {"R01": 1, "R02": 1}
    assert Alert.objects.filter(patient=maya).exists()


def test_a_refused_line_costs_the_others_no_alert(
    maya: Patient, path: Path, asked: Counter[str]
) -> None:
    ran = load(path, *OVERDUE, line(cycle="2", given_on="2026-06-20"))
    assert (ran.code, "10 recorded" in ran.out) == (1, True), ran.err
    assert asked == {"R01": 1}
    assert Alert.objects.filter(patient=maya).exists()


def test_a_dry_run_asks_no_rule(maya: Patient, path: Path, asked: Counter[str]) -> None:
    assert load(path, *OVERDUE, dry_run=True).code == 0
    assert not asked
    assert not Alert.objects.exists()
