"""The fence round the demo: it runs only where the settings say so and no real clinic is near."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from pathways.models import Clinic


def why_not() -> str | None:
    """Return why the demo must not run here, with the cure; None where it may."""
    if settings.ENVIRONMENT != "demo":
        return (
            f"This copy runs as POEMS_ENV={settings.ENVIRONMENT}. The demo runs only where "
            "POEMS_ENV is demo: unset POEMS_ENV, or set it to demo."
        )
    if Clinic._meta.db_table not in connection.introspection.table_names():
        return None  # nothing there yet
    others = list(
        Clinic.objects.exclude(is_demo=True).order_by("code").values_list("code", flat=True)[:3]
    )
    if others:
        return (
            f"The database holds another clinic ({', '.join(others)}). The demo never stands "
            "beside real people: give it a folder of its own with DATA_DIR."
        )
    return None
