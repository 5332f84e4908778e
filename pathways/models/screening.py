"""The obligation: what is due, and why. Lateness is derived from its dates, never stored."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When

from pathways.models.base import ClinicOwned, ClinicQuerySet, choices, one_of, paired
from pathways.rules.due_status import DueFacts, DueState, DueStatus, due_status
from pathways.rules.lifecycles import Phase, ScreeningState
from pathways.rules.rule_types import Basis


def status_case(day: date) -> Case:
    """Return the status of a row on a day as a database expression.

    The queryset form of `rules.due_status.due_status`; one property test holds the two together.
    """
    return Case(
        When(
            Q(closed_from__lte=day) | ~Q(state=ScreeningState.PLANNED), then=Value(DueStatus.CLOSED)
        ),
        When(held_from__lte=day, then=Value(DueStatus.ON_HOLD)),
        When(
            ~Q(not_assessable="")
            | Q(opens_on__isnull=True)
            | Q(due_on__isnull=True)
            | Q(overdue_from__isnull=True),
            then=Value(DueStatus.NOT_ASSESSABLE),
        ),
        When(postponed_until__gt=day, then=Value(DueStatus.POSTPONED)),
        When(
            Q(collected_on__lte=day)
            & (Q(result_expected_on__isnull=True) | Q(result_expected_on__gte=day)),
            then=Value(DueStatus.AWAITING_RESULT),
        ),
        When(collected_on__lte=day, then=Value(DueStatus.RESULT_OVERDUE)),
        When(overdue_from__lte=day, then=Value(DueStatus.OVERDUE)),
        When(opens_on__lte=day, then=Value(DueStatus.DUE)),
        When(soon_on__lte=day, then=Value(DueStatus.DUE_SOON)),
        default=Value(DueStatus.NOT_DUE),
        output_field=models.CharField(),
    )


class ScreeningQuerySet(ClinicQuerySet):
    """The clinic's questions on obligations."""

    def open(self) -> Self:
        """Obligations that nothing has closed yet."""
        return self.filter(state=ScreeningState.PLANNED)

    def with_status(self, day: date) -> Self:
        """Annotate `status` as of the day."""
        return self.annotate(status=status_case(day))

    def overdue(self, day: date) -> Self:
        """Open rows whose status is OVERDUE on the day, in a form that an index serves."""
        return self.open().filter(
            Q(closed_from__isnull=True) | Q(closed_from__gt=day),
            Q(held_from__isnull=True) | Q(held_from__gt=day),
            Q(postponed_until__isnull=True) | Q(postponed_until__lte=day),
            Q(collected_on__isnull=True) | Q(collected_on__gt=day),
            not_assessable="",
            opens_on__isnull=False,
            due_on__isnull=False,
            overdue_from__lte=day,
        )


