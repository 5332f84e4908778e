"""The one app of the clinic."""

from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    """Patients, their screenings, their messages."""

    name = "pathways"
    verbose_name = "Clinic"
