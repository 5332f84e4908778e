"""Before a file is loaded its page says line by line what becomes of what; after it, what became."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.exchange import runs, therapy
from pathways.models import (
    Clinic,
    ImportChange,
    ImportRun,
    Observation,
    PathwayVersion,
    Patient,
    TherapyCourse,
    User,
)
from pathways.rules.dates import local_instant
from pathways.services import housekeeping, import_runs
from pathways.services.list_report import Cell, LineChange
from tests import people
from tests.courses import plan_course
from tests.exchange import files
from tests.views.house import signed_in
from tests.views.test_imports import people_file, shown, upload

pytestmark = pytest.mark.django_db
At = Callable[[str], None]


@pytest.fixture
def reader(nurse: User, pathway_version: PathwayVersion) -> Client:
    """The nurse's browser."""
    return signed_in(nurse)


def checked(reader: Client, content: bytes, kind: str = "patients") -> ImportRun:
    run = upload(reader, content, kind)
    assert runs.work_waiting() == 1
    run.refresh_from_db()
    assert run.state == "checked", run.trouble
    return run


def confirmed(reader: Client, run: ImportRun) -> ImportRun:
    reader.post(reverse("import-confirm", args=[run.pk]))
    assert runs.work_waiting() == 1
    run.refresh_from_db()
    assert run.state == "loaded", run.trouble
    return run


