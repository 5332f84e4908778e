"""A person in the care of a clinic, how to reach them, and what they agreed to."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from pathways.models.base import (
    AppendOnly,
    AppendOnlyQuerySet,
    ClinicOwned,
    ClinicQuerySet,
    choices,
    one_of,
    paired,
)
from pathways.rules.lifecycles import LifeStatus


class PatientQuerySet(ClinicQuerySet):
    """Questions on people."""

    def alive(self) -> Self:
        """People not known to have died."""
        return self.filter(life_status=LifeStatus.ALIVE)

    def matching(self, words: str) -> Self:
        """People whose name or number contains every word; for find-a-patient."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(family_name__icontains=word)
                | Q(given_name__icontains=word)
                | Q(mrn__icontains=word)
            )
        return found


class Patient(ClinicOwned):
    """One person in one clinic. The key is a UUID and means nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mrn = models.CharField("hospital number", max_length=40)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    title = models.CharField(max_length=20, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(
        max_length=10,
        choices=[
            ("female", "Female"),
            ("male", "Male"),
            ("other", "Other"),
            ("unknown", "Not known"),
        ],
        default="unknown",
    )
    language = models.CharField(max_length=5, default="en")
    life_status = models.CharField(
        max_length=10, choices=choices(LifeStatus), default=LifeStatus.ALIVE
    )
    died_on = models.DateField(null=True, blank=True)
    flags = models.JSONField(default=list, blank=True, help_text="Short notes for the banner")
    named_clinician = models.ForeignKey(
        "pathways.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=120)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "mrn"], name="one_person_a_hospital_number"),
            models.CheckConstraint(
                condition=Q(life_status=LifeStatus.ALIVE, died_on__isnull=True)
                | Q(life_status=LifeStatus.DECEASED, died_on__isnull=False),
                name="patient_death_has_a_day",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "family_name", "given_name"])]

    def __str__(self) -> str:
        return f"{self.family_name.upper()}, {self.given_name}"


class Identifier(ClinicOwned):
    """A further number of a person, by kind (the hospital number is on the person)."""

    parents = ("patient",)

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=30, help_text="e.g. nhs_number")
    value = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "kind", "value"], name="one_person_an_identifier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class ContactPointQuerySet(ClinicQuerySet):
    """Questions on addresses and numbers."""

    def in_use(self) -> Self:
        """Points that nobody has retired."""
        return self.filter(retired_at__isnull=True)

    def writable(self) -> Self:
        """Verified email addresses that nothing suspends: the only ones mail may go to."""
        return self.in_use().filter(
            kind=ContactPoint.EMAIL, verified_at__isnull=False, suspended_at__isnull=True
        )


class ContactPoint(ClinicOwned):
    """An email address or a phone number of the person or of a carer."""

    EMAIL, PHONE = "email", "phone"
    PERSON, CARER = "person", "carer"

    parents = ("patient",)

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="contact_points")
    holder = models.CharField(
        max_length=6, choices=[(PERSON, "The person"), (CARER, "A carer")], default=PERSON
    )
    kind = models.CharField(max_length=5, choices=[(EMAIL, "Email"), (PHONE, "Phone")])
    value = models.CharField(max_length=254)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_how = models.CharField(max_length=80, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_reason = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)
    source = models.CharField(
        max_length=10, default="staff", help_text="import where a list gave it, whoever loaded it"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "holder", "kind"],
                condition=Q(retired_at__isnull=True),
                name="one_point_in_use_a_kind",
            ),
            paired("verified_at", "verified_how", "contact_verified_paired"),
            paired("suspended_at", "suspended_reason", "contact_suspended_paired"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.holder}"


class Purpose(models.TextChoices):
    """What a person may say yes or no to."""

    VISITS = "visits", "Visits"
    CHECKINS = "checkins", "Check-ins"
    GUIDANCE = "guidance", "Guidance"


class Consent(ClinicOwned, AppendOnly):
    """One yes or no, to one purpose at one address, on one day. The newest row counts."""

    parents = ("patient", "contact_point")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="consents"
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    given = models.BooleanField()
    on = models.DateField(help_text="The day the person said so")
    source = models.CharField(max_length=80, help_text="e.g. import, stop link, phone")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["contact_point", "purpose", "-on", "-id"])]
        constraints = [one_of("purpose", Purpose.values, "consent_purpose_known")]

    def __str__(self) -> str:
        return f"{'Yes' if self.given else 'No'} to {self.purpose} on {self.on}"
