"""The demo's folder: its database, built anew for each day, its mailbox and its queue."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from pathways import clock, migrations
from pathways.demo import seed
from pathways.models import AuditEvent, Clinic, User

FIRST_PORT, PORTS_TRIED = 8000, 10


class Unusable(Exception):
    """The folder or a port will not do; the words name the thing and the cure."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder, so that a second demo cannot run from it at the same time."""
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Unusable(
                f"A demo runs from {folder} already. Stop it first, or give this one a folder of "
                "its own with DATA_DIR."
            ) from error
        yield


def is_fresh() -> bool:
    """Say whether the database was filled for today, by this version of the demo."""
    try:
        if AuditEvent._meta.db_table not in connection.introspection.table_names():
            return False
        return seed.seeded() == (_today(), stamp())
    except DatabaseError:
        return False  # tables of an older version


def prepare(*, link_host: str) -> None:
    """Build the database if it is not today's, and say in it where the links lead."""
    if not is_fresh():
        _clear()
        call_command("migrate", verbosity=0)
        seed.seed(link_host=link_host, stamp=stamp())
    Clinic.objects.filter(is_demo=True).exclude(link_host=link_host).update(link_host=link_host)
    _empty(settings.DATA_DIR / "queue")  # rings of an earlier run; the beat rings again


def stamp() -> str:
    """Return what tells one version of the demo from the next: its data and the tables."""
    mark = hashlib.sha256(str(seed.VERSION).encode())
    for path in sorted(Path(migrations.__path__[0]).glob("[0-9]*.py")):
        mark.update(path.read_bytes())
    return mark.hexdigest()[:16]


def free_port(wanted: int | None) -> int:
    """Return the wanted port or raise Unusable; without one, the first free one from 8000 on."""
    if wanted is not None:
        if not _is_free(wanted):
            raise Unusable(f"Port {wanted} is taken. Choose another with --port, or leave it out.")
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if _is_free(port):
            return port
    return any_port()


def any_port() -> int:
    """Return a free port of the system's choice."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Say whether something listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(seed.TIME_ZONE)).date()


def _clear() -> None:
    """Remove yesterday's demo. Anything that the demo did not fill is left alone and told."""
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    if database.exists() and not _is_ours():
        raise Unusable(
            f"{database} holds data that the demo did not put there. Give the demo a folder of "
            "its own with DATA_DIR."
        )
    connections.close_all()
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    for path in settings.DATA_DIR.glob("beat.db*"):
        path.unlink()
    if settings.MAILBOX_DIR.is_relative_to(settings.DATA_DIR):
        shutil.rmtree(settings.MAILBOX_DIR, ignore_errors=True)


def _is_ours() -> bool:
    """Say whether the demo filled this database, or nobody did."""
    tables = set(connection.introspection.table_names())
    if AuditEvent._meta.db_table not in tables:
        return not tables
    try:
        if AuditEvent.objects.filter(verb=seed.SEEDED).exists():
            return True
        return not (Clinic.objects.exists() or User.objects.exists())
    except DatabaseError:
        return False


def _empty(folder: Path) -> None:
    for path in folder.glob("*"):
        if path.is_file():
            path.unlink(missing_ok=True)
