"""The drafts of exams that wait for their author, as lines to go on from. Nobody else is shown them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pathways.models import ExamDraft, Patient, User
from pathways.rules.dates import zone
from pathways.rules.due_phrase import short_date


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft: when it was kept, and the exam that it corrects, if any."""

    on: str
    at: str
    today: bool
    exam_id: int | None
    exam_on: str

    @property
    def said(self) -> str:
        """The sentence beside the buttons: "Draft kept at 10:42. Nothing is recorded yet."."""
        when = f"at {self.at}" if self.today else f"on {self.on}, {self.at}"
        return f"Draft kept {when}. Nothing is recorded yet."


def draft_line(draft: ExamDraft, day: date) -> DraftLine:
    """Return when a draft was kept, in the clinic's time."""
    local = draft.saved_at.astimezone(zone(draft.clinic.time_zone))
    return DraftLine(
        on=short_date(local.date(), day),
        at=f"{local:%H:%M}",
        today=local.date() == day,
        exam_id=draft.corrects_id,
        exam_on=short_date(draft.corrects.performed_on, day) if draft.corrects else "",
    )


def drafts_waiting(patient: Patient, author: User | None, day: date) -> tuple[DraftLine, ...]:
    """Return the author's own drafts about a person: one question."""
    rows = ExamDraft.objects.in_clinic(patient.clinic).filter(patient=patient, author=author)
    return tuple(draft_line(row, day) for row in rows.select_related("clinic", "corrects"))
