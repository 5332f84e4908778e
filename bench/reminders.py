"""How fast reminders leave, beside raw smtplib on one connection to the same mail server.

    DATABASE_URL=postgres://… python -m bench.reminders [--people 20000] [--rounds 3]

20,000 people who are due, on PostgreSQL and Redis, one Celery worker with two processes, every
message with its own committed hand-over and sent mark. Makes a database of its own beside the one
named and drops it afterwards; starts its own Redis and mail server.
"""

from __future__ import annotations

import argparse
import os
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

HOST = "127.0.0.1"
DAY = date(2026, 7, 6)


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def wait_until(condition: Callable[[], object], seconds: float = 300.0) -> None:
    """Return as soon as the condition holds."""
    ends_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends_at:
            raise SystemExit("Waited in vain. Is everything running?")
        time.sleep(0.01)


def counted(port: int) -> int:
    """Ask the mail server how many messages it took."""
    try:
        with socket.create_connection((HOST, port), timeout=5) as line:
            return int(line.recv(64) or b"0")
    except OSError:
        return -1


def seed(people: int) -> None:
    """Open a clinic and register that many people who are all due, with their messages planned."""
    from django.conf import settings

    from pathways.models import Clinic, Message
    from pathways.rules.lifecycles import Phase
    from pathways.services import catalogue, reminders
    from pathways.services.actors import Actor
    from pathways.services.registration import PersonRow, register_all

    by = Actor.system("bench")
    assert settings.FIXED_DAY == DAY
    clinic = Clinic.objects.create(
        code="bench",
        name="Northgate Clinic",
        time_zone="Europe/London",
        country="GB",
        emergency_number="999",
        phone="020 7946 0180",
        phone_hours="Monday to Friday, 8 am to 5 pm",
        address="Riverside Building, 12 Quay Road, London",
        email="visits@northgate.example",
        link_host="visits.northgate.example",
        window_always_open=True,
        daily_ceiling=10 * people,
        release_over=10 * people,
    )
    version = catalogue.load(by=by)
    catalogue.sign(
        version=version, clinic=clinic, signed_by="Dr Invented, hematologist", signed_on=DAY, by=by
    )
    rows = [
        PersonRow(
            line=n,
            mrn=f"B{n:06d}",
            given_name=f"Given{n}",
            family_name=f"Family{n}",
            birth_date=date(1970, 1, 1),
            sex="female",
            email=f"person{n}@mail{n % 20}.example",
            language="en",
            email_consent_on=date(2026, 1, 5),
            enrolled_on=date(2026, 1, 5),
            phase=Phase.REMISSION,
            phase_since=date(2026, 1, 5),
        )
        for n in range(people)
    ]
    for start in range(0, people, 1000):
        register_all(rows[start : start + 1000], clinic=clinic, version=version, by=by)
    reminders.plan_all(by=by)
    print(f"{Message.objects.count():,} messages planned", file=sys.stderr)


def make_ready() -> None:
    """Queue every message again, as if none had been tried."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pathways_messagebody")
        cursor.execute("DELETE FROM pathways_messageevent")
        cursor.execute("DELETE FROM pathways_deliveryattempt")
        cursor.execute(
            "UPDATE pathways_message SET state = 'queued', attempts = 0, lease_token = NULL, "
            "lease_until = NULL, sent_at = NULL, ended_at = NULL, handed_over_at = NULL"
        )
        cursor.execute("UPDATE pathways_reminder SET state = 'planned' WHERE state = 'sent'")
        cursor.execute("VACUUM ANALYZE pathways_message")
        cursor.execute("VACUUM ANALYZE pathways_reminder")
        cursor.execute("CHECKPOINT") if _is_superuser(cursor) else None


def _is_superuser(cursor: object) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]


def ours(people: int, count_port: int) -> float:
    """Ring the doorbell and time until the mail server has counted everybody; messages a second."""
    from pathways.tasks import send_queued

    before = counted(count_port)
    began = time.perf_counter()
    send_queued.delay()
    wait_until(lambda: counted(count_port) - before >= people)
    took = time.perf_counter() - began
    return people / took


def smtplib_shared(count: int, port: int, count_port: int, message: bytes) -> float:
    """Send the same bytes with smtplib over one connection; messages a second."""
    before = counted(count_port)
    began = time.perf_counter()
    with smtplib.SMTP(HOST, port) as line:
        for n in range(count):
            line.sendmail("visits@northgate.example", [f"person{n}@mail.example"], message)
        wait_until(lambda: counted(count_port) - before >= count)
        took = time.perf_counter() - began
    return count / took


def _commit_for(seconds: float, row: int, done: Queue[int]) -> None:
    """Commit one tiny change after another."""
    address = urlunsplit(("postgresql", *urlsplit(os.environ["DATABASE_URL"])[1:]))
    count, ends_at = 0, time.perf_counter() + seconds
    with psycopg.connect(address, autocommit=True) as line:
        while time.perf_counter() < ends_at:
            line.execute("UPDATE bench_commits SET n = n + 1 WHERE id = %s", [row], prepare=True)
            count += 1
    done.put(count)


def small_commits(connections: int, seconds: float = 2.0) -> float:
    """How many tiny commits that many connections reach a second: what the disk allows at best."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_commits (id int PRIMARY KEY, n int)")
        cursor.execute(
            "INSERT INTO bench_commits SELECT g, 0 FROM generate_series(1, %s) g "
            "ON CONFLICT DO NOTHING",
            [connections],
        )
    fresh = get_context("spawn")
    done: Queue[int] = fresh.Queue()
    hands = [
        fresh.Process(target=_commit_for, args=(seconds, row + 1, done))
        for row in range(connections)
    ]
    for hand in hands:
        hand.start()
    total = sum(done.get() for _ in hands)
    for hand in hands:
        hand.join()
    return total / seconds


