"""Results as a clinic gets them: collected, final, corrected, rejected, entered in error.

One sample, one truth: a later word on the same sample replaces the earlier, and both are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from pathways import clock
from pathways.catalogue import find_analyte
from pathways.models import Clinic, Enrolment, Observation, Patient
from pathways.rules.lifecycles import RESULT, ResultStatus, may_become
from pathways.services import audit, reminders
from pathways.services.actors import Actor
from pathways.services.errors import Refused

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


def record(*, result: Result, by: Actor, source: str = "staff") -> Observation:
    """Write down one result and reschedule its person."""
    record_all([result], clinic=result.patient.clinic, by=by, source=source)
    patient_id, code, on, specimen, lab, number = result.sample
    return Observation.objects.current().get(
        patient_id=patient_id,
        code=code,
        performed_on=on,
        specimen=specimen,
        lab=lab,
        sample_number=number,
    )


def check(result: Result, *, today: date) -> None:
    """Refuse what cannot be: an unknown code, a future day, a day before birth."""
    if find_analyte(result.code) is None:
        raise Refused(f"“{result.code}” is not a code of the catalogue.", field="code")
    if result.performed_on > today:
        raise Refused(f"{result.performed_on} lies in the future.", field="performed_on")
    if result.performed_on < result.patient.birth_date:
        raise Refused(f"{result.performed_on} lies before the birth date.", field="performed_on")
    if result.reported_on and result.reported_on < result.performed_on:
        raise Refused("It was reported before it was performed.", field="reported_on")
    if result.reported_on and result.reported_on > today:
        raise Refused(f"{result.reported_on} lies in the future.", field="reported_on")
    if result.counts_early and not result.counts_reason.strip():
        raise Refused("Say why this early result counts.", field="counts_reason")


def record_all(
    results: Sequence[Result], *, clinic: Clinic, by: Actor, source: str
) -> RecordReport:
    """Write down many results of one clinic, in a fixed number of queries, and reschedule once.

    All or nothing: call `check` on each first to tell the bad ones apart.
    """
    report = RecordReport()
    today = clock.today(clinic)
    for result in results:
        if result.patient.clinic_id != clinic.pk:
            raise Refused("That person belongs to another clinic.")
        check(result, today=today)
    with transaction.atomic():
        standing = _standing(results)
        people: set[Any] = set()
        for words in _rounds(results):
            fresh: list[tuple[Result, Observation | None]] = []
            for result in words:
                before = standing.get(result.sample)
                if before is not None and _says_the_same(before, result):
                    report.unchanged += 1
                    continue
                check_change(before, result)
                fresh.append((result, before))
            for (result, _), row in zip(fresh, _write(fresh, clinic, by, source), strict=True):
                standing[result.sample] = row
                people.add(result.patient.pk)
            report.recorded += len(fresh)
        _replan(people, by)
    return report


def check_change(before: Observation | None, result: Result) -> None:
    """Refuse a word on a sample that what is known of it does not allow."""
    if before is None or before.status == result.status:
        return
    if not may_become(RESULT, ResultStatus(before.status), ResultStatus(result.status)):
        raise Refused(
            f"This sample is {before.status} already; it cannot become {result.status}.",
            field="status",
        )


def _rounds(results: Sequence[Result]) -> list[list[Result]]:
    """Split into rounds in which each sample is spoken of once, keeping the order of its words."""
    rounds: list[list[Result]] = []
    seen: dict[SampleKey, int] = {}
    for result in results:
        number = seen.get(result.sample, 0)
        seen[result.sample] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(result)
    return rounds


def enter_in_error(*, observation: Observation, reason: str, by: Actor) -> Observation:
    """Withdraw a record: it is kept, and every date that hung on it is as it was before."""
    return _restate(observation, ResultStatus.ENTERED_IN_ERROR, reason, by)


def reject(*, observation: Observation, reason: str, by: Actor) -> Observation:
    """The laboratory refused the sample: the original due date stands again."""
    return _restate(observation, ResultStatus.REJECTED, reason, by)


def _restate(observation: Observation, status: ResultStatus, reason: str, by: Actor) -> Observation:
    if not reason.strip():
        raise Refused("Say why.", field="reason")
    if observation.superseded_by_id is not None:
        raise Refused("A later word replaced this one already. Change that one.")
    if not may_become(RESULT, ResultStatus(observation.status), status):
        raise Refused(f"A result that is {observation.status} cannot become {status}.")
    result = Result(
        patient=observation.patient,
        code=observation.code,
        performed_on=observation.performed_on,
        status=status,
        reported_on=observation.reported_on,
        value=observation.value,
        value_text=observation.value_text,
        comparator=observation.comparator,
        unit=observation.unit,
        specimen=observation.specimen,
        lab=observation.lab,
        sample_number=observation.sample_number,
        reference_high=observation.reference_high,
    )
    with transaction.atomic():
        (row,) = _write([(result, observation)], observation.clinic, by, "staff", reason)
        _replan({observation.patient_id}, by)
    return row


def _standing(results: Sequence[Result]) -> dict[SampleKey, Observation]:
    rows = Observation.objects.current().filter(
        patient_id__in={result.patient.pk for result in results},
        code__in={result.code for result in results},
    )
    return {
        (row.patient_id, row.code, row.performed_on, row.specimen, row.lab, row.sample_number): row
        for row in rows.iterator(chunk_size=5000)
    }


def _says_the_same(row: Observation, result: Result) -> bool:
    return all(getattr(row, name) == getattr(result, name) for name in COMPARED)


def _write(
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
    for (_, before), row in zip(pairs, rows, strict=True):
        if before is not None:
            before.superseded_by = row
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


def _replan(patient_ids: set[Any], by: Actor) -> None:
    enrolments = Enrolment.objects.running().filter(patient_id__in=patient_ids)
    ids = list(enrolments.values_list("pk", flat=True))
    if ids:
        reminders.replan(ids, by=by)
