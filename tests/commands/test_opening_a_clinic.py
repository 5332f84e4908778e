"""Opening a clinic, its staff, its pathway: the operators' commands and what they refuse."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from pathways import catalogue as entries
from pathways.models import (
    AuditEvent,
    Clinic,
    Enrolment,
    Membership,
    PathwaySignOff,
    PathwayVersion,
    ScreeningDefinition,
    User,
)
from pathways.services import catalogue
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from tests.exchange import files
from tests.exchange.files import person, result, run

BY = Actor.system("test")
CLINIC = {
    "name": "St Bride's Clinic",
    "time_zone": "Europe/London",
    "country": "gb",
    "phone": "020 7946 0000",
    "hours": "Monday to Friday, 8 to 5",
    "address": "1 Bridge Street, London",
    "email": "visits@stbrides.example",
    "link_host": "visits.stbrides.example",
}


def add(**changes: str) -> files.Ran:
    return run("add_clinic", "stbrides", **(CLINIC | changes))


@pytest.mark.django_db
class TestAddClinic:
    def test_it_takes_numbers_from_the_country(self) -> None:
        ran = add(window="8:30-16:00")
        assert ran.code == 0, ran.err
        clinic = Clinic.objects.get()
        assert (clinic.country, clinic.emergency_number, clinic.advice_number) == (
            "GB",
            "999",
            "111",
        )
        assert f"{clinic.opens_at:%H:%M}-{clinic.closes_at:%H:%M}" == "08:30-16:00"
        assert AuditEvent.objects.filter(verb="opened a clinic").exists()

    def test_an_unknown_country_needs_its_emergency_number(self) -> None:
        ran = add(country="ZZ")
        assert (ran.code, "--emergency-number" in ran.err) == (1, True)
        assert add(country="ZZ", emergency_number="110").code == 0
        assert Clinic.objects.get().emergency_number == "110"

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"time_zone": "Europe/Lndon"}, "Did you mean Europe/London?"),
            ({"country": "Britain"}, "not two letters"),
            ({"name": "POEMS Clinic"}, "tells anybody who sees the envelope"),
            ({"name": "Haematology Unit"}, "tells anybody"),
            ({"link_host": "poems.hospital.example"}, "tells anybody"),
            ({"email": "visits@oncology.example"}, "tells anybody"),
            ({"email": "neuro@hospital.example"}, "tells anybody"),
            ({"address": "Neurology Ward, 1 Bridge Street"}, "tells anybody"),
            ({"hours": "when the chemotherapy unit is open"}, "tells anybody"),
            ({"link_host": "https://visits.example/"}, "not a host name"),
            ({"email": "visits"}, "no @ sign"),
            ({"phone": "ring us"}, "not a phone number"),
            ({"window": "17:00-09:00"}, "not after it opens"),
            ({"name": "N" * 81}, "name: "),
        ],
    )
    def test_what_will_not_do_is_refused_with_the_cure(
        self, changes: dict[str, str], told: str
    ) -> None:
        ran = add(**changes)
        assert ran.code == 1
        assert told in ran.err
        assert not Clinic.objects.exists()

    def test_a_window_that_is_no_window_is_wrong_usage(self) -> None:
        ran = add(window="nine to five")
        assert (ran.code, "09:00-17:00" in ran.err) == (2, True)

    def test_a_code_is_taken_once(self) -> None:
        add()
        assert "There is a clinic 'stbrides' already" in add().err

    def test_production_refuses_a_link_host_that_it_does_not_answer(self, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["clinic.example"]
        settings.IN_PRODUCTION = True
        ran = add()
        assert ran.code == 1
        assert "ALLOWED_HOSTS=clinic.example,visits.stbrides.example" in ran.err
        assert not Clinic.objects.exists()
        settings.ALLOWED_HOSTS = ["clinic.example", "visits.stbrides.example"]
        assert add().code == 0

    def test_elsewhere_it_says_that_no_link_will_open(self, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["localhost"]
        ran = add()
        assert (ran.code, "ALLOWED_HOSTS does not name visits.stbrides.example" in ran.err) == (
            0,
            True,
        )
        assert (
            "ALLOWED_HOSTS"
            not in run("add_clinic", "b", **(CLINIC | {"link_host": "localhost"})).err
        )

    def test_a_link_host_is_one_clinics(self) -> None:
        add()
        for host in (CLINIC["link_host"], CLINIC["link_host"].replace("visits", "care")):
            ran = run("add_clinic", "other", **(CLINIC | {"link_host": host}))
            assert (ran.code, "a host of its own" in ran.err) == (
                (1, True) if host == CLINIC["link_host"] else (0, False)
            )
        assert Clinic.objects.count() == 2

    def test_the_database_holds_a_link_host_to_one_clinic(self) -> None:
        add()
        run("add_clinic", "other", **(CLINIC | {"link_host": "care.stbrides.example"}))
        other = Clinic.objects.get(code="other")
        other.link_host = CLINIC["link_host"].upper()
        with pytest.raises(ValidationError, match="Another clinic's links"):
            other.validate_constraints()
        with pytest.raises(IntegrityError), transaction.atomic():
            other.save()


class TestAddUser:
    def test_a_password_is_made_and_shown_once(self, clinic: Clinic) -> None:
        ran = run("add_user", "ann", clinic="northgate", role="nurse", name="Ann Lee")
        shown = re.search(r"shown this once: (\S+)", ran.out)
        assert shown
        user = User.objects.get(username="ann")
        assert user.check_password(shown[1])
        assert (user.first_name, user.last_name) == ("Ann", "Lee")
        assert Membership.objects.get(user=user).role == "nurse"

    def test_the_same_again_changes_nothing(self, clinic: Clinic) -> None:
        run("add_user", "ann", clinic="northgate", role="nurse", name="Ann Lee")
        ran = run("add_user", "ann", clinic="northgate", role="nurse", name="Ann Lee")
        assert (ran.code, "Nothing changed" in ran.out, "once" in ran.out) == (0, True, False)

    def test_a_second_role_in_one_clinic_is_refused(self, clinic: Clinic) -> None:
        run("add_user", "ann", clinic="northgate", role="nurse", name="Ann Lee")
        ran = run("add_user", "ann", clinic="northgate", role="auditor", name="Ann Lee")
        assert (ran.code, "ann is nurse in northgate already" in ran.err) == (1, True)

    def test_the_same_person_may_work_in_two_clinics(
        self, clinic: Clinic, other_clinic: Clinic
    ) -> None:
        run("add_user", "ann", clinic="northgate", role="nurse", name="Ann Lee")
        ran = run("add_user", "ann", clinic="southgate", role="auditor", name="Ann Lee")
        assert (ran.code, "password is unchanged" in ran.out) == (0, True)

    def test_a_sign_in_name_with_a_space_is_refused(self, clinic: Clinic) -> None:
        ran = run("add_user", "ann lee", clinic="northgate", role="nurse", name="Ann Lee")
        assert (ran.code, "will not do as a sign-in name" in ran.err) == (1, True)
        assert not User.objects.exists()


def renumbered(number: int) -> entries.PathwayEntry:
    """The product's pathway under another number, its VEGF in treatment due after 2 months."""
    entry = entries.load_pathway()
    definitions = []
    for item in entry.definitions:
        rule = replace(item.rule, version=number)
        if (item.code, item.phase) == ("vegf", "active-treatment"):
            two = type(rule.due_after)(months=2)
            rule = replace(rule, opens_after=two, due_after=two)
        definitions.append(replace(item, rule=rule))
    return replace(entry, number=number, definitions=tuple(definitions))


