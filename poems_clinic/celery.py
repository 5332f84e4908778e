"""The Celery app and the timetable: every sweep of the clinic, on one page.

All intervals, no wall-clock times: beat runs in UTC and the clinic's local hour is decided in
Python (`rules/dates.py`), so a change of clocks can neither skip nor double a sweep.
Each sweep is safe to repeat, so two beats do no harm.
"""

from __future__ import annotations

import os

from celery import Celery

from poems_clinic import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poems_clinic.settings")

app = Celery("poems_clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["pathways"])

# Process tests turn the minute into a second or two; nothing but the pace depends on it.
MINUTE = float(env.number("SWEEP_SECONDS", 60, least=1))

app.conf.beat_schedule = {
    "plan reminders": {
        "task": "pathways.tasks.plan_reminders",
        "schedule": MINUTE,
        "options": {"expires": 0.9 * MINUTE},
    },
    "send queued messages": {
        "task": "pathways.tasks.send_queued",
        "schedule": MINUTE,
        "options": {"expires": 0.9 * MINUTE},
    },
    "settle unsure messages": {
        "task": "pathways.tasks.reconcile_messages",
        "schedule": 5 * MINUTE,
        "options": {"expires": 4.8 * MINUTE},
    },
    "pass on unanswered alerts": {
        "task": "pathways.tasks.escalate_alerts",
        "schedule": MINUTE,
        "options": {"expires": 0.9 * MINUTE},
    },
    "check and load uploaded files": {
        "task": "pathways.tasks.work_imports",
        "schedule": MINUTE / 12,  # somebody sits before the page and waits
        "options": {"expires": 0.9 * MINUTE / 12},
    },
    "show that the workers live": {
        "task": "pathways.tasks.canary",
        "schedule": MINUTE,
        "options": {"expires": 0.9 * MINUTE},
    },
    "look for anything forgotten": {
        "task": "pathways.tasks.failsafe",
        "schedule": 60 * MINUTE,
        "options": {"expires": 58 * MINUTE},
    },
}
