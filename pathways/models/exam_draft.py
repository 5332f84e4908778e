"""A half-typed exam, as its author left it. It is no record: nothing reads it but its own form."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pathways.models.base import ClinicOwned


class ExamDraft(ClinicOwned):
    """The words typed into one exam form, kept until the exam is saved or they are discarded.

    Not a `Record`: it is overwritten as its author types and removed when it has served. It closes
    nothing, moves no date and stands on no page but its author's.
    """

    parents = ("patient", "corrects")

    patient = models.ForeignKey(
        "pathways.Patient", on_delete=models.PROTECT, related_name="exam_drafts"
    )
    author = models.ForeignKey("pathways.User", on_delete=models.PROTECT, related_name="+")
    corrects = models.ForeignKey(
        "pathways.NeuroExam",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The exam that is being corrected; none for a new one",
    )
    words = models.JSONField(default=dict, help_text="As typed, by name of the form's field")
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["saved_at", "id"]
        constraints = [
            # Two, because a database holds two empty keys to be different.
            models.UniqueConstraint(
                fields=["patient", "author"],
                condition=Q(corrects__isnull=True),
                name="one_draft_of_a_new_exam",
            ),
            models.UniqueConstraint(
                fields=["patient", "author", "corrects"],
                condition=Q(corrects__isnull=False),
                name="one_draft_of_a_correction",
            ),
        ]
        indexes = [models.Index(fields=["saved_at"], name="exam_draft_saved_at")]

    def __str__(self) -> str:
        return f"Draft of an exam, {self.saved_at:%Y-%m-%d %H:%M}"
