"""A clinic's list of people, loaded through the command, again and again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pathways import clock
from pathways.models import (
    AuditEvent,
    Clinic,
    Consent,
    ContactPoint,
    Enrolment,
    Patient,
    PhasePeriod,
    Screening,
    WorkItem,
)
from pathways.rules.lifecycles import WorkItemKind
from pathways.services import contacts, enrolments, scheduling
from pathways.services.actors import Actor
from tests import people
from tests.exchange import files
from tests.exchange.files import person, run

BY = Actor.system("test")
At = Callable[[str], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def load(path: Path, *lines: str, **options: object) -> files.Ran:
    return run("import_patients", files.people(path, *lines), clinic="northgate", **options)


def email_of(mrn: str = "R01") -> ContactPoint:
    return ContactPoint.objects.in_use().get(patient__mrn=mrn, kind="email")


def test_a_new_person_is_registered_enrolled_and_scheduled(northgate: Clinic, path: Path) -> None:
    ran = load(path, person("R01"))
    assert ran.code == 0, ran.err
    assert "1 new" in ran.out
    patient = Patient.objects.get(mrn="R01")
    assert (patient.family_name, patient.birth_date) == ("Example", date(1968, 3, 14))
    period = PhasePeriod.objects.get(enrolment__patient=patient)
    assert (period.phase, period.since_on) == ("active-treatment", date(2026, 5, 4))
    assert Screening.objects.open().filter(patient=patient, code="vegf").exists()


def test_an_address_with_consent_may_be_written_to(northgate: Clinic, path: Path) -> None:
    load(path, person("R01", email_consent_on="2026-05-05"))
    assert email_of().verified_at is not None
    said = Consent.objects.filter(contact_point=email_of()).values_list("purpose", "given", "on")
    assert sorted(said) == [
        ("guidance", True, date(2026, 5, 5)),
        ("visits", True, date(2026, 5, 5)),
    ]


def test_an_address_without_consent_is_checked_first(northgate: Clinic, path: Path) -> None:
    load(path, person("R01", email_consent_on=""))
    assert email_of().verified_at is None
    assert not Consent.objects.exists()
    assert WorkItem.objects.open().get().kind == WorkItemKind.CHECK_ADDRESS


def test_the_same_file_again_changes_nothing(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"), person("R02", email_consent_on=""), person("R03", phase="work-up"))
    before = {model: model.objects.count() for model in (AuditEvent, Consent, ContactPoint)}
    ran = load(
        path, person("R01"), person("R02", email_consent_on=""), person("R03", phase="work-up")
    )
    assert (ran.code, "3 unchanged" in ran.out) == (0, True)
    assert before == {model: model.objects.count() for model in before}


def test_a_schedule_written_by_copy_is_what_the_rules_compute(
    northgate: Clinic, path: Path
) -> None:
    phases = ("work-up", "active-treatment", "post-transplant", "remission", "relapse")
    load(path, *(person(f"P{n:03}", phase=phases[n % 5]) for n in range(60)))
    assert Screening.objects.open().count() > 60 * 10
    changes = scheduling.reschedule(Enrolment.objects.all(), by=BY)
    assert changes.touched == []
    assert changes.closed == []


def test_a_dry_run_writes_nothing(northgate: Clinic, path: Path, tmp_path: Path) -> None:
    ran = load(path, person("R01"), person("R02", sex="x"), dry_run=True)
    assert ran.code == 1
    assert "1 new" in ran.out
    assert "nothing was written" in ran.out
    assert not Patient.objects.exists()
    assert not AuditEvent.objects.filter(actor="import:patients").exists()
    assert list(tmp_path.iterdir()) == [path]


def test_a_blank_cell_keeps_what_is_recorded(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"))
    blank = dict.fromkeys(files.PEOPLE.split(","), "")
    ran = load(path, person(**(blank | {"mrn": "R01", "family_name": "Married"})))
    assert (ran.code, "1 changed" in ran.out) == (0, True)
    patient = Patient.objects.get()
    assert (patient.given_name, patient.family_name) == ("Maya", "Married")
    assert email_of().value == "r01@mail.example"


def test_another_phase_is_a_phase_change_on_its_day(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"))
    ran = load(path, person("R01", phase="remission", phase_since="2026-11-01"))
    assert ran.code == 0, ran.err
    periods = PhasePeriod.objects.order_by("since_on").values_list("phase", "since_on", "until_on")
    assert list(periods) == [
        ("active-treatment", date(2026, 5, 4), date(2026, 11, 1)),
        ("remission", date(2026, 11, 1), None),
    ]
    assert files.due("northgate", "2026-11-21")["R01", "vegf"]["phase"] == "remission"


def test_an_older_file_does_not_turn_the_phase_back(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"))
    load(path, person("R01", phase="remission", phase_since="2026-11-01"))
    ran = load(path, person("R01"))
    assert ran.code == 0
    assert "note: phase: an older phase; remission since 2026-11-01 stands" in ran.err
    assert PhasePeriod.objects.get(until_on=None).phase == "remission"


def test_a_day_of_a_phase_without_the_phase_changes_nothing_and_is_said(
    northgate: Clinic, path: Path
) -> None:
    load(path, person("R01"))
    ran = load(path, person("R01", phase="", phase_since="2026-11-01"))
    stands = "active-treatment since 2026-05-04 stands"
    assert f"{path}:2: note: phase_since: given without a phase; {stands}." in ran.err
    assert (ran.code, "1 unchanged" in ran.out) == (0, True)
    again = load(path, person("R01", phase="", phase_since="2026-05-04"))
    assert "note:" not in again.err


def test_a_phase_that_would_begin_before_the_recorded_one_is_refused(
    northgate: Clinic, path: Path
) -> None:
    load(path, person("R01"))
    ran = load(path, person("R01", phase="remission", phase_since="2026-04-01"))
    assert ran.code == 1
    assert f"{path}:2: phase_since: 2026-04-01 is before 2026-05-04" in ran.err


def test_another_phase_without_its_day_is_refused(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"))
    ran = load(path, person("R01", phase="remission", phase_since=""))
    assert (ran.code, "phase_since: is blank, but the phase is" in ran.err) == (1, True)


def test_a_later_file_corrects_the_day_of_the_phase_and_of_enrolment(
    northgate: Clinic, path: Path
) -> None:
    load(path, person("R01"))
    load(path, person("R01", enrolled_on="2026-06-01", phase_since="2026-06-02"))
    assert Enrolment.objects.get().enrolled_on == date(2026, 6, 1)
    assert PhasePeriod.objects.get().since_on == date(2026, 6, 2)
    assert files.due("northgate", "2026-11-21")["R01", "vegf"]["due_on"] == "2026-06-02"


RETURN = "Nothing was changed; return the person to care on their page first"
NOTHING_CHANGED = {
    "transfer": f"care here ended on 2026-11-01 (transferred). {RETURN}",
    "withdraw": f"care here ended on 2026-11-01 (withdrawn). {RETURN}",
    "complete": f"care here ended on 2026-11-01 (completed). {RETURN}",
    "died": "died on 2026-11-01. Nothing was changed; if that was recorded by mistake, take it back",
}


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 21), "care here ended on 2026-11-21 (transferred)"),
        (
            date(2026, 11, 22),
            "ends on 2026-11-22 (transferred). Nothing was changed; take that back",
        ),
    ],
)
def test_a_transfer_to_come_is_not_said_to_be_over(
    northgate: Clinic, path: Path, on: date, said: str
) -> None:
    load(path, person("R01"))
    enrolments.transfer(
        enrolment=Enrolment.objects.get(), effective_on=on, reason="moves away", by=BY
    )
    assert said in load(path, person("R01", family_name="Other")).err


@pytest.mark.parametrize("ending", ["transfer", "withdraw", "complete", "died"])
def test_a_row_never_brings_anybody_back(northgate: Clinic, path: Path, ending: str) -> None:
    load(path, person("R01"))
    enrolment = Enrolment.objects.get()
    if ending == "died":
        enrolments.record_death(patient=enrolment.patient, died_on=date(2026, 11, 1), by=BY)
    else:
        end = getattr(enrolments, ending)
        end(enrolment=enrolment, effective_on=date(2026, 11, 1), reason="said so", by=BY)
    ran = load(path, person("R01", family_name="Other", phase="relapse"))
    assert ran.code == 1
    assert f"{path}:2: mrn: this person" in ran.err
    assert NOTHING_CHANGED[ending] in ran.err
    assert Patient.objects.get().family_name == "Example"
    assert Screening.objects.open().filter(closed_from=None).count() == 0


def test_the_same_number_twice_is_the_second_lines_error(northgate: Clinic, path: Path) -> None:
    ran = load(path, person("R01"), person("R02"), person("R01", family_name="Other"))
    assert ran.code == 1
    assert f"{path}:4: mrn: 'R01' stands on line 2 already" in ran.err
    assert Patient.objects.get(mrn="R01").family_name == "Example"


def test_another_birth_date_than_on_record_is_refused(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"))
    ran = load(path, person("R01", birth_date="1968-03-15", family_name="Other"))
    assert (ran.code, f"{path}:2: birth_date: is another one" in ran.err) == (1, True)
    assert Patient.objects.get().family_name == "Example"


def test_a_stop_that_is_newer_than_the_file_stands(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"))
    _say_no(date(2026, 6, 1))
    ran = load(path, person("R01", email_consent_on="2026-06-01"))
    assert ran.code == 0
    assert "note: email: kept as recorded: the person said no to email on 2026-06-01" in ran.err
    assert not Consent.objects.filter(purpose="visits").latest("on", "id").given


def test_a_yes_that_is_newer_than_the_stop_counts(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"))
    _say_no(date(2026, 6, 1))
    ran = load(path, person("R01", email_consent_on="2026-06-02"))
    assert (ran.code, ran.err) == (0, "")
    assert Consent.objects.filter(purpose="visits").latest("on", "id").given


def _say_no(on: date) -> None:
    point = email_of()
    Consent.objects.create(
        clinic=point.clinic,
        patient=point.patient,
        contact_point=point,
        purpose="visits",
        given=False,
        on=on,
        source="stop link",
        recorded_at=clock.now(),
        recorded_by="patient:link",
    )


def test_a_suspended_address_stands_until_a_newer_yes(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"))
    ContactPoint.objects.filter(pk=email_of().pk).update(
        suspended_at=clock.now(), suspended_reason="bounced"
    )
    ran = load(path, person("R01", email="new@mail.example", email_consent_on="2026-11-20"))
    assert "note: email: kept as recorded: suspended on 2026-11-21 (bounced)" in ran.err
    assert email_of().value == "r01@mail.example"


def test_a_correction_by_a_person_stands_against_an_older_file(
    northgate: Clinic, path: Path
) -> None:
    load(path, person("R01"))
    contacts.set_email(
        patient=Patient.objects.get(), value="corrected@mail.example", by=people.SYSTEM
    )
    ran = load(path, person("R01", email_consent_on="2026-11-20"))
    assert "note: email: kept as recorded: corrected on 2026-11-21" in ran.err
    assert email_of().value == "corrected@mail.example"


def test_a_later_file_replaces_an_address_that_a_file_gave(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"))
    ran = load(path, person("R01", email="new@mail.example", email_consent_on="2026-08-01"))
    assert (ran.code, ran.err) == (0, "")
    assert email_of().value == "new@mail.example"
    assert email_of().verified_at is not None
    assert ContactPoint.objects.filter(kind="email").count() == 2


def test_a_dry_run_says_what_each_line_would_change(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"), person("R02"))
    lines = (person("R01"), person("R02", sex="male", phone="020 7946 0199"), person("R03"))
    ran = load(path, *lines, dry_run=True)
    assert ran.out.splitlines()[0] == (
        f"{path}:3: Example, Maya: sex: female → male; phone: 020 7946 0101 → 020 7946 0199"
    )
    assert "1 new, 1 changed, 1 unchanged" in ran.out
    assert "→" not in load(path, *lines).out


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"mrn": ""}, "mrn: is blank"),
        ({"given_name": ""}, "given_name: is blank, and this person is new"),
        ({"birth_date": "14/03/1968"}, "birth_date: '14/03/1968' is ambiguous"),
        ({"birth_date": "2027-01-01"}, "birth_date: 2027-01-01 is in the future"),
        ({"birth_date": "1868-03-14"}, "birth_date: 1868-03-14 is before 1900"),
        ({"birth_date": "2026-05-05"}, "enrolled_on: 2026-05-04 is before the birth date"),
        ({"enrolled_on": "2026-11-22"}, "enrolled_on: 2026-11-22 is in the future"),
        ({"phase_since": "2026-11-22"}, "phase_since: 2026-11-22 is in the future"),
        ({"phase": "cured"}, "phase: 'cured' is not one of: work-up, active-treatment"),
        ({"sex": "x"}, "sex: 'x' is not one of: female, male, other, unknown"),
        ({"email": "maya@"}, "email: The part after the @ sign is not a host name"),
        ({"email": ""}, "email_consent_on: is given, but there is no email"),
        ({"phone": "call me"}, "phone: is not a phone number"),
        ({"language": "english!"}, "language: 'english!' is not a language code"),
        ({"mrn": "M" * 41}, "mrn: 41 characters long"),
    ],
)
def test_a_bad_cell_names_its_line_column_and_reason(
    northgate: Clinic, path: Path, cells: dict[str, str], told: str
) -> None:
    ran = load(path, person(**({"mrn": "R01"} | cells)), person("R02"))
    assert ran.code == 1
    assert f"{path}:2: {told}" in ran.err
    assert list(Patient.objects.values_list("mrn", flat=True)) == ["R02"]


def test_every_bad_cell_of_a_line_is_told_at_once(northgate: Clinic, path: Path) -> None:
    ran = load(path, person("R01", sex="x", phase="y"))
    assert "2: sex: " in ran.err
    assert "2: phase: " in ran.err


def test_a_language_we_do_not_write_is_kept_and_told(northgate: Clinic, path: Path) -> None:
    ran = load(path, person("R01", language="de-AT"), person("R02", language="es-MX"))
    assert ran.code == 0
    assert "2: note: language: there are no letters in 'de' yet; English is sent" in ran.err
    assert set(Patient.objects.values_list("mrn", "language")) == {("R01", "de"), ("R02", "es")}


def test_rejects_can_be_mended_and_loaded_as_they_are(northgate: Clinic, path: Path) -> None:
    load(path, person("R01"), person("R02", sex="x"))
    rejects = path.with_name("people.csv.rejects.csv")
    assert oct(rejects.stat().st_mode)[-3:] == "600"
    text = rejects.read_text("utf-8-sig")
    assert text.splitlines()[0] == files.PEOPLE + ",reason"
    assert "sex: 'x' is not one of" in text
    rejects.write_text(text.replace(",x,", ",male,"), "utf-8")
    ran = run("import_patients", rejects, clinic="northgate")
    assert (ran.code, "1 new" in ran.out) == (0, True)


def test_rejects_run_nothing_in_a_spreadsheet_and_read_back_the_same(
    northgate: Clinic, path: Path
) -> None:
    cells = {
        "email": "r2@mail.example",
        "family_name": "=1+1",
        "given_name": "'-A",
        "phone": "+44 20 7946 0101",
    }
    load(path, person("@R02", sex="x", **cells))
    rejects = path.with_name("people.csv.rejects.csv")
    first = rejects.read_text("utf-8-sig")
    assert first.splitlines()[1].startswith("'@R02,'-A,'=1+1,")
    assert ",'+44 20 7946 0101," in first
    run("import_patients", rejects, clinic="northgate")
    again = rejects.with_name("people.csv.rejects.csv.rejects.csv")
    assert again.read_text("utf-8-sig") == first
    again.write_text(first.replace(",x,", ",male,"), "utf-8")
    ran = run("import_patients", again, clinic="northgate")
    assert ran.code == 0, ran.err
    someone = Patient.objects.get()
    assert (someone.mrn, someone.given_name, someone.family_name) == ("@R02", "-A", "=1+1")
    assert ContactPoint.objects.filter(patient=someone, value="+44 20 7946 0101").exists()


def test_a_good_file_leaves_no_rejects(northgate: Clinic, path: Path, tmp_path: Path) -> None:
    load(path, person("R01"))
    assert list(tmp_path.iterdir()) == [path]


def test_an_unusable_file_ends_with_two_and_writes_nothing(northgate: Clinic, path: Path) -> None:
    files.write(path, "mrn,given_name", "R01,Maya")
    ran = run("import_patients", path, clinic="northgate")
    assert (ran.code, "missing column 'birth_date'" in ran.err) == (2, True)
    assert not Patient.objects.exists()


def test_an_unknown_clinic_is_refused_with_a_hint(northgate: Clinic, path: Path) -> None:
    ran = run("import_patients", files.people(path), clinic="northgat")
    assert (ran.code, "Did you mean northgate?" in ran.err) == (2, True)


def test_a_row_the_database_refuses_does_not_take_the_others_along(
    northgate: Clinic, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathways.services import registration

    whole = registration._register_batch

    def poisoned(rows, *args):  # type: ignore[no-untyped-def]
        if any(row.mrn == "R03" for row in rows):
            raise ValueError("poison")
        return whole(rows, *args)

    monkeypatch.setattr(registration, "_register_batch", poisoned)
    ran = load(path, *(person(f"R0{n}") for n in range(1, 7)))
    assert ran.code == 1
    assert f"{path}:4: line: the database refuses this line" in ran.err
    assert "poison" not in ran.err
    assert Patient.objects.count() == 5


def test_a_large_list_waits_for_a_release(northgate: Clinic, path: Path) -> None:
    Clinic.objects.update(release_over=2)
    ran = load(path, person("R01"), person("R02"))
    assert Clinic.objects.get().release_needed_since is None
    ran = load(path, *(person(f"S{n}") for n in range(3)))
    assert "until a coordinator releases it" in ran.out
    assert Clinic.objects.get().release_needed_since == clock.now()
    assert WorkItem.objects.open().get().subject == "sending:release"
    (held,) = AuditEvent.objects.filter(verb="held invitations")
    assert held.detail == {"new": 3, "over": 2}


def test_people_of_another_clinic_are_not_touched(
    northgate: Clinic, other_clinic: Clinic, path: Path
) -> None:
    load(path, person("R01"))
    ran = run(
        "import_patients", files.people(path, person("R01", family_name="B")), clinic="southgate"
    )
    assert ran.code == 0, ran.err
    assert Patient.objects.get(clinic=northgate).family_name == "Example"
    assert Patient.objects.get(clinic=other_clinic).family_name == "B"


def test_a_file_of_a_spanish_spreadsheet_is_loaded_whole(northgate: Clinic, path: Path) -> None:
    lines = [files.PEOPLE, person("R01", given_name="Íñigo", birth_date="14/03/1968")]
    lines[1] = lines[1].replace("2026-05-04", "04/05/2026")
    files.write(
        path, *(line.replace(",", ";") for line in lines), encoding="cp1252", newline="\r\n"
    )
    ran = run(
        "import_patients", path, clinic="northgate", encoding="cp1252", date_format="%d/%m/%Y"
    )
    assert ran.code == 0, ran.err
    patient = Patient.objects.get()
    assert (patient.given_name, patient.birth_date) == ("Íñigo", date(1968, 3, 14))
    assert Enrolment.objects.get().enrolled_on == date(2026, 5, 4)
