"""Planning grows with what is due, not with what exists.

    DATABASE_URL=postgres://… python -m bench.planning

Floor: planning 50,000 due screenings among 1,000,000 costs at most 1.3 x planning 50,000 among
50,000. Each case has a scratch database and a process of its own; the sweep is then run again and
must write nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from time import perf_counter, process_time
from typing import Any

from bench.cohort import seed_people, table, use_scratch_database

DUE = int(os.environ.get("BENCH_DUE", "50000"))
TIMES = 20  # screenings that exist for each one that is due
A_PERSON = 10
MOST = 1.3


def main() -> None:
    """Measure both cases, print the table, and fail if the floor is missed."""
    if len(sys.argv) > 1:
        print(json.dumps(_case(sys.argv[1])))
        return
    found = {name: _run(name) for name in ("few", "many")}
    few, many = found["few"], found["many"]
    ratio = many["plan"] / few["plan"]
    table(
        f"planning {DUE:,} due screenings, one message each",
        [
            (f"among {few['screenings']:,}", DUE / few["plan"], 1.0),
            (f"among {many['screenings']:,}", DUE / many["plan"], 1 / ratio),
        ],
        "messages/s",
    )
    print(
        f"\ncost {ratio:.2f} x (at most {MOST}); planned in {few['plan']:.1f} s and "
        f"{many['plan']:.1f} s; the same sweep again, writing nothing: {few['again']:.2f} s and "
        f"{many['again']:.2f} s; our own processor time {few['processor']:.1f} s and "
        f"{many['processor']:.1f} s; largest memory {few['memory']:.0f} and {many['memory']:.0f} MB"
    )
    if ratio > MOST:
        sys.exit(f"planning grows with what exists: {ratio:.2f} x")


def _run(name: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.planning", name], stdout=subprocess.PIPE, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _case(name: str) -> dict[str, Any]:
    many = name == "many"
    use_scratch_database(f"bench_planning_{name}")
    import resource

    from pathways import clock
    from pathways.models import Clinic, Message, Screening
    from pathways.services import reminders
    from pathways.services.actors import Actor

    people = DUE * TIMES // A_PERSON if many else DUE
    seed_people(people, clinics=1)
    clinic = Clinic.objects.get()
    today = clock.today(clinic)
    _seed_screenings(today, each=A_PERSON if many else 1)
    by = Actor.system("bench")
    start, worked = perf_counter(), process_time()
    report = reminders.plan(clinic=clinic, day=today, by=by)
    taken, worked = perf_counter() - start, process_time() - worked
    if (report.messages, report.failed, Message.objects.count()) != (DUE, 0, DUE):
        sys.exit(f"planned {report}")
    start = perf_counter()
    again = reminders.plan(clinic=clinic, day=today, by=by)
    if again.messages or Message.objects.count() != DUE:
        sys.exit(f"the second sweep wrote something: {again}")
    return {
        "plan": taken,
        "processor": worked,
        "again": perf_counter() - start,
        "screenings": Screening.objects.count(),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _seed_screenings(today: Any, *, each: int) -> None:
    """One screening due today for the first people, all others due in two months or later."""
    from django.db import connection

    from pathways.models import ScreeningDefinition

    phase = ScreeningDefinition.objects.filter(phase="remission")
    due = phase.get(code="neuro-exam")
    later = list(phase.exclude(pk=due.pk).order_by("-remind", "code")[: each - 1])
    chosen = [due, *later]
    if len(chosen) != each:
        sys.exit(f"the phase has {len(chosen)} screenings, not {each}")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO pathways_screening (clinic_id, patient_id, enrolment_id, definition_id,
                code, phase, rule_version, state, basis, anchor_on, soon_on, opens_on, due_on,
                overdue_from, first_due_on, not_assessable, end_reason, ended_by, created_at,
                created_on)
            SELECT clinic_id, patient_id, enrolment_id, definition_id, code, 'remission', 1,
                'planned', 'result', due_on - 180, due_on - 104, due_on - 90, due_on, due_on + 15,
                due_on, '', '', '', now(), %(today)s::date - 300
            FROM (
                SELECT e.clinic_id, e.patient_id, e.id AS enrolment_id, d.id AS definition_id,
                    d.code,
                    CASE WHEN d.place = 1 AND row_number() OVER (
                        PARTITION BY d.id ORDER BY e.id) <= %(due)s
                    THEN %(today)s::date
                    ELSE %(today)s::date + 60 + (e.id * 7 + d.place * 31)::int %% 300 END AS due_on
                FROM pathways_enrolment e
                CROSS JOIN unnest(%(ids)s::bigint[], %(codes)s::text[]) WITH ORDINALITY
                    AS d(id, code, place)
            ) AS made
            """,
            {
                "today": today,
                "due": DUE,
                "ids": [one.pk for one in chosen],
                "codes": [one.code for one in chosen],
            },
        )
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
