"""One person on one version of a pathway, with its phases and pauses."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from pathways.models.base import ClinicOwned, ClinicQuerySet, choices, one_of, paired
from pathways.rules.lifecycles import ENDED, EnrolmentState, Phase


class EnrolmentQuerySet(ClinicQuerySet):
    """Questions on enrolments."""

    def running(self) -> Self:
        """Enrolments that have not ended: active or on hold."""
        return self.exclude(state__in=ENDED)


class Enrolment(ClinicOwned):
    """One person on one pathway version, from a day to an ending with a reason."""

    parents = ("patient",)

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="enrolments"
    )
    version = models.ForeignKey(
        "pathways.PathwayVersion", on_delete=models.PROTECT, related_name="enrolments"
    )
    state = models.CharField(
        max_length=12, choices=choices(EnrolmentState), default=EnrolmentState.ACTIVE
    )
    enrolled_on = models.DateField()
    rules_changed_on = models.JSONField(
        default=dict,
        blank=True,
        help_text="Phase → code → the day an adopted version brought another rule for it",
    )
    diagnosed_on = models.DateField(null=True, blank=True)
    transplant_on = models.DateField(
        null=True, blank=True, help_text="Day 0: anchors fixed milestones"
    )
    resumed_on = models.DateField(null=True, blank=True, help_text="The end of the last hold")
    returned_on = models.DateField(
        null=True, blank=True, help_text="The last return after an ending"
    )
    ended_on = models.DateField(null=True, blank=True, help_text="The day the ending takes effect")
    end_reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the ending was recorded")
    ended_by = models.CharField(max_length=120, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=~Q(state__in=sorted(ENDED)),
                name="one_running_enrolment",
            ),
            one_of("state", EnrolmentState, "enrolment_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), ended_on__isnull=False)
                | (~Q(state__in=sorted(ENDED)) & Q(ended_on__isnull=True)),
                name="enrolment_ending_has_a_day",
            ),
            paired("ended_at", "ended_by", "enrolment_ended_paired"),
        ]

    def __str__(self) -> str:
        return f"Enrolment of {self.enrolled_on}"


class PhasePeriod(ClinicOwned):
    """The phase a person was in, from a day until the next phase began."""

    parents = ("enrolment",)

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="phases")
    phase = models.CharField(max_length=20, choices=choices(Phase))
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    look_on = models.DateField(
        null=True,
        blank=True,
        help_text='The day to look whether the note on "when to call" is due; empty: not looked yet',
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["since_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(until_on__isnull=True), name="one_current_phase"
            ),
            one_of("phase", Phase, "phase_known"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")),
                name="phase_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "look_on"],
                condition=Q(until_on__isnull=True),
                name="phase_look",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phase} since {self.since_on}"


class HoldPeriod(ClinicOwned):
    """A pause with a reason, an author and a day to look at it again."""

    parents = ("enrolment",)

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="holds")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="The day it was resumed")
    reason = models.CharField(max_length=200)
    review_on = models.DateField()
    held_at = models.DateTimeField()
    held_by = models.CharField(max_length=120)
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(until_on__isnull=True), name="one_open_hold"
            ),
            paired("resumed_at", "resumed_by", "hold_resumed_paired"),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"Hold from {self.from_on}"
