"""The agreed plan: what to screen, when, for whom, on whose word."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q

from pathways.models.base import choices
from pathways.rules.dates import Interval
from pathways.rules.lifecycles import Phase
from pathways.rules.rule_types import AnchorMode, RecurrenceKind, Rule


class Pathway(models.Model):
    """A kind of plan; the product brings one, for POEMS syndrome."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class PathwayVersion(models.Model):
    """One published state of a pathway: the product's own (no clinic) or one clinic's."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="versions")
    clinic = models.ForeignKey(
        "pathways.Clinic", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    number = models.PositiveIntegerField()
    effective_from = models.DateField()
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of the definitions as loaded")
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pathway", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "number"],
                condition=Q(clinic__isnull=True),
                name="one_product_version_a_number",
            ),
            models.UniqueConstraint(
                fields=["pathway", "clinic", "number"], name="one_clinic_version_a_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pathway}, version {self.number}"


class PathwaySignOff(models.Model):
    """A clinician's name under a version, for one clinic. Without it no patient gets mail."""

    version = models.ForeignKey(PathwayVersion, on_delete=models.PROTECT, related_name="sign_offs")
    clinic = models.ForeignKey(
        "pathways.Clinic", on_delete=models.PROTECT, related_name="sign_offs"
    )
    signed_by = models.CharField(max_length=120, help_text="Name and role of the clinician")
    signed_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "clinic", "signed_by"], name="one_signature_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.signed_by}, {self.signed_on}"


class Remind(models.TextChoices):
    """Whom a screening's reminders are for."""

    PATIENT = "patient", "The patient"
    STAFF = "staff", "Staff only"
    NONE = "none", "Nobody"


class ScreeningDefinition(models.Model):
    """What is to be done in one phase, and its recurrence. Immutable once published."""

    version = models.ForeignKey(
        PathwayVersion, on_delete=models.PROTECT, related_name="definitions"
    )
    code = models.SlugField()
    phase = models.CharField(max_length=20, choices=choices(Phase))
    label = models.CharField(max_length=80)
    owner = models.CharField(max_length=40)
    booking = models.CharField(max_length=40, help_text="How it is booked: visit, blood draw…")
    remind = models.CharField(max_length=10, choices=Remind.choices)
    minutes = models.PositiveIntegerField(default=30)
    kind = models.CharField(max_length=12, choices=choices(RecurrenceKind))
    anchor_mode = models.CharField(max_length=10, choices=choices(AnchorMode))
    opens_after = models.CharField(max_length=20, help_text="e.g. 3 months")
    due_after = models.CharField(max_length=20)
    soon_days = models.PositiveIntegerField()
    grace_days = models.PositiveIntegerField()
    min_gap_days = models.PositiveIntegerField()
    lookback_days = models.PositiveIntegerField(default=0)
    lead_days = models.PositiveIntegerField(default=0)
    expected_days = models.PositiveIntegerField(null=True, blank=True)
    satisfied_any = models.JSONField(default=list)
    satisfied_all = models.JSONField(default=list)
    sources = models.JSONField(default=list, help_text="Document, section and note of each number")
    signed = models.BooleanField(help_text="False: proposed by us, not in the documents")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "phase", "code"], name="one_definition_a_phase"
            ),
            models.CheckConstraint(condition=~Q(sources=[]), name="definition_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.phase})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a published definition is never changed."""
        if not self._state.adding:
            raise TypeError("A published definition is immutable. Publish a new version.")
        super().save(*args, **kwargs)

    @cached_property
    def rule(self) -> Rule:
        """The recurrence as the rules understand it."""
        return Rule(
            code=self.code,
            version=self.version_number,
            phase=self.phase,
            kind=RecurrenceKind(self.kind),
            anchor_mode=AnchorMode(self.anchor_mode),
            opens_after=Interval.parse(self.opens_after),
            due_after=Interval.parse(self.due_after),
            soon_days=self.soon_days,
            grace_days=self.grace_days,
            min_gap_days=self.min_gap_days,
            lookback_days=self.lookback_days,
            lead_days=self.lead_days,
            expected_days=self.expected_days,
        )

    @cached_property
    def version_number(self) -> int:
        """The number of the version this definition belongs to."""
        return self.version.number

    @cached_property
    def satisfying_codes(self) -> frozenset[str]:
        """Every result code that can help to satisfy this screening."""
        return frozenset([*self.satisfied_any, *self.satisfied_all])
