"""The rows of results: what stands of a sample, and how a later word takes its place."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pathways import clock
from pathways.catalogue import find_analyte, has_unit
from pathways.models import Clinic, NeuroExam, Observation, Patient
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.observation_words import in_words, with_specimen
from pathways.rules.observations import specimen_said
from pathways.rules.units import Unit
from pathways.services import audit
from pathways.services.actors import Actor
from pathways.services.list_report import Cell, cell

EXPECTED_DAYS = 21  # proposed, where the catalogue gives no expectation of its own

SampleKey = tuple[Any, str, date, str, str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """One word on one sample, as typed in or received.

    `doubt` says why an unlikely value stands as printed; `reason` why this word replaces another.
    """

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
    method: str = ""
    sample_number: str = ""
    collected_at: datetime | None = None
    reported_at: datetime | None = None
    reference_low: Decimal | None = None
    reference_high: Decimal | None = None
    doubt: str = ""
    reason: str = ""
    expected_on: date | None = None
    counts_early: bool = False
    counts_reason: str = ""
    exam: NeuroExam | None = None

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
    """Which words were new, each with the one it replaced, and how many were known already."""

    written: list[tuple[Result, Observation | None]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def recorded(self) -> int:
        """How many words were new."""
        return len(self.written)


COMPARED = (
    "reported_on",
    "status",
    "value",
    "value_text",
    "comparator",
    "unit",
    "method",
    "collected_at",
    "reported_at",
    "reference_low",
    "reference_high",
    "counts_early",
)
OF_THE_VALUE = ("value", "value_text", "comparator", "unit")


def sample_of(row: Observation) -> SampleKey:
    """Return the sample that a row is a word on."""
    return (row.patient_id, row.code, row.performed_on, row.specimen, row.lab, row.sample_number)


def word_on(row: Observation) -> Result:
    """Return what a row says, as a word that may be said again with a change."""
    return Result(
        patient=row.patient,
        status=ResultStatus(row.status),
        **{
            each.name: getattr(row, each.name)
            for each in fields(Result)
            if each.name not in ("patient", "status", "reason", "expected_on")
        },
    )


def says_the_same(row: Observation, result: Result) -> bool:
    """Say whether a row holds everything that this word says, of the same sample."""
    return sample_of(row) == result.sample and all(
        getattr(row, name) == getattr(result, name) for name in COMPARED
    )


def cells_changed(
    before: Observation | None, result: Result, time_zone: ZoneInfo
) -> tuple[Cell, ...]:
    """Return what a word changes on a sample; the value is one with its sign and its unit."""
    cells = [cell("value", value_said(before), value_said(result))]
    for name in (name for name in COMPARED if name not in OF_THE_VALUE):
        old, new = getattr(before, name, None), getattr(result, name)
        if isinstance(new, datetime):
            old, new = (each and each.astimezone(time_zone) for each in (old, new))
        cells.append(cell(name, old, new))
    return tuple(each for each in cells if each.before != each.after)


def value_said(word: Observation | Result | None) -> str:
    """Return a value with its sign and unit, or its words; empty where there is no word."""
    if word is None:
        return ""
    said = in_words(word.value, word.comparator, word.unit, has_unit=has_unit(word.code))
    return said or word.value_text


def sample_said(result: Result) -> str:
    """Return a sample in words: "VEGF, plasma, 21 Aug 2026, Central Reference"."""
    entry = find_analyte(result.code)
    specimen = specimen_said(result.code, result.specimen) if result.value is not None else ""
    label = with_specimen(entry.label if entry else result.code, specimen or result.specimen)
    number = f"sample {result.sample_number}" if result.sample_number else ""
    parts = (label, short_date(result.performed_on, date.min), result.lab, number)
    return ", ".join(filter(None, parts))


def write_words(
    pairs: list[tuple[Result, Observation | None]],
    clinic: Clinic,
    by: Actor,
    source: str,
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
            _row(result, before, clinic=clinic, source=source, at=now, by=by)
            for result, before in pairs
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
                **({"reason": row.reason} if row.reason else {}),
                **({"doubt": row.doubt} if row.doubt else {}),
            },
        )
        for (_, before), row in zip(pairs, rows, strict=True)
    )
    return rows


def unit_of(result: Result) -> Unit | None:
    """Return the catalogue's unit of a value; None without a value, or where the unit is unknown."""
    analyte = find_analyte(result.code)
    if analyte is None or result.value is None:
        return None
    return analyte.units.find(result.unit)


def _row(
    result: Result,
    before: Observation | None,
    *,
    clinic: Clinic,
    source: str,
    at: datetime,
    by: Actor,
) -> Observation:
    """Return the new row: every value as received, and in the catalogue's unit where that is known."""
    unit = unit_of(result)
    return Observation(
        clinic=clinic,
        patient=result.patient,
        code=result.code,
        performed_on=result.performed_on,
        collected_at=result.collected_at,
        reported_on=result.reported_on,
        reported_at=result.reported_at,
        expected_on=_expected_on(result),
        status=result.status,
        value=result.value,
        value_text=result.value_text,
        comparator=result.comparator,
        unit=unit.name if unit else result.unit,
        canonical_value=unit.convert(result.value) if unit and result.value is not None else None,
        canonical_unit=unit.canonical if unit else "",
        canonical_factor=unit.factor if unit else None,
        specimen=result.specimen,
        lab=result.lab,
        method=result.method,
        sample_number=result.sample_number,
        reference_low=result.reference_low,
        reference_high=result.reference_high,
        doubt=result.doubt,
        counts_early=result.counts_early,
        counts_reason=result.counts_reason,
        # A first result of a sample replaces nothing; that a sample was lost has a reason.
        reason=result.reason if _replaces(before, result) else "",
        exam=result.exam,
        recorded_at=at,
        recorded_by=by.name,
        source=source,
    )


def _replaces(before: Observation | None, result: Result) -> bool:
    if before is None:
        return False
    return (before.status, result.status) != (ResultStatus.COLLECTED, ResultStatus.FINAL)


def _expected_on(result: Result) -> date | None:
    if result.status != ResultStatus.COLLECTED:
        return None
    if result.expected_on is not None:
        return result.expected_on
    analyte = find_analyte(result.code)
    wait = analyte.expected_days if analyte and analyte.expected_days else EXPECTED_DAYS
    return result.performed_on + timedelta(days=wait)