def check(people: int) -> None:
    """Every message sent, with its events and its try."""
    from pathways.models import DeliveryAttempt, Message, MessageBody, MessageEvent

    wait_until(lambda: Message.objects.filter(state="sent").count() == people, 30)
    # What is told of the last batch follows its marks by a moment.
    wait_until(lambda: MessageEvent.objects.count() == 3 * people, 30)
    wait_until(lambda: DeliveryAttempt.objects.count() == people, 30)
    assert MessageBody.objects.count() == people


def main() -> None:
    """Set everything up, measure in turns, print the table, clean up."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    options = parser.parse_args()
    address = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not address.scheme.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL=postgres://… (the bench makes a database beside it).")
    name = f"clinic_bench_{os.getpid()}"
    maintenance = urlunsplit(("postgresql", address.netloc, "/postgres", "", ""))
    smtp, count_port, broker = free_port(), free_port(), free_port()
    folder = Path(tempfile.mkdtemp())
    os.environ.update(
        POEMS_ENV="test",
        POEMS_TODAY=DAY.isoformat(),
        DATABASE_URL=urlunsplit((address.scheme, address.netloc, f"/{name}", "", "")),
        CELERY_BROKER_URL=f"redis://{HOST}:{broker}/0",
        DATA_DIR=str(folder / "data"),
        SMTP_PORT=str(smtp),
        SENDING_ON="true",
        DOMAIN_PER_MINUTE="0",
        SENDING_LANES=os.environ.get("SENDING_LANES", "4"),  # production's own default
        LOG_LEVEL="WARNING",
        DJANGO_SETTINGS_MODULE="poems_clinic.settings",
    )
    with psycopg.connect(maintenance, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(
            subprocess.Popen(
                [str(shutil.which("redis-server")), "--port", str(broker), "--save", ""],
                stdout=subprocess.DEVNULL,
                cwd=folder,
            )
        )
        started.append(
            subprocess.Popen([sys.executable, "-m", "bench.sink", str(smtp), str(count_port)])
        )
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        seed(options.people)
        started.append(
            subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "poems_clinic", "worker"),
                    *("-c", str(options.processes), "-l", "WARNING", "--without-gossip"),
                    *("--without-mingle", "--without-heartbeat"),
                ]
            )
        )
        report(options.people, options.rounds, options.processes, smtp, count_port)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=60)
        from django.db import connections

        connections.close_all()
        if not options.keep:
            with psycopg.connect(maintenance, autocommit=True) as server:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


def report(people: int, rounds: int, processes: int, smtp: int, count_port: int) -> None:
    """Measure in turns and print the table."""
    from pathways.models import MessageBody, Sweep
    from pathways.tasks import canary

    canary.delay()
    wait_until(lambda: Sweep.objects.filter(name="canary", finished_at__isnull=False).exists())
    raw: list[float] = []
    product: list[float] = []
    commits: list[float] = []
    size = 0
    for turn in range(rounds + 1):
        make_ready()
        speed = ours(people, count_port)
        check(people)
        message = bytes(MessageBody.objects.order_by("pk")[0].content)
        size = len(message)
        base = smtplib_shared(min(people, 5000), smtp, count_port, message)
        ceiling = small_commits(processes)
        if turn:  # the first turn warms up
            commits.append(ceiling)
            product.append(speed)
            raw.append(base)
        print(
            f"turn {turn}: product {speed:,.0f}/s, smtplib {base:,.0f}/s, "
            f"small commits {ceiling:,.0f}/s",
            file=sys.stderr,
        )
    ratio = [a / b for a, b in zip(product, raw, strict=True)]
    print(f"\nn={people} message bytes={size} rounds={rounds} sink=bench.sink")
    print("| case | msg/s median | min-max | share of smtplib |")
    print("|---|---|---|---|")
    print(f"| smtplib, one connection | {_row(raw)} | 1.000 |")
    share = statistics.median(commits) / statistics.median(raw)
    middle = statistics.median(ratio)
    print(f"| small commits, {processes} connections | {_row(commits)} | {share:.3f} |")
    print(f"| reminders, one worker, {processes} processes | {_row(product)} | {middle:.3f} |")
    reached = statistics.median(product) / statistics.median(commits)
    print(
        f"\nEvery message is a commit of its own: {reached:.2f} of the disk's ceiling is reached."
    )
    print(f"Aim 1.0, floor 0.3: {'floor missed' if middle < 0.3 else 'floor kept'}.")


def _row(values: list[float]) -> str:
    return f"{statistics.median(values):,.0f} | {min(values):,.0f}-{max(values):,.0f}"


if __name__ == "__main__":
    main()
