"""Doorbells: the timetable rings, one service answers. No data in the arguments, no result kept."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import shared_task
from django.db import close_old_connections

from pathways.exchange import runs
from pathways.services import alert_sweep, housekeeping, outbox, reminders, sending_control
from pathways.services.actors import Actor


def worker_name() -> str:
    """Return the name that stands in events: host and process, nothing about people."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def doorbell(answer: Callable[[], object]) -> Any:
    """Make a task of a function: fresh database connections before and after, no result."""

    @wraps(answer)
    def ring() -> None:
        close_old_connections()
        try:
            answer()
        finally:
            close_old_connections()

    return shared_task(ring, name=f"pathways.tasks.{answer.__name__}", ignore_result=True)


@doorbell
def plan_reminders() -> None:
    """Plan what the next days need, in every clinic."""
    reminders.plan_all(by=Actor.system("sweep:plan"))


@doorbell
def send_queued() -> None:
    """Send what is due. A full first batch rings for one more worker."""
    outbox.drain(worker=worker_name(), after_full_batch=lambda: send_queued.apply_async(expires=55))


@doorbell
def reconcile_messages() -> None:
    """Decide about messages that nobody is sure of."""
    outbox.reconcile(worker=worker_name())


@doorbell
def escalate_alerts() -> None:
    """Pass on the alerts that nobody answered in time, and send the digests that are due."""
    alert_sweep.sweep(by=Actor.system("sweep:alerts"))


@doorbell
def work_imports() -> None:
    """Check and load the files that were uploaded."""
    runs.work_waiting()


@doorbell
def canary() -> None:
    """Show that beat, broker, worker and database all live."""
    sending_control.canary()


@doorbell
def failsafe() -> None:
    """Look for anything begun and not concluded, and remove what was kept long enough."""
    housekeeping.keep(by=Actor.system("sweep:failsafe"))
