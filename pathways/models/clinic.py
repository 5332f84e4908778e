"""A clinic: its hours, its numbers, its post, and the days it is shut."""

from __future__ import annotations

from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from pathways.models.base import ClinicOwned, paired
from pathways.rules.discretion import telling

# What stands in every letter, in its envelope or in a calendar entry.
SHOWN = ("name", "address", "phone_hours", "email", "link_host")
NUMBERS = ("phone", "day_night_phone", "emergency_number", "advice_number")
NUMBER = RegexValidator(r"^\+?[0-9#*][0-9 ()./-]*$", "Write digits and spaces.")


class Clinic(models.Model):
    """One clinic. Every other clinical row belongs to exactly one."""

    code = models.SlugField(unique=True, help_text="Short name used by commands, e.g. stbrides")
    name = models.CharField(
        max_length=80, help_text="The everyday name patients know, without a specialty word"
    )
    time_zone = models.CharField(max_length=64, help_text="IANA name, e.g. Europe/London")
    country = models.CharField(
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Two capital letters, e.g. GB")],
        help_text="Gives the holidays and the emergency number",
    )
    emergency_number = models.CharField(max_length=20)
    advice_number = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=30)
    phone_hours = models.CharField(max_length=80, help_text="e.g. Monday to Friday, 8 am to 5 pm")
    day_night_phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200)
    email = models.EmailField(help_text="The read mailbox: sender and reply address")
    link_host = models.CharField(
        max_length=120, help_text="Host of the links in mail; no disease name"
    )
    opens_at = models.TimeField(default=time(9))
    closes_at = models.TimeField(default=time(17))
    window_always_open = models.BooleanField(
        default=False, help_text="Demo and tests only: mail leaves at any hour of any day"
    )
    plain_subjects = models.BooleanField(default=False)
    fever_threshold = models.CharField(max_length=10, default="37.5 °C")
    out_of_hours_text = models.CharField(
        max_length=200,
        blank=True,
        help_text="What staff read beside an urgent alert outside the clinic's hours",
    )
    digest_at = models.TimeField(default=time(7, 30), help_text="Local hour of the staff digest")
    sending_paused_at = models.DateTimeField(null=True, blank=True)
    sending_paused_by = models.CharField(max_length=120, blank=True)
    sending_paused_reason = models.CharField(max_length=200, blank=True)
    daily_ceiling = models.PositiveIntegerField(default=500)
    release_over = models.PositiveIntegerField(
        default=200, help_text="An import with more new people than this waits for a release"
    )
    release_needed_since = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="clinic_opens_before_it_closes",
                violation_error_message="Mail leaves by day: the opening must be before the closing.",
            ),
            # A damaged link says nothing but its host: that must say whose phone number to show.
            models.UniqueConstraint(
                Lower("link_host"),
                name="one_clinic_a_link_host",
                violation_error_message="Another clinic's links lead to this host. Choose a host of "
                "this clinic's own.",
            ),
            paired("sending_paused_at", "sending_paused_by", "clinic_sending_paused_paired"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse words that an envelope must not show, and numbers that nobody can dial."""
        wrong: dict[str, str] = {}
        for field in SHOWN:
            if told := telling(getattr(self, field)):
                wrong[field] = told
        for field in NUMBERS:
            try:
                NUMBER(getattr(self, field) or "0")
            except ValidationError as error:
                wrong[field] = error.messages[0]
        if wrong:
            raise ValidationError(wrong)

    @property
    def mail_domain(self) -> str:
        """Domain of the Message-ID and of calendar entries: the sender's own."""
        return self.email.rpartition("@")[2]


class Closure(ClinicOwned):
    """A day on which the clinic is shut, besides the country's public holidays."""

    on = models.DateField()
    reason = models.CharField(max_length=80)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["clinic", "on"], name="one_closure_a_day")]

    def __str__(self) -> str:
        return f"{self.on}: {self.reason}"
