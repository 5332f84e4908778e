"""The demo's folder: its database, built anew for each day, its mailbox and its queue."""

from __future__ import annotations

import contextlib
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

HOST = "127.0.0.1"
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


def web_door(wanted: int | None) -> socket.socket:
    """Hold the wanted port or raise Unusable; without one, the first free one from 8000 on.

    The port is held from here on and handed to the web server, so that nobody can take it between
    our looking and its starting, and no other server can answer in its name.
    """
    if wanted is not None:
        try:
            return _held(wanted)
        except OSError as error:
            raise Unusable(
                f"Port {wanted} is taken. Choose another with --port, or leave it out."
            ) from error
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        with contextlib.suppress(OSError):
            return _held(port)
    return any_door()


def any_door() -> socket.socket:
    """Hold a port of the system's choice."""
    return _held(0)


def port_of(door: socket.socket) -> int:
    """Return the number of a held port."""
    port: int = door.getsockname()[1]
    return port


def _held(port: int) -> socket.socket:
    """Return a socket that listens already: only then is a port one process's own."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
        door.listen()
    except OSError:
        door.close()
        raise
    return door


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
