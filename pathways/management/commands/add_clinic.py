"""Open a clinic."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django.core.management.base import CommandParser

from pathways.management.commands import _doors
from pathways.services import addresses, clinics
from pathways.services.actors import Actor

DEFAULT_WINDOW = "09:00-17:00"


class Command(_doors.Door):
    """Opens a clinic with its own time zone, numbers, sender and link host."""

    help = (
        "Open a clinic. Name, email and link host are seen by mail providers and on shared "
        "screens, so none of them may name a disease or a specialty. The country gives the public "
        "holidays and the emergency number."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Everything that has to be known before the clinic can write to anybody."""
        add = parser.add_argument
        add("code", help="short name used by commands, e.g. stbrides")
        add("--name", required=True, help="the everyday name patients know")
        add("--time-zone", required=True, help="IANA name, e.g. Europe/London")
        add("--country", required=True, help="two letters, e.g. GB")
        add("--phone", required=True, help="the number patients call")
        add("--hours", required=True, help='when it is answered, e.g. "Monday to Friday, 8 to 5"')
        add("--address", required=True, help="where patients come to")
        add("--email", required=True, help="the read mailbox: sender and reply address")
        add("--link-host", required=True, help="host of the links in mail, e.g. visits.example.org")
        add("--emergency-number", default="", help="if the country's is not known, or another")
        add("--day-night-phone", default="", help="answered at any hour")
        add(
            "--window",
            default=DEFAULT_WINDOW,
            metavar="HH:MM-HH:MM",
            help="the hours of the day in which mail leaves (clinic time)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Open the clinic and say what comes next."""
        opens_at, closes_at = _window(options["window"])
        with self.refusals():
            clinic = clinics.add(
                clinic=clinics.NewClinic(
                    code=options["code"],
                    name=options["name"],
                    time_zone=options["time_zone"],
                    country=options["country"],
                    phone=options["phone"],
                    phone_hours=options["hours"],
                    address=options["address"],
                    email=options["email"],
                    link_host=options["link_host"],
                    emergency_number=options["emergency_number"],
                    day_night_phone=options["day_night_phone"],
                    opens_at=opens_at,
                    closes_at=closes_at,
                ),
                by=Actor.system("command:add_clinic"),
            )
        self.stdout.write(
            f"{clinic} ({clinic.code}) is open: {clinic.time_zone}, mail leaves "
            f"{opens_at:%H:%M} to {closes_at:%H:%M}, emergency number {clinic.emergency_number}."
        )
        if not clinics.has_holidays(clinic.country):
            self.stdout.write(
                f"We do not know the public holidays of {clinic.country}: add them as closures."
            )
        if not addresses.is_served(clinic.link_host):
            self.stderr.write(
                f"No link in its mail will open: ALLOWED_HOSTS does not name {clinic.link_host}. "
                f"Add it for web, worker and beat, and start them again."
            )
        self.stdout.write(
            f"Next: add_user NAME --clinic {clinic.code} --role coordinator --name …; "
            f"sign_pathway --clinic {clinic.code} --by …; "
            f"import_patients FILE --clinic {clinic.code}"
        )


def _window(text: str) -> tuple[time, time]:
    match = re.fullmatch(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})", text.strip())
    try:
        if match is None:
            raise ValueError
        opens_at, closes_at = (time.fromisoformat(part.zfill(5)) for part in match.groups())
    except ValueError:
        _doors.unusable(f"--window {text!r} is not two times. Write it as {DEFAULT_WINDOW}.")
    return opens_at, closes_at
