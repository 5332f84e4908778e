"""A whole list of results: people found, words compared with what is recorded, written as a set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from pathways.models import Clinic, Observation, Patient
from pathways.rules.lifecycles import ResultStatus
from pathways.services import results
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.result_rows import Result, SampleKey, unit_missing

BATCH = 2000
SOURCE = "import"
# What a later line about the same sample may leave blank.
KEPT = ("reported_on", "collected_at", "unit", "method", "reference_low", "reference_high")
CONTENT = ("status", "value", "value_text", "comparator", *KEPT)
CORRECTED = "A later list says so."


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result as a list gives it, about a person known by hospital number."""

    line: int
    mrn: str
    code: str
    performed_on: date
    status: ResultStatus
    reported_on: date | None = None
    collected_at: datetime | None = None
    value: Decimal | None = None
    value_text: str = ""
    comparator: str = ""
    unit: str = ""
    specimen: str = ""
    lab: str = ""
    method: str = ""
    sample_number: str = ""
    reference_low: Decimal | None = None
    reference_high: Decimal | None = None
    doubt: str = ""

    def about(self, patient: Patient) -> Result:
        """Return the same word on a sample of this person, spelt as the catalogue spells it."""
        words = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if each.name not in ("line", "mrn")
        }
        return results.tidy(Result(patient=patient, reason=CORRECTED, **words))


@dataclass(slots=True)
class BulkReport:
    """What became of the rows; the numbers beside refusals and notes are their lines."""

    recorded: int = 0
    unchanged: int = 0
    refused: list[tuple[int, Refused]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: BulkReport) -> None:
        """Count another batch in."""
        self.recorded += other.recorded
        self.unchanged += other.unchanged
        self.refused.extend(other.refused)
        self.notes.extend(other.notes)


Told = tuple[int, Result]


def record_rows(
    rows: Sequence[ResultRow], *, clinic: Clinic, today: date, by: Actor, dry_run: bool = False
) -> BulkReport:
    """Record one batch of results and reschedule their people; with `dry_run`, roll it back.

    A row that cannot be recorded is refused alone. A word that was recorded before and has been
    replaced since (the same file loaded again) changes nothing.
    """
    report = BulkReport()
    people = {
        patient.mrn: patient
        for patient in Patient.objects.in_clinic(clinic).filter(mrn__in={row.mrn for row in rows})
    }
    told: list[Told] = []
    for row in rows:
        patient = people.get(row.mrn)
        try:
            if patient is None:
                raise Refused(
                    f"{row.mrn!r} is nobody's number in {clinic.code}. "
                    "Load the person first, with import_patients",
                    field="mrn",
                )
            result = row.about(patient)
            results.check(result, today=today)
        except Refused as refused:
            report.refused.append((row.line, refused))
            continue
        told.append((row.line, result))
        if unit_missing(result):
            report.notes.append((row.line, "unit: none is given; kept, and compared with nothing"))
    with transaction.atomic():
        fresh = _not_replaced_since(told, report)
        for wave in _waves(fresh):
            _record(wave, clinic, by, report)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _not_replaced_since(told: list[Told], report: BulkReport) -> list[Told]:
    """Leave out words that stand among the replaced ones; fill blanks from the current one."""
    current: dict[SampleKey, Observation] = {}
    replaced: dict[SampleKey, list[Observation]] = defaultdict(list)
    rows = Observation.objects.filter(
        patient_id__in={result.patient.pk for _, result in told},
        code__in={result.code for _, result in told},
    )
    for row in rows.iterator(chunk_size=5000):
        if row.superseded_by_id is None:
            current[_sample(row)] = row
        else:
            replaced[_sample(row)].append(row)
    fresh: list[Told] = []
    for line, result in told:
        standing = current.get(result.sample)
        if standing is None:
            fresh.append((line, result))
            continue
        filled = _filled(result, standing)
        known_before = any(_same(old, result) for old in replaced[result.sample])
        if known_before and not _same(standing, filled):
            report.unchanged += 1
            if standing.status == ResultStatus.ENTERED_IN_ERROR:
                report.notes.append(
                    (line, "status: this result was entered in error since; that stands")
                )
            continue
        fresh.append((line, filled))
    return fresh


def _filled(result: Result, standing: Observation) -> Result:
    """A blank cell keeps what is recorded of the same sample."""
    kept: dict[str, Any] = {
        name: getattr(standing, name) for name in KEPT if not getattr(result, name)
    }
    if result.value is None and not result.value_text:
        kept |= {
            "value": standing.value,
            "value_text": standing.value_text,
            "comparator": standing.comparator,
        }
    return replace(result, **kept)


def _waves(told: list[Told]) -> list[list[Told]]:
    """Split words on the same sample apart, the first of each before the second of any."""
    waves: list[list[Told]] = []
    heard: dict[SampleKey, int] = defaultdict(int)
    for line, result in told:
        turn = heard[result.sample]
        heard[result.sample] += 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append((line, result))
    return waves


def _record(told: list[Told], clinic: Clinic, by: Actor, report: BulkReport) -> None:
    """Record these words; if one is refused, halve until it stands alone."""
    if not told:
        return
    try:
        with transaction.atomic():
            done = results.record_all(
                [result for _, result in told], clinic=clinic, by=by, source=SOURCE
            )
        report.recorded += done.recorded
        report.unchanged += done.unchanged
        return
    except (OperationalError, InterfaceError):
        raise
    except (Refused, DatabaseError, ValueError, ArithmeticError) as error:
        if len(told) == 1:
            line = told[0][0]
            refused = error if isinstance(error, Refused) else Refused(_told(error), field="line")
            report.refused.append((line, refused))
            return
    half = len(told) // 2
    _record(told[:half], clinic, by, report)
    _record(told[half:], clinic, by, report)


def _told(error: Exception) -> str:
    """Name the broken rule without repeating the person's data, which the database quotes."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or type(error).__name__
    return f"the database refuses this line ({name}). Check its cells, or tell your administrator"


def _sample(row: Observation) -> SampleKey:
    return (row.patient_id, row.code, row.performed_on, row.specimen, row.lab, row.sample_number)


def _same(row: Observation, result: Result) -> bool:
    return all(getattr(row, name) == getattr(result, name) for name in CONTENT)
