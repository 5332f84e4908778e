"""A neurological exam: who scored what, item by item. Its totals are observations like any other."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pathways.models.base import ClinicOwned, Record, choices, one_of
from pathways.rules.exam_words import (
    THE_PATIENT,
    Attribution,
    ExamOrigin,
    ItemState,
    ScoringMode,
    Side,
)


class NeuroExam(Record):
    """One exam of one person on one day, by one scorer in one mode."""

    parents = ("patient", "replaces")

    patient = models.ForeignKey("pathways.Patient", on_delete=models.PROTECT, related_name="exams")
    performed_on = models.DateField()
    mode = models.CharField(max_length=12, choices=choices(ScoringMode))
    scored_by = models.CharField(
        max_length=120, help_text="The name of who scored; of a self-report always the patient"
    )
    origin = models.CharField(
        max_length=10, default=ExamOrigin.EXAMINED, choices=choices(ExamOrigin)
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        help_text="The exam that this one corrects; that one is withdrawn",
    )
    attribution = models.CharField(max_length=10, blank=True, choices=choices(Attribution))
    attribution_note = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["performed_on", "id"]
        constraints = [
            *Record.Meta.constraints,
            one_of("mode", ScoringMode, "exam_mode_known"),
            one_of("origin", ExamOrigin, "exam_origin_known"),
            one_of("attribution", ["", *Attribution], "exam_attribution_known"),
            models.CheckConstraint(
                condition=~Q(mode=ScoringMode.SELF_REPORT) | Q(scored_by=THE_PATIENT),
                name="self_report_is_scored_by_the_patient",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-performed_on"], name="exam_of_person")]

    def __str__(self) -> str:
        return f"Neurological exam of {self.performed_on}"


class ExamItem(ClinicOwned):
    """One item of one instrument: a value, or why there is none."""

    parents = ("exam",)

    exam = models.ForeignKey(NeuroExam, on_delete=models.PROTECT, related_name="items")
    instrument = models.SlugField(db_index=False, help_text="The catalogue's instrument")
    item = models.SlugField(db_index=False)
    side = models.CharField(max_length=5, blank=True, choices=choices(Side))
    state = models.CharField(max_length=12, choices=choices(ItemState))
    value = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    word = models.CharField(max_length=40, blank=True, help_text="For an answer in words")
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was not tested")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "instrument", "item", "side"], name="one_answer_an_item"
            ),
            one_of("state", ItemState, "exam_item_state_known"),
            one_of("side", Side, "exam_item_side_known"),
            models.CheckConstraint(
                condition=(Q(state=ItemState.SCORED) & (Q(value__isnull=False) | ~Q(word="")))
                | (~Q(state=ItemState.SCORED) & Q(value__isnull=True, word="")),
                name="exam_item_is_scored_or_says_so",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.item} {self.side}".strip()
