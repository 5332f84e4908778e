"""Puts the clinic's own admin site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class ClinicAdminConfig(AdminConfig):
    """The admin whose door is a coordinator's membership."""

    default_site = "pathways.views.admin_site.ClinicAdminSite"
