"""`manage.py drain_outbox`: sends what is due without Celery or Redis; for cron and for repairs."""

from __future__ import annotations

import os
import socket
import time
from argparse import ArgumentParser, ArgumentTypeError
from math import inf
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pathways.services import alert_sweep, housekeeping, outbox
from pathways.services.actors import Actor


def _seconds(text: str) -> float:
    """Return a length of time that is one; argparse names the option, and ends with code 2."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < inf:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds above 0, such as 280.")
    return seconds


class Command(BaseCommand):
    """Send queued messages: the same code as the worker's, in this process."""

    help = (
        "Send the messages that are due and settle those in doubt, and pass on the alerts that "
        "nobody answered, without Celery or Redis; once "
        "an hour also look for what was forgotten, and remove what was kept long enough. "
        "Exit code 1 if sending is stopped or the mail server cannot be reached."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how long to go on."""
        how_long = parser.add_mutually_exclusive_group()
        how_long.add_argument("--once", action="store_true", help="send one batch, then end")
        how_long.add_argument(
            "--until-empty", action="store_true", help="go on until nothing is due (the default)"
        )
        parser.add_argument(
            "--seconds", type=_seconds, default=280.0, help="end after so many seconds (280)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Drain, then say what was done."""
        worker = f"drain:{socket.gethostname()}:{os.getpid()}"[:80]
        ends_at = time.monotonic() + options["seconds"]
        total = outbox.SendReport()
        # First, so that what it tells the staff leaves in this very run.
        alert_sweep.sweep(by=Actor.system("sweep:alerts"))
        settled = outbox.reconcile(worker=worker)
        while (left := ends_at - time.monotonic()) > 0:
            report = outbox.drain(worker=worker, once=options["once"], seconds=left)
            total.add(report)
            if options["verbosity"] > 1:
                self.stderr.write(f"{total.sent} sent …")
            if options["once"] or report.trouble or report.halted or not report.claimed:
                break
        self.stdout.write(
            f"sent {total.sent}, later {total.later}, waiting or stopped {total.stopped}, "
            f"failed {total.failed}, set aside {total.quarantined}, unsure {total.unsure}, "
            f"expired {total.expired}, settled {settled}"
        )
        housekeeping.keep_if_due(by=Actor.system("sweep:failsafe"))
        if total.trouble:
            raise CommandError(total.trouble)
        if total.halted:
            raise CommandError(
                "Sending broke off. See the post page, or run: manage.py sending status"
            )
