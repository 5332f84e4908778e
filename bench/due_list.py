"""The 50 most overdue of a clinic among 100,000 patients and 1,000,000 screenings.

    DATABASE_URL=postgres://… python -m bench.due_list

Floors: the rows cost at most 2 x the same question in raw SQL; the page asks at most 10 questions
whatever the rows (transaction control apart); it reaches at least 0.5 x the pages a second of a bare
Django table of 50 rows behind the same middleware. Each call takes the next clinic in turn.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from datetime import date
from time import perf_counter
from typing import Any

from bench.cohort import seed_people, table, use_scratch_database

PATIENTS = int(os.environ.get("BENCH_PATIENTS", "100000"))
CLINICS = int(os.environ.get("BENCH_CLINICS", "40"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "40"))
MOST_TIMES_RAW, LEAST_SHARE_OF_BARE, MOST_QUESTIONS = 2.0, 0.5, 10
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")

RAW = """
    SELECT s.id, s.patient_id, s.code, s.due_on, s.opens_on, s.overdue_from, s.soon_on, s.phase,
        p.family_name, p.given_name, p.mrn, d.label, d.owner, d.booking,
        a.id, a."on", a.starts_at
    FROM pathways_screening s
    JOIN pathways_patient p ON p.id = s.patient_id
    JOIN pathways_screeningdefinition d ON d.id = s.definition_id
    LEFT JOIN LATERAL (
        SELECT v.id, v."on", v.starts_at FROM pathways_appointmentpurpose u
        JOIN pathways_appointment v ON v.id = u.appointment_id
        WHERE u.patient_id = s.patient_id AND u.code = s.code AND v.state = 'booked'
            AND v."on" >= %(day)s
        ORDER BY v.starts_at LIMIT 1
    ) a ON true
    WHERE s.clinic_id = %(clinic)s AND s.state = 'planned' AND s.not_assessable = ''
        AND s.opens_on IS NOT NULL AND s.due_on IS NOT NULL AND s.overdue_from <= %(day)s
        AND (s.closed_from IS NULL OR s.closed_from > %(day)s)
        AND (s.held_from IS NULL OR s.held_from > %(day)s)
        AND (s.postponed_until IS NULL OR s.postponed_until <= %(day)s)
        AND (s.collected_on IS NULL OR s.collected_on > %(day)s)
    ORDER BY s.due_on, p.mrn, s.code LIMIT 50
"""


def main() -> None:
    """Seed, measure, print the tables, and fail if a floor is missed."""
    if not os.environ.get("BENCH_KEEP"):
        use_scratch_database("bench_due_list")
        _seed()
    else:
        _reuse()
    from pathways import clock
    from pathways.models import Clinic

    clinics = list(Clinic.objects.order_by("pk"))
    day = clock.today(clinics[0])
    rows = _rows(clinics, day)
    page = _pages(clinics)
    missed = rows + page
    if missed:
        sys.exit("; ".join(missed))


def _reuse() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poems_clinic.settings")
    import django

    django.setup()


def _seed() -> None:
    """Ten screenings a person, due over the last 100 and the next 260 days; one visit in five."""
    from django.db import connection

    from pathways import clock
    from pathways.models import Clinic, Membership, ScreeningDefinition, User
    from pathways.rules.lifecycles import Role

    seed_people(PATIENTS, clinics=CLINICS)
    wanted = ScreeningDefinition.objects.filter(phase="remission", kind="every")
    definitions = list(wanted.values_list("pk", flat=True)[:10])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO pathways_screening (clinic_id, patient_id, enrolment_id, definition_id, code,
                phase, rule_version, state, basis, soon_on, opens_on, due_on, overdue_from,
                not_assessable, end_reason, created_at, created_on, ended_by)
            SELECT e.clinic_id, e.patient_id, e.id, d.id, d.code, d.phase, 1, 'planned', 'result',
                due - 14, due, due, due + 15, '', '', now(), current_date - 400, ''
            FROM pathways_enrolment e
            CROSS JOIN LATERAL (
                SELECT id, code, phase FROM pathways_screeningdefinition WHERE id = ANY(%s)
            ) d
            CROSS JOIN LATERAL (
                SELECT current_date - 100 + (abs(hashtext(e.id::text || d.code)) %% 360) AS due
            ) x
            """,
            [definitions],
        )
        cursor.execute(
            """
            INSERT INTO pathways_appointment (clinic_id, patient_id, uid, starts_at, "on", minutes,
                place, state, revision, cancel_reason, still_needed, booked_at, booked_by, closed_by)
            SELECT clinic_id, id, md5('v' || mrn)::uuid, current_date + 5 + interval '9 hours',
                current_date + 5, 60, '', 'booked', 0, '', true, now(), 'bench', ''
            FROM pathways_patient WHERE abs(hashtext(mrn)) % 5 = 0
            """
        )
        cursor.execute(
            """
            INSERT INTO pathways_appointmentpurpose (clinic_id, appointment_id, patient_id, code)
            SELECT a.clinic_id, a.id, a.patient_id, s.code FROM pathways_appointment a
            JOIN pathways_screening s ON s.patient_id = a.patient_id AND s.overdue_from < current_date
            """
        )
        cursor.execute("VACUUM ANALYZE")
    for clinic in Clinic.objects.all():
        user = User.objects.create_user(f"nurse{clinic.pk}", password=None)
        Membership.objects.create(
            clinic=clinic, user=user, role=Role.NURSE, since_on=clock.today(clinic)
        )


