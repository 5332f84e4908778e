"""Drafts of exams: kept as typed, their author's alone, gone once they have served."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from pathways import clock
from pathways.models import (
    Alert,
    AuditEvent,
    Clinic,
    ExamDraft,
    Message,
    NeuroExam,
    Observation,
    PathwayVersion,
    Patient,
    Screening,
    User,
)
from pathways.services import exam_drafts, exams, housekeeping
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from tests import people
from tests.scoring import examine, findings, onls

pytestmark = pytest.mark.django_db
At = Callable[[str], None]
WORDS = {"performed_on": "2026-11-2", "onls-arm": "1", "vibration-toe-left": "9", "note": "half a"}


@pytest.fixture
def patient(at: At, clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    at("2026-11-21 09:00")
    patient = people.make_patient(clinic)
    people.enrol(patient, pathway_version)
    return patient


@pytest.fixture
def author(nurse: User) -> Actor:
    return Actor.person(nurse)


def told(patient: Patient) -> list[str]:
    events = AuditEvent.objects.filter(patient=patient, subject_type="ExamDraft").order_by("id")
    return list(events.values_list("verb", flat=True))


def test_words_are_kept_as_typed_whether_they_fit_or_not(patient: Patient, author: Actor) -> None:
    exam_drafts.keep(patient=patient, words=WORDS, by=author)
    draft = exam_drafts.find(patient=patient, by=author)
    assert draft is not None
    assert draft.words == WORDS
    assert (draft.saved_at, draft.saved_by, draft.author) == (clock.now(), "marit", author.user)


def test_a_draft_is_no_exam_and_changes_nothing(patient: Patient, author: Actor) -> None:
    def record() -> tuple[object, ...]:
        return (
            list(Screening.objects.values_list("pk", "due_on", "last_done_on", "state")),
            *(model.objects.count() for model in (NeuroExam, Observation, Alert, Message)),
        )

    before = record()
    exam_drafts.keep(patient=patient, words={**WORDS, "onls-leg": "7"}, by=author)
    assert record() == before


def test_there_is_one_draft_however_often_it_is_kept(
    at: At, patient: Patient, author: Actor
) -> None:
    first = exam_drafts.keep(patient=patient, words=WORDS, by=author)
    at("2026-11-21 09:01")
    seen = exam_drafts.version(first)
    exam_drafts.keep(patient=patient, words={"note": "whole"}, by=author, seen=seen)
    draft = ExamDraft.objects.get()
    assert draft.pk == first.pk
    assert draft.words == {"note": "whole"}
    assert draft.saved_at == clock.now()


def test_the_trail_says_that_it_began_and_that_it_was_discarded_and_no_more(
    at: At, patient: Patient, author: Actor
) -> None:
    seen = ""
    for minute in range(5):
        at(f"2026-11-21 09:0{minute}")
        draft = exam_drafts.keep(patient=patient, words=WORDS, by=author, seen=seen)
        seen = exam_drafts.version(draft)
    assert told(patient) == ["kept a draft of an exam"]
    exam_drafts.discard(patient=patient, by=author)
    exam_drafts.discard(patient=patient, by=author)
    assert told(patient) == ["kept a draft of an exam", "discarded a draft of an exam"]
    assert not ExamDraft.objects.exists()


def test_the_database_holds_one_draft_a_person_author_and_corrected_exam(
    patient: Patient, author: Actor
) -> None:
    for corrects in (None, examine(patient, *onls())):
        made = exam_drafts.keep(patient=patient, words=WORDS, by=author, corrects=corrects)
        again = ExamDraft.objects.get(pk=made.pk)
        again.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save(force_insert=True)
    assert ExamDraft.objects.count() == 2


def test_a_draft_is_its_authors_alone(patient: Patient, author: Actor, hematologist: User) -> None:
    other = Actor.person(hematologist)
    exam_drafts.keep(patient=patient, words=WORDS, by=author)
    assert exam_drafts.find(patient=patient, by=other) is None
    exam_drafts.discard(patient=patient, by=other)
    exam_drafts.keep(patient=patient, words={"note": "hers"}, by=other)
    mine = exam_drafts.find(patient=patient, by=author)
    assert mine is not None
    assert mine.words == WORDS


def test_a_correction_has_a_draft_of_its_own(patient: Patient, author: Actor) -> None:
    wrong = examine(patient, *onls())
    exam_drafts.keep(patient=patient, words=WORDS, by=author, corrects=wrong)
    assert exam_drafts.find(patient=patient, by=author) is None
    assert exam_drafts.find(patient=patient, by=author, corrects=wrong) is not None


def test_another_window_is_not_overwritten_unawares(
    at: At, patient: Patient, author: Actor
) -> None:
    exam_drafts.keep(patient=patient, words=WORDS, by=author)
    at("2026-11-21 09:05")
    with pytest.raises(Refused, match="kept a draft of this exam at 09:00"):
        exam_drafts.keep(patient=patient, words={"note": "older window"}, by=author, seen="")
    assert ExamDraft.objects.get().words == WORDS


def test_a_window_left_open_brings_no_draft_back_of_an_exam_that_is_saved(
    patient: Patient, author: Actor
) -> None:
    draft = exam_drafts.keep(patient=patient, words=WORDS, by=author)
    exams.record(patient=patient, findings=findings(*onls()), by=author)
    with pytest.raises(Refused, match="its exam was saved"):
        exam_drafts.keep(patient=patient, words=WORDS, by=author, seen=exam_drafts.version(draft))
    assert not ExamDraft.objects.exists()


def test_saving_the_exam_forgets_its_draft_and_no_other(
    patient: Patient, author: Actor, hematologist: User
) -> None:
    wrong = examine(patient, *onls(), performed_on=date(2026, 5, 20))
    exam_drafts.keep(patient=patient, words=WORDS, by=author)
    exam_drafts.keep(patient=patient, words=WORDS, by=author, corrects=wrong)
    exam_drafts.keep(patient=patient, words=WORDS, by=Actor.person(hematologist))
    exams.record(patient=patient, findings=findings(*onls()), by=author)
    left = ExamDraft.objects.values_list("saved_by", "corrects")
    assert set(left) == {("marit", wrong.pk), ("lindqvist", None)}
    exams.correct(
        exam=wrong,
        findings=findings(*onls(), performed_on=date(2026, 5, 21)),
        reason="day",
        by=author,
    )
    assert ExamDraft.objects.get().saved_by == "lindqvist"


def test_an_exam_that_is_refused_leaves_its_draft(patient: Patient, author: Actor) -> None:
    exam_drafts.keep(patient=patient, words=WORDS, by=author)
    with pytest.raises(Refused):
        exams.record(patient=patient, findings=findings(), by=author)
    assert ExamDraft.objects.exists()


@pytest.mark.parametrize(
    ("moment", "stands"), [("2026-11-28 09:00:00", True), ("2026-11-28 09:00:01", False)]
)
def test_housekeeping_forgets_a_draft_after_a_week(
    at: At, patient: Patient, author: Actor, moment: str, stands: bool
) -> None:
    exam_drafts.keep(patient=patient, words=WORDS, by=author)
    at(moment)
    housekeeping.keep(by=people.SYSTEM)
    assert ExamDraft.objects.exists() is stands


@pytest.mark.parametrize(
    ("length", "fits"), [(exam_drafts.LONGEST, True), (exam_drafts.LONGEST + 1, False)]
)
def test_a_draft_has_an_end(patient: Patient, author: Actor, length: int, fits: bool) -> None:
    words = {"note": "x" * length}
    if fits:
        assert exam_drafts.keep(patient=patient, words=words, by=author)
    else:
        with pytest.raises(Refused, match="shorten the note"):
            exam_drafts.keep(patient=patient, words=words, by=author)


def test_a_character_that_no_database_holds_is_left_out(patient: Patient, author: Actor) -> None:
    draft = exam_drafts.keep(patient=patient, words={"note": "a\0b"}, by=author)
    draft.refresh_from_db()
    assert draft.words == {"note": "ab"}


def test_a_draft_of_another_clinic_is_not_found(
    patient: Patient, author: Actor, other_clinic: Clinic
) -> None:
    theirs = people.make_patient(other_clinic)
    exam_drafts.keep(patient=patient, words=WORDS, by=author)
    assert exam_drafts.find(patient=theirs, by=author) is None
    ExamDraft.objects.update(clinic=other_clinic)
    assert exam_drafts.find(patient=patient, by=author) is None
