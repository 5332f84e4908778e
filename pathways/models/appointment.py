"""A booking, which may serve several screenings. It never changes a due date."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from pathways.models.base import ClinicOwned, ClinicQuerySet, choices, one_of, paired
from pathways.rules.lifecycles import AppointmentState


class AppointmentQuerySet(ClinicQuerySet):
    """Questions on bookings."""

    def upcoming(self, day: date) -> Self:
        """Bookings of that day or later that still stand."""
        return self.filter(state=AppointmentState.BOOKED, on__gte=day)

    def unanswered(self, day: date) -> Self:
        """Bookings whose day has passed without a word on who came."""
        return self.filter(state=AppointmentState.BOOKED, on__lt=day)


class Appointment(ClinicOwned):
    """A booking of one person, for one or more screening codes."""

    parents = ("patient",)

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="appointments"
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    starts_at = models.DateTimeField()
    on = models.DateField(help_text="The clinic's day of starts_at")
    minutes = models.PositiveIntegerField(default=60)
    place = models.CharField(max_length=200, blank=True, help_text="Blank: the clinic's address")
    state = models.CharField(
        max_length=12, choices=choices(AppointmentState), default=AppointmentState.BOOKED
    )
    revision = models.PositiveIntegerField(default=0, help_text="Rises with every change told")
    cancel_reason = models.CharField(max_length=200, blank=True)
    still_needed = models.BooleanField(
        default=True, help_text="After a cancellation: a new day is wanted"
    )
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=120)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=120, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            one_of("state", AppointmentState, "appointment_state_known"),
            models.UniqueConstraint(
                fields=["patient", "starts_at"],
                condition=Q(state=AppointmentState.BOOKED),
                name="one_booking_a_moment",
            ),
            paired("closed_at", "closed_by", "appointment_closed_paired"),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "on"],
                condition=Q(state=AppointmentState.BOOKED),
                name="appointment_days",
            ),
            models.Index(fields=["patient", "on"]),
        ]

    def __str__(self) -> str:
        return f"Visit on {self.on}"


class AppointmentPurpose(ClinicOwned):
    """One screening that a booking serves; by code, so that a superseded row keeps its booking."""

    parents = ("appointment", "patient")

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="purposes")
    patient = models.ForeignKey("pathways.Patient", on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "code"], name="one_purpose_a_code")
        ]
        indexes = [models.Index(fields=["patient", "code"], name="purpose_of_person")]

    def __str__(self) -> str:
        return self.code
