"""Refuse migrations that lock or lose rows while an older copy of the clinic still runs.

Run by `make check`. Initial migrations make empty tables and are left out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "poems_clinic.settings"

import django

django.setup()

from django_migration_linter.migration_linter import MigrationLinter  # noqa: E402

linter = MigrationLinter(
    include_apps=["pathways"],
    ignore_initial_migrations=True,
    all_warnings_as_errors=True,
    analyser_string="postgresql",  # what production runs, whatever this machine has
)
linter.lint_all_migrations()
linter.print_summary()
sys.exit(1 if linter.has_errors else 0)