def _median(call: Callable[[int], object], rounds: int = ROUNDS) -> float:
    """Return the median time of a call in ms; it gets the number of its turn."""
    for turn in range(5):
        call(turn)
    taken = []
    for turn in range(rounds):
        start = perf_counter()
        call(turn)
        taken.append((perf_counter() - start) * 1000)
    return statistics.median(taken)


def _rows(clinics: list[Any], day: date) -> list[str]:
    from django.db import connection

    from pathways.models import Screening
    from pathways.worklists import due_list
    from pathways.worklists.filters import Filters, View

    overdue = Filters(view=View.OVERDUE)

    def raw(turn: int) -> Any:
        clinic = clinics[turn % len(clinics)]
        with connection.cursor() as cursor:
            cursor.execute(RAW, {"clinic": clinic.pk, "day": day})
            return cursor.fetchall()

    def ours(turn: int) -> Any:
        return due_list.first_rows(clinics[turn % len(clinics)], day, overdue)

    def whole(turn: int) -> Any:
        return due_list.for_day(clinics[turn % len(clinics)], day, overdue)

    same = [row[0] for row in raw(0)] == [row.pk for row in ours(0)]
    base, mine, every = _median(raw), _median(ours), _median(whole)
    table(
        f"50 most overdue of a clinic, {Screening.objects.count():,} screenings",
        [
            ("raw SQL, psycopg", base, 1.0),
            ("the list's own question", mine, mine / base),
            ("the whole worklist: counts, rows in words, contacts", every, every / base),
        ],
        "ms",
    )
    missed = [] if same else ["the raw rows and the list's rows differ"]
    if mine / base > MOST_TIMES_RAW:
        missed.append(f"the list's question costs {mine / base:.2f} x raw SQL")
    return missed


def _pages(clinics: list[Any]) -> list[str]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import path

    from bench.bare_table import bare
    from pathways import urls
    from pathways.models import User

    urls.urlpatterns.append(path("bench/bare/", bare))
    browsers = []
    for clinic in clinics[:8]:
        browser = Client(headers={"host": "localhost"})
        browser.force_login(
            User.objects.get(username=f"nurse{clinic.pk}"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        browsers.append(browser)

    def get(address: str) -> Callable[[int], object]:
        def call(turn: int) -> object:
            answer = browsers[turn % len(browsers)].get(address)
            assert answer.status_code == 200, answer.status_code
            return answer

        return call

    bare_ms = _median(get("/bench/bare/"))
    page_ms = _median(get("/due/?view=overdue"))
    open_ms = _median(get("/due/"))
    table(
        "the page, in process, same middleware",
        [
            ("bare Django table of 50 rows", 1000 / bare_ms, 1.0),
            ("due list, overdue", 1000 / page_ms, bare_ms / page_ms),
            ("due list, every open row", 1000 / open_ms, bare_ms / open_ms),
        ],
        "pages/s",
    )
    with CaptureQueriesContext(connection) as asked:
        get("/due/?view=overdue")(0)
    questions = [each for each in asked if not each["sql"].startswith(TRANSACTION)]
    print(f"\n{len(questions)} questions (at most {MOST_QUESTIONS})")
    missed = []
    if len(questions) > MOST_QUESTIONS:
        missed.append(f"the page asks {len(questions)} questions")
    if bare_ms / page_ms < LEAST_SHARE_OF_BARE:
        missed.append(f"the page reaches {bare_ms / page_ms:.2f} of a bare table")
    return missed


if __name__ == "__main__":
    main()
