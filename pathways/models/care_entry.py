"""Dated entries of care beside the courses: transplant steps, prophylaxis, support, illness."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pathways.models.base import Record, choices, one_of
from pathways.rules.course_states import EntryKind


class CareEntry(Record):
    """A dated entry beside the courses: transplant steps, radiotherapy, prophylaxis, support."""

    parents = ("patient",)

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="care_entries"
    )
    kind = models.CharField(max_length=24, choices=choices(EntryKind))
    label = models.CharField(max_length=120, help_text="e.g. aspirin, left hip, ankle orthosis")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    detail = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=40, default="staff")

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            *Record.Meta.constraints,
            one_of("kind", EntryKind, "care_entry_kind_known"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="care_entry_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["patient", "kind"], name="care_entry_of_person")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.label}"
