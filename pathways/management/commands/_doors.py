"""What the operators' commands share: finding a clinic, exit codes, progress on long work.

Exit codes: 0 done; 1 done in part, or refused by a rule of the clinic; 2 wrong usage, or a file
that cannot be used at all.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pathways.models import Clinic
from pathways.services.errors import Refused

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

PARTLY = 1
UNUSABLE = 2
# What an option may name; month arithmetic ends with the calendar of Python, at the year 9999.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Door(BaseCommand):
    """A command whose refusals are one clear sentence and an exit code, never a traceback."""

    # An import at night needs no pages; the full checks belong to `check` and to the web server.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let an option of the clinic replace one of Django's (`--version` is a pathway's)."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn what a service refuses into the command's own error, exit code 1."""
        try:
            yield
        except Refused as refused:
            raise CommandError(refused.message, returncode=PARTLY) from refused

    def progress(self, done: int, noun: str) -> None:
        """Say how far a long run has come, on the error stream."""
        self.stderr.write(f"{done:,} {noun} …", self.style.NOTICE)


def add_clinic_argument(parser: CommandParser) -> None:
    """Add the required `--clinic CODE`."""
    parser.add_argument("--clinic", required=True, metavar="CODE", help="the clinic's short code")


def clinic_named(code: str) -> Clinic:
    """Return the clinic, or refuse naming the ones there are."""
    clinic = Clinic.objects.filter(code=code).first()
    if clinic is not None:
        return clinic
    codes = list(Clinic.objects.order_by("code").values_list("code", flat=True)[:20])
    if not codes:
        unusable(f"There is no clinic {code!r}, and none at all yet. Open one with add_clinic.")
    near = difflib.get_close_matches(code, codes, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Clinics: {', '.join(codes)}."
    return unusable(f"There is no clinic {code!r}. {hint}")


def day_of(text: str, option: str) -> date:
    """Return a day written as 2026-11-21, or refuse naming the option."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        unusable(f"{option} {text!r} is not a day. Write it as 2026-11-21.")
    if not FIRST_DAY <= day <= LAST_DAY:
        unusable(f"{option} {text} is out of reach: from {FIRST_DAY} to {LAST_DAY}.")
    return day


def unusable(message: str) -> NoReturn:
    """Stop with exit code 2: nothing was done."""
    raise CommandError(message, returncode=UNUSABLE)


def write_out(lines: Iterable[str], out: SupportsWrite[str]) -> None:
    """Write line by line; a reader that stops early (`| head`) is no error."""
    try:
        for line in lines:
            out.write(line)
        if hasattr(out, "flush"):
            out.flush()
    except BrokenPipeError:
        # Point stdout at nothing, so that Python does not complain again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
