"""`manage.py sending`: the stop switch, a clinic's pause, and the release after an import."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from pathways import clock
from pathways.models import Clinic, Message, Sweep
from pathways.rules.lifecycles import MESSAGE_GROUPS
from pathways.services import sending_control
from pathways.services.actors import Actor
from pathways.services.errors import Refused


class Command(BaseCommand):
    """Look at sending, or change whether it may happen."""

    help = "Stop or start all email, pause or resume one clinic, or release the first mailing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what to do, and to which clinic."""
        parser.add_argument(
            "deed",
            choices=["status", "stop", "start", "pause", "resume", "release"],
            help="what to do; status only says what stands",
        )
        parser.add_argument("--clinic", help="code of the clinic (pause, resume, release)")
        parser.add_argument("--reason", default="", help="why (stop, pause)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say in a sentence why not."""
        by = Actor.system(f"command:{getpass.getuser()}")
        deed = options["deed"]
        try:
            if deed == "status":
                self._status()
            elif deed == "stop":
                sending_control.stop(reason=options["reason"], by=by)
            elif deed == "start":
                sending_control.start(by=by)
            elif deed == "pause":
                sending_control.pause_clinic(
                    clinic=self._clinic(options), reason=options["reason"], by=by
                )
            elif deed == "resume":
                sending_control.resume_clinic(clinic=self._clinic(options), by=by)
            else:
                sending_control.release_clinic(clinic=self._clinic(options), by=by)
        except Refused as refused:
            hint = f" (--{refused.field})" if refused.field else ""
            raise CommandError(f"{refused.message}{hint}") from refused
        if deed != "status":
            self.stdout.write("Done.")

    def _clinic(self, options: dict[str, Any]) -> Clinic:
        code = options["clinic"]
        if not code:
            raise CommandError("Name the clinic: --clinic CODE.")
        found = Clinic.objects.filter(code=code).first()
        if found is None:
            known = ", ".join(Clinic.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no clinic {code!r}. Known: {known}.")
        return found

    def _status(self) -> None:
        why = sending_control.why_not(clock.now())
        self.stdout.write(why or "Sending is on.")
        for clinic in Clinic.objects.all():
            notes = []
            if clinic.sending_paused_at:
                notes.append(
                    f"paused by {clinic.sending_paused_by}: {clinic.sending_paused_reason}"
                )
            if clinic.release_needed_since:
                notes.append("invitations wait for a release")
            counts = dict(
                Message.objects.in_clinic(clinic)
                .order_by()
                .values_list("state")
                .annotate(count=Count("*"))
            )
            groups = ", ".join(
                f"{name} {sum(counts.get(state, 0) for state in states)}"
                for name, states in MESSAGE_GROUPS.items()
            )
            self.stdout.write(f"{clinic.code}: {groups}{'; ' if notes else ''}{'; '.join(notes)}")
        for sweep in Sweep.objects.order_by("name"):
            ended = (
                sweep.finished_at.isoformat(timespec="seconds") if sweep.finished_at else "never"
            )
            trouble = f", {sweep.trouble}" if sweep.trouble else ""
            self.stdout.write(f"sweep {sweep.name}: last ended {ended}, {sweep.count}{trouble}")
