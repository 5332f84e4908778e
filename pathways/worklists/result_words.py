"""A result in words: number, comparator, unit, specimen, and every doubt about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import find_analyte
from pathways.models import Observation
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.quantities import written

_COMPARATORS = {"<": "<", ">": ">", "<=": "≤", ">=": "≥", "": ""}


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


def label_of(code: str) -> str:
    """Return the catalogue's name of a result code, or the code in words."""
    entry = find_analyte(code)
    return entry.label if entry else code.replace("-", " ").capitalize()


def with_specimen(label: str, specimen: str) -> str:
    """Return the label with its specimen, named once: "Immunofixation, serum" stays as it is."""
    if not specimen or re.search(rf"\b{re.escape(specimen)}\b", label, re.IGNORECASE):
        return label
    return f"{label}, {specimen}"


def result_row(row: Observation, day: date) -> ResultRow:
    """Return one result in words, as of the day."""
    label = with_specimen(label_of(row.code), row.specimen)
    value = f"{_COMPARATORS[row.comparator]}{written(row.value)}" if row.value is not None else ""
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
        meaning.append(f"entered in error, {row.recorded_by}")
    elif row.value is not None and row.reference_high is not None and not row.comparator:
        limit = written(row.reference_high)
        if row.value > row.reference_high:
            late = f"Above the lab’s limit of {limit}"
        else:
            meaning.append(f"within the lab’s limit of {limit}")
    if row.lab:
        meaning.append(row.lab)
    if row.counts_early:
        meaning.append(f"counted early: {row.counts_reason}")
    return ResultRow(
        pk=row.pk,
        code=row.code,
        label=label,
        on=short_date(row.performed_on, day),
        value=value or row.value_text or "done",
        unit=row.unit if row.value is not None else "",
        meaning="; ".join(meaning),
        late=late,
        struck=row.status == ResultStatus.ENTERED_IN_ERROR,
        open=row.status == ResultStatus.COLLECTED,
    )
