"""A whole list of results: people found, words compared with what is recorded, written as a set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from pathways.models import Clinic, Observation, Patient
from pathways.rules.lifecycles import ResultStatus
from pathways.services import alerts, results
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.list_report import LineChange, ListReport, broken_rule, nobody
from pathways.services.result_questions import question_of_result, unsaid
from pathways.services.result_rows import (
    RecordReport,
    Result,
    SampleKey,
    cells_changed,
    sample_of,
    sample_said,
)
from pathways.services.result_standing import SaidInFile, ValuesBefore, find_awaited

BATCH = 2000
SOURCE = "import"
# What a later line about the same sample may leave blank.
KEPT = (
    "reported_on",
    "reported_at",
    "collected_at",
    "unit",
    "method",
    "reference_low",
    "reference_high",
    "counts_early",
    "counts_reason",
)
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


Told = tuple[int, Result]


def record_rows(
    rows: Sequence[ResultRow],
    *,
    clinic: Clinic,
    today: date,
    by: Actor,
    said: SaidInFile,
    dry_run: bool = False,
) -> ListReport:
    """Record one batch of results and reschedule their people; with `dry_run`, roll it back.

    A row that cannot be recorded is refused alone, and so is a second value of a sample of which
    `said` holds another from the same file. A word that was recorded before and has been
    replaced since (the same file loaded again) changes nothing.
    """
    report = ListReport()
    people = {
        patient.mrn: patient
        for patient in Patient.objects.in_clinic(clinic).filter(mrn__in={row.mrn for row in rows})
    }
    told: list[Told] = []
    for row in rows:
        patient = people.get(row.mrn)
        try:
            if patient is None:
                raise nobody(row.mrn, clinic.code)
            result = row.about(patient)
            results.check(result, today=today)
        except Refused as refused:
            report.refused.append((row.line, refused))
            continue
        told.append((row.line, result))
        report.notes.extend((row.line, missed) for missed in unsaid(result))
    with transaction.atomic():
        fresh = _not_replaced_since(told, said, report)
        with alerts.unasked() if dry_run else nullcontext():
            for wave in _waves(fresh):
                _record(wave, clinic, by, report)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _not_replaced_since(told: list[Told], said: SaidInFile, report: ListReport) -> list[Told]:
    """Leave out words that stand among the replaced ones; fill blanks from the current one."""
    current: dict[SampleKey, Observation] = {}
    replaced: dict[SampleKey, list[Observation]] = defaultdict(list)
    rows = Observation.objects.filter(
        patient_id__in={result.patient.pk for _, result in told},
        code__in={result.code for _, result in told},
    )
    for row in rows.iterator(chunk_size=5000):
        if row.superseded_by_id is None:
            current[sample_of(row)] = row
        else:
            replaced[sample_of(row)].append(row)
    find_awaited([result for _, result in told], current)
    before = ValuesBefore(current.values())
    fresh: list[Told] = []
    for line, result in told:
        standing = current.get(result.sample)
        known_before = any(_same(old, _filled(result, old)) for old in replaced[result.sample])
        filled = _filled(result, standing) if standing is not None else result
        stands = standing is not None and _same(standing, filled)
        refused = said.contradicted(result)
        if refused is None and known_before and not stands:
            # A later word put it right: the value, or the day or laboratory of the sample.
            report.unchanged += 1
            if standing is not None and standing.status == ResultStatus.ENTERED_IN_ERROR:
                report.notes.append(
                    (line, "status: this result was entered in error since; that stands")
                )
        elif refused := refused or (None if stands else _asked(filled, before)):
            report.refused.append((line, refused))
            continue
        else:
            fresh.append((line, _without_doubt(filled, before)))
        said.keep(line, result)
    return fresh


def _asked(result: Result, before: ValuesBefore) -> Refused | None:
    """Return the refusal of a value that is likely a slip of the unit, if nobody says why it stands."""
    slip = before.slip(result)
    if slip is None or result.doubt:
        return None
    return Refused(
        f"{slip.asked} Mend the line, or say why it stands in a column doubt or with "
        "--keep-implausible",
        field="value",
    )


def _without_doubt(result: Result, before: ValuesBefore) -> Result:
    """A reason that a whole file gives stands only where something was asked."""
    if not result.doubt or before.slip(result) or question_of_result(result):
        return result
    return replace(result, doubt="")


def _filled(result: Result, standing: Observation) -> Result:
    """A blank cell keeps what is recorded of the same sample, and so does what no list can say."""
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


def _record(told: list[Told], clinic: Clinic, by: Actor, report: ListReport) -> None:
    """Record these words; if one is refused, halve until it stands alone."""
    if not told:
        return
    try:
        with transaction.atomic():
            done = results.record_all(
                [result for _, result in told], clinic=clinic, by=by, source=SOURCE
            )
        _note_down(done, {result.sample: line for line, result in told}, clinic, report)
        return
    except (OperationalError, InterfaceError):
        raise
    except (Refused, DatabaseError, ValueError, ArithmeticError) as error:
        if len(told) == 1:
            refused = error if isinstance(error, Refused) else broken_rule(error)
            report.refused.append((told[0][0], refused))
            return
    half = len(told) // 2
    _record(told[:half], clinic, by, report)
    _record(told[half:], clinic, by, report)


def _note_down(
    done: RecordReport, lines: dict[SampleKey, int], clinic: Clinic, report: ListReport
) -> None:
    """Count what was recorded, and say what it changed; a wave speaks of a sample once."""
    time_zone = ZoneInfo(clinic.time_zone)
    report.unchanged += done.unchanged
    for result, before in done.written:
        report.note_change(
            LineChange(
                lines[result.sample],
                result.patient.mrn,
                sample_said(result),
                is_new=before is None,
                cells=cells_changed(before, result, time_zone),
            )
        )


def _same(row: Observation, result: Result) -> bool:
    return all(getattr(row, name) == getattr(result, name) for name in CONTENT)
