"""Drafts of neurological exams: kept while they are typed, found by their author, forgotten.

A draft is patient data and no exam. It is scoped like a record, and seen by its author alone;
saving the exam or discarding the draft removes it at once, housekeeping after a week.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from pathways import clock
from pathways.models import ExamDraft, NeuroExam, Patient
from pathways.rules.dates import zone
from pathways.services import audit
from pathways.services.actors import Actor
from pathways.services.errors import Refused

KEPT = timedelta(days=7)  # proposed
LONGEST = 40_000  # characters; a form filled to its last box holds a quarter of it


@transaction.atomic
def keep(
    *,
    patient: Patient,
    words: Mapping[str, str],
    by: Actor,
    corrects: NeuroExam | None = None,
    seen: str = "",
) -> ExamDraft:
    """Keep the words of a form as they are, in the place of those its author kept before.

    Nothing is validated: a half-typed number is a draft too. `seen` is the version that the form
    was drawn from (see `version`); if another window has moved on from it, nothing is overwritten.
    """
    # PostgreSQL's JSON holds no NUL, and nobody can type one.
    typed = {name: text.replace("\0", "") for name, text in words.items()}
    if sum(map(len, typed.values())) > LONGEST:
        raise Refused(f"A draft holds up to {LONGEST} characters; shorten the note.")
    # Two windows wait for each other here, and a draft for an exam that is being saved.
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    draft = find(patient=patient, corrects=corrects, by=by)
    if version(draft) != seen:
        raise Refused(_moved_on(patient, draft))
    fresh = draft is None
    draft = draft or ExamDraft(
        clinic=patient.clinic, patient=patient, author=by.user, corrects=corrects
    )
    draft.words, draft.saved_at, draft.saved_by = typed, clock.now(), by.name
    draft.save()
    if fresh:
        # One event when it begins and one when it is discarded. A form keeps itself every few
        # seconds; an event each time would bury what happened to the record under what did not.
        _tell(draft, "kept a draft of an exam", by)
    return draft


def find(*, patient: Patient, by: Actor, corrects: NeuroExam | None = None) -> ExamDraft | None:
    """Return the author's own draft of an exam of this person, or of a correction, or None."""
    drafts = ExamDraft.objects.in_clinic(patient.clinic)
    own = drafts.filter(patient=patient, author=by.user, corrects=corrects)
    found: ExamDraft | None = own.select_related("clinic", "patient", "corrects").first()
    return found


@transaction.atomic
def discard(*, patient: Patient, by: Actor, corrects: NeuroExam | None = None) -> None:
    """Remove the author's draft because its author wants none of it. None there is no error."""
    draft = find(patient=patient, corrects=corrects, by=by)
    if draft is not None:
        _tell(draft, "discarded a draft of an exam", by)
        draft.delete()


def forget(*, patient: Patient, by: Actor, corrects: NeuroExam | None = None) -> None:
    """Remove the author's draft because its exam is saved: that event says enough."""
    draft = find(patient=patient, corrects=corrects, by=by)
    if draft is not None:
        draft.delete()


def purge() -> int:
    """Remove every draft that nobody went on with for a week."""
    removed, _ = ExamDraft.objects.filter(saved_at__lt=clock.now() - KEPT).delete()
    return removed


def version(draft: ExamDraft | None) -> str:
    """Return a word that changes whenever the draft is kept anew; empty where there is none."""
    return draft.saved_at.isoformat() if draft is not None else ""


def _moved_on(patient: Patient, draft: ExamDraft | None) -> str:
    if draft is None:
        return (
            "The draft of this form is gone: its exam was saved or it was discarded elsewhere, so "
            "these words are not kept. Save draft keeps them as a new draft."
        )
    at = draft.saved_at.astimezone(zone(patient.clinic.time_zone))
    return (
        f"Another window of yours kept a draft of this exam at {at:%H:%M}, so these words are not "
        "kept. Save draft keeps them in its place."
    )


def _tell(draft: ExamDraft, verb: str, by: Actor) -> None:
    audit.record(
        by=by,
        verb=verb,
        subject=draft,
        clinic=draft.clinic,
        patient=draft.patient,
        detail={"corrects": draft.corrects_id} if draft.corrects_id else {},
    )
