"""Results that somebody types in: who may enter which, and what the entry closed and made due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from pathways import clock, permissions
from pathways.catalogue import find_analyte
from pathways.models import Observation, Patient, Screening
from pathways.rules.lifecycles import Role
from pathways.rules.plausible import Question
from pathways.services import results
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.result_questions import question_of_result, value_missing
from pathways.services.result_rows import (
    RecordReport,
    Result,
    sample_of,
)
from pathways.services.result_standing import ValuesBefore, standing_words


@dataclass(frozen=True, slots=True)
class Owed:
    """One screening after the entry: closed or awaited by it, and when it is next due."""

    label: str
    closed: bool
    awaited: bool
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of an entry."""

    report: RecordReport
    owed: tuple[Owed, ...]


class RefusedRow(Refused):
    """A refusal of one result among several; `place` counts from nought."""

    def __init__(self, refused: Refused, place: int) -> None:
        super().__init__(refused.message, field=refused.field)
        self.place = place


def enter(
    *,
    results_typed: Sequence[Result],
    patient: Patient,
    by: Actor,
    replaces: Observation | None = None,
) -> Entered:
    """Record what a person typed about one patient, all or nothing.

    `replaces` is the word that a single result takes the place of, even where it names the sample
    otherwise: its day put right, or the laboratory that nobody knew when it was collected.
    Raises RefusedRow for the first result that cannot be recorded as it stands.
    """
    clinic = patient.clinic
    role = permissions.role_in(by.user, clinic) if by.user else None
    today = clock.today(clinic)
    with transaction.atomic():
        labs = _labs(patient)
        ready = [_spelt(typed, labs) for typed in results_typed]
        standing = standing_words(ready)
        before = ValuesBefore(standing.values())
        for place, result in enumerate(ready):
            try:
                results.check_author(result.code, role, by)
                results.check(result, today=today)
                _check_specimen(result)
                asked = before.slip(result) or _value_missing(result)
                results.ask(asked, result)
                if not asked and not question_of_result(result):
                    ready[place] = result = replace(result, doubt="")
                if replaces is not None:
                    _check_replaced(replaces, result, standing.get(result.sample))
                    standing[result.sample] = replaces
                results.check_change(standing.get(result.sample), result)
            except Refused as refused:
                raise RefusedRow(refused, place) from refused
        owed = _open_screenings(patient)
        report = results.record_all(ready, clinic=clinic, by=by, source="staff", replaces=replaces)
        after = _open_screenings(patient)
    return Entered(report, tuple(_owed(owed, after)))


def _spelt(typed: Result, labs: dict[str, str]) -> Result:
    """Return the result with its laboratory written as before, so that no series is split."""
    result = results.tidy(typed)
    return replace(result, lab=labs.get(result.lab.casefold(), result.lab))


def _check_specimen(result: Result) -> None:
    analyte = find_analyte(result.code)
    if analyte is not None and analyte.specimen_required and not result.specimen:
        raise Refused(
            f"Say whether {analyte.label} was measured in {' or '.join(analyte.specimens)}: "
            "the two are never compared.",
            field="specimen",
        )


def _value_missing(result: Result) -> Question | None:
    """Ask about a final result of which only the day is typed: it would close its screening."""
    if not value_missing(result):
        return None
    entry = find_analyte(result.code)
    label = entry.label if entry else result.code
    return Question("value", f"{label} is final, but no value is given")


def _check_replaced(old: Observation, result: Result, other: Observation | None) -> None:
    """Refuse a later word that is not about this sample, or that names a sample of its own."""
    results.check_open(old)
    if old.code != result.code:
        raise Refused(
            "A later word is about the same analyte. Take this one back as entered in error, and "
            "record the other by itself.",
            field="code",
        )
    if other is not None and other.pk != old.pk and sample_of(other) == result.sample:
        raise Refused(
            "Another record stands for a sample of that day, specimen, laboratory and number. "
            "Take one of the two back as entered in error.",
            field="performed_on",
        )


def _labs(patient: Patient) -> dict[str, str]:
    """Return how each of this person's laboratories was last written, by its name in small letters."""
    rows = Observation.objects.filter(patient=patient).exclude(lab="").order_by("id")
    return {name.casefold(): name for name in rows.values_list("lab", flat=True)}


def _open_screenings(patient: Patient) -> dict[str, Screening]:
    rows = Screening.objects.open().filter(patient=patient).select_related("definition")
    return {row.code: row for row in rows}


def _owed(before: dict[str, Screening], after: dict[str, Screening]) -> Iterable[Owed]:
    """Tell the screenings that the entry closed, began to await, or moved."""
    for code, old in before.items():
        new = after.get(code)
        closed = new is None or new.pk != old.pk
        awaited = new is not None and new.collected_on is not None and old.collected_on is None
        moved = new is not None and new.due_on != old.due_on
        if closed or awaited or moved:
            yield Owed(old.definition.label, closed, awaited, new.due_on if new else None)


def can_enter(code: str, role: Role | None) -> bool:
    """Say whether this role may enter results of this code by hand."""
    analyte = find_analyte(code)
    return analyte is not None and permissions.can_enter(role, analyte.entered_by)
