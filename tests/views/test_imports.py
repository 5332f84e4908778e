"""A file through the browser: upload, preview, confirm, outcome; and every bad file with its cure."""

from __future__ import annotations

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pathways.exchange import runs, therapy
from pathways.models import (
    AuditEvent,
    Clinic,
    ImportRun,
    Observation,
    PathwayVersion,
    Patient,
    TherapyCourse,
    User,
)
from pathways.rules.lifecycles import Role
from pathways.services import results_bulk
from pathways.services.import_runs import LINES_TOLD
from tests import people
from tests.exchange import files
from tests.views.house import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(nurse: User, pathway_version: PathwayVersion) -> Client:
    """The nurse's browser."""
    return signed_in(nurse)


def upload(client: Client, content: bytes, kind: str = "patients", **words: str) -> ImportRun:
    data = {
        "kind": kind,
        "encoding": "utf-8",
        "date_format": "",
        "decimal": "",
        "file": SimpleUploadedFile("people.csv", content, "text/csv"),
    }
    answer = client.post(reverse("imports"), data | words)
    assert answer.status_code == 302, answer.context["form"].errors
    run = ImportRun.objects.latest("pk")
    assert answer["Location"] == reverse("import", args=[run.pk])
    return run


def shown(client: Client, run: ImportRun) -> str:
    answer = client.get(reverse("import", args=[run.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def people_file(*lines: str) -> bytes:
    return "\n".join([files.PEOPLE, *lines, ""]).encode()


def test_a_list_of_people_is_checked_confirmed_and_loaded(reader: Client, nurse: User) -> None:
    run = upload(reader, people_file(files.person("R01"), files.person("R02"), files.person("")))
    assert "0 of about 3 lines" in shown(reader, run)
    assert runs.work_waiting() == 1
    page = shown(reader, run)
    assert "<b>2</b> new" in page
    assert "<b>1</b> refused" in page
    assert "line 4: mrn: is blank. Every line needs the hospital number." in page
    assert "Nothing has been written yet" in page
    assert Patient.objects.count() == 0

    reader.post(reverse("import-confirm", args=[run.pk]))
    assert Patient.objects.count() == 0  # the worker's to do
    assert runs.work_waiting() == 1
    assert set(Patient.objects.values_list("mrn", flat=True)) == {"R01", "R02"}
    assert "The lines of the file were" in shown(reader, run)
    rejects = reader.get(reverse("import-rejects", args=[run.pk]))
    assert b"mrn: is blank" in rejects.content
    assert rejects["Content-Disposition"] == f'attachment; filename="refused-lines-{run.pk}.csv"'
    loaded = AuditEvent.objects.get(verb="imported people")
    assert (loaded.user, loaded.detail["created"]) == (nurse, 2)


def test_the_same_file_again_says_that_nothing_changes(reader: Client) -> None:
    content = people_file(files.person("R01"))
    for _ in range(2):
        run = upload(reader, content)
        runs.work_waiting()
        reader.post(reverse("import-confirm", args=[run.pk]))
        runs.work_waiting()
    run.refresh_from_db()
    assert run.summary == [["new", 0], ["changed", 0], ["unchanged", 1], ["refused", 0]]


def test_results_are_loaded_with_the_meaning_of_a_comma(reader: Client, clinic: Clinic) -> None:
    person = people.make_patient(clinic, mrn="R01")
    line = 'R01,vegf,2026-05-04,,"1,250",,pg/mL,plasma,Central,,final'
    content = f"{files.RESULTS}\n{line}\n".encode()
    run = upload(reader, content, "results")
    runs.work_waiting()
    assert "could be a fraction" in shown(reader, run)
    run = upload(reader, content, "results", decimal="comma")
    runs.work_waiting()
    reader.post(reverse("import-confirm", args=[run.pk]))
    runs.work_waiting()
    assert Observation.objects.get(patient=person).value == pytest.approx(1.25)


def test_a_list_of_therapy_is_previewed_and_taken_back_until_confirmed(
    reader: Client, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    person = people.make_patient(clinic, mrn="R01")
    people.enrol(person, pathway_version)
    header = ",".join(therapy.COLUMNS)
    line = "R01,rd,2026-05-04,,,,planned,,,,,,,"
    run = upload(reader, f"{header}\n{line}\n".encode(), "therapy")
    runs.work_waiting()
    assert "<b>1</b> new" in shown(reader, run)
    assert TherapyCourse.objects.count() == 0
    reader.post(reverse("import-confirm", args=[run.pk]))
    runs.work_waiting()
    assert TherapyCourse.objects.get().patient == person


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not utf-8 text"),
        (b"name,age\nx,1\n", "holds none of the expected column names"),
        (people_file()[:-20] + b"\n", "missing column"),
        ("mrn,given_name\nR01,Zoë\n".encode("cp1252"), "cp1252 (Windows)"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_what_to_do(
    reader: Client, content: bytes, words: str
) -> None:
    run = upload(reader, content)
    runs.work_waiting()
    page = shown(reader, run)
    assert words in page
    assert "Nothing was written." in page
    assert "/tmp" not in page
    run.refresh_from_db()
    assert run.content is None


def test_the_right_encoding_is_the_cure(reader: Client) -> None:
    content = people_file(files.person("R01", given_name="Zoë")).decode().encode("cp1252")
    run = upload(reader, content, encoding="cp1252")
    runs.work_waiting()
    assert "<b>1</b> new" in shown(reader, run)


def test_no_file_and_an_empty_one_are_asked_for_again(reader: Client) -> None:
    form = {"kind": "patients", "encoding": "utf-8"}
    page = reader.post(reverse("imports"), form).content.decode()
    assert "Choose a file" in page
    form["file"] = SimpleUploadedFile("empty.csv", b"")  # type: ignore[assignment]
    page = reader.post(reverse("imports"), form).content.decode()
    assert "The file is empty" in page
    assert "<title>Error: " in page


def test_a_page_with_script_gets_only_the_part_that_changed(reader: Client) -> None:
    run = upload(reader, people_file(files.person("R01")))
    part = reader.get(reverse("import", args=[run.pk]), headers={"HX-Request": "true"})
    body = part.content.decode()
    assert "<html" not in body
    assert 'hx-trigger="every 2s"' in body
    runs.work_waiting()
    part = reader.get(reverse("import", args=[run.pk]), headers={"HX-Request": "true"})
    assert "hx-trigger" not in part.content.decode()


def test_a_forgotten_file_changes_nothing(reader: Client) -> None:
    run = upload(reader, people_file(files.person("R01")))
    runs.work_waiting()
    reader.post(reverse("import-discard", args=[run.pk]))
    assert runs.work_waiting() == 0
    assert Patient.objects.count() == 0
    assert "Discarded" in shown(reader, run)


@pytest.mark.parametrize("name", ["import", "import-confirm", "import-discard", "import-rejects"])
def test_a_strangers_file_does_not_exist(reader: Client, stranger: User, name: str) -> None:
    run = upload(reader, people_file(files.person("R01")))
    address = reverse(name, args=[run.pk])
    assert signed_in(stranger).get(address).status_code == 404
    if name in {"import-confirm", "import-discard"}:
        assert signed_in(stranger).post(address).status_code == 404
    run.refresh_from_db()
    assert run.state == "checking"


def test_a_fault_ends_the_file_and_its_words_stay_out_of_the_log(
    reader: Client,
    clinic: Clinic,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise ZeroDivisionError("Quillfeather")

    people.make_patient(clinic, mrn="R01")
    monkeypatch.setattr(results_bulk, "record_rows", fail)
    line = "R01,vegf,2026-05-04,,131,,pg/mL,plasma,Central,,final"
    run = upload(reader, f"{files.RESULTS}\n{line}\n".encode(), "results")
    with caplog.at_level(logging.ERROR):
        runs.work_waiting()
    assert "met a fault of this program" in shown(reader, run)
    assert "ZeroDivisionError" in caplog.text
    assert "Quillfeather" not in caplog.text


def test_five_thousand_lines_say_how_far_they_are(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [files.person(f"R{number:05d}") for number in range(5000)]
    run = upload(reader, people_file(*lines))
    heard: list[int] = []
    monkeypatch.setattr(runs.import_runs, "progress", lambda _, done: heard.append(done))
    runs.work_waiting()
    assert heard == sorted(heard)
    assert len(heard) >= 5
    run.refresh_from_db()
    assert (run.lines_done, run.summary[0]) == (5000, ["new", 5000])


@pytest.mark.parametrize(("role", "refused"), [(Role.NURSE, 0), (Role.COORDINATOR, 1)])
def test_a_file_writes_only_what_its_uploader_may_enter_by_hand(
    clinic: Clinic, pathway_version: PathwayVersion, role: Role, refused: int
) -> None:
    people.make_patient(clinic, mrn="R01")
    reader = signed_in(people.make_user(clinic, role, "wren"))
    line = "R01,onls,2026-05-04,,3,,,,,,final"
    run = upload(reader, f"{files.RESULTS}\n{line}\n".encode(), "results")
    runs.work_waiting()
    run.refresh_from_db()
    assert run.summary[-1] == ["refused", refused]
    assert ("is not entered in your role" in shown(reader, run)) is bool(refused)


def test_a_file_confirmed_by_somebody_who_left_meanwhile_writes_nothing(
    clinic: Clinic, reader: Client, nurse: User
) -> None:
    people.make_patient(clinic, mrn="R01")
    line = "R01,vegf,2026-05-04,,131,,pg/mL,plasma,Central,,final"
    run = upload(reader, f"{files.RESULTS}\n{line}\n".encode(), "results")
    runs.work_waiting()
    reader.post(reverse("import-confirm", args=[run.pk]))
    User.objects.filter(pk=nurse.pk).update(is_active=False)
    runs.work_waiting()
    assert not Observation.objects.exists()


def test_complaints_are_counted_and_not_kept_without_end(reader: Client) -> None:
    run = upload(reader, people_file(*["x"] * (LINES_TOLD + 7)))
    runs.work_waiting()
    run.refresh_from_db()
    assert (len(run.told), run.told_more) == (LINES_TOLD, 7)


def test_what_was_loaded_before_a_fault_is_in_the_audit_trail(
    clinic: Clinic, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.make_patient(clinic, mrn="R01")
    line = "R01,vegf,2026-05-04,,131,,pg/mL,plasma,Central,,final"
    run = upload(reader, f"{files.RESULTS}\n{line}\n".encode(), "results")
    runs.work_waiting()
    reader.post(reverse("import-confirm", args=[run.pk]))

    def fail(*args: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(runs.import_runs, "progress", fail)  # after the batch was written
    runs.work_waiting()
    assert Observation.objects.count() == 1
    assert AuditEvent.objects.get(verb="imported results").detail["recorded"] == 1


def test_mail_to_many_new_people_waits_although_their_file_broke_off(
    clinic: Clinic, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(release_over=1)
    run = upload(reader, people_file(*[files.person(f"R{number}") for number in range(3)]))
    runs.work_waiting()
    reader.post(reverse("import-confirm", args=[run.pk]))

    def fail(*args: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(runs.import_runs, "progress", fail)  # after the batch was written
    runs.work_waiting()
    clinic.refresh_from_db()
    assert Patient.objects.count() == 3
    assert clinic.release_needed_since is not None
    assert AuditEvent.objects.filter(verb="imported people").exists()
