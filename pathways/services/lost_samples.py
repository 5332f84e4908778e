"""A sample that is gone is somebody's to replace, until a result or a new sample comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pathways import clock
from pathways.catalogue import find_analyte
from pathways.models import Clinic, Observation, WorkItem
from pathways.rules.lifecycles import SAMPLE_GONE, ResultStatus, WorkItemKind
from pathways.services import work_items
from pathways.services.actors import Actor
from pathways.services.work_items import Deed

GONE = "lost:"
ARRIVED = frozenset({ResultStatus.FINAL, ResultStatus.COLLECTED})
CHANGED = "The record of this sample was changed."
CAME = "A result or a new sample came."


def follow(
    rows: Sequence[Observation],
    replaced: Sequence[Observation | None],
    *,
    clinic: Clinic,
    by: Actor,
) -> None:
    """Open a deed for each of these words that says a sample is gone; close those that are settled.

    What settled one and is taken back opens it again. At most two questions where nothing is lost
    or taken back, however many rows.
    """
    gone = [row for row in rows if row.status in SAMPLE_GONE]
    gone += _owed_again(
        [row for row in rows if row.status == ResultStatus.ENTERED_IN_ERROR], clinic
    )
    work_items.open_all([_deed(row, clinic) for row in gone], by=by)
    spoken = [before for before in replaced if before is not None and before.status in SAMPLE_GONE]
    settled = {_subject(before): CHANGED for before in spoken}
    arrived = [row for row in rows if row.status in ARRIVED]
    if arrived:
        settled |= dict.fromkeys(_answered(arrived, clinic), CAME)
    for outcome in sorted(set(settled.values())):
        subjects = [subject for subject, said in settled.items() if said == outcome]
        work_items.close_for(
            clinic=clinic,
            kind=WorkItemKind.LOST_SAMPLE,
            subjects=subjects,
            outcome=outcome,
            by=by,
        )


def _answered(arrived: Sequence[Observation], clinic: Clinic) -> list[str]:
    """Return the open deeds that these results or samples answer: the same code, no older."""
    waiting = list(
        WorkItem.objects.open()
        .in_clinic(clinic)
        .filter(
            kind=WorkItemKind.LOST_SAMPLE,
            patient__in={row.patient_id for row in arrived},
        )
        .select_related("screening__definition")
    )
    gone = [item.subject.removeprefix(GONE) for item in waiting if item.subject.startswith(GONE)]
    lost = Observation.objects.in_clinic(clinic).filter(pk__in=gone) if gone else []
    newest = {
        (row.patient_id, row.code): row.performed_on
        for row in sorted(arrived, key=lambda row: row.performed_on)
    }
    answered = [
        _subject(row)
        for row in lost
        if newest.get((row.patient_id, row.code), date.min) >= row.performed_on
    ]
    final = {
        (row.patient_id, row.code): row.performed_on
        for row in sorted(arrived, key=lambda row: row.performed_on)
        if row.status == ResultStatus.FINAL
    }
    return answered + [item.subject for item in waiting if _came(item, final)]


def _owed_again(withdrawn: Sequence[Observation], clinic: Clinic) -> list[Observation]:
    """Return the lost samples whose deed a later word closed, and that none answers any more."""
    if not withdrawn:
        return []
    of = {"patient__in": {row.patient_id for row in withdrawn}}
    closed = WorkItem.objects.in_clinic(clinic).filter(
        **of,
        kind=WorkItemKind.LOST_SAMPLE,
        subject__startswith=GONE,
        outcome__in=(CHANGED, CAME),
    )
    subjects = set(closed.values_list("subject", flat=True))
    if not subjects:
        return []
    words = Observation.objects.filter(**of, code__in={row.code for row in withdrawn})
    by_pk = {row.pk: row for row in words.select_related("patient")}
    return [
        row
        for row in by_pk.values()
        if _subject(row) in subjects and _is_gone(row, by_pk) and not _is_answered(row, by_pk)
    ]


def _is_gone(lost: Observation, words: Mapping[int, Observation]) -> bool:
    """Say whether a loss stands, or whether every word that took its place was taken back."""
    after = words.get(lost.superseded_by_id or 0)
    if after is None:
        return True
    if after.status == ResultStatus.ENTERED_IN_ERROR:
        return False  # the loss itself was the error
    while after.superseded_by_id is not None:
        after = words[after.superseded_by_id]
    return after.status == ResultStatus.ENTERED_IN_ERROR


def _is_answered(lost: Observation, words: Mapping[int, Observation]) -> bool:
    """Say whether a result or a sample stands that is no older than the lost one."""
    return any(
        row.superseded_by_id is None
        and row.status in ARRIVED
        and (row.patient_id, row.code) == (lost.patient_id, lost.code)
        and row.performed_on >= lost.performed_on
        for row in words.values()
    )


def _came(item: WorkItem, final: Mapping[tuple[Any, str], date]) -> bool:
    """Say whether the result arrived of a sample that the sweep found past its day."""
    screening = item.screening
    if screening is None or screening.collected_on is None:
        return False
    codes = {*screening.definition.satisfied_any, *screening.definition.satisfied_all}
    return any(
        final.get((item.patient_id, code), date.min) >= screening.collected_on for code in codes
    )


def _deed(row: Observation, clinic: Clinic) -> Deed:
    analyte = find_analyte(row.code)
    label = analyte.label if analyte else row.code
    how = "was lost" if row.status == ResultStatus.LOST else "was rejected by the laboratory"
    taken = f"{row.performed_on.day} {row.performed_on:%b %Y}"
    return Deed(
        kind=WorkItemKind.LOST_SAMPLE,
        subject=_subject(row),
        summary=f"{label}: the sample of {taken} {how}. Have it taken again",
        clinic=clinic,
        due_on=clock.today(clinic),
        patient=row.patient,
    )


def _subject(row: Observation) -> str:
    return f"{GONE}{row.pk}"