class Screening(ClinicOwned):
    """One obligation of one person. Exactly one row per enrolment and code is open."""

    parents = ("patient", "enrolment")

    # No index of their own where one below begins with the column, or nobody asks by it: an
    # import writes sixteen of these rows a person.
    patient = models.ForeignKey(
        "pathways.Patient",
        on_delete=models.PROTECT,
        related_name="screenings",
        db_index=False,
    )
    enrolment = models.ForeignKey(
        "pathways.Enrolment", on_delete=models.PROTECT, related_name="screenings"
    )
    definition = models.ForeignKey(
        "pathways.ScreeningDefinition",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    code = models.SlugField(db_index=False)
    phase = models.CharField(max_length=20, choices=choices(Phase))
    rule_version = models.PositiveIntegerField()
    state = models.CharField(
        max_length=20, choices=choices(ScreeningState), default=ScreeningState.PLANNED
    )
    basis = models.CharField(max_length=12, choices=choices(Basis))
    anchor_on = models.DateField(null=True, blank=True)
    anchor_result = models.ForeignKey(
        "pathways.Observation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    last_done_on = models.DateField(
        null=True,
        blank=True,
        help_text=(
            "The last satisfying day before this obligation: what makes it this one and no other"
        ),
    )
    soon_on = models.DateField(null=True, blank=True)
    opens_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    overdue_from = models.DateField(null=True, blank=True, help_text="After grace and postponement")
    first_due_on = models.DateField(
        null=True, blank=True, help_text="The due date before any floor"
    )
    late_due_on = models.DateField(
        null=True,
        blank=True,
        help_text="It was overdue since this due date when its rule changed (recall rule 12)",
    )
    not_assessable = models.CharField(
        max_length=120, blank=True, help_text="Why no date can be given"
    )
    collected_on = models.DateField(null=True, blank=True)
    collected_result = models.ForeignKey(
        "pathways.Observation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    result_expected_on = models.DateField(null=True, blank=True)
    postponed_until = models.DateField(null=True, blank=True)
    held_from = models.DateField(null=True, blank=True)
    closed_from = models.DateField(null=True, blank=True)
    satisfied_on = models.DateField(null=True, blank=True)
    satisfied_by = models.ForeignKey(
        "pathways.Observation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    end_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_on = models.DateField(
        help_text="The clinic's day; reminder steps dated before it are skipped"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=120, blank=True)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "code"],
                condition=Q(state=ScreeningState.PLANNED),
                name="one_open_screening_a_code",
            ),
            one_of("state", ScreeningState, "screening_state_known"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(opens_on__lte=F("due_on")),
                name="screening_opens_by_its_due_date",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(overdue_from__gt=F("due_on")),
                name="screening_overdue_after_due",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | ~Q(not_assessable=""),
                name="screening_has_dates_or_a_reason",
            ),
            paired("ended_at", "ended_by", "screening_ended_paired"),
        ]
        indexes = [
            models.Index(
                # The due list's order, and the 50 most overdue of a clinic.
                fields=["clinic", "due_on", "id"],
                condition=Q(state=ScreeningState.PLANNED),
                name="screening_due_list",
            ),
            models.Index(
                # The planner asks by due date within a clinic for what is due, not what exists.
                fields=["clinic", "overdue_from"],
                condition=Q(state=ScreeningState.PLANNED),
                name="screening_overdue",
            ),
            models.Index(fields=["patient", "code"], name="screening_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.code}, due {self.due_on}"

    @property
    def facts(self) -> DueFacts:
        """The dates from which the status follows."""
        return DueFacts(
            soon_on=self.soon_on,
            opens_on=self.opens_on,
            due_on=self.due_on,
            overdue_from=self.overdue_from,
            closed_from=self.closed_from if self.state == ScreeningState.PLANNED else date.min,
            held_from=self.held_from,
            postponed_until=self.postponed_until,
            collected_on=self.collected_on,
            result_expected_on=self.result_expected_on,
            not_assessable=self.not_assessable or None,
            first_due_on=self.first_due_on,
        )

    def status_on(self, day: date) -> DueState:
        """Return the status on a day, by the one status function."""
        return due_status(self.facts, day)


class DecisionKind(models.TextChoices):
    """What a person may decide about one screening of one enrolment."""

    POSTPONED = "postponed", "Postponed"
    EARLY_RECALL = "early recall", "Asked for sooner"
    REQUESTED = "requested", "Turned on"
    CEASED = "ceased", "Ceased"


class ScreeningDecision(ClinicOwned):
    """A reasoned, signed decision that changes one screening. Withdrawn, never edited."""

    parents = ("enrolment",)

    enrolment = models.ForeignKey(
        "pathways.Enrolment", on_delete=models.PROTECT, related_name="decisions"
    )
    code = models.SlugField()
    kind = models.CharField(max_length=12, choices=DecisionKind.choices)
    decided_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="Postponed or recalled until")
    interval = models.CharField(max_length=20, blank=True, help_text="For a screening turned on")
    anchor_on = models.DateField(
        null=True,
        blank=True,
        help_text="The last satisfying day when it was decided; a later one ends it",
    )
    reason = models.CharField(max_length=200)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["decided_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "code", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_decision_a_kind",
            ),
            one_of("kind", DecisionKind.values, "decision_kind_known"),
            paired("withdrawn_at", "withdrawn_by", "decision_withdrawn_paired"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"
