"""Therapy as it was planned and given: courses, their drugs, holds, cycles and days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from pathways.models.base import (
    ClinicOwned,
    ClinicQuerySet,
    choices,
    one_of,
)
from pathways.rules.course_states import (
    COURSE_OPEN,
    AdministrationState,
    CourseState,
    CycleState,
)
from pathways.rules.observations import Period
from pathways.rules.therapy import PlannedCycle, without


class CourseQuerySet(ClinicQuerySet):
    """Questions on courses."""

    def going_on(self) -> Self:
        """Courses planned, running or on hold."""
        return self.filter(state__in=sorted(COURSE_OPEN))

    def standing(self) -> Self:
        """Every course but those entered in error."""
        return self.exclude(state=CourseState.ENTERED_IN_ERROR)


class TherapyCourse(ClinicOwned):
    """One person receiving one regimen. The plan is copied, so a later catalogue changes nothing."""

    parents = ("patient",)

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="courses"
    )
    regimen = models.SlugField(help_text="The catalogue's regimen")
    regimen_version = models.PositiveIntegerField()
    label = models.CharField(max_length=120)
    state = models.CharField(
        max_length=16, choices=choices(CourseState), default=CourseState.PLANNED
    )
    cycle_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty for a continuous course without cycles"
    )
    planned_cycles = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The number of the last cycle planned"
    )
    first_cycle = models.PositiveSmallIntegerField(
        default=1, help_text="Above 1 where earlier cycles were given elsewhere"
    )
    planned_on = models.DateField(help_text="Planned day 1 of the first cycle here")
    began_on = models.DateField(null=True, blank=True, help_text="The first day actually given")
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    dose_note = models.CharField(
        max_length=400, blank=True, help_text="What was prescribed, as a fact; never proposed here"
    )
    source = models.CharField(max_length=40, default="staff")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["planned_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "regimen", "planned_on"],
                condition=~Q(state=CourseState.ENTERED_IN_ERROR),
                name="one_course_a_regimen_and_day",
            ),
            one_of("state", CourseState, "course_state_known"),
            models.CheckConstraint(
                condition=Q(first_cycle__gte=1)
                & (Q(cycle_days__isnull=True) | Q(cycle_days__gte=1)),
                name="course_numbers_positive",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-planned_on"], name="course_of_person")]

    def __str__(self) -> str:
        return self.label


class CourseHold(ClinicOwned):
    """A course paused without a planned day: nothing of it is taken from one day to another."""

    parents = ("course",)

    course = models.ForeignKey(TherapyCourse, on_delete=models.PROTECT, related_name="holds")
    from_on = models.DateField(help_text="The first day without")
    until_on = models.DateField(null=True, blank=True, help_text="The last day without")
    reason = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(until_on__isnull=True), name="one_open_course_hold"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="course_hold_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"hold from {self.from_on}"

    @property
    def period(self) -> Period:
        """The days without, as the rules take them."""
        return Period(self.from_on, self.until_on)


class CourseDrugQuerySet(ClinicQuerySet):
    """Questions on the drugs of courses."""

    def exposure(
        self, patients: Iterable[Any], *, drug: str = "", drug_class: str = ""
    ) -> dict[Any, tuple[Period, ...]]:
        """Return by person when a drug or a class was taken, holds taken out: two questions.

        Someone who never took it is absent.
        """
        rows = (
            self.filter(course__patient__in=list(patients), from_on__isnull=False)
            .exclude(course__state=CourseState.ENTERED_IN_ERROR)
            .select_related("course")
            .prefetch_related("course__holds")
            .order_by("from_on", "id")
        )
        if drug:
            rows = rows.filter(drug=drug)
        found: dict[Any, list[Period]] = defaultdict(list)
        for row in rows:
            if drug_class and drug_class not in row.classes:
                continue
            holds = [hold.period for hold in row.course.holds.all()]
            found[row.course.patient_id].extend(without(row.period, holds))
        return {patient: tuple(periods) for patient, periods in found.items()}


class CourseDrug(ClinicOwned):
    """One drug of a course, with its classes as they stood when the course was planned.

    A change of dose or days ends the row and begins another, so that what was true stays readable.
    """

    parents = ("course",)

    course = models.ForeignKey(TherapyCourse, on_delete=models.PROTECT, related_name="drugs")
    drug = models.SlugField(db_index=False, help_text="The catalogue's drug")
    label = models.CharField(max_length=80)
    route = models.CharField(max_length=20, blank=True)
    classes = models.JSONField(default=list, help_text="e.g. imid, proteasome inhibitor")
    neurotoxic = models.BooleanField(default=False)
    days = models.JSONField(default=list, help_text="Planned cycle days; empty means continuous")
    dose_text = models.CharField(max_length=120, blank=True, help_text="As prescribed")
    daily_mg = models.DecimalField(
        max_digits=10,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="Where a cumulative dose is kept, e.g. thalidomide",
    )
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True, help_text="The last day it was taken")

    objects = CourseDrugQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__isnull=True)
                | Q(until_on__isnull=True)
                | Q(until_on__gte=F("from_on")),
                name="course_drug_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def period(self) -> Period:
        """From the first day it was taken to the last; only for a drug that was begun."""
        if self.from_on is None:
            raise ValueError(f"{self.label} was not begun.")
        return Period(self.from_on, self.until_on)


class TherapyCycle(ClinicOwned):
    """A numbered repeat: when day 1 was planned, and when it was given."""

    parents = ("course",)

    course = models.ForeignKey(TherapyCourse, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    first_planned_on = models.DateField(help_text="Day 1 as first planned, before any delay")
    planned_on = models.DateField(help_text="Day 1 as planned now")
    given_on = models.DateField(null=True, blank=True, help_text="Day 1 as given")
    state = models.CharField(max_length=12, choices=choices(CycleState), default=CycleState.PLANNED)
    ended_on = models.DateField(null=True, blank=True)
    reason = models.CharField(
        max_length=200, blank=True, help_text="Of the last delay, hold, change or early stop"
    )
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="one_cycle_a_number"),
            one_of("state", CycleState, "cycle_state_known"),
            models.CheckConstraint(
                condition=Q(given_on__isnull=False)
                | ~Q(state__in=[CycleState.STARTED, CycleState.COMPLETED]),
                name="a_cycle_that_began_has_a_day_1",
            ),
        ]

    def __str__(self) -> str:
        return f"Cycle {self.number}"

    @property
    def day_1(self) -> date:
        """Day 1 as given, or as planned until then."""
        return self.planned.day_1

    @property
    def planned(self) -> PlannedCycle:
        """The cycle's days, as the rules take them."""
        return PlannedCycle(
            self.number, self.first_planned_on, self.planned_on, self.given_on, self.ended_on
        )


class Administration(ClinicOwned):
    """One planned day of one drug in one cycle: given, given otherwise, or not and why."""

    parents = ("cycle", "drug")

    cycle = models.ForeignKey(TherapyCycle, on_delete=models.PROTECT, related_name="days")
    drug = models.ForeignKey(CourseDrug, on_delete=models.PROTECT, related_name="days_given")
    cycle_day = models.PositiveSmallIntegerField()
    given_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=choices(AdministrationState))
    dose_text = models.CharField(max_length=120, blank=True, help_text="As given")
    reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["cycle_day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "drug", "cycle_day"], name="one_word_a_drug_and_day"
            ),
            one_of("state", AdministrationState, "administration_state_known"),
            models.CheckConstraint(
                condition=(Q(state=AdministrationState.NOT_GIVEN) & ~Q(reason=""))
                | (~Q(state=AdministrationState.NOT_GIVEN) & Q(given_on__isnull=False)),
                name="given_on_a_day_or_not_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"day {self.cycle_day}: {self.state}"
