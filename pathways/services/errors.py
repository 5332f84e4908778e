"""What a service says when it will not do as asked."""

from __future__ import annotations


class Refused(Exception):
    """A deed that the rules of the clinic refuse: the reason and the cure, in a sentence.

    `field` names the form field or CSV column the reason belongs to, when there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class RecordedAlready(Refused):
    """It stands on record already; `exam_id` is the exam to correct instead, if it came with one."""

    def __init__(self, message: str, *, exam_id: int | None) -> None:
        super().__init__(message)
        self.exam_id = exam_id


class NotAllowed(Refused):
    """The person may not do this here."""
