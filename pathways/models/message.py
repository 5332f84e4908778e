"""What leaves the clinic: the reason (Reminder), the words (Message), each try, each change."""

from __future__ import annotations

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
)
from pathways.models.patient import ContactPoint
from pathways.rules.lifecycles import MESSAGE_GROUPS, MessageState, ReminderState


class Reminder(ClinicOwned):
    """The reason to write to a patient: one screening, one due date, one step."""

    parents = ("patient", "screening", "message")

    patient = models.ForeignKey("pathways.Patient", on_delete=models.PROTECT, related_name="+")
    screening = models.ForeignKey(
        "pathways.Screening", on_delete=models.PROTECT, related_name="reminders"
    )
    due_on = models.DateField()
    step = models.SmallIntegerField(
        help_text="Days from the due date: -14, 0 or 7; 99 is the catch-up"
    )
    step_on = models.DateField(help_text="The day the step falls on")
    state = models.CharField(
        max_length=10, choices=choices(ReminderState), default=ReminderState.PLANNED
    )
    reason = models.CharField(max_length=80, blank=True, help_text="Why it was cancelled")
    message = models.ForeignKey(
        "pathways.Message",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reminders",
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "due_on", "step"],
                condition=~Q(state=ReminderState.CANCELLED),
                name="one_reminder_a_step",
            ),
            one_of("state", ReminderState, "reminder_state_known"),
        ]
        indexes = [
            models.Index(fields=["screening", "state"]),
        ]

    def __str__(self) -> str:
        return f"Step {self.step} for {self.due_on}"


class Audience(models.TextChoices):
    """Who a message is for."""

    PATIENT = "patient", "Patient"
    STAFF = "staff", "Staff"


class MessageQuerySet(ClinicQuerySet):
    """Questions on the outbox."""

    def in_group(self, name: str) -> Self:
        """Rows of one of the five groups of the post page."""
        return self.filter(state__in=MESSAGE_GROUPS[name])


class Message(ClinicOwned):
    """One message to one address. This table is the queue; the broker only rings the bell."""

    parents = ("patient", "contact_point", "appointment")

    # Every change of state writes to every index, so there is none that another one covers.
    clinic = models.ForeignKey(
        "pathways.Clinic", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.PATIENT)
    patient = models.ForeignKey(
        "pathways.Patient",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    contact_point = models.ForeignKey(
        "pathways.ContactPoint",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    appointment = models.ForeignKey(
        "pathways.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
    )
    appointment_revision = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=30)
    language = models.CharField(max_length=5, default="en")
    level = models.CharField(max_length=8, default="discreet")
    template_version = models.PositiveIntegerField(default=1)
    values = models.JSONField(
        default=dict, help_text="What was filled in; from it the text can be shown again"
    )
    by_hand = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=64)
    message_id = models.CharField(max_length=120)
    thread_id = models.CharField(max_length=120, blank=True, help_text="Message-ID it refers to")
    to_snapshot = models.CharField(
        max_length=254, blank=True, help_text="Blanked 30 days after the end"
    )
    state = models.CharField(
        max_length=12, choices=choices(MessageState), default=MessageState.QUEUED
    )
    reason = models.CharField(
        max_length=120, blank=True, help_text="Why it is held, stopped or failed"
    )
    due_at = models.DateTimeField()
    useful_until = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    unsure_resends = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_code = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at"]
        constraints = [
            # Not `unique=True`: that would bring a second index for LIKE.
            models.UniqueConstraint(fields=["dedupe_key"], name="one_message_a_key"),
            models.UniqueConstraint(fields=["message_id"], name="one_message_an_id"),
            one_of("state", MessageState, "message_state_known"),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False),
                name="sent_message_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.CLAIMED)
                | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="claimed_message_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.STAFF) | Q(patient__isnull=False),
                name="patient_message_has_a_patient",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(
                    state__in=[
                        MessageState.QUEUED,
                        MessageState.CLAIMED,
                        MessageState.HANDED_OVER,
                    ]
                ),
                name="message_queue",
            ),
            models.Index(fields=["clinic", "state", "-due_at"], name="message_post_page"),
            models.Index(fields=["patient", "-due_at"], name="message_of_person"),
            models.Index(fields=["clinic", "sent_at"], name="message_sent_days"),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"

    @property
    def to_carer(self) -> bool:
        """Tell whether it goes to a carer's address."""
        point = self.contact_point
        return point is not None and point.holder == ContactPoint.CARER


class MessageBody(models.Model):
    """The bytes, rendered once at the claim and sent on every try; gone 30 days after the end."""

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="body"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"Body of message {self.pk}"


class DeliveryAttempt(AppendOnly):
    """One try through one channel, and how far it got. No address, no words."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="delivery_attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    worker = models.CharField(max_length=80)
    phase = models.CharField(max_length=12, help_text="How far the conversation got")
    outcome = models.CharField(max_length=20)
    code = models.CharField(max_length=20, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"Try {self.number} of message {self.message_id}"


class MessageEvent(AppendOnly):
    """One change of a message's state: from, to, when, by which worker, with which code."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="events")
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    worker = models.CharField(max_length=80)
    code = models.CharField(max_length=40, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.from_state} to {self.to_state}"


class GatePause(models.Model):
    """Wrong birth dates at one message's link; five, then a pause."""

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="gate"
    )
    failures = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Gate of message {self.pk}"


class Reply(ClinicOwned, AppendOnly):
    """What a patient answered through a link."""

    parents = ("patient", "message")

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="replies"
    )
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="replies")
    answer = models.CharField(max_length=20, help_text="call me, stop, start again")
    detail = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.answer
