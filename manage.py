#!/usr/bin/env python
"""The operators' door: every command of the clinic starts here."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poems_clinic.settings")
    if sys.argv[1:2] == ["demo"]:
        from poems_clinic import demo_env

        reason = demo_env.prepare(os.environ)
        if reason and not {"-h", "--help"} & set(sys.argv):
            sys.exit(reason)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
