"""What is done every hour, whether Celery or cron rings: find the forgotten, ask the alert rules."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.conf import settings

from pathways import clock
from pathways.models import Sweep
from pathways.services import (
    alert_sweep,
    exam_drafts,
    failsafe,
    import_runs,
    outbox,
    sending_control,
)
from pathways.services.actors import Actor

NAME = "housekeeping"
EVERY = timedelta(hours=1)


def keep(*, by: Actor) -> None:
    """Sweep for what was forgotten; remove what was kept long enough."""
    with sending_control.sweeping(NAME) as done:
        # Removing comes first: nothing that is found may keep letters longer than was promised.
        done.count = outbox.purge() + import_runs.purge() + exam_drafts.purge()
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
        failsafe.sweep(by=by)
        alert_sweep.assess_all(by=by)


def keep_if_due(*, by: Actor) -> bool:
    """Keep house unless somebody began to within the last hour; say whether it was done now."""
    now = clock.now()
    Sweep.objects.get_or_create(name=NAME)
    # One statement, so that of several commands at once a single one has the turn. A start that
    # lies ahead was written by a wrong clock, and holds nobody up.
    others = Sweep.objects.filter(name=NAME).exclude(
        started_at__gt=now - EVERY, started_at__lte=now
    )
    if not others.update(started_at=now):
        return False
    keep(by=by)
    return True
