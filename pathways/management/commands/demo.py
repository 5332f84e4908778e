"""Run the whole clinic on this machine with invented people: web, worker, beat and a mailbox."""

from __future__ import annotations

import logging
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from celery import chain
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from pathways.demo import fence, premises, seed
from pathways.demo.people import SHOWPIECE
from pathways.models import Patient
from poems_clinic.celery import app
from poems_clinic.supervisor import Child, Supervisor

SERVING_SECONDS = 60.0
WEB_WORKERS = 2


class Command(BaseCommand):
    """Supervises everything the demo needs, and stops it all on Ctrl-C."""

    help = (
        "Run the demo clinic: sixty invented people, real reminders into a local mailbox. "
        "Everything stays on this machine, in the folder .demo (or DATA_DIR). The data are made "
        "for today; on another day they are made anew. Ctrl-C stops everything."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The port of the web server."""
        parser.add_argument(
            "--port", type=int, help="web port; otherwise the first free one from 8000 on"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, start, say where to look, and wait."""
        reason = fence.why_not()
        if reason:
            raise CommandError(reason)
        try:
            with premises.alone(settings.DATA_DIR):
                code = self._run(options["port"])
        except premises.Unusable as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("\nStopped before it was ready.")
            return
        if code:
            sys.exit(code)

    def _run(self, wanted_port: int | None) -> int:
        began = time.monotonic()
        web, mail = premises.web_door(wanted_port), premises.any_door()
        address = f"http://{premises.HOST}:{premises.port_of(web)}"
        if not premises.is_fresh():
            self._say("Inventing today's clinic: sixty people with two years behind them …")
        # The staff's mail, written while seeding and afterwards, leads to this very server.
        settings.STAFF_URL = address
        premises.prepare(link_host=address.removeprefix("http://"))
        supervisor = Supervisor(logs=settings.DATA_DIR / "logs", say=self._say)
        with supervisor.signals():
            for child in _children(web, mail):
                supervisor.start(child)
            if not supervisor.wait_until(lambda: _serves(address), seconds=SERVING_SECONDS):
                return self._told_why(supervisor)
            _ring()
            self._welcome(address, time.monotonic() - began)
            code = supervisor.watch()
            if not code:
                self._say("\nStopping …")
        self._say("Everything has stopped.")
        return code

    def _told_why(self, supervisor: Supervisor) -> int:
        if supervisor.stopping:
            self._say("\nStopped before it was ready.")
            return 0
        name = supervisor.fallen()
        if name:
            supervisor.tell_fall(name)
        else:
            self._say(
                f"The web server gave no answer within {SERVING_SECONDS:.0f} seconds. "
                f"Its log is {supervisor.log_of('web')}."
            )
        return 1

    def _welcome(self, address: str, seconds: float) -> None:
        lines = [
            "",
            f"St Bride’s Clinic is open (after {seconds:.1f} s): {address}/",
            f"What its patients get by email:       {address}{reverse('mailbox')}",
            f"Whom to open first:                   {address}{_first_page()}",
            f"  {SHOWPIECE.family_name}, {SHOWPIECE.given_name}: {SHOWPIECE.story}",
            "",
            f"Sign in as any of these, password {seed.PASSWORD}",
            *(f"  {username:<12}{role.value:<14}{name}" for username, role, name in seed.STAFF),
            "",
            "Every person here is invented, and so are the signatures under the pathway.",
            "No mail leaves this machine. The clinic’s sending window is always open, so that",
            "reminders arrive within a minute at any hour of any day; a real clinic’s is not.",
            "Ctrl-C stops everything.",
        ]
        self._say("\n".join(lines))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _children(web: socket.socket, mail: socket.socket) -> list[Child]:
    """Return the processes of the demo; each gets the environment of this one."""
    mail_port = str(premises.port_of(mail))
    environ = {
        **os.environ,
        "SMTP_PORT": mail_port,
        "STAFF_URL": settings.STAFF_URL,
        "PYTHONUNBUFFERED": "1",
    }
    python = (sys.executable, "-m")
    quiet = ("--loglevel", "WARNING")
    commands: dict[str, tuple[tuple[str, ...], socket.socket | None]] = {
        "mailbox": (
            (
                *(*python, "pathways.demo.mail_sink", "--door", str(mail.fileno())),
                *("--folder", str(settings.MAILBOX_DIR)),
            ),
            mail,
        ),
        "web": (
            (
                *(*python, "gunicorn", "poems_clinic.wsgi:application", "--no-control-socket"),
                *("--bind", f"fd://{web.fileno()}", "--workers", str(WEB_WORKERS)),
                *("--worker-class", "sync", "--graceful-timeout", "5", "--log-level", "warning"),
            ),
            web,
        ),
        "worker": (
            (
                *(*python, "celery", "--app", "poems_clinic", "worker", *quiet),
                *("--pool", "threads", "--concurrency", "2"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ),
            None,
        ),
        "beat": (
            (*python, "celery", "--app", "poems_clinic", "beat", *quiet, "--pidfile="),
            None,
        ),
    }
    return [
        Child(name, command, environ, settings.BASE_DIR, door)
        for name, (command, door) in commands.items()
    ]


def _first_page() -> str:
    """Return the address of the person whose page shows most."""
    person = Patient.objects.get(clinic__is_demo=True, mrn=SHOWPIECE.mrn)
    return reverse("patient", args=[person.pk])


def _serves(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}{reverse('healthz')}", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _ring() -> None:
    """Do not wait for the timetable's first minute: plan, and when planned, send."""
    logging.getLogger("kombu.connection").setLevel(logging.ERROR)  # a folder has no host to warn of
    plan = app.signature("pathways.tasks.plan_reminders", immutable=True)
    send = app.signature("pathways.tasks.send_queued", immutable=True)
    chain(plan, send).apply_async()
    app.send_task("pathways.tasks.canary", expires=55)
