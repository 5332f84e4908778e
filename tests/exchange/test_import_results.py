"""Lists of results, loaded through the command as often as they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from pathways.models import AuditEvent, Clinic, Observation, Screening
from pathways.services import alerts, results_bulk
from pathways.services.result_entry import enter
from pathways.services.result_rows import word_on
from tests import people
from tests.exchange import files
from tests.exchange.files import person, result, run

At = Callable[[str], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.csv"


@pytest.fixture
def maya(northgate: Clinic, tmp_path: Path) -> Clinic:
    """R01 and R02 are in active treatment at Northgate."""
    people = files.people(tmp_path / "people.csv", person("R01"), person("R02"))
    assert run("import_patients", people, clinic="northgate").code == 0
    return northgate


def load(path: Path, *lines: str, **options: object) -> files.Ran:
    return run("import_results", files.results(path, *lines), clinic="northgate", **options)


def test_a_result_is_recorded_and_moves_the_due_date(maya: Clinic, path: Path) -> None:
    ran = load(path, result(value="1250", unit="pg/mL", lab="Northern", reported_on="2026-08-25"))
    assert (ran.code, "1 recorded" in ran.out) == (0, True), ran.err
    row = Observation.objects.get()
    assert (row.value, row.unit, row.specimen, row.lab) == (
        Decimal(1250),
        "pg/mL",
        "plasma",
        "Northern",
    )
    assert row.source == "import"
    assert files.due("northgate", "2026-11-21")["R01", "vegf"]["due_on"] == "2026-11-21"


@pytest.mark.parametrize("tube", ["plasma EDTA", "EDTA plasma", "Plasma"])
def test_the_name_of_the_tube_does_not_make_another_specimen(
    maya: Clinic, path: Path, tube: str
) -> None:
    ran = load(path, result(value="131", unit="pg/mL", specimen=tube))
    assert ran.code == 0, ran.err
    assert Observation.objects.get().specimen == "plasma"


def test_the_same_file_again_changes_nothing(maya: Clinic, path: Path) -> None:
    lines = (
        result(status="collected"),
        result(value="<0.05", unit="pg/mL"),
        result("R02", "neuro-exam"),
        result("R02", status="rejected"),
    )
    load(path, *lines)
    before = (Observation.objects.count(), Screening.objects.count(), AuditEvent.objects.count())
    ran = load(path, *lines)
    assert (ran.code, "0 recorded, 4 known already" in ran.out) == (0, True), ran.out + ran.err
    assert before == (
        Observation.objects.count(),
        Screening.objects.count(),
        AuditEvent.objects.count(),
    )


def test_a_day_put_right_by_hand_is_not_undone_by_the_same_file(maya: Clinic, path: Path) -> None:
    line = result(value="131", unit="pg/mL")
    load(path, line)
    row = Observation.objects.get()
    moved = replace(word_on(row), performed_on=date(2026, 8, 20), reason="The wrong day was read")
    enter(results_typed=[moved], patient=row.patient, by=people.SYSTEM, replaces=row)
    ran = load(path, line)
    assert "0 recorded, 1 known already" in ran.out
    assert Observation.objects.current().get().performed_on == date(2026, 8, 20)


def test_collected_then_final_in_one_file_keeps_both_words(maya: Clinic, path: Path) -> None:
    ran = load(path, result(status="collected"), result(value="900", unit="pg/mL"))
    assert (ran.code, "2 recorded" in ran.out) == (0, True), ran.err
    assert Observation.objects.count() == 2
    assert Observation.objects.current().get().status == "final"


def test_a_value_below_the_limit_keeps_its_sign(maya: Clinic, path: Path) -> None:
    load(path, result(value="<0,05", unit="pg/mL"), result("R02", value="7", comparator=">"))
    rows = Observation.objects.order_by("patient__mrn").values_list("value", "comparator")
    assert list(rows) == [(Decimal("0.05"), "<"), (Decimal(7), ">")]


def test_a_blank_cell_of_a_later_word_keeps_the_value(maya: Clinic, path: Path) -> None:
    load(path, result(value="900", unit="pg/mL"))
    load(path, result(reported_on="2026-08-30"))
    row = Observation.objects.current().get()
    assert (row.value, row.reported_on) == (Decimal(900), date(2026, 8, 30))


def test_entered_in_error_gives_the_obligation_back(maya: Clinic, path: Path) -> None:
    load(path, result(value="900"))
    ran = load(path, result(status="entered-in-error"))
    assert ran.code == 0, ran.err
    assert files.due("northgate", "2026-11-21")["R01", "vegf"]["due_on"] == "2026-05-04"
    again = load(path, result(value="900"))
    assert "note: status: this result was entered in error since; that stands" in again.err


def test_a_dry_run_writes_nothing(maya: Clinic, path: Path) -> None:
    ran = load(path, result(value="900"), dry_run=True)
    assert (ran.code, "1 recorded" in ran.out) == (0, True)
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"mrn": "R99"}, "mrn: 'R99' is nobody's number in northgate. Load the person first"),
        ({"code": "vgef"}, "code: 'vgef' is not a code of the catalogue. Did you mean vegf?"),
        ({"code": ""}, "code: is blank"),
        ({"status": "done"}, "status: 'done' is not one of: collected, final, rejected"),
        ({"status": ""}, "status: is blank"),
        ({"on": "21/08/2026"}, "performed_on: '21/08/2026' is ambiguous"),
        ({"on": "2026-11-22"}, "performed_on: 2026-11-22 is in the future"),
        ({"on": "1960-01-01"}, "performed_on: 1960-01-01 lies before the birth date"),
        ({"reported_on": "2026-08-20"}, "reported_on: 2026-08-20 is before it was performed"),
        ({"value": "high"}, "value: 'high' is not a number"),
        ({"value": "1,250"}, "value: '1,250' could be a fraction"),
        (
            {"value": "5", "status": "collected"},
            "value: is given, but the sample is only collected",
        ),
        ({"value": "<5", "comparator": ">"}, "comparator: is >, but the value says <"),
        ({"value": "5", "comparator": "~"}, "comparator: '~' is not one of"),
        ({"comparator": "<"}, "comparator: is given without a value"),
        (
            {"value": "5", "unit": "mg/dL"},
            "unit: VEGF 5 mg/dL: not one of its units (pg/mL, ng/L). Mend the line",
        ),
        (
            {"code": "hemoglobin", "value": "132", "unit": "g/dL"},
            "value: Hemoglobin 132 g/dL: is it g/L? We ask outside 25 to 250 g/L. Mend the line",
        ),
        ({"collected_at": "noon"}, "collected_at: 'noon' is not an hour. Write it as 09:30"),
        ({"collected_at": "2026-08-22 09:30"}, "collected_at: 2026-08-22 is another day"),
        ({"specimen": "saliva"}, "specimen: 'saliva' is not a specimen of vegf: plasma, serum"),
        (
            {"reference_low": "170", "reference_high": "130"},
            "reference_low: The lower limit 170 lies above the upper limit 130. Exchange",
        ),
        ({"reference_high": "x"}, "reference_high: 'x' is not a number"),
        ({"code": "onls", "value": "13"}, "value: 13 is outside the scale 0 to 12 of onls"),
    ],
)
def test_a_bad_cell_names_its_line_column_and_reason(
    maya: Clinic, path: Path, cells: dict[str, str], told: str
) -> None:
    ran = load(path, result(**({"mrn": "R01"} | cells)), result("R02", "neuro-exam"))
    assert ran.code == 1
    assert f"{path}:2: {told}" in ran.err
    assert Observation.objects.get().code == "neuro-exam"


def test_a_final_result_cannot_become_a_mere_sample(maya: Clinic, path: Path) -> None:
    load(path, result(value="900"), result("R02", value="1"))
    ran = load(path, result(status="collected"), result("R02", value="2"))
    assert (ran.code, "1 recorded" in ran.out) == (1, True)
    assert f"{path}:2: status: This sample is final already" in ran.err


def test_units_are_stored_as_the_catalogue_spells_them(maya: Clinic, path: Path) -> None:
    load(path, result(value="900", unit="PG/ML"))
    assert Observation.objects.get().unit == "pg/mL"


def test_decimal_commas_in_a_semicolon_file(maya: Clinic, path: Path) -> None:
    lines = [files.RESULTS.replace(",", ";"), "R01;vegf;2026-08-21;;1,250;;pg/mL;plasma;;;final"]
    files.write(path, *lines)
    ran = run("import_results", path, clinic="northgate", decimal="comma")
    assert ran.code == 0, ran.err
    assert Observation.objects.get().value == Decimal("1.25")


def test_rejects_of_results_can_be_loaded_again(maya: Clinic, path: Path) -> None:
    load(path, result(status="done"))
    rejects = path.with_name("results.csv.rejects.csv")
    rejects.write_text(rejects.read_text("utf-8-sig").replace(",done,", ",final,"), "utf-8")
    assert run("import_results", rejects, clinic="northgate").code == 0
    assert Observation.objects.get().status == "final"


def test_the_further_columns_may_be_left_out_or_given(maya: Clinic, path: Path) -> None:
    load(
        path,
        result(
            value="131",
            unit="ng/L",
            method="ELISA",
            sample_number="A7",
            reference_low="9",
            reference_high="115",
            collected_at="09:30",
        ),
    )
    row = Observation.objects.get()
    assert (row.method, row.sample_number, row.collected_at.isoformat()) == (
        "ELISA",
        "A7",
        "2026-08-21T08:30:00+00:00",
    )
    assert (row.canonical_value, row.canonical_unit) == (Decimal(131), "pg/mL")
    assert (row.reading.limit_low, row.reading.limit_high) == (Decimal(9), Decimal(115))


def test_a_day_without_its_value_counts_as_done_and_is_said_to_be_so(
    maya: Clinic, path: Path
) -> None:
    ran = load(path, result(value=""), result(mrn="R02", code="vegf", value="", status="collected"))
    note = "note: value: none is given; counts as done, no value recorded."
    assert [line for line in ran.err.splitlines() if "value:" in line] == [f"{path}:2: {note}"]
    assert files.due("northgate", "2026-11-21")["R01", "vegf"]["due_on"] == "2026-11-21"


def test_a_value_without_a_unit_is_kept_and_said_to_be_so(maya: Clinic, path: Path) -> None:
    ran = load(path, result(value="182"))
    assert f"{path}:2: note: unit: none is given; kept, and compared with nothing." in ran.err
    row = Observation.objects.get()
    assert (row.value, row.unit, row.canonical_value) == (Decimal(182), "", None)


def test_vegf_without_a_specimen_is_kept_and_said_to_be_so(maya: Clinic, path: Path) -> None:
    ran = load(path, result(value="700", unit="pg/mL", specimen=""))
    assert f"{path}:2: note: specimen: none is given; kept, and compared with nothing." in ran.err
    assert (ran.code, Observation.objects.get().specimen) == (0, "")


@pytest.mark.parametrize("cells", [{"status": "collected"}, {"code": "tsh", "value": "2"}])
def test_no_specimen_is_missed_where_none_is_needed_yet(
    maya: Clinic, path: Path, cells: dict[str, str]
) -> None:
    assert "specimen" not in load(path, result(specimen="", unit="mIU/L", **cells)).err


@pytest.mark.parametrize("unit", ["", "1", "ratio"])
def test_a_ratio_has_no_unit_and_none_is_missed(maya: Clinic, path: Path, unit: str) -> None:
    ran = load(path, result(code="free-ratio", value="1.2", unit=unit, specimen="serum"))
    assert (ran.code, "note" in ran.err) == (0, False), ran.err
    row = Observation.objects.get()
    assert (row.unit, row.canonical_value, row.canonical_unit) == ("1", Decimal("1.2"), "1")


@pytest.mark.parametrize("how", ["cell", "option"])
def test_an_unlikely_value_is_kept_once_somebody_says_why(
    maya: Clinic, path: Path, how: str
) -> None:
    cells = {"code": "hemoglobin", "value": "132", "unit": "g/dL"}
    if how == "cell":
        ran = load(path, result(**cells, doubt="as printed"), result("R02", value="9"))
    else:
        ran = load(path, result(**cells), result("R02", value="9"), keep_implausible="as printed")
    assert ran.code == 0, ran.err
    doubts = dict(Observation.objects.values_list("code", "doubt"))
    assert doubts == {"hemoglobin": "as printed", "vegf": ""}


def test_a_value_that_another_unit_brings_near_the_last_one_is_refused_until_somebody_says_why(
    maya: Clinic, path: Path
) -> None:
    cells = {"code": "spep", "specimen": "serum"}
    assert load(path, result(**cells, on="2026-05-04", value="2.8", unit="g/L")).code == 0
    slipped = result(**cells, value="2.6", unit="g/dL")
    ran = load(path, slipped)
    assert f"{path}:2: value: M-protein by serum electrophoresis 2.6 g/dL, after 2.8 g/L" in ran.err
    assert ran.code == 1
    assert load(path, slipped, keep_implausible="a new lab").code == 0
    assert Observation.objects.get(value="2.6").doubt == "a new lab"
    assert "0 recorded, 1 known already" in load(path, slipped).out


def test_the_result_of_an_awaited_sample_may_name_the_laboratory_for_the_first_time(
    maya: Clinic, path: Path
) -> None:
    awaited = result(status="collected", collected_at="09:30")
    load(path, awaited)
    load(path, result(value="131", unit="pg/mL", lab="Central"))
    row = Observation.objects.current().get()
    assert (row.value, row.lab) == (131, "Central")
    assert row.collected_at is not None
    assert "0 recorded, 1 known already" in load(path, awaited).out


def test_a_limit_that_crosses_the_recorded_one_is_refused(maya: Clinic, path: Path) -> None:
    load(path, result(value="131", unit="pg/mL", reference_low="20", reference_high="115"))
    ran = load(path, result(value="131", unit="pg/mL", reference_high="15"))
    assert f"{path}:2: reference_low: The lower limit 20 lies above the upper limit 15" in ran.err


def test_two_values_of_one_sample_in_one_file_are_told_by_their_lines(
    maya: Clinic, path: Path
) -> None:
    lines = (
        result(value="700", unit="pg/mL", specimen="plasma EDTA"),
        result("R02", value="9", unit="pg/mL"),
        result(value="800", unit="pg/mL"),
    )
    ran = load(path, *lines)
    assert (ran.code, "2 recorded" in ran.out) == (1, True), ran.out
    told = "value: line 2 gives 700 pg/mL for the same sample, and this one 800 pg/mL"
    assert f"{path}:4: {told}" in ran.err
    assert Observation.objects.get(patient__mrn="R01").value == 700
    again = load(path, *lines)
    assert "0 recorded, 2 known already" in again.out
    assert f"{path}:4: {told}" in again.err


@pytest.mark.parametrize(
    "second",
    [
        {"value": "700", "unit": "pg/mL"},
        {"value": "700"},
        {"value": "", "reported_on": "2026-08-30"},
        {"value": "800", "unit": "pg/mL", "sample_number": "B"},
        {"value": "800", "unit": "pg/mL", "lab": "Elsewhere"},
        {"value": "800", "unit": "pg/mL", "specimen": "serum"},
        {"value": "800", "unit": "pg/mL", "on": "2026-08-20"},
        {"value": "", "status": "entered-in-error"},
    ],
)
def test_what_contradicts_no_line_before_it_is_loaded(
    maya: Clinic, path: Path, second: dict[str, str]
) -> None:
    assert load(path, result(value="700", unit="pg/mL"), result(**second)).code == 0


def test_a_line_that_was_refused_contradicts_none(maya: Clinic, path: Path) -> None:
    ran = load(path, result(value="700", unit="mg/dL"), result(value="800", unit="pg/mL"))
    assert "1 recorded" in ran.out
    assert Observation.objects.get().value == 800


def test_two_values_of_one_sample_are_found_however_far_apart(
    maya: Clinic, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_bulk, "BATCH", 1)
    ran = load(path, result(value="700", unit="pg/mL"), result(value="800", unit="pg/mL"))
    assert f"{path}:3: value: line 2 gives 700 pg/mL" in ran.err
    assert Observation.objects.get().value == 700


def test_a_later_list_corrects_a_final_value_and_says_so(maya: Clinic, path: Path) -> None:
    load(path, result(value="131", unit="pg/mL"))
    load(path, result(value="137", unit="pg/mL"))
    first, second = Observation.objects.order_by("id")
    assert (first.superseded_by, second.reason) == (second, "A later list says so.")


def test_a_person_in_many_batches_is_asked_about_once(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_bulk, "BATCH", 2)
    asked: list[object] = []
    monkeypatch.setattr(alerts, "_assess_people", lambda _, group, by: asked.extend(group) or 0)
    patient = people.make_patient(clinic)
    head = (
        "mrn,code,performed_on,reported_on,value,comparator,unit,specimen,lab,reference_high,status"
    )
    lines = [f"{patient.mrn},vegf,2026-0{n}-01,,131,,pg/mL,plasma,A,,final" for n in range(1, 8)]
    file = tmp_path / "results.csv"
    file.write_text("\n".join([head, *lines]))
    call_command("import_results", str(file), clinic=clinic.code)
    assert patient.observations.count() == 7
    assert asked == [patient]