def words_of(html: str) -> str:
    """The page's words as a reader of the screen hears them, between single spaces."""
    plain = re.sub(r'<span aria-hidden="true">[^<]*</span>', "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def lines_of(run: ImportRun) -> list[tuple[int, bool, list[list[str]]]]:
    return [(row.line, row.is_new, row.cells) for row in run.changes.all()]


def results_file(*lines: str) -> bytes:
    return "\n".join([files.ALL_RESULTS, *lines, ""]).encode()


def therapy_file(*lines: str) -> bytes:
    return "\n".join([",".join(therapy.COLUMNS), *lines, ""]).encode()


def therapy_line(mrn: str = "R01", **cells: str) -> str:
    values = {"mrn": mrn, "regimen": "rd", "course_on": "2026-05-04"} | cells
    return ",".join(values.get(name, "") for name in therapy.COLUMNS)


def test_a_list_of_people_says_what_each_changed_line_changes(reader: Client) -> None:
    confirmed(reader, checked(reader, people_file(files.person("R01"), files.person("R02"))))
    content = people_file(
        files.person("R01"),
        files.person("R02", phone="020 7946 0199", phase="remission", phase_since="2026-09-01"),
        files.person("R03"),
    )
    run = checked(reader, content)
    assert lines_of(run) == [
        (
            3,
            False,
            [
                ["phase", "Active treatment", "Remission"],
                ["phase_since", "4 May 2026", "1 Sep 2026"],
                ["phone", "020 7946 0101", "020 7946 0199"],
            ],
        ),
        (
            4,
            True,
            [
                ["phase", "", "Active treatment"],
                ["phase_since", "", "4 May 2026"],
                ["enrolled_on", "", "4 May 2026"],
                ["email", "", "r03@mail.example"],
                ["phone", "", "020 7946 0101"],
            ],
        ),
    ]
    page = words_of(shown(reader, run))
    assert "Changed 1 New 1" in page
    assert "phone 020 7946 0101 becomes 020 7946 0199" in page
    assert "R03" not in page
    new = reader.get(reverse("import", args=[run.pk]) + "?show=new").content.decode()
    assert "R03" in new
    assert "becomes" not in new


def test_an_address_that_the_list_brings_back_says_what_it_was(
    reader: Client, clinic: Clinic
) -> None:
    confirmed(reader, checked(reader, people_file(files.person("R01", email_consent_on=""))))
    run = checked(reader, people_file(files.person("R01", email_consent_on="2026-05-04")))
    assert lines_of(run) == [(2, False, [["email_consent_on", "not agreed", "4 May 2026"]])]


def test_a_correction_shows_the_value_as_it_stands_and_as_it_comes(
    reader: Client, clinic: Clinic
) -> None:
    people.make_patient(clinic, mrn="R01")
    first = results_file(
        files.result("R01", "m-protein", comparator="<", value="0.5", unit="g/L", specimen="serum"),
        files.result("R01", "vegf", status="collected"),
        files.result("R01", "vegf", "2026-05-04", value="131", unit="pg/mL"),
    )
    confirmed(reader, checked(reader, first, "results"))
    second = results_file(
        files.result("R01", "m-protein", value="0.7", unit="g/L", specimen="serum"),
        files.result("R01", "vegf", value="182", unit="pg/mL", collected_at="09:30"),
        files.result("R01", "vegf", "2026-05-04", value="131", unit="pg/mL"),
        files.result("R01", "vegf", "2026-10-04", value="740", unit="pg/mL"),
    )
    run = checked(reader, second, "results")
    assert run.summary == [["new", 1], ["changed", 2], ["unchanged", 1], ["refused", 0]]
    assert lines_of(run) == [
        (2, False, [["value", "<0.5 g/L", "0.7 g/L"]]),
        (
            3,
            False,
            [
                ["value", "", "182 pg/mL"],
                ["status", "collected", "final"],
                ["collected_at", "", "21 Aug 2026, 09:30"],
            ],
        ),
        (5, True, [["value", "", "740 pg/mL"], ["status", "", "final"]]),
    ]
    assert "VEGF, plasma, 21 Aug 2026" in words_of(shown(reader, run))
    assert Observation.objects.filter(value=740).count() == 0


def test_what_no_list_can_say_of_a_result_is_kept_and_changes_nothing(
    reader: Client, clinic: Clinic
) -> None:
    patient = people.make_patient(clinic, mrn="R01")
    people.record(
        patient,
        "vegf",
        date(2026, 8, 21),
        value=Decimal(131),
        unit="pg/mL",
        specimen="plasma",
        reported_at=local_instant(date(2026, 8, 24), time(9), clinic.time_zone),
        counts_early=True,
        counts_reason="before the holidays",
    )
    run = checked(reader, results_file(files.result(value="131", unit="pg/mL")), "results")
    assert lines_of(run) == []
    run = checked(reader, results_file(files.result(value="141", unit="pg/mL")), "results")
    assert lines_of(run) == [(2, False, [["value", "131 pg/mL", "141 pg/mL"]])]
    confirmed(reader, run)
    row = Observation.objects.current().get()
    assert (row.value, row.counts_early, row.counts_reason) == (141, True, "before the holidays")
    assert row.reported_at is not None


def test_a_new_value_names_what_decides_and_what_is_missing(reader: Client, clinic: Clinic) -> None:
    people.make_patient(clinic, mrn="R01")
    content = results_file(
        files.result(value="182", unit="pg/mL", lab="Northgate", sample_number="A7"),
        files.result(on="2026-08-22", value="182", lab="Northgate"),
        files.result(on="2026-08-23", value="182", unit="pg/mL", specimen=""),
        files.result(code="immunofixation-serum", value="negative", specimen="serum"),
    )
    run = checked(reader, content, "results")
    assert list(run.changes.values_list("about", flat=True)) == [
        "VEGF, plasma, 21 Aug 2026, Northgate, sample A7",
        "VEGF, plasma, 22 Aug 2026, Northgate",
        "VEGF, specimen not recorded, 23 Aug 2026",
        "Immunofixation, serum, 21 Aug 2026",
    ]
    assert "value 182 (no unit recorded)" in words_of(shown(reader, run))


def test_a_dated_note_shows_its_text_and_a_new_course_its_dose(
    reader: Client, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    people.enrol(people.make_patient(clinic, mrn="R01"), pathway_version)
    note = {"kind": "mobility", "from_on": "2025-06-01", "detail": "wheelchair and bedbound"}
    content = therapy_file(
        therapy_line(dose="25 mg"), therapy_line(regimen="", course_on="", **note)
    )
    run = checked(reader, content, "therapy")
    assert [cells for _, _, cells in lines_of(run)] == [
        [["dose", "", "25 mg"]],
        [["from_on", "", "1 Jun 2025"], ["detail", "", "wheelchair and bedbound"]],
    ]


def test_a_delay_in_a_list_of_therapy_shows_both_days(
    reader: Client, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    person = people.make_patient(clinic, mrn="R01")
    people.enrol(person, pathway_version)
    plan_course(person, on=date(2026, 5, 4))
    content = therapy_file(
        therapy_line(),
        therapy_line(cycle="1", given_on="2026-05-04"),
        therapy_line(cycle="2", planned_on="2026-06-08", why="travel"),
        therapy_line(regimen="", course_on="", kind="illness", label="Flu", from_on="2026-05-20"),
    )
    run = checked(reader, content, "therapy")
    assert run.summary == [["new", 1], ["changed", 2], ["unchanged", 1], ["refused", 0]]
    assert lines_of(run) == [
        (3, False, [["given_on", "", "4 May 2026"]]),
        (4, False, [["planned_on", "1 Jun 2026", "8 Jun 2026"]]),
        (5, True, [["from_on", "", "20 May 2026"]]),
    ]
    assert TherapyCourse.objects.get().began_on is None
    confirmed(reader, run)
    assert [line for line, _, _ in lines_of(run)] == [3, 4, 5]
    assert "What each line changed" in shown(reader, run)
    assert TherapyCourse.objects.get().began_on == date(2026, 5, 4)


def test_a_list_of_therapy_says_how_far_its_check_is(
    reader: Client,
    clinic: Clinic,
    pathway_version: PathwayVersion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = []
    for number in range(30):
        person = people.make_patient(clinic, mrn=f"R{number:02}")
        people.enrol(person, pathway_version)
        lines += [
            therapy_line(
                person.mrn, regimen="", course_on="", kind="illness", from_on=f"2026-05-{day:02}"
            )
            for day in range(1, 6)
        ]
    heard: list[tuple[int, int]] = []
    telling = import_runs.progress

    def progress(run: ImportRun, done: int) -> None:
        telling(run, done)
        run.refresh_from_db()  # a transaction taken back at the end would hide it from the page
        heard.append((run.lines_done, run.changes.count()))

    monkeypatch.setattr(import_runs, "progress", progress)
    checked(reader, therapy_file(*lines), "therapy")
    assert heard == [(50, 50), (100, 100), (150, 150)]


def test_a_file_that_changes_nothing_lists_no_line(reader: Client) -> None:
    content = people_file(files.person("R01"))
    confirmed(reader, checked(reader, content))
    run = checked(reader, content)
    assert lines_of(run) == []
    page = shown(reader, run)
    assert "import-changes" not in page
    assert "nothing to load" in page
    assert "Load the file" not in page


def test_a_file_of_which_every_line_is_refused_cannot_be_loaded(reader: Client) -> None:
    run = checked(reader, results_file(files.result("R77", value="1", unit="pg/mL")), "results")
    assert "Load the file" not in shown(reader, run)
    answer = reader.post(reverse("import-confirm", args=[run.pk]))
    assert "nothing to load" in unescape(answer.content.decode())
    run.refresh_from_db()
    assert (run.state, run.confirmed_at) == ("checked", None)


def test_sixty_changed_lines_stand_on_two_pages(
    reader: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    names = [f"R{number:02}" for number in range(60)]
    confirmed(reader, checked(reader, people_file(*map(files.person, names))))
    run = checked(reader, people_file(*(files.person(name, sex="other") for name in names)))
    with django_assert_max_num_queries(13):
        first = words_of(shown(reader, run))
    assert "1 to 50 of 60" in first
    second = reader.get(reverse("import", args=[run.pk]), {"show": "changed", "page": "2"})
    page = words_of(second.content.decode())
    assert "51 to 60 of 60" in page
    assert "sex female becomes other" in page
    beyond = reader.get(reverse("import", args=[run.pk]), {"show": "changed", "page": "x"})
    assert "1 to 50 of 60" in words_of(beyond.content.decode())


def test_what_lines_change_is_forgotten_with_the_file(reader: Client, at: At) -> None:
    at("2026-11-21 09:00")
    run = checked(reader, people_file(files.person("R01")))
    assert run.changes.exists()
    reader.post(reverse("import-discard", args=[run.pk]))
    assert not run.changes.exists()
    kept = confirmed(reader, checked(reader, people_file(files.person("R02"))))
    at("2026-11-22 09:00")
    housekeeping.keep(by=people.SYSTEM)
    assert kept.changes.exists()
    at("2026-11-22 09:01")
    housekeeping.keep(by=people.SYSTEM)
    assert not ImportChange.objects.exists()


def test_a_worker_that_follows_a_dead_one_begins_the_list_again(reader: Client, at: At) -> None:
    at("2026-11-21 09:00")
    run = upload(reader, people_file(files.person("R01")))
    claimed = import_runs.claim()
    assert claimed == run
    stale = LineChange(2, "R09", "Somebody else", is_new=False, cells=(Cell("sex", "a", "b"),))
    import_runs.keep_changes(run, [stale])
    at("2026-11-21 09:10")
    assert runs.work_waiting() == 1
    (row,) = run.changes.all()
    assert (row.mrn, row.is_new) == ("R01", True)
    import_runs.keep_changes(run, [stale])  # the first one was only slow
    assert [each.mrn for each in run.changes.all()] == ["R01"]


def test_a_line_leads_to_the_person_it_changes(reader: Client) -> None:
    confirmed(reader, checked(reader, people_file(files.person("R01"))))
    run = checked(reader, people_file(files.person("R01", sex="male")))
    patient = Patient.objects.get(mrn="R01")
    assert f'<a href="{reverse("patient", args=[patient.pk])}">R01</a>' in shown(reader, run)


def test_changed_lines_of_a_stranger_do_not_exist(reader: Client, stranger: User) -> None:
    run = checked(reader, people_file(files.person("R01")))
    answer = signed_in(stranger).get(reverse("import", args=[run.pk]) + "?show=new")
    assert answer.status_code == 404
