"""Import of new people with their schedules, and of the same file again.

Floor: 1,000 new patients a second. The raw baseline writes the very same rows of the very same
tables (indexes and checks included) with COPY, and decides nothing.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from time import perf_counter

from bench.cohort import raw_copy, table, use_scratch_database

PATIENTS = int(os.environ.get("BENCH_PATIENTS", "20000"))
PHASES = ("work-up", "active-treatment", "post-transplant", "remission", "relapse")
TABLES = (
    "patient",
    "contactpoint",
    "consent",
    "enrolment",
    "phaseperiod",
    "screening",
    "auditevent",
)


def main() -> None:
    """Import a file of invented people, then the same file again, then the rows by COPY."""
    use_scratch_database("bench_import_patients")
    from django.core.management import call_command

    from pathways.models import Patient, Screening
    from pathways.services import catalogue, clinics
    from pathways.services.actors import Actor

    by = Actor.system("bench")
    catalogue.load(by=by)
    clinics.add(
        clinic=clinics.NewClinic(
            code="bench",
            name="Bench Clinic",
            time_zone="Europe/London",
            country="GB",
            phone="020 7946 0180",
            phone_hours="Monday to Friday",
            address="1 Bench Road",
            email="visits@bench.example",
            link_host="visits.bench.example",
        ),
        by=by,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        write_people(path, PATIENTS)
        first = _timed(call_command, path)
        if Patient.objects.count() != PATIENTS:
            sys.exit(f"{Patient.objects.count()} people were imported, not {PATIENTS}")
        again = _timed(call_command, path)
    raw, rows = raw_copy(TABLES)
    open_rows = Screening.objects.open().count()
    table(
        f"import of {PATIENTS:,} new patients: {open_rows:,} screenings, {rows:,} rows in all",
        [
            ("raw COPY of the same rows", PATIENTS / raw, 1.0),
            ("import_patients, new", PATIENTS / first, raw / first),
            ("import_patients, the same file again", PATIENTS / again, raw / again),
        ],
        "patients/s",
    )
    if PATIENTS / first < 1000:
        sys.exit("Below the floor of 1,000 new patients a second.")


def write_people(path: Path, count: int) -> None:
    """Write a list of invented people in all phases; the same list every time."""
    chance = random.Random(7)
    today = date.today()  # noqa: DTZ011 - only to have days in the past
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "mrn,given_name,family_name,birth_date,sex,email,phone,language,email_consent_on,"
            "enrolled_on,phase,phase_since\n"
        )
        for number in range(count):
            born = date(1940, 1, 1) + timedelta(days=chance.randrange(20_000))
            enrolled = today - timedelta(days=chance.randrange(30, 700))
            since = enrolled + timedelta(days=chance.randrange(30))
            consent = enrolled if number % 10 else ""
            file.write(
                f"B{number:06},Maya,Example{number},{born},{'fm'[number % 2]},"
                f"maya{number}@mail.example,020 7946 {number % 10000:04},en,{consent},"
                f"{enrolled},{PHASES[number % 5]},{since}\n"
            )


def _timed(call_command: object, path: Path) -> float:
    start = perf_counter()
    call_command("import_patients", path, clinic="bench", stdout=StringIO(), stderr=StringIO())  # type: ignore[operator]
    return perf_counter() - start


if __name__ == "__main__":
    main()