class TestPathway:
    def test_loading_twice_publishes_once(self, db: None) -> None:
        assert run("load_catalogue").code == 0
        assert run("load_catalogue").code == 0
        version = PathwayVersion.objects.get()
        entry = entries.load_pathway()
        assert version.definitions.count() == len(entry.definitions)
        assert AuditEvent.objects.filter(verb="published").count() == 1

    def test_a_stored_rule_is_the_catalogues_rule(self, db: None) -> None:
        catalogue.load(by=BY)
        entry = entries.load_pathway()
        for row in ScreeningDefinition.objects.select_related("version"):
            found = entry.definition(row.code, row.phase)
            assert found is not None
            assert row.rule == found.rule

    def test_other_content_under_a_published_number_is_refused(self, db: None) -> None:
        catalogue.load(by=BY)
        with pytest.raises(Refused, match="Raise the number"):
            catalogue.load(by=BY, entry=replace(renumbered(1), name="Other"))
        assert PathwayVersion.objects.count() == 1

    def test_numbers_without_a_source_say_so(self, db: None) -> None:
        catalogue.load(by=BY)
        row = ScreeningDefinition.objects.get(code="vegf", phase="active-treatment")
        assert row.signed is False
        assert row.sources[-1]["document"] == "proposed, not yet signed"
        assert "grace days" in row.sources[-1]["section"]

    def test_a_version_is_unsigned_until_somebody_signs_for_this_clinic(
        self, clinic: Clinic, other_clinic: Clinic
    ) -> None:
        version = catalogue.load(by=BY)
        assert not catalogue.is_signed(version, clinic)
        ran = run("sign_pathway", clinic="northgate", by="Dr A, hematologist", on="2026-01-02")
        assert ran.code == 0, ran.err
        assert catalogue.is_signed(version, clinic)
        assert not catalogue.is_signed(version, other_clinic)
        run("sign_pathway", clinic="northgate", by="Dr A, hematologist")
        row = PathwaySignOff.objects.get()
        assert (row.signed_by, row.signed_on) == ("Dr A, hematologist", date(2026, 1, 2))

    def test_a_signature_of_tomorrow_or_of_nobody_is_refused(
        self, clinic: Clinic, at: Callable[[str], None]
    ) -> None:
        at("2026-11-21 09:00")
        catalogue.load(by=BY)
        assert (
            "in the future" in run("sign_pathway", clinic="northgate", by="A", on="2026-11-22").err
        )
        assert "name and role" in run("sign_pathway", clinic="northgate", by=" ").err
        assert "no version 7" in run("sign_pathway", clinic="northgate", by="A", version=7).err
        assert not PathwaySignOff.objects.exists()

    def test_signing_before_loading_says_what_to_run(self, clinic: Clinic) -> None:
        assert "Run load_catalogue first" in run("sign_pathway", clinic="northgate", by="A").err

    def test_a_clinics_own_version_comes_before_the_products(
        self, clinic: Clinic, other_clinic: Clinic, at: Callable[[str], None]
    ) -> None:
        at("2026-11-21 09:00")
        product = catalogue.load(by=BY)
        own = catalogue.load(by=BY, entry=renumbered(1), clinic=clinic)
        assert catalogue.versions_for(clinic) == [own, product]
        assert catalogue.current_version(other_clinic) == product

    def test_the_operator_publishes_a_clinics_own_version(
        self, clinic: Clinic, other_clinic: Clinic, tmp_path: Path, at: Callable[[str], None]
    ) -> None:
        at("2026-11-21 09:00")
        run("load_catalogue")
        own = tmp_path / "own"
        copytree(Path(entries.__file__).parent / "pathway", own)
        vegf = own / "pathway.toml"
        vegf.write_text(vegf.read_text().replace("number = 1", "number = 7", 1))
        ran = run("load_catalogue", clinic="northgate", pathway=str(own))
        assert (ran.code, "for northgate alone" in ran.out) == (0, True), ran.err
        version = PathwayVersion.objects.get(clinic=clinic)
        assert catalogue.current_version(clinic) == version
        assert catalogue.current_version(other_clinic) != version
        assert run("load_catalogue", clinic="northgate", pathway=str(own)).code == 0
        assert PathwayVersion.objects.count() == 2

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({"pathway": "/nowhere"}, "--clinic CODE"),
            ({"pathway": "/nowhere", "clinic": "northgate"}, "is not there"),
            ({"clinic": "northgat"}, "Did you mean northgate?"),
        ],
    )
    def test_a_clinics_own_version_needs_both_its_names(
        self, clinic: Clinic, options: dict[str, str], told: str
    ) -> None:
        ran = run("load_catalogue", **options)
        assert (ran.code, told in ran.err) == (2, True), ran.err
        assert not PathwayVersion.objects.exists()


