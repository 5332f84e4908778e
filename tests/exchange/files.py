"""Files as hospitals write them, and the commands that load them, for the tests."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

PEOPLE = (
    "mrn,given_name,family_name,birth_date,sex,email,phone,language,email_consent_on,"
    "enrolled_on,phase,phase_since"
)
RESULTS = (
    "mrn,code,performed_on,reported_on,value,comparator,unit,specimen,lab,reference_high,status"
)

ALL_RESULTS = f"{RESULTS},method,sample_number,reference_low,collected_at,doubt"


@dataclass(frozen=True)
class Ran:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


def run(name: str, /, *args: Any, **options: Any) -> Ran:
    """Run a command as an operator would, and catch its exit code."""
    out, err = StringIO(), StringIO()
    try:
        call_command(name, *args, stdout=out, stderr=err, **options)
    except CommandError as error:
        return Ran(error.returncode, out.getvalue(), err.getvalue() + str(error))
    return Ran(0, out.getvalue(), err.getvalue())


def person(mrn: str = "R01", **cells: str) -> str:
    """One line of a people file: in active treatment, enrolled in May, agreed to email."""
    values = {
        "mrn": mrn,
        "given_name": "Maya",
        "family_name": "Example",
        "birth_date": "1968-03-14",
        "sex": "female",
        "email": f"{mrn.lower()}@mail.example",
        "phone": "020 7946 0101",
        "language": "en",
        "email_consent_on": "2026-05-04",
        "enrolled_on": "2026-05-04",
        "phase": "active-treatment",
        "phase_since": "2026-05-04",
    }
    return _line(PEOPLE, values | cells)


def result(mrn: str = "R01", code: str = "vegf", on: str = "2026-08-21", **cells: str) -> str:
    """One line of a results file: a final VEGF in plasma."""
    values = {
        "mrn": mrn,
        "code": code,
        "performed_on": on,
        "status": "final",
        "specimen": "plasma" if code == "vegf" else "",
    }
    return _line(ALL_RESULTS, values | cells)


def _line(header: str, values: dict[str, str]) -> str:
    out = StringIO()
    names = header.split(",")
    csv.writer(out, lineterminator="").writerow([values.get(name, "") for name in names])
    return out.getvalue()


def write(path: Path, *lines: str, encoding: str = "utf-8", newline: str = "\n") -> Path:
    """Write the lines as they stand."""
    path.write_bytes((newline.join(lines) + newline).encode(encoding))
    return path


def people(path: Path, *lines: str) -> Path:
    """Write a people file with its header."""
    return write(path, PEOPLE, *lines)


def results(path: Path, *lines: str) -> Path:
    """Write a results file with every column there may be."""
    return write(path, ALL_RESULTS, *lines)


def due(clinic: str, on: str, *, every: bool = False) -> dict[tuple[str, str], dict[str, str]]:
    """Return the due list of a day by hospital number and code, as the command prints it."""
    printed = run("due_list", clinic=clinic, on=on, format="csv", all=every)
    assert printed.code == 0, printed.err
    rows = csv.DictReader(StringIO(printed.out))
    return {(row["mrn"], row["code"]): row for row in rows}
