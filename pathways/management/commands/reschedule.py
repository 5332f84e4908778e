"""Recompute what is owed for whole clinics, on one or several processes."""

from __future__ import annotations

import multiprocessing
from typing import Any

from django.core.management.base import CommandParser
from django.db import connections

from pathways.management.commands._doors import Door, clinic_named, unusable
from pathways.models import Enrolment
from pathways.services import reminders
from pathways.services.actors import Actor

CHUNK = 5000


def recompute(ids: list[int]) -> int:
    """Recompute one chunk; return how many screenings changed."""
    return len(reminders.replan(ids, by=Actor.system("command:reschedule")).touched)


def _forget_connections() -> None:
    """A forked child must not speak over its parent's connection."""
    for connection in connections.all():
        connection.inc_thread_sharing()
        connection.connection = None


class Command(Door):
    """Recomputes every plan from the rules; where nothing has changed it writes nothing."""

    help = "Recompute every open screening from the rules. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the clinic and the number of processes."""
        parser.add_argument("--clinic", help="code of one clinic; all of them if left out")
        parser.add_argument("--processes", type=int, default=1, help="default 1")

    def handle(self, *args: Any, **options: Any) -> None:
        """Recompute in chunks and say how many screenings changed."""
        enrolments = Enrolment.objects.running().order_by("pk")
        if options["clinic"]:
            enrolments = enrolments.filter(clinic=clinic_named(options["clinic"]))
        if options["processes"] < 1:
            unusable(f"--processes {options['processes']} is less than 1. Leave it out for one.")
        ids = list(enrolments.values_list("pk", flat=True))
        chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
        changed = done = 0
        if options["processes"] > 1:
            context = multiprocessing.get_context("fork")
            with context.Pool(options["processes"], initializer=_forget_connections) as pool:
                for count, chunk in zip(pool.imap(recompute, chunks), chunks, strict=True):
                    changed, done = changed + count, done + len(chunk)
                    self._progress(done, len(ids))
        else:
            for chunk in chunks:
                changed, done = changed + recompute(chunk), done + len(chunk)
                self._progress(done, len(ids))
        self.stdout.write(f"{len(ids)} people recomputed, {changed} screenings changed.")

    def _progress(self, done: int, total: int) -> None:
        if done < total:
            self.stderr.write(f"{done} of {total} people")
