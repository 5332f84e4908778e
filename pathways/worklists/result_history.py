"""One result on a page of its own: what stands, and every word on its sample with author and reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from pathways.catalogue import find_analyte
from pathways.models import Observation
from pathways.models.authors import Authors, authors_of
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import RESULT, ResultStatus, may_become
from pathways.rules.observation_words import in_words, with_specimen
from pathways.rules.observations import specimen_said
from pathways.rules.quantities import shown, written
from pathways.rules.units import printed
from pathways.worklists.result_words import label_of, unit_beside
from pathways.worklists.results_page import limit_words

STATUS_WORDS = {
    ResultStatus.COLLECTED: "Collected: the result is awaited",
    ResultStatus.FINAL: "Final",
    ResultStatus.REJECTED: "Rejected by the laboratory",
    ResultStatus.LOST: "Sample lost",
    ResultStatus.ENTERED_IN_ERROR: "Entered in error",
}
ALONE = "not recorded; compared with nothing"


@dataclass(frozen=True, slots=True)
class Word:
    """One word on the sample: what was said, by whom, when, and why.

    `named` is the sample as this word names it, where that is not how it is named now.
    """

    status: str
    value: str
    unit: str
    by: str
    at: str
    reason: str
    doubt: str
    named: str
    stands: bool
    struck: bool


@dataclass(frozen=True, slots=True)
class ResultHistory:
    """A result with its facts, all words newest first, and what may be done with it."""

    current: Observation
    label: str
    on: str
    facts: tuple[tuple[str, str], ...]
    words: tuple[Word, ...]
    source: str
    can_correct: bool
    can_go: bool
    can_void: bool


def result_history(row: Observation, day: date, zone: ZoneInfo) -> ResultHistory:
    """Return the history of the sample that this row is a word on: two questions."""
    words = _words_on(row)
    current = next((each for each in words if each.superseded_by_id is None), row)
    entry = find_analyte(row.code)
    status = ResultStatus(current.status)
    authors = authors_of(row.clinic_id)
    return ResultHistory(
        current=current,
        label=with_specimen(label_of(row.code), current.specimen),
        on=short_date(current.performed_on, date.min),
        facts=tuple(_facts(current, day, zone)),
        words=tuple(_word(each, zone, current, authors) for each in words),
        source=entry.note if entry else "",
        can_correct=status == ResultStatus.FINAL and current.exam_id is None,
        can_go=may_become(RESULT, status, ResultStatus.LOST),
        can_void=may_become(RESULT, status, ResultStatus.ENTERED_IN_ERROR),
    )


def _words_on(row: Observation) -> list[Observation]:
    """Return every word on a sample, newest first, also where a later one names it otherwise."""
    rows = list(Observation.objects.filter(patient_id=row.patient_id, code=row.code).order_by("id"))
    linked = {row.pk}
    for later in rows:
        if later.pk in linked and later.superseded_by_id is not None:
            linked.add(later.superseded_by_id)
    for earlier in reversed(rows):
        if earlier.superseded_by_id in linked:
            linked.add(earlier.pk)
    return [each for each in reversed(rows) if each.pk in linked]


def _facts(row: Observation, day: date, zone: ZoneInfo) -> list[tuple[str, str]]:
    """List what the report says, leaving out what it does not."""
    collected = short_date(row.performed_on, date.min)
    if row.collected_at is not None:
        collected += f", {row.collected_at.astimezone(zone):%H:%M}"
    reported = short_date(row.reported_on, date.min) if row.reported_on else ""
    known = ""
    if row.canonical_value is not None and row.canonical_unit != row.unit:
        known = in_words(row.canonical_value, row.comparator, row.canonical_unit)
    limits = limit_words(row)
    must_name = row.value is not None and specimen_said(row.code, "")
    awaited = row.status == ResultStatus.COLLECTED and row.expected_on is not None
    entry = find_analyte(row.code)
    facts = [
        ("Collected or done", collected),
        ("Reported", reported),
        ("Expected", short_date(row.expected_on, day) if awaited and row.expected_on else ""),
        ("In our unit", known),
        ("Specimen", row.specimen or (ALONE if must_name else "")),
        ("Laboratory", row.lab),
        ("Method", row.method),
        ("Sample number", row.sample_number),
        (
            "Limits as printed",
            f"{limits} {printed(row.unit)}".strip() if limits else "",
        ),
        ("Kept as printed", row.doubt),
        ("Counted early", row.counts_reason),
        ("Code", f"{entry.loinc} (LOINC)" if entry and entry.loinc else ""),
    ]
    if row.value is not None and not row.unit and (entry is None or entry.unit):
        facts.insert(0, ("Unit", ALONE))
    return [(name, said) for name, said in facts if said]


def _named(row: Observation) -> str:
    """Return how a word names its sample."""
    number = f"sample {row.sample_number}" if row.sample_number else ""
    named = (short_date(row.performed_on, date.min), row.specimen, row.lab, number)
    return ", ".join(filter(None, named))


def _word(row: Observation, zone: ZoneInfo, current: Observation, authors: Authors) -> Word:
    value = f"{shown(row.value, row.comparator)}" or (
        "" if row.value_text == written(row.value) else row.value_text
    )
    at = row.recorded_at.astimezone(zone)
    stands, named = row is current, _named(row)
    return Word(
        status=STATUS_WORDS[ResultStatus(row.status)],
        value=value,
        unit=unit_beside(row),
        by=authors.named(row.recorded_by),
        at=f"{short_date(at.date(), date.min)}, {at:%H:%M}",
        reason=row.reason,
        doubt=row.doubt,
        named=named if named != _named(current) else "",
        stands=stands,
        struck=not stands or row.status == ResultStatus.ENTERED_IN_ERROR,
    )
