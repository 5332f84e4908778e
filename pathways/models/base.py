"""What every clinic-owned row shares: its clinic, and the door through it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from pathways.models.clinic import Clinic


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Return Django choices for a StrEnum, with its words as labels."""
    return [(item.value, item.value.replace("-", " ").capitalize()) for item in words]


def paired(moment: str, person: str, name: str) -> models.CheckConstraint:
    """Return a constraint: the instant and its author are both known or both absent."""
    return models.CheckConstraint(
        condition=Q(**{f"{moment}__isnull": True, person: ""})
        | (Q(**{f"{moment}__isnull": False}) & ~Q(**{person: ""})),
        name=name,
    )


def one_of(field: str, words: Iterable[str], name: str) -> models.CheckConstraint:
    """Return a constraint: the column holds one of the listed words."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": list(words)}), name=name)


class ClinicQuerySet(models.QuerySet[Any]):
    """Questions on rows that belong to a clinic."""

    def in_clinic(self, clinic: Clinic) -> Self:
        """Only the rows of this clinic: the door every view goes through."""
        return self.filter(clinic=clinic)

    def in_clinics(self, clinic_ids: Iterable[int]) -> Self:
        """Only the rows of these clinics."""
        return self.filter(clinic_id__in=list(clinic_ids))


class ClinicOwned(models.Model):
    """A row of one clinic. `parents` names the foreign keys whose clinic must be the same one."""

    parents: ClassVar[tuple[str, ...]] = ()

    clinic = models.ForeignKey("pathways.Clinic", on_delete=models.PROTECT, related_name="+")

    objects = ClinicQuerySet.as_manager()

    class Meta:
        abstract = True

    def check_clinic(self) -> None:
        """Refuse a row whose parent belongs to another clinic."""
        for name in self.parents:
            parent = getattr(self, name, None)
            if parent is not None and parent.clinic_id not in (None, self.clinic_id):
                raise ValidationError(f"{type(self).__name__}.{name} belongs to another clinic.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save after checking that no parent belongs to another clinic."""
        self.check_clinic()
        super().save(*args, **kwargs)


class RecordQuerySet(ClinicQuerySet):
    """Questions on records that may have been entered in error."""

    def standing(self) -> Self:
        """Records that nobody has withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Record(ClinicOwned):
    """A dated clinical record: written once by somebody, withdrawn with a reason, never edited."""

    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [paired("withdrawn_at", "withdrawn_by", "%(class)s_withdrawn_paired")]


class AppendOnly(models.Model):
    """A row that is written once; changing or deleting it is refused."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a second save is refused."""
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are written once.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise TypeError(f"{type(self).__name__} rows are kept.")


class AppendOnlyQuerySet(ClinicQuerySet):
    """Rows that are read and added to, never changed or removed."""

    def update(self, **kwargs: Any) -> int:
        """Refuse."""
        raise TypeError(f"{self.model.__name__} rows are written once.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise TypeError(f"{self.model.__name__} rows are kept.")
