"""Give somebody an account and a role in a clinic."""

from __future__ import annotations

import getpass
import secrets
import sys
from typing import Any

from django.core.management.base import CommandParser

from pathways.management.commands import _doors
from pathways.rules.lifecycles import Role
from pathways.services import staff
from pathways.services.actors import Actor

RANDOM_BYTES = 15  # 20 characters


class Command(_doors.Door):
    """Adds a member of staff; the password is generated and printed once, or asked for."""

    help = (
        "Give somebody a role in a clinic, with a new account unless they have one. The password "
        "of a new account is generated and printed once; --ask-password asks for it instead (or "
        "reads one line from standard input)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Sign-in name, clinic, role and name."""
        parser.add_argument("username", help="the sign-in name")
        _doors.add_clinic_argument(parser)
        parser.add_argument(
            "--role",
            required=True,
            choices=[role.value for role in Role],
            help="what they may do in this clinic",
        )
        parser.add_argument("--name", required=True, help="the name colleagues know")
        parser.add_argument("--email", default="", help="their own address, for colleagues")
        parser.add_argument("--ask-password", action="store_true", help="ask instead of generating")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the person and print a generated password once."""
        clinic = _doors.clinic_named(options["clinic"])
        asked = options["ask_password"]
        password = self._asked() if asked else secrets.token_urlsafe(RANDOM_BYTES)
        with self.refusals():
            joined = staff.add(
                clinic=clinic,
                username=options["username"],
                role=Role(options["role"]),
                name=options["name"],
                email=options["email"],
                password=password,
                by=Actor.system("command:add_user"),
            )
        who = f"{joined.user.get_username()} ({joined.user})"
        if not joined.new_role:
            self.stdout.write(f"{who} is {options['role']} in {clinic} already. Nothing changed.")
            return
        self.stdout.write(f"{who} is {options['role']} in {clinic}.")
        if not joined.new_account:
            self.stdout.write("The account was there before; its password is unchanged.")
        elif not asked:
            self.stdout.write(f"Password, shown this once: {password}")

    def _asked(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        first = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != first:
            _doors.unusable("The two passwords differ. Nothing was changed; try again.")
        return first
