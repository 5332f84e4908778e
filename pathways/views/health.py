"""Two addresses for machines. They say how the clinic is, and nothing about anybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from pathways import clock
from pathways.views.doors import open_door
from pathways.worklists.notices import LATE_AFTER, read_signs


@open_door
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the web server lives."""
    return JsonResponse({"web": "ok"})


@open_door
@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers and how old the last sweep is; 503 if either is unwell."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        signs = read_signs()
    except DatabaseError:
        return JsonResponse({"database": "no answer"}, status=503)
    last = signs.last_sweep_at
    age = None if last is None else int((clock.now() - last).total_seconds())
    late = age is None or age > LATE_AFTER.total_seconds()
    told = {"database": "ok", "last_sweep_seconds_ago": age, "sweep": "late" if late else "ok"}
    return JsonResponse(told, status=503 if late else 200)
