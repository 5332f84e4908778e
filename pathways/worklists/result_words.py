"""A result in words: number, comparator, unit, specimen, and every doubt about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import find_analyte, has_unit
from pathways.models import Observation
from pathways.models.authors import NOBODY, Authors
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.observation_words import in_words, unit_words, with_specimen, with_unit
from pathways.rules.observations import Reading, specimen_said
from pathways.rules.quantities import shown, written


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result as a reader sees it; `late` holds what the lab's own limit says of it."""

    pk: int
    code: str
    label: str
    on: str
    value: str
    unit: str
    meaning: str
    late: str
    struck: bool
    open: bool

    @property
    def said(self) -> str:
        """The value inside a sentence, with its unit or that none was recorded."""
        return with_unit(self.value, self.unit)


def without_number(row: Observation) -> str:
    """Return what stands where a number would: words, or that only the day is known."""
    entry = find_analyte(row.code)
    return row.value_text or ("no value recorded" if entry and entry.needs_value else "done")


def value_words(one: Observation | Reading) -> str:
    """Return a value inside a sentence, with its unit or that none was recorded."""
    return in_words(one.value, one.comparator, one.unit, has_unit=has_unit(one.code))


def unit_beside(one: Observation | Reading) -> str:
    """Return what stands beside the number of a value in a cell of its own; nothing without one."""
    return "" if one.value is None else unit_words(one.unit, has_unit=has_unit(one.code))


def label_of(code: str) -> str:
    """Return the catalogue's name of a result code, or the code in words."""
    entry = find_analyte(code)
    return entry.label if entry else code.replace("-", " ").capitalize()


def beyond(row: Observation) -> str:
    """Say which of the laboratory's limits an exact value lies beyond; a bound lies beyond none."""
    if row.status != ResultStatus.FINAL or row.value is None or row.comparator:
        return ""
    if row.reference_high is not None and row.value > row.reference_high:
        return f"Above the lab’s limit of {written(row.reference_high)}"
    if row.reference_low is not None and row.value < row.reference_low:
        return f"Below the lab’s limit of {written(row.reference_low)}"
    return ""


def _within(row: Observation) -> Iterator[str]:
    """Say within which printed limits a value lies that lies beyond none of them."""
    low, high = row.reference_low, row.reference_high
    if low is not None and high is not None:
        yield f"within the lab’s limits of {written(low)} to {written(high)}"
    elif low is not None or high is not None:
        yield f"within the lab’s limit of {written(low if high is None else high)}"


def result_row(row: Observation, day: date, authors: Authors = NOBODY) -> ResultRow:
    """Return one result in words, as of the day; `authors` names who took it back."""
    measured = row.value is not None  # of a sample that is awaited the specimen may follow
    specimen = specimen_said(row.code, row.specimen) if measured else row.specimen
    label = with_specimen(label_of(row.code), specimen)
    number = value = shown(row.value, row.comparator)
    meaning, late = [], ""
    if row.status == ResultStatus.COLLECTED:
        value = "awaited"
        if row.expected_on is not None:
            meaning.append(f"expected {short_date(row.expected_on, day)}")
    elif row.status == ResultStatus.REJECTED:
        value = value or "rejected"
        meaning.append("rejected by the laboratory")
    elif row.status == ResultStatus.LOST:
        value = value or "lost"
        meaning.append("the sample was lost")
    elif row.status == ResultStatus.ENTERED_IN_ERROR:
        meaning.append(f"entered in error, {authors.named(row.recorded_by)}")
    else:
        late = beyond(row)
        if not late and row.value is not None and not row.comparator:
            meaning.extend(_within(row))
    if row.lab:
        meaning.append(row.lab)
    if row.counts_early:
        meaning.append(f"counted early: {row.counts_reason}")
    return ResultRow(
        pk=row.pk,
        code=row.code,
        label=label,
        on=short_date(row.performed_on, day),
        value=value or without_number(row),
        unit=unit_beside(row) if value == number else "",
        meaning="; ".join(meaning),
        late=late,
        struck=row.status == ResultStatus.ENTERED_IN_ERROR,
        open=row.status == ResultStatus.COLLECTED,
    )
