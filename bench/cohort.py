"""A scratch PostgreSQL database with a large cohort, seeded by set-based SQL.

Every bench names its own scratch database, so that none disturbs another. DATABASE_URL gives the
server and a role that may create databases.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from time import perf_counter
from urllib.parse import urlsplit, urlunsplit

import psycopg

DEFAULT = "postgres://clinic:clinic@127.0.0.1:5432/postgres"


def use_scratch_database(name: str) -> None:
    """Make an empty database, point Django at it and migrate. Call before importing models."""
    address = os.environ.get("DATABASE_URL", DEFAULT)
    if not address.startswith("postgres"):
        sys.exit("A bench needs PostgreSQL: set DATABASE_URL=postgres://role:password@host/db")
    parts = urlsplit(address)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))
    os.environ.setdefault("POEMS_ENV", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poems_clinic.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def seed_people(count: int, *, phase: str = "remission", clinics: int = 40) -> None:
    """Insert clinics, people with a consented address, and enrolments of about two years ago."""
    from django.db import connection

    from pathways.models import Clinic
    from pathways.services import catalogue
    from pathways.services.actors import Actor

    by = Actor.system("bench")
    version = catalogue.load(by=by)
    for number in range(clinics):
        clinic = Clinic.objects.create(
            code=f"bench{number}",
            name=f"Bench Clinic {number}",
            time_zone="Europe/London",
            country="GB",
            emergency_number="999",
            phone="020 7946 0180",
            phone_hours="Monday to Friday",
            address="1 Bench Road",
            email=f"visits@bench{number}.example",
            link_host=f"bench{number}.example",
            window_always_open=True,
            daily_ceiling=10_000_000,
            release_over=10_000_000,
        )
        catalogue.sign(
            version=version,
            clinic=clinic,
            signed_by="Dr Bench (invented)",
            signed_on=version.effective_from,
            by=by,
        )
    first = Clinic.objects.order_by("pk").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO pathways_patient (id, clinic_id, mrn, given_name, family_name, title,
                birth_date, sex, language, life_status, flags, registered_at, registered_by)
            SELECT md5('p' || n)::uuid, %(first)s + n %% %(clinics)s, 'B' || n, 'Maya',
                'Example' || n, '', date '1960-01-01' + n %% 9000, 'unknown', 'en', 'alive', '[]',
                now(), 'bench'
            FROM generate_series(1, %(count)s) n
            """,
            {"first": first, "clinics": clinics, "count": count},
        )
        cursor.execute(
            """
            INSERT INTO pathways_contactpoint (clinic_id, patient_id, holder, kind, value,
                verified_at, verified_how, suspended_reason, added_at, added_by, source)
            SELECT clinic_id, id, 'person', 'email', lower(mrn) || '@mail.example', now(), 'bench',
                '', now(), 'bench', 'import' FROM pathways_patient
            """
        )
        cursor.execute(
            """
            INSERT INTO pathways_consent (clinic_id, patient_id, contact_point_id, purpose, given,
                "on", source, recorded_at, recorded_by)
            SELECT clinic_id, patient_id, id, 'visits', true, current_date - 700, 'bench', now(),
                'bench' FROM pathways_contactpoint
            """
        )
        cursor.execute(
            """
            INSERT INTO pathways_enrolment (clinic_id, patient_id, version_id, state, enrolled_on,
                end_reason, ended_by)
            SELECT clinic_id, id, %s, 'active', current_date - 700, '', '' FROM pathways_patient
            """,
            [version.pk],
        )
        cursor.execute(
            """
            INSERT INTO pathways_phaseperiod (clinic_id, enrolment_id, phase, since_on,
                recorded_at, recorded_by)
            SELECT clinic_id, id, %s, enrolled_on, now(), 'bench' FROM pathways_enrolment
            """,
            [phase],
        )


def seed_results(codes: list[str]) -> None:
    """Insert one final result a person and code, spread over the last 200 days."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO pathways_observation (clinic_id, patient_id, code, performed_on, status,
                value_text, comparator, unit, canonical_unit, specimen, lab, method, sample_number,
                doubt, counts_early, counts_reason, reason, recorded_at, recorded_by, source)
            SELECT p.clinic_id, p.id, c.code,
                current_date - (abs(hashtext(p.mrn || c.code)) %% 200), 'final',
                '', '', '', '', '', '', '', '', '', false, '', '', now(), 'bench', 'bench'
            FROM pathways_patient p CROSS JOIN unnest(%s::text[]) c(code)
            """,
            [codes],
        )
        cursor.execute("ANALYZE")


def table(title: str, rows: list[tuple[str, float, float]], unit: str) -> None:
    """Print a Markdown table: case, absolute figure, ratio to the baseline."""
    print(f"\n{title}\n")
    print(f"| case | {unit} | ratio |")
    print("|---|---|---|")
    for words, figure, ratio in rows:
        print(f"| {words} | {figure:,.1f} | {ratio:.2f} |")


def raw_copy(names: Sequence[str]) -> tuple[float, int]:
    """Return the seconds that COPY takes for all rows of these tables, and how many there are."""
    from django.db import connection

    taken, rows = 0.0, 0
    with connection.cursor() as cursor:
        raw = cursor.cursor
        for name in names:
            source, target = f"pathways_{name}", f"raw_{name}"
            raw.execute(f"create table {target} (like {source} including all)")
            with raw.copy(f"copy {source} to stdout") as out:
                data = b"".join(bytes(part) for part in out)
            start = perf_counter()
            with raw.copy(f"copy {target} from stdin") as into:
                into.write(data)
            taken += perf_counter() - start
            rows += data.count(b"\n")
    return taken, rows
