"""A finding that asks a named person for an answer, and everything that happened to it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from pathways.models.base import (
    AppendOnly,
    AppendOnlyQuerySet,
    ClinicOwned,
    ClinicQuerySet,
    Record,
    choices,
    one_of,
    paired,
)
from pathways.rules.alert_states import (
    ALERT_OPEN,
    AlertEventKind,
    AlertState,
    Outcome,
    Rung,
    Severity,
    Usefulness,
)
from pathways.rules.lifecycles import Role

OPEN_STATES = sorted(ALERT_OPEN)


class AlertQuerySet(ClinicQuerySet):
    """Questions on alerts."""

    def open(self) -> Self:
        """Alerts that nobody has answered for good."""
        return self.filter(state__in=OPEN_STATES)

    def past_their_time(self, instant: datetime) -> Self:
        """Open alerts whose current clock has run out: what the escalation sweep looks for."""
        return self.open().filter(deadline_at__lte=instant)


class Alert(ClinicOwned):
    """One finding. At most one open row per rule and subject; a repeat bumps its counter."""

    parents = ("patient", "observation", "screening")

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    rule = models.SlugField(db_index=False, help_text="The catalogue's rule")
    rule_version = models.PositiveIntegerField()
    subject = models.CharField(
        max_length=120, help_text="What it is about, e.g. series:… or course:…; one open row each"
    )
    severity = models.CharField(max_length=16, choices=choices(Severity))
    rank = models.PositiveSmallIntegerField(help_text="The severity's place, for sorting")
    state = models.CharField(max_length=16, choices=choices(AlertState), default=AlertState.RAISED)
    title = models.CharField(max_length=200)
    reason = models.CharField(max_length=600, help_text="From what, in a sentence")
    inputs = models.JSONField(default=dict, help_text="Everything the rule was told")
    evidence = models.CharField(
        max_length=200, help_text="What the finding rests on; other evidence reopens it"
    )
    observation = models.ForeignKey(
        "pathways.Observation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    screening = models.ForeignKey(
        "pathways.Screening", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        "pathways.User", on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    rung = models.CharField(max_length=24, choices=choices(Rung), help_text="Whose turn it is")
    place = models.PositiveSmallIntegerField(default=0, help_text="The rung's place in the chain")
    level = models.PositiveSmallIntegerField(default=0, help_text="How often it was escalated")
    repeats = models.PositiveIntegerField(default=0)
    raised_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(help_text="When the rule last found it anew")
    not_found_since = models.DateTimeField(
        null=True, blank=True, help_text="The rule finds it no longer; a person still closes it"
    )
    deadline_at = models.DateTimeField(
        null=True, blank=True, help_text="When the clock that runs now runs out; empty: never"
    )
    resolve_by = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=120, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=40, blank=True, choices=choices(Outcome))
    usefulness = models.CharField(max_length=8, blank=True, choices=choices(Usefulness))
    note = models.TextField(blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "deadline_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "rule", "subject"],
                condition=Q(state__in=OPEN_STATES),
                name="one_open_alert_a_subject",
            ),
            one_of("severity", Severity, "alert_severity_known"),
            one_of("state", AlertState, "alert_state_known"),
            paired("acknowledged_at", "acknowledged_by", "alert_acknowledged_paired"),
            paired("resolved_at", "resolved_by", "alert_resolved_paired"),
            models.CheckConstraint(
                condition=~Q(state=AlertState.RESOLVED)
                | (Q(resolved_at__isnull=False) & ~Q(outcome="")),
                name="resolved_alert_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                # What is snoozed stands in it too, so that the count in every header reads no row.
                fields=["clinic", "rank", "deadline_at", "id", "snoozed_until"],
                condition=Q(state__in=OPEN_STATES),
                name="alert_inbox",
            ),
            models.Index(
                # The escalation sweep asks by time, whatever the clinic.
                fields=["deadline_at"],
                condition=Q(state__in=OPEN_STATES),
                name="alert_clock",
            ),
            models.Index(
                fields=["owner"], condition=Q(state__in=OPEN_STATES), name="alert_of_owner"
            ),
            models.Index(fields=["patient", "-raised_at"], name="alert_of_person"),
            models.Index(fields=["clinic", "rule", "raised_at"], name="alert_of_rule"),
        ]

    def __str__(self) -> str:
        return f"Alert {self.pk}: {self.title}"


class AlertEvent(AppendOnly, ClinicOwned):
    """One thing that happened to an alert, with its author."""

    parents = ("alert",)

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=choices(AlertEventKind))
    words = models.CharField(max_length=400, blank=True)
    until = models.DateTimeField(null=True, blank=True, help_text="Of a snooze")
    usefulness = models.CharField(
        max_length=8, blank=True, choices=choices(Usefulness), help_text="Of an answer"
    )

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [one_of("kind", AlertEventKind, "alert_event_kind_known")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


class ChainStep(ClinicOwned):
    """Who is asked, in which order, for one severity in one clinic."""

    severity = models.CharField(max_length=16, choices=choices(Severity))
    position = models.PositiveSmallIntegerField()
    rung = models.CharField(max_length=24, choices=choices(Rung))

    class Meta:
        ordering = ["severity", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "severity", "position"], name="one_step_a_position"
            ),
            one_of("severity", Severity, "chain_severity_known"),
            one_of("rung", Rung, "chain_rung_known"),
        ]

    def __str__(self) -> str:
        return f"{self.severity} {self.position}: {self.rung}"


class Duty(ClinicOwned):
    """Who stands on a rung from one day to another: nurse in charge, hematologist on duty."""

    rung = models.CharField(max_length=24, choices=choices(Rung))
    user = models.ForeignKey("pathways.User", on_delete=models.PROTECT, related_name="duties")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="The last day")

    class Meta:
        ordering = ["rung", "-from_on", "-id"]
        constraints = [
            one_of("rung", Rung, "duty_rung_known"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
                name="duty_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rung}: {self.user}"


class RuleSetting(Record):
    """A clinic's published version of one alert rule: its numbers, urgency and times."""

    rule = models.SlugField(db_index=False)
    version = models.PositiveIntegerField()
    enabled = models.BooleanField(default=True)
    severity = models.CharField(max_length=16, choices=choices(Severity))
    owner_role = models.CharField(max_length=20, choices=choices(Role))
    answer_within_minutes = models.PositiveIntegerField()
    resolve_within_minutes = models.PositiveIntegerField()
    parameters = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["rule", "version"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["clinic", "rule", "version"], name="one_setting_a_rule_version"
            ),
            one_of("severity", Severity, "rule_setting_severity_known"),
            one_of("owner_role", Role, "rule_setting_role_known"),
            models.CheckConstraint(
                condition=Q(answer_within_minutes__gte=1, resolve_within_minutes__gte=1)
                & ~Q(reason=""),
                name="rule_setting_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}, version {self.version}"


class CheckIn(Record):
    """What a person answered to the check-in questions, by phone or later by a form of their own."""

    parents = ("patient",)

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="check_ins"
    )
    answered_at = models.DateTimeField()
    channel = models.CharField(
        max_length=8, choices=[("phone", "By phone"), ("visit", "At a visit"), ("form", "By link")]
    )
    answers = models.JSONField(default=dict, help_text="Question → answer, as given")
    severity = models.CharField(
        max_length=16, blank=True, choices=choices(Severity), help_text="Highest level that applied"
    )
    note = models.TextField(blank=True, help_text="What else was said, whole")

    class Meta:
        ordering = ["-answered_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            one_of("severity", ["", *Severity], "check_in_severity_known"),
        ]
        indexes = [models.Index(fields=["patient", "-answered_at"], name="check_in_of_person")]

    def __str__(self) -> str:
        return f"Check-in of {self.answered_at:%Y-%m-%d}"
