"""Worked cases of the recall rules, from the files that go in to the due list that comes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pathways.models import Clinic, PathwayVersion
from tests.exchange import files
from tests.exchange.files import person, result, run

At = Callable[[str], None]
V, N = "vegf", "neuro-exam"


@pytest.fixture
def load(
    clinic: Clinic, pathway_version: PathwayVersion, at: At, tmp_path: Path
) -> Callable[..., None]:
    """Load people and results as they were known at a moment."""

    def loaded(moment: str, *, people: tuple[str, ...] = (), results: tuple[str, ...] = ()) -> None:
        at(f"{moment} 12:00")
        for name, lines in (("patients", people), ("results", results)):
            if not lines:
                continue
            write = files.people if name == "patients" else files.results
            ran = run(f"import_{name}", write(tmp_path / f"{name}.csv", *lines), clinic="northgate")
            assert ran.code == 0, ran.err

    return loaded


def row(mrn: str, code: str, on: str) -> tuple[str, ...]:
    """Return opens, due, overdue from, status and days overdue, as the command prints them."""
    found = files.due("northgate", on)[mrn, code]
    names = ("opens_on", "due_on", "overdue_from", "status", "days_overdue")
    return tuple(found[name] for name in names)


VEGF = ("2026-11-21", "2026-11-21", "2026-12-06")
EXAM = ("2026-08-20", "2026-11-20", "2026-11-21")


@pytest.mark.parametrize(
    ("case", "code", "last", "on", "expected"),
    [
        ("R01", V, "2026-08-21", "2026-11-06", (*VEGF, "NOT_DUE", "")),
        ("R02", V, "2026-08-21", "2026-11-07", (*VEGF, "DUE_SOON", "")),
        ("R03", V, "2026-08-21", "2026-11-21", (*VEGF, "DUE", "")),
        ("R04", V, "2026-08-21", "2026-12-05", (*VEGF, "DUE", "")),
        ("R05", V, "2026-08-21", "2026-12-06", (*VEGF, "OVERDUE", "15")),
        ("R07", N, "2026-05-20", "2026-11-20", (*EXAM, "DUE", "")),
        ("R08", N, "2026-05-20", "2026-11-21", (*EXAM, "OVERDUE", "1")),
        (
            "R16",
            V,
            "2026-11-10",
            "2026-11-21",
            ("2027-02-10", "2027-02-10", "2027-02-25", "NOT_DUE", ""),
        ),
    ],
)
def test_dates_and_status_follow_from_the_last_result(
    load: Callable[..., None], case: str, code: str, last: str, on: str, expected: tuple[str, ...]
) -> None:
    phase = "remission" if code == N else "active-treatment"
    cells = {"phase": phase, "enrolled_on": "2026-01-05", "phase_since": "2026-01-05"}
    load(
        "2026-12-10",
        people=(person(case, **cells),),
        results=(result(case, code, last),),
    )
    assert row(case, code, on) == expected


def test_r17_a_result_too_early_is_kept_and_does_not_satisfy(load: Callable[..., None]) -> None:
    load(
        "2026-09-20",
        people=(person("R17"),),
        results=(result("R17", on="2026-08-21"), result("R17", on="2026-09-20")),
    )
    assert row("R17", V, "2026-09-20") == (*VEGF, "NOT_DUE", "")


def test_r23_a_result_entered_late_counts_on_its_day(load: Callable[..., None]) -> None:
    load("2026-12-09", people=(person("R23"),), results=(result("R23", on="2026-08-21"),))
    assert row("R23", V, "2026-12-09") == (*VEGF, "OVERDUE", "18")
    load("2026-12-10", results=(result("R23", on="2026-11-18"),))
    expected = ("2027-02-18", "2027-02-18", "2027-03-05", "NOT_DUE", "")
    assert row("R23", V, "2026-12-10") == expected


def test_r25_and_r26_a_sample_is_awaited_until_it_is_rejected(load: Callable[..., None]) -> None:
    load(
        "2026-11-18",
        people=(person("R25"),),
        results=(result("R25"), result("R25", on="2026-11-18", status="collected")),
    )
    assert row("R25", V, "2026-12-09") == (*VEGF, "AWAITING_RESULT", "")
    assert row("R25", V, "2026-12-10") == (*VEGF, "RESULT_OVERDUE", "")
    load("2026-11-25", results=(result("R25", on="2026-11-18", status="rejected"),))
    assert row("R25", V, "2026-11-25") == (*VEGF, "DUE", "")


@pytest.mark.parametrize(("case", "prior"), [("R28", ""), ("R29", "2026-03-01")])
def test_nothing_is_overdue_on_the_day_of_enrolment(
    load: Callable[..., None], case: str, prior: str
) -> None:
    cells = {"enrolled_on": "2026-11-21", "phase_since": "2026-11-21"}
    load(
        "2026-11-21",
        people=(person(case, **cells),),
        results=(result(case, on=prior),) if prior else (),
    )
    assert row(case, V, "2026-11-21") == (*VEGF, "DUE", "")


def test_r30_a_tighter_phase_makes_it_due_on_the_day_of_change(load: Callable[..., None]) -> None:
    load(
        "2026-11-01",
        people=(person("R30", phase="remission"),),
        results=(result("R30", on="2026-06-15"),),
    )
    load("2026-11-21", people=(person("R30", phase_since="2026-11-10"),))
    expected = ("2026-11-10", "2026-11-10", "2026-11-25", "DUE", "")
    assert row("R30", V, "2026-11-21") == expected


def test_r32_a_looser_phase_moves_it_out(load: Callable[..., None]) -> None:
    load("2026-10-20", people=(person("R32"),), results=(result("R32"),))
    load("2026-11-21", people=(person("R32", phase="remission", phase_since="2026-11-01"),))
    opens, due, _, status, _ = row("R32", V, "2026-11-21")
    assert (opens, due, status) == ("2027-02-21", "2027-02-21", "NOT_DUE")


def test_what_was_missed_is_a_number_on_the_one_row(load: Callable[..., None]) -> None:
    load(
        "2026-11-21",
        people=(person("R33", enrolled_on="2025-11-01", phase_since="2025-11-01"),),
        results=(result("R33", on="2025-11-21"),),
    )
    found = files.due("northgate", "2026-11-21")["R33", V]
    assert (found["due_on"], found["missed_intervals"]) == ("2026-02-21", "3")
