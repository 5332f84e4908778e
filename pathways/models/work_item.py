"""A deed that somebody on the staff owes: a call, an address to check, a sample to chase."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from pathways.models.base import ClinicOwned, ClinicQuerySet, choices, one_of, paired
from pathways.models.enrolment import Enrolment
from pathways.models.patient import Patient
from pathways.rules.deeds import OwedWhile
from pathways.rules.lifecycles import ENDED, EnrolmentState, LifeStatus, WorkItemKind


def owed_on(day: date) -> Q:
    """Return the condition that a deed is owed on the day, as the person's care stands then.

    The twin of `rules.deeds.is_owed` in the database. A deed about nobody is the clinic's own.
    """
    dead = Exists(Patient.objects.filter(pk=OuterRef("patient"), life_status=LifeStatus.DECEASED))
    in_care = Q(owed_while=OwedWhile.IN_CARE) | Q(~_held())
    alive = Q(owed_while=OwedWhile.ALIVE) | (Q(~_left(day)) & in_care)
    return Q(Q(owed_while=OwedWhile.ALWAYS) | (Q(~dead) & alive))


def rests_on(day: date) -> Q:
    """Return the condition that a deed waits for the end of a hold."""
    return Q(owed_while=OwedWhile.NOT_ON_HOLD) & _held()


def _left(day: date) -> Q:
    theirs = Enrolment.objects.filter(patient=OuterRef("patient"))
    over = Q(state__in=ENDED, ended_on__lte=day)  # an ending to come has no effect yet
    return Q(Exists(theirs.filter(over))) & Q(~Exists(theirs.exclude(over)))


def _held() -> Q:
    theirs = Enrolment.objects.filter(patient=OuterRef("patient"))
    return Q(Exists(theirs.filter(state=EnrolmentState.ON_HOLD)))


class WorkItemQuerySet(ClinicQuerySet):
    """Questions on what staff owe."""

    def open(self) -> Self:
        """Deeds not done yet."""
        return self.filter(closed_at__isnull=True)

    def showing(self, day: date) -> Self:
        """Open deeds that are owed on this day and that nobody has put off beyond it."""
        kept = Q(hidden_until__isnull=True) | Q(hidden_until__lte=day)
        return self.open().filter(kept, owed_on(day))

    def about_reaching(self) -> Self:
        """Calls that ask how to reach the person: no address serves, one fails, mail was stopped."""
        return self.filter(kind=WorkItemKind.CALL).filter(
            Q(subject__startswith="no way to reach:")
            | Q(subject__endswith=":address")
            | Q(subject__endswith=":stopped")
        )

    def put_off(self, day: date) -> Self:
        """Open deeds that somebody has put off beyond this day, or that wait for a hold to end."""
        later = Q(hidden_until__gt=day) & owed_on(day)
        return self.open().filter(later | rests_on(day))


class WorkItem(ClinicOwned):
    """One deed. At most one open row per kind and subject."""

    parents = ("patient", "screening", "appointment", "message")

    kind = models.CharField(max_length=24, choices=choices(WorkItemKind))
    subject = models.CharField(
        max_length=80, help_text="What it is about, e.g. patient:… or message:…; one open row each"
    )
    summary = models.CharField(max_length=200)
    patient = models.ForeignKey(
        "pathways.Patient",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_items",
    )
    screening = models.ForeignKey(
        "pathways.Screening", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appointment = models.ForeignKey(
        "pathways.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.ForeignKey(
        "pathways.Message",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_items",
    )
    owed_while = models.CharField(
        max_length=12,
        choices=choices(OwedWhile),
        help_text="How the person’s care must stand for it to be owed",
    )
    due_on = models.DateField()
    hidden_until = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "kind", "subject"],
                condition=Q(closed_at__isnull=True),
                name="one_open_item_a_subject",
            ),
            one_of("kind", WorkItemKind, "work_item_kind_known"),
            one_of("owed_while", OwedWhile, "work_item_owed_while_known"),
            paired("closed_at", "closed_by", "work_item_closed_paired"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(outcome=""),
                name="closed_work_item_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "due_on"],
                condition=Q(closed_at__isnull=True),
                name="work_item_open",
            ),
            models.Index(
                fields=["patient"], condition=Q(closed_at__isnull=True), name="work_item_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.summary}"
