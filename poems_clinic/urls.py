"""The site's front door: Django's admin, and the clinic."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("pathways.urls")),
]
