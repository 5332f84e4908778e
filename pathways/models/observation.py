"""A measured or reported result, with its unit, specimen, laboratory and doubt."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from pathways.models.base import ClinicOwned, ClinicQuerySet, choices, one_of
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.observations import Reading


class ObservationQuerySet(ClinicQuerySet):
    """Questions on results."""

    def current(self) -> Self:
        """The latest word on each sample; what it replaced is kept but does not count."""
        return self.filter(superseded_by__isnull=True)

    def final(self) -> Self:
        """Current results a laboratory or clinician stands by."""
        return self.current().filter(status=ResultStatus.FINAL)

    def readings(self) -> list[Reading]:
        """The final values as `rules.observations` compares them, oldest first: one question."""
        rows = self.final().filter(value__isnull=False).order_by("performed_on", "id")
        return [row.reading for row in rows]


class Observation(ClinicOwned):
    """One word on one sample: a later row about the same sample replaces it, and both are kept."""

    parents = ("patient", "exam")

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="observations"
    )
    code = models.SlugField(db_index=False, help_text="The catalogue's analyte or assessment code")
    performed_on = models.DateField(
        help_text="The clinic's day; the only date that moves due dates"
    )
    collected_at = models.DateTimeField(null=True, blank=True, help_text="Where the hour is known")
    reported_on = models.DateField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True, help_text="For a collected sample")
    status = models.CharField(max_length=20, choices=choices(ResultStatus))
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    value_text = models.CharField(max_length=200, blank=True, help_text="As received")
    comparator = models.CharField(
        max_length=2, blank=True, choices=[("<", "<"), (">", ">"), ("<=", "≤"), (">=", "≥")]
    )
    unit = models.CharField(max_length=30, blank=True, help_text="As received")
    canonical_value = models.DecimalField(
        max_digits=18,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="In the catalogue's unit; empty where the unit is not known",
    )
    canonical_unit = models.CharField(max_length=30, blank=True)
    canonical_factor = models.DecimalField(
        max_digits=18,
        decimal_places=9,
        null=True,
        blank=True,
        help_text="Value and printed limits × this = in the catalogue's unit",
    )
    specimen = models.CharField(max_length=40, blank=True)
    lab = models.CharField(max_length=80, blank=True)
    method = models.CharField(max_length=80, blank=True, help_text="Assay, or who scored")
    sample_number = models.CharField(max_length=40, blank=True)
    reference_low = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    reference_high = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    doubt = models.CharField(
        max_length=200, blank=True, help_text="Why a value outside the plausible range stands"
    )
    exam = models.ForeignKey(
        "pathways.NeuroExam",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="totals",
        help_text="The exam this total was computed from",
    )
    counts_early = models.BooleanField(
        default=False, help_text="A clinician decided that this early result counts"
    )
    counts_reason = models.CharField(max_length=200, blank=True)
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why this word replaced an earlier one"
    )
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    source = models.CharField(max_length=40, default="staff", help_text="staff, import, …")

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["performed_on", "id"]
        constraints = [
            models.UniqueConstraint(
                # One sample, one truth.
                fields=["patient", "code", "performed_on", "specimen", "lab", "sample_number"],
                condition=Q(superseded_by__isnull=True),
                name="one_truth_a_sample",
            ),
            one_of("status", ResultStatus, "observation_status_known"),
            models.CheckConstraint(
                condition=Q(counts_early=False) | ~Q(counts_reason=""),
                name="early_result_counts_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reported_on__isnull=True) | Q(reported_on__gte=F("performed_on")),
                name="observation_reported_after_performed",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "code", "-performed_on"], name="observation_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.performed_on}"

    @property
    def reading(self) -> Reading:
        """This value in the catalogue's unit; as received, with its limits, where that is unknown."""
        factor = self.canonical_factor
        return Reading(
            ref=self.pk,
            code=self.code,
            on=self.performed_on,
            value=self.value if factor is None else self.canonical_value,
            comparator=self.comparator,
            unit=self.unit if factor is None else self.canonical_unit,
            specimen=self.specimen,
            lab=self.lab,
            method=self.method,
            limit_low=_times(self.reference_low, factor),
            limit_high=_times(self.reference_high, factor),
        )


def _times(limit: Decimal | None, factor: Decimal | None) -> Decimal | None:
    return limit if limit is None or factor is None else limit * factor
