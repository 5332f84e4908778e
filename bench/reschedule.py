"""Whole cohort recomputed from the rules and applied with nothing to change.

Floor: 10,000 patients a second. The raw baseline reads the same rows with psycopg and does nothing.
"""

from __future__ import annotations

import os
import sys
from io import StringIO
from time import perf_counter

from bench.cohort import seed_people, seed_results, table, use_scratch_database

PATIENTS = int(os.environ.get("BENCH_PATIENTS", "100000"))


def main() -> None:
    """Seed, settle once, then measure the no-op run on one and on two processes."""
    use_scratch_database("bench_reschedule")
    from django.core.management import call_command

    from pathways.models import Enrolment, Screening, ScreeningDefinition

    seed_people(PATIENTS)
    codes = list(
        ScreeningDefinition.objects.filter(phase="remission", kind="every").values_list(
            "code", flat=True
        )
    )
    seed_results(codes)
    start = perf_counter()
    call_command("reschedule", processes=2, stdout=StringIO(), stderr=StringIO())
    print(f"first run, schedules written: {PATIENTS / (perf_counter() - start):,.0f} patients/s")
    _analyze()
    raw = _raw_read()
    rows: list[tuple[str, float, float]] = [("raw read with psycopg", PATIENTS / raw, 1.0)]
    for processes in (1, 2):
        out = StringIO()
        start = perf_counter()
        call_command("reschedule", processes=processes, stdout=out, stderr=StringIO())
        taken = perf_counter() - start
        if ", 0 screenings changed" not in out.getvalue():
            sys.exit(f"the second run was not a no-op: {out.getvalue()}")
        rows.append((f"reschedule, {processes} process(es)", PATIENTS / taken, raw / taken))
    open_rows = Screening.objects.open().count()
    people = Enrolment.objects.count()
    table(
        f"reschedule with nothing to change: {people:,} patients, {open_rows:,} open screenings",
        rows,
        "patients/s",
    )


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _raw_read() -> float:
    """Read the open rows and the results once, as plainly as the driver can."""
    import psycopg

    start = perf_counter()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for query in (
            "SELECT * FROM pathways_screening WHERE state = 'planned'",
            "SELECT patient_id, code, performed_on, id, status FROM pathways_observation",
        ):
            with connection.cursor(name="bench") as cursor:
                cursor.itersize = 5000
                cursor.execute(query)
                for _ in cursor:
                    pass
    return perf_counter() - start


if __name__ == "__main__":
    main()
