"""Stored words as the clinic says them."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from pathways.models import Clinic
from pathways.rules.dates import zone
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import PHASE_LABELS, Phase

register = template.Library()


@register.filter
def phase_words(phase: str) -> str:
    """Return the name of a phase."""
    return PHASE_LABELS[Phase(phase)] if phase in set(Phase) else phase


@register.filter
def clinic_time(instant: datetime, clinic: Clinic) -> str:
    """Return an instant as day and hour of the clinic."""
    local = instant.astimezone(zone(clinic.time_zone))
    return f"{short_date(local.date(), date.min)}, {local:%H:%M}"
