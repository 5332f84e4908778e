"""The wiring of the site: settings, addresses and the timetable. No clinic rules live here."""

from poems_clinic.celery import app as celery_app

__all__ = ["celery_app"]
