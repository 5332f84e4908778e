"""What stands of people's samples already: current words, samples awaited, values before, of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pathways.catalogue import find_analyte
from pathways.models import Observation
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.plausible import Earlier, Question, slip
from pathways.rules.quantities import written
from pathways.services.errors import Refused
from pathways.services.list_report import in_words
from pathways.services.result_rows import Result, SampleKey, sample_of, unit_of, value_said

SAMPLE_WORDS = ("specimen", "lab", "sample_number")
THE_VALUE = ("value", "value_text", "comparator")


def standing_words(results: Sequence[Result]) -> dict[SampleKey, Observation]:
    """Return the current words on the samples of these people and codes: one question."""
    rows = Observation.objects.current().filter(
        patient_id__in={result.patient.pk for result in results},
        code__in={result.code for result in results},
    )
    standing = {sample_of(row): row for row in rows.iterator(chunk_size=5000)}
    find_awaited(results, standing)
    return standing


def find_awaited(results: Sequence[Result], standing: dict[SampleKey, Observation]) -> None:
    """Let a result stand for the sample that was awaited, where that named less.

    Who takes the blood seldom knows which laboratory will measure it. A sample that was only
    collected is that of a result of the same day if every word it names agrees; among several
    that would fit, a person decides.
    """
    awaited: dict[tuple[Any, str, date], list[Observation]] = defaultdict(list)
    spoken_of = {standing[each.sample].pk for each in results if each.sample in standing}
    for row in standing.values():
        if row.status == ResultStatus.COLLECTED and row.pk not in spoken_of:
            awaited[row.patient_id, row.code, row.performed_on].append(row)
    for result in results:
        waiting = awaited.get((result.patient.pk, result.code, result.performed_on), [])
        if result.sample in standing or not waiting:
            continue
        fitting = [
            row
            for row in waiting
            if all(getattr(row, name) in ("", getattr(result, name)) for name in SAMPLE_WORDS)
        ]
        if len(fitting) == 1:
            standing[result.sample] = fitting[0]
            waiting.remove(fitting[0])


class SaidInFile:
    """The final value that a line of one file gave for each sample; another one contradicts it."""

    def __init__(self) -> None:
        self._first: dict[SampleKey, tuple[int, Result]] = {}

    def contradicted(self, result: Result) -> Refused | None:
        """Return the refusal of a second value of one sample, which names the line of the first."""
        line, first = self._first.get(result.sample, (0, None))
        if first is None or not _has_value(result):
            return None
        same = all(getattr(first, name) == getattr(result, name) for name in THE_VALUE)
        if same and (first.unit == result.unit or not (first.unit and result.unit)):
            return None
        return Refused(
            f"line {line} gives {value_said(first)} for the same sample, and this one "
            f"{value_said(result)}. Leave out the wrong one, or give each its sample_number",
            field="value",
        )

    def keep(self, line: int, result: Result) -> None:
        """Note what a line that is not refused says of its sample."""
        if _has_value(result):
            self._first.setdefault(result.sample, (line, result))


def _has_value(result: Result) -> bool:
    said = result.value is not None or bool(result.value_text)
    return result.status == ResultStatus.FINAL and said


class ValuesBefore:
    """The final values of some people, each to be set beside the one before it."""

    def __init__(self, rows: Iterable[Observation]) -> None:
        self._rows: dict[tuple[Any, str, str], list[Observation]] = defaultdict(list)
        for row in rows:
            if row.status == ResultStatus.FINAL and row.canonical_value and not row.comparator:
                self._rows[row.patient_id, row.code, row.specimen].append(row)

    def slip(self, result: Result) -> Question | None:
        """Return what is to be asked where another unit would bring a value near the one before."""
        analyte, unit = find_analyte(result.code), unit_of(result)
        if analyte is None or unit is None or result.value is None or result.comparator:
            return None
        rows = self._rows[result.patient.pk, result.code, result.specimen]
        earlier = [
            row
            for row in rows
            if row.performed_on < result.performed_on and row.canonical_unit == unit.canonical
        ]
        if not earlier:
            return None
        last = max(earlier, key=lambda row: row.performed_on)
        said = f"{written(last.value)} {last.unit} of {in_words(last.performed_on)}"
        before = Earlier(last.canonical_value or Decimal(0), said)
        return slip(analyte.label, result.value, unit, analyte.units, before)
