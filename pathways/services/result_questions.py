"""What is asked about a result before it is kept, and what it leaves unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pathways.catalogue import AnalyteEntry, find_analyte
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.plausible import Question, question
from pathways.services.result_rows import Result, unit_of


def question_of(
    analyte: AnalyteEntry, value: Decimal | None, comparator: str, unit: str
) -> Question | None:
    """Return what is to be asked about a value of this analyte before it is kept."""
    return question(analyte.label, value, comparator, unit, analyte.units, analyte.askings)


def question_of_result(result: Result) -> Question | None:
    """Return what is to be asked about the value of a result, whether or not it was answered."""
    analyte = find_analyte(result.code)
    if analyte is None:
        return None
    return question_of(analyte, result.value, result.comparator, result.unit)


def value_missing(result: Result) -> bool:
    """Say whether a measured result is called final, and neither a number nor words are given."""
    analyte = find_analyte(result.code)
    said = result.value is not None or result.value_text
    return bool(
        analyte and analyte.needs_value and result.status == ResultStatus.FINAL and not said
    )


def unsaid(result: Result) -> Iterator[str]:
    """Yield what a line of a list leaves out, column first, and what becomes of the value then."""
    analyte = find_analyte(result.code)
    if value_missing(result):
        yield "value: none is given; counts as done, no value recorded"
    if analyte is None or result.value is None:
        return
    if analyte.unit and not result.unit and unit_of(result) is None:
        yield "unit: none is given; kept, and compared with nothing"
    if analyte.specimen_required and not result.specimen:
        yield "specimen: none is given; kept, and compared with nothing"