class TestAdoptVersion:
    @pytest.fixture
    def moved(self, clinic: Clinic, at: Callable[[str], None], tmp_path: Path) -> PathwayVersion:
        at("2026-11-21 09:00")
        catalogue.load(by=BY)
        people = files.people(tmp_path / "p.csv", person("R01"), person("R02", phase="remission"))
        assert run("import_patients", people, clinic="northgate").code == 0
        done = files.results(tmp_path / "r.csv", result("R01", on="2026-10-01"))
        assert run("import_results", done, clinic="northgate").code == 0
        return catalogue.load(by=BY, entry=renumbered(2))

    def test_a_dry_run_prints_who_changes_what_and_changes_nothing(
        self, moved: PathwayVersion
    ) -> None:
        ran = run("adopt_version", clinic="northgate", dry_run=True)
        assert ran.code == 0, ran.err
        assert "R01  vegf  2027-01-01 → 2026-12-01" in ran.out
        assert "2 people would move" in ran.out
        assert not Enrolment.objects.filter(version=moved).exists()
        due = files.due("northgate", "2026-11-21")["R01", "vegf"]
        assert (due["due_on"], due["rule_version"]) == ("2027-01-01", "1")

    def test_one_person_moves_alone(self, moved: PathwayVersion) -> None:
        ran = run("adopt_version", clinic="northgate", mrn="R01")
        assert "1 people moved" in ran.out
        assert Enrolment.objects.get(version=moved).patient.mrn == "R01"
        due = files.due("northgate", "2026-11-21")["R01", "vegf"]
        assert (due["due_on"], due["rule_version"]) == ("2026-12-01", "2")

    def test_adopting_again_moves_nobody(self, moved: PathwayVersion) -> None:
        run("adopt_version", clinic="northgate")
        assert "0 people moved" in run("adopt_version", clinic="northgate").out

    def test_an_unknown_person_is_refused(self, moved: PathwayVersion) -> None:
        ran = run("adopt_version", clinic="northgate", mrn="R99")
        assert (ran.code, "'R99' is nobody" in ran.err) == (1, True)
