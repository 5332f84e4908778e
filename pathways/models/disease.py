"""The disease as clinicians recorded it: diagnosis, features, response, toxicity. None is computed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pathways.models.base import Record, choices, one_of
from pathways.rules.disease_words import (
    CriteriaVersion,
    CtcaeVersion,
    Feature,
    FeatureState,
    NeuropathyType,
    ResponseCategory,
    ResponseDomain,
    ToxicityAction,
    ToxicityCause,
)


class Diagnosis(Record):
    """When the disease was diagnosed, by which list of criteria, with which type of neuropathy."""

    parents = ("patient",)

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="diagnoses"
    )
    diagnosed_on = models.DateField()
    criteria = models.CharField(max_length=12, choices=choices(CriteriaVersion))
    neuropathy = models.CharField(max_length=14, blank=True, choices=choices(NeuropathyType))
    source = models.CharField(max_length=200, help_text="Letter, report or clinic note")
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["diagnosed_on", "id"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_diagnosis",
            ),
            one_of("criteria", CriteriaVersion, "diagnosis_criteria_known"),
            one_of("neuropathy", ["", *NeuropathyType], "diagnosis_neuropathy_known"),
        ]

    def __str__(self) -> str:
        return f"Diagnosed on {self.diagnosed_on}"


class DiseaseFeature(Record):
    """What was found of one feature on one day; the latest standing row of a feature is shown."""

    parents = ("patient",)

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="features"
    )
    feature = models.CharField(max_length=24, choices=choices(Feature))
    state = models.CharField(max_length=12, choices=choices(FeatureState))
    found_on = models.DateField()
    finding = models.CharField(max_length=200, blank=True, help_text="In the clinician's words")
    source = models.CharField(max_length=200, help_text="Letter, report or clinic note")

    class Meta:
        ordering = ["feature", "found_on", "id"]
        constraints = [
            *Record.Meta.constraints,
            one_of("feature", Feature, "feature_known"),
            one_of("state", FeatureState, "feature_state_known"),
        ]
        indexes = [models.Index(fields=["patient", "feature"], name="feature_of_person")]

    def __str__(self) -> str:
        return f"{self.feature}: {self.state}"


class ResponseRecord(Record):
    """Response in one domain on one day, as a clinician judged it."""

    parents = ("patient",)

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="responses"
    )
    domain = models.CharField(max_length=12, choices=choices(ResponseDomain))
    category = models.CharField(max_length=20, choices=choices(ResponseCategory))
    assessed_on = models.DateField()
    assessed_by = models.CharField(max_length=120, help_text="The clinician who judged it")
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["assessed_on", "id"]
        constraints = [
            *Record.Meta.constraints,
            one_of("domain", ResponseDomain, "response_domain_known"),
            one_of("category", ResponseCategory, "response_category_known"),
        ]
        indexes = [models.Index(fields=["patient", "domain"], name="response_of_person")]

    def __str__(self) -> str:
        return f"{self.domain}: {self.category}"


class Toxicity(Record):
    """One adverse event: term, grade by a named list, what it is put down to, what was done."""

    parents = ("patient", "course")

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="toxicities"
    )
    course = models.ForeignKey(
        "pathways.TherapyCourse",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="toxicities",
    )
    term = models.SlugField(db_index=False, help_text="The catalogue's term")
    list_version = models.CharField(max_length=4, choices=choices(CtcaeVersion))
    grade = models.PositiveSmallIntegerField()
    baseline_grade = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Before treatment; empty where nobody recorded it"
    )
    cause = models.CharField(max_length=8, choices=choices(ToxicityCause))
    action = models.CharField(max_length=20, choices=choices(ToxicityAction))
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["began_on", "id"]
        constraints = [
            *Record.Meta.constraints,
            one_of("list_version", CtcaeVersion, "toxicity_list_known"),
            one_of("cause", ToxicityCause, "toxicity_cause_known"),
            one_of("action", ToxicityAction, "toxicity_action_known"),
            models.CheckConstraint(
                condition=Q(grade__gte=0, grade__lte=5)
                & (Q(baseline_grade__isnull=True) | Q(baseline_grade__lte=5)),
                name="toxicity_grade_in_range",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on")),
                name="toxicity_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-began_on"], name="toxicity_of_person")]

    def __str__(self) -> str:
        return f"{self.term} grade {self.grade}"
