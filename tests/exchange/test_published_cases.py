"""The published cases load as they are printed: bounds, missing units, blanks, and nothing more."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pathways import clock
from pathways.models import Clinic, Observation, Patient
from pathways.worklists.results_page import Analyte, results_page
from tests.exchange import files
from tests.exchange.files import person, run

CASES = Path(__file__).parent / "cases"


@pytest.fixture
def cases(northgate: Clinic, tmp_path: Path) -> Clinic:
    """Both people are registered and their files loaded."""
    people = files.people(tmp_path / "people.csv", person("BADROS"), person("INFLUENZA"))
    assert run("import_patients", people, clinic="northgate").code == 0
    for path in (CASES / "badros-2005.csv", CASES / "influenza-vegf.csv"):
        rejects = tmp_path / f"{path.name}.rejects.csv"
        ran = run("import_results", path, clinic="northgate", rejects=rejects)
        assert ran.code == 0, ran.err
    return northgate


def shown(clinic: Clinic, mrn: str, code: str) -> Analyte:
    patient = Patient.objects.get(mrn=mrn)
    page = results_page(patient, clock.today(clinic), code)
    return page.groups[0].analytes[0]


def test_m_protein_without_a_unit_is_kept_as_printed_and_compared_with_nothing(
    cases: Clinic,
) -> None:
    rows = Observation.objects.filter(code="spep").order_by("performed_on")
    assert list(rows.values_list("value", "comparator", "unit", "canonical_value")) == [
        (Decimal("0.2"), "", "", None),
        (Decimal("0.1"), "", "", None),
        (Decimal("0.07"), "", "", None),
        (Decimal("0.05"), "<", "", None),
    ]
    lines = shown(cases, "BADROS", "spep").lines
    assert [line.value for line in lines] == ["<0.05", "0.07", "0.1", "0.2"]
    assert {line.beside.doubts for line in lines} == {("No unit recorded: compared with nothing",)}
    assert {line.beside.changes for line in lines} == {()}


def test_m_protein_of_urine_has_a_series_of_its_own(cases: Clinic) -> None:
    rows = Observation.objects.filter(code="upep").order_by("performed_on")
    assert [(row.value, row.unit, row.specimen) for row in rows] == [
        (Decimal("0.5"), "", "urine"),
        (Decimal(0), "", "urine"),
        (Decimal(0), "", "urine"),
    ]
    lines = shown(cases, "BADROS", "upep").lines
    assert {line.beside.doubts for line in lines} == {("No unit recorded: compared with nothing",)}


def test_blanks_stay_blank_and_what_was_not_reported_has_no_row(cases: Clinic) -> None:
    rows = Observation.objects.filter(patient__mrn="BADROS").exclude(code__in=("spep", "upep"))
    assert sorted(rows.values_list("code", flat=True)) == ["fsh", "lh", "platelets", "tsh"]


def test_a_unit_that_cannot_be_right_is_kept_as_printed_with_its_doubt(cases: Clinic) -> None:
    row = Observation.objects.get(code="tsh")
    assert (row.value, row.unit, row.canonical_value) == (Decimal(11), "IU/L", None)
    assert row.doubt.startswith("Printed in IU/L")
    platelets = Observation.objects.get(code="platelets")
    assert (platelets.unit, platelets.canonical_value) == ("10*9/L", Decimal(680))


def test_the_influenza_case_meets_the_published_criterion_and_nothing_stronger(
    cases: Clinic,
) -> None:
    peak, lowest = shown(cases, "INFLUENZA", "vegf").lines
    assert lowest.beside.criterion == ""
    assert peak.beside.changes == ("+307 % from its lowest, 182 pg/mL on 1 Mar",)
    assert peak.beside.criterion.startswith(
        "Meets the published criterion of more than 50 % above the lowest (Case report"
    )
    assert peak.beside.criterion.endswith("Check recent infection; consider repeating.")


def test_loading_the_cases_again_changes_nothing(cases: Clinic, tmp_path: Path) -> None:
    before = Observation.objects.count()
    for path in (CASES / "badros-2005.csv", CASES / "influenza-vegf.csv"):
        ran = run("import_results", path, clinic="northgate", rejects=tmp_path / "r.csv")
        assert "0 recorded" in ran.out
    assert Observation.objects.count() == before
