"""A deed that somebody on the staff owes: a call, an address to check, a sample to chase."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from pathways.models.base import ClinicOwned, ClinicQuerySet, choices, one_of, paired
from pathways.rules.lifecycles import WorkItemKind


class WorkItemQuerySet(ClinicQuerySet):
    """Questions on what staff owe."""

    def open(self) -> Self:
        """Deeds not done yet."""
        return self.filter(closed_at__isnull=True)

    def showing(self, day: date) -> Self:
        """Open deeds that nobody has put off beyond this day."""
        return self.open().filter(Q(hidden_until__isnull=True) | Q(hidden_until__lte=day))


class WorkItem(ClinicOwned):
    """One deed. At most one open row per kind and subject."""

    parents = ("patient", "screening", "appointment", "message")

    kind = models.CharField(max_length=24, choices=choices(WorkItemKind))
    subject = models.CharField(
        max_length=80, help_text="What it is about, e.g. patient:… or message:…; one open row each"
    )
    summary = models.CharField(max_length=200)
    patient = models.ForeignKey(
        "pathways.Patient",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_items",
    )
    screening = models.ForeignKey(
        "pathways.Screening", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appointment = models.ForeignKey(
        "pathways.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.ForeignKey(
        "pathways.Message",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_items",
    )
    due_on = models.DateField()
    hidden_until = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "kind", "subject"],
                condition=Q(closed_at__isnull=True),
                name="one_open_item_a_subject",
            ),
            one_of("kind", WorkItemKind, "work_item_kind_known"),
            paired("closed_at", "closed_by", "work_item_closed_paired"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(outcome=""),
                name="closed_work_item_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "due_on"],
                condition=Q(closed_at__isnull=True),
                name="work_item_open",
            ),
            models.Index(
                fields=["patient"], condition=Q(closed_at__isnull=True), name="work_item_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.summary}"
