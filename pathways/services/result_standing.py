"""What stands of people's samples already: the current words, samples awaited, the value before."""

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
from pathways.services.list_report import in_words
from pathways.services.result_rows import Result, SampleKey, sample_of, unit_of

SAMPLE_WORDS = ("specimen", "lab", "sample_number")


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
