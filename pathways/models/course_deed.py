"""What was done to a course after it was planned, and the reason that was given for it."""

from __future__ import annotations

from django.db import models

from pathways.models.base import ClinicOwned
from pathways.models.therapy import TherapyCourse


class CourseDeed(ClinicOwned):
    """A change, a delay or a taking back with its reason: kept when the next one overwrites its row."""

    parents = ("course",)

    course = models.ForeignKey(TherapyCourse, on_delete=models.PROTECT, related_name="deeds")
    cycle_number = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of the cycle it is about; a number outlives its row"
    )
    effective_on = models.DateField(help_text="The day from which it holds, or that it moved")
    words = models.TextField(help_text="What became of what, in words")
    reason = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["effective_on", "id"]

    def __str__(self) -> str:
        return self.words
