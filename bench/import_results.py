"""Import of results, each person's alert rules asked in the same transaction, and of the same file again.

No floor is asked. The raw baseline writes the very same rows of the very same tables (indexes and
checks included) with COPY, and judges nothing. Values rise for some, so that alerts are raised.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from time import perf_counter

from bench.cohort import raw_copy, seed_people, table, use_scratch_database

PATIENTS = int(os.environ.get("BENCH_PATIENTS", "5000"))
SAMPLES = 4  # of each person, two months apart, VEGF and three of a blood count each
TABLES = ("observation", "alert", "alertevent", "auditevent")
RISES_EVERY = 20  # one person in so many has a last VEGF far above the lowest


def main() -> None:
    """Seed people, import a file of results, then the same file again, then the rows by COPY."""
    use_scratch_database("bench_import_results")
    from django.core.management import call_command

    from pathways.models import Alert, AuditEvent, Observation

    seed_people(PATIENTS, clinics=1)
    call_command("reschedule", stdout=StringIO(), stderr=StringIO())
    AuditEvent.objects.all()._raw_delete("default")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.csv"
        lines = write_results(path, PATIENTS)
        first = _timed(call_command, path)
        if Observation.objects.count() != lines:
            sys.exit(f"{Observation.objects.count()} results were imported, not {lines}")
        again = _timed(call_command, path)
    alerts = Alert.objects.count()
    raw, rows = raw_copy(TABLES)
    table(
        f"import of {lines:,} results of {PATIENTS:,} people: {alerts:,} alerts, {rows:,} rows",
        [
            ("raw COPY of the same rows", lines / raw, 1.0),
            ("import_results, new, alerts assessed", lines / first, raw / first),
            ("import_results, the same file again", lines / again, raw / again),
        ],
        "results/s",
    )


def write_results(path: Path, people: int) -> int:
    """Write the results of everybody; return how many lines they are."""
    today = date.today()  # noqa: DTZ011 - only to have days in the past
    lines = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "mrn,code,performed_on,reported_on,value,comparator,unit,specimen,lab,reference_high,"
            "status\n"
        )
        for number in range(1, people + 1):
            for sample in range(SAMPLES):
                on = today - timedelta(days=5 + 60 * (SAMPLES - 1 - sample))
                risen = sample == SAMPLES - 1 and number % RISES_EVERY == 0
                vegf = 260 if risen else 60 + (number + sample) % 20
                for code, value, unit, specimen, limit in (
                    ("vegf", vegf, "pg/mL", "plasma", "115"),
                    ("hemoglobin", 120 + number % 20, "g/L", "blood", ""),
                    ("platelets", 200 + number % 90, "10*9/L", "blood", ""),
                    ("neutrophils", 2 + number % 3, "10*9/L", "blood", ""),
                ):
                    file.write(
                        f"B{number},{code},{on},{on},{value},,{unit},{specimen},Bench laboratory,"
                        f"{limit},final\n"
                    )
                    lines += 1
    return lines


def _timed(call_command: object, path: Path) -> float:
    start = perf_counter()
    call_command("import_results", path, clinic="bench0", stdout=StringIO(), stderr=StringIO())  # type: ignore[operator]
    return perf_counter() - start


if __name__ == "__main__":
    main()
