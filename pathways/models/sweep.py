"""Signs of life: when each sweep last ran, what sending is allowed to do, and how fast."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pathways.models.base import paired


class Sweep(models.Model):
    """One row a sweep: when it last began and ended, and what it did."""

    name = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class SendingControl(models.Model):
    """One row for the whole installation: the stop switch and the circuit breaker."""

    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=120, blank=True)
    stopped_reason = models.CharField(max_length=200, blank=True)
    breaker_until = models.DateTimeField(null=True, blank=True)
    breaker_reason = models.CharField(max_length=120, blank=True)
    breaker_trips = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_sending_control"),
            paired("stopped_at", "stopped_by", "sending_stopped_paired"),
        ]

    def __str__(self) -> str:
        return "Sending control"


class DomainBudget(models.Model):
    """A token bucket for one recipient domain."""

    domain = models.CharField(max_length=254, unique=True)
    tokens = models.FloatField()
    refilled_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.domain
