"""Who did what to which record, when. For inspection only; screens read the rows themselves."""

from __future__ import annotations

from django.db import models

from pathways.models.base import AppendOnly, AppendOnlyQuerySet


class AuditEvent(AppendOnly):
    """One deed of a person or of a named part of the system."""

    clinic = models.ForeignKey(
        "pathways.Clinic",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField()
    actor = models.CharField(
        max_length=120, help_text="A person's sign-in name, or e.g. sweep:plan"
    )
    user = models.ForeignKey(
        "pathways.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    verb = models.CharField(max_length=40, help_text="e.g. enrolled, booked, opened the page")
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    patient = models.ForeignKey(
        "pathways.Patient",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    detail = models.JSONField(default=dict, help_text="Before and after, field by field")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["patient", "-at"], name="audit_of_person"),
            models.Index(fields=["clinic", "-at"], name="audit_of_clinic"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.subject_type} {self.subject_id}"
