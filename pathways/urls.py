"""Every address of the clinic, on one page."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
