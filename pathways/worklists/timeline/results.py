"""Lines about results and neurological exams. A correction shows what stood there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pathways.models import NeuroExam, Observation
from pathways.rules.exam_words import ScoringMode
from pathways.rules.lifecycles import ResultStatus
from pathways.worklists.exam_words import only_recorded
from pathways.worklists.result_words import label_of, result_row
from pathways.worklists.timeline.moment import Moment, Pen

_WORDS = {
    ResultStatus.COLLECTED: "collected, result awaited",
    ResultStatus.REJECTED: "rejected by the laboratory",
}
_SCORED = {
    ScoringMode.CLINICIAN: "scored by a clinician",
    ScoringMode.SELF_REPORT: "as the person reported",
}


def result_lines(pen: Pen, observations: Iterable[Observation]) -> Iterator[Moment]:
    """Yield a line for the last word on each sample; totals of an exam stand in its own line."""
    rows = list(observations)
    earlier = {row.superseded_by_id: row for row in rows if row.superseded_by_id is not None}
    for row in rows:
        if row.superseded_by_id is None and row.exam_id is None:
            yield _result(pen, row, _corrected(earlier, row))


def _corrected(earlier: dict[int, Observation], row: Observation) -> Observation | None:
    """Return the value a row corrected, if any; a sample that was only awaited is none."""
    before = earlier.get(row.pk)
    while before is not None and before.status != ResultStatus.FINAL:
        before = earlier.get(before.pk)
    if before is None or _said(before) == _said(row):
        return None
    return before


def _said(row: Observation) -> tuple[object, ...]:
    return (row.value, row.value_text, row.comparator, row.unit, row.specimen, row.lab)


def _result(pen: Pen, row: Observation, before: Observation | None) -> Moment:
    words = result_row(row, pen.today)
    if row.status == ResultStatus.ENTERED_IN_ERROR:
        shown = words if before is None else result_row(before, pen.today)
        said = f"{words.label} {shown.said}"
        return pen.on(row.performed_on, "entered in error", row.recorded_by, struck=said)
    said = _WORDS.get(ResultStatus(row.status), words.said)
    late = f". {words.late}" if words.late else ""
    lab = f". {row.lab}" if row.lab else ""
    struck = ""
    if before is not None:
        old = result_row(before, pen.today)
        struck = f"{old.label}: {old.said}"
    return pen.on(
        row.performed_on, f"{words.label}: {said}{late}{lab}", row.recorded_by, struck=struck
    )


def exam_lines(
    pen: Pen, exams: Iterable[NeuroExam], observations: Iterable[Observation]
) -> Iterator[Moment]:
    """Yield a line for each exam, with the totals computed from it."""
    totals: dict[int | None, list[str]] = defaultdict(list)
    for row in observations:
        total = row.exam_id is not None and row.value is not None  # not that an exam was done
        if total and row.superseded_by_id is None:
            words = result_row(row, pen.today)
            totals[row.exam_id].append(f"{label_of(row.code)} {words.said}")
    for exam in exams:
        said = f"Neurological exam, {_SCORED[ScoringMode(exam.mode)]}"
        if totals[exam.pk]:
            said += f": {'; '.join(sorted(totals[exam.pk]))}"
        if exam.attribution:
            said += f". Change put down to: {exam.attribution}"
        who = f"{exam.scored_by}{only_recorded(exam, pen.authors)}"
        yield pen.recorded(exam, pen.on(exam.performed_on, said, who))
