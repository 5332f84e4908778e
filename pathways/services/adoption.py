"""Move people to another published version, and say beforehand what that changes for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from pathways.models import Clinic, Enrolment, PathwayVersion, Screening
from pathways.services import enrolments
from pathways.services.actors import Actor
from pathways.services.errors import Refused

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Moved:
    """One screening of one person: its due date before and after (None: not owed, or no date)."""

    mrn: str
    code: str
    was_due_on: date | None
    is_due_on: date | None
    was_owed: bool
    is_owed: bool


@dataclass(slots=True)
class Adoption:
    """What one batch came to."""

    people: int
    moved: list[Moved]


def adopt(
    *,
    clinic: Clinic,
    version: PathwayVersion,
    by: Actor,
    mrn: str | None = None,
    dry_run: bool = False,
) -> Iterator[Adoption]:
    """Move everybody of a clinic, or one person, to a version; yield what changed, in batches.

    Each batch is one transaction; with `dry_run` it is done and rolled back, so that what is
    shown is what would happen. Raises Refused if nobody has that number.
    """
    wanted = Enrolment.objects.in_clinic(clinic).running().exclude(version=version)
    if mrn is not None:
        if not Enrolment.objects.in_clinic(clinic).running().filter(patient__mrn=mrn).exists():
            raise Refused(f"{mrn!r} is nobody who is enrolled in {clinic.code}.", field="mrn")
        wanted = wanted.filter(patient__mrn=mrn)
    ids = list(wanted.order_by("patient__mrn").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with transaction.atomic():
            rows = list(Enrolment.objects.filter(pk__in=batch).select_related("clinic", "patient"))
            before = _due(batch)
            enrolments.adopt_version(enrolments=rows, version=version, by=by)
            after = _due(batch)
            if dry_run:
                transaction.set_rollback(True)
        yield Adoption(len(rows), list(_differences(before, after)))


Due = dict[tuple[str, str], date | None]


def _due(batch: list[int]) -> Due:
    rows = Screening.objects.open().filter(enrolment_id__in=batch)
    return {
        (mrn, code): due_on
        for mrn, code, due_on in rows.values_list("patient__mrn", "code", "due_on")
    }


def _differences(before: Due, after: Due) -> Iterator[Moved]:
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was != now or (key in before) != (key in after):
            yield Moved(*key, was, now, key in before, key in after)
