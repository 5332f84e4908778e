"""The rows of results: what stands of a sample, and how a later word takes its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pathways import clock
from pathways.catalogue import find_analyte
from pathways.models import Clinic, Observation, Patient
from pathways.rules.lifecycles import ResultStatus
from pathways.services import audit
from pathways.services.actors import Actor

EXPECTED_DAYS = 21  # proposed, where the catalogue gives no expectation of its own

SampleKey = tuple[Any, str, date, str, str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """One word on one sample, as typed in or received."""

    patient: Patient
    code: str
    performed_on: date
    status: ResultStatus
    reported_on: date | None = None
    value: Decimal | None = None
    value_text: str = ""
    comparator: str = ""
    unit: str = ""
    specimen: str = ""
    lab: str = ""
    sample_number: str = ""
    reference_high: Decimal | None = None
    expected_on: date | None = None
    counts_early: bool = False
    counts_reason: str = ""

    @property
    def sample(self) -> SampleKey:
        """What makes it the same sample: person, code, day, specimen, laboratory, number."""
        return (
            self.patient.pk,
            self.code,
            self.performed_on,
            self.specimen,
            self.lab,
            self.sample_number,
        )


@dataclass(slots=True)
class RecordReport:
    """How many results were new or changed, and how many were known word for word."""

    recorded: int = 0
    unchanged: int = 0


COMPARED = (
    "reported_on",
    "status",
    "value",
    "value_text",
    "comparator",
    "unit",
    "reference_high",
    "counts_early",
)


def standing_words(results: Sequence[Result]) -> dict[SampleKey, Observation]:
    rows = Observation.objects.current().filter(
        patient_id__in={result.patient.pk for result in results},
        code__in={result.code for result in results},
    )
    return {
        (row.patient_id, row.code, row.performed_on, row.specimen, row.lab, row.sample_number): row
        for row in rows.iterator(chunk_size=5000)
    }


def says_the_same(row: Observation, result: Result) -> bool:
    return all(getattr(row, name) == getattr(result, name) for name in COMPARED)


def write_words(
    pairs: list[tuple[Result, Observation | None]],
    clinic: Clinic,
    by: Actor,
    source: str,
    reason: str = "",
) -> list[Observation]:
    """Insert the new words and point the replaced ones at them.

    The replaced row must stop being current before the new one may be; pointing it at itself
    for that moment keeps the uniqueness of the sample in the database's own hands.
    """
    now = clock.now()
    replaced = [before for _, before in pairs if before is not None]
    for before in replaced:
        before.superseded_by = before
    Observation.objects.bulk_update(replaced, ["superseded_by"], batch_size=500)
    rows = Observation.objects.bulk_create(
        [
            Observation(
                clinic=clinic,
                patient=result.patient,
                code=result.code,
                performed_on=result.performed_on,
                reported_on=result.reported_on,
                expected_on=_expected_on(result),
                status=result.status,
                value=result.value,
                value_text=result.value_text,
                comparator=result.comparator,
                unit=result.unit,
                specimen=result.specimen,
                lab=result.lab,
                sample_number=result.sample_number,
                reference_high=result.reference_high,
                counts_early=result.counts_early,
                counts_reason=result.counts_reason,
                recorded_at=now,
                recorded_by=by.name,
                source=source,
            )
            for result, _ in pairs
        ],
        batch_size=2000,
    )
    for (_, old), row in zip(pairs, rows, strict=True):
        if old is not None:
            old.superseded_by = row
    Observation.objects.bulk_update(replaced, ["superseded_by"], batch_size=500)
    audit.record_all(
        audit.event_of(
            by=by,
            verb="recorded a result",
            subject_type="Observation",
            subject_id=str(row.pk),
            clinic_id=clinic.pk,
            patient_id=row.patient_id,
            detail={
                "code": row.code,
                "performed_on": row.performed_on.isoformat(),
                "status": row.status,
                "before": before.status if before else None,
                **({"reason": reason} if reason else {}),
            },
        )
        for (_, before), row in zip(pairs, rows, strict=True)
    )
    return rows


def _expected_on(result: Result) -> date | None:
    if result.status != ResultStatus.COLLECTED:
        return None
    if result.expected_on is not None:
        return result.expected_on
    analyte = find_analyte(result.code)
    wait = analyte.expected_days if analyte and analyte.expected_days else EXPECTED_DAYS
    return result.performed_on + timedelta(days=wait)
