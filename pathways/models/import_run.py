"""An uploaded file on its way into the record: what was asked, how far it is, what each line changes."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from pathways.models.base import ClinicOwned, ClinicQuerySet, choices, one_of, paired
from pathways.rules.import_states import IMPORT_WORKED, ImportKind, ImportState

WORKED = sorted(IMPORT_WORKED)


class ImportRunQuerySet(ClinicQuerySet):
    """Questions on uploaded files."""

    def waiting(self, quiet_since: datetime) -> Self:
        """Files for the worker: not begun, or begun by one that fell silent before this instant."""
        return self.filter(state__in=WORKED).filter(
            Q(beat_at__isnull=True) | Q(beat_at__lt=quiet_since)
        )


class ImportRun(ClinicOwned):
    """One file. Its bytes are patient data: they stay in the database and leave it with the run."""

    kind = models.CharField(max_length=10, choices=choices(ImportKind))
    state = models.CharField(
        max_length=10, choices=choices(ImportState), default=ImportState.CHECKING
    )
    file_name = models.CharField(max_length=120)
    encoding = models.CharField(max_length=20)
    date_format = models.CharField(max_length=20, blank=True)
    decimal = models.CharField(max_length=5, blank=True)
    content = models.BinaryField(null=True, blank=True)
    rejects = models.BinaryField(null=True, blank=True)
    lines_total = models.PositiveIntegerField(default=0)
    lines_done = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=list, help_text="Words and numbers, in order")
    told = models.JSONField(default=list, help_text="line: field: reason, the first of them")
    told_more = models.PositiveIntegerField(default=0, help_text="How many more there were")
    trouble = models.CharField(max_length=600, blank=True, help_text="Why it cannot be used")
    beat_at = models.DateTimeField(
        null=True, blank=True, help_text="The worker's last sign of life"
    )
    tries = models.PositiveSmallIntegerField(
        default=0, help_text="How many workers began what is asked now"
    )
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=120)
    uploader = models.ForeignKey(
        "pathways.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    confirmer = models.ForeignKey(
        "pathways.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            one_of("kind", ImportKind, "import_kind_known"),
            one_of("state", ImportState, "import_state_known"),
            paired("confirmed_at", "confirmed_by", "import_confirmed_paired"),
            models.CheckConstraint(
                condition=~Q(state__in=[ImportState.LOADING, ImportState.LOADED])
                | Q(confirmed_at__isnull=False),
                name="nothing_is_loaded_unconfirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=WORKED), name="import_waiting"),
            models.Index(fields=["clinic", "-uploaded_at"], name="import_of_clinic"),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}"


class ImportChange(ClinicOwned):
    """What one line of a file would change, and after the load what it changed.

    Patient data, in words: it is forgotten with the file's refused lines.
    """

    parents = ("run",)

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes")
    line = models.PositiveIntegerField()
    mrn = models.CharField(max_length=40)
    about = models.CharField(max_length=300, help_text="What the line is about, in words")
    is_new = models.BooleanField(help_text="Nothing is recorded of it yet")
    cells = models.JSONField(default=list, help_text="column, as recorded, as the line says")

    class Meta:
        ordering = ["line", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="one_change_a_line"),
        ]
        indexes = [models.Index(fields=["run", "is_new", "line"], name="change_of_file")]

    def __str__(self) -> str:
        return f"Line {self.line} of import {self.run_id}"
