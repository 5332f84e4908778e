"""The Celery app and the timetable: every sweep of the clinic, on one page.

All intervals, no wall-clock times: beat runs in UTC and the clinic's local hour is decided in Python
(`rules/dates.py`), so a change of clocks can neither skip nor double a sweep. Each sweep is safe to
repeat, so two beats do no harm.
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poems_clinic.settings")

app = Celery("poems_clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["pathways"])

MINUTE = 60.0

app.conf.beat_schedule = {
    "plan reminders": {
        "task": "pathways.tasks.plan_reminders",
        "schedule": MINUTE,
        "options": {"expires": 55},
    },
    "send queued messages": {
        "task": "pathways.tasks.send_queued",
        "schedule": MINUTE,
        "options": {"expires": 55},
    },
    "settle unsure messages": {
        "task": "pathways.tasks.reconcile_messages",
        "schedule": 5 * MINUTE,
        "options": {"expires": 290},
    },
    "show that the workers live": {
        "task": "pathways.tasks.canary",
        "schedule": MINUTE,
        "options": {"expires": 55},
    },
    "look for anything forgotten": {
        "task": "pathways.tasks.failsafe",
        "schedule": 60 * MINUTE,
        "options": {"expires": 3500},
    },
}
