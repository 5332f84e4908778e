"""Each stored state machine as one table a nurse could check.

Lateness is not among them: it is derived from dates by `due_status`. A change of state that a
table does not list is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may be in one clinic."""

    NURSE = "nurse"
    HEMATOLOGIST = "hematologist"
    NEUROLOGIST = "neurologist"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"


PHYSICIANS = frozenset({Role.HEMATOLOGIST, Role.NEUROLOGIST})


class Phase(StrEnum):
    """Where a person is on the pathway; it decides which screenings are owed and how often."""

    WORK_UP = "work-up"
    ACTIVE_TREATMENT = "active-treatment"
    POST_TRANSPLANT = "post-transplant"
    REMISSION = "remission"
    RELAPSE = "relapse"


PHASE_LABELS: Mapping[Phase, str] = {
    Phase.WORK_UP: "Diagnostic work-up",
    Phase.ACTIVE_TREATMENT: "Active treatment",
    Phase.POST_TRANSPLANT: "Post-transplant or after therapy",
    Phase.REMISSION: "Remission",
    Phase.RELAPSE: "Suspected relapse",
}


class LifeStatus(StrEnum):
    """Whether the person is alive as far as the clinic knows."""

    ALIVE = "alive"
    DECEASED = "deceased"


class EnrolmentState(StrEnum):
    """Being on the pathway, paused, or ended in one of four different ways."""

    ACTIVE = "active"
    ON_HOLD = "on hold"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    DECEASED = "deceased"


ENDED = frozenset(
    {
        EnrolmentState.COMPLETED,
        EnrolmentState.WITHDRAWN,
        EnrolmentState.TRANSFERRED,
        EnrolmentState.DECEASED,
    }
)


class ScreeningState(StrEnum):
    """The obligation itself. Only a satisfying result or a signed decision closes it."""

    PLANNED = "planned"
    COMPLETED = "completed"
    CEASED = "ceased"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered in error"


class AppointmentState(StrEnum):
    """A booking; none of its states changes a due date."""

    BOOKED = "booked"
    ATTENDED = "attended"
    NOT_ATTENDED = "not attended"
    CANCELLED = "cancelled"


class ResultStatus(StrEnum):
    """How far a result has come; the CSV words are the same."""

    COLLECTED = "collected"
    FINAL = "final"
    REJECTED = "rejected"
    LOST = "lost"
    ENTERED_IN_ERROR = "entered-in-error"


# The laboratory has nothing to measure: what was owed is owed again, on its original due date.
SAMPLE_GONE = frozenset({ResultStatus.REJECTED, ResultStatus.LOST})


class ReminderState(StrEnum):
    """The reason to write; the words and their sending are the Message's."""

    PLANNED = "planned"
    SENT = "sent"
    CANCELLED = "cancelled"


class MessageState(StrEnum):
    """The words on their way."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDED_OVER = "handed over"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNKNOWN = "unknown"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    EXPIRED = "expired"
    WITHHELD = "withheld"
    CANCELLED = "cancelled"


class WorkItemKind(StrEnum):
    """A deed that somebody on the staff owes."""

    CALL = "call"
    CHECK_ADDRESS = "check address"
    UNDELIVERABLE = "undeliverable"
    SEND_UNSURE = "send unsure"
    QUARANTINED = "quarantined"
    LOST_SAMPLE = "lost sample"
    VISIT_WITHOUT_RECORD = "visit without record"
    REVIEW = "review"


Table = Mapping[StrEnum, frozenset[StrEnum]]

ENROLMENT: Table = {
    EnrolmentState.ACTIVE: frozenset({EnrolmentState.ON_HOLD}) | ENDED,
    EnrolmentState.ON_HOLD: frozenset({EnrolmentState.ACTIVE}) | ENDED,
    EnrolmentState.COMPLETED: frozenset({EnrolmentState.ACTIVE, EnrolmentState.DECEASED}),
    EnrolmentState.WITHDRAWN: frozenset({EnrolmentState.ACTIVE, EnrolmentState.DECEASED}),
    EnrolmentState.TRANSFERRED: frozenset({EnrolmentState.ACTIVE, EnrolmentState.DECEASED}),
    # A death recorded for the wrong person is taken back like any other ending.
    EnrolmentState.DECEASED: frozenset({EnrolmentState.ACTIVE}),
}

SCREENING: Table = {
    ScreeningState.PLANNED: frozenset(
        {
            ScreeningState.COMPLETED,
            ScreeningState.CEASED,
            ScreeningState.CANCELLED,
            ScreeningState.ENTERED_IN_ERROR,
        }
    ),
    # A result entered in error gives the obligation back.
    ScreeningState.COMPLETED: frozenset({ScreeningState.PLANNED}),
    ScreeningState.CEASED: frozenset({ScreeningState.PLANNED}),
    ScreeningState.CANCELLED: frozenset({ScreeningState.PLANNED}),
    ScreeningState.ENTERED_IN_ERROR: frozenset({ScreeningState.PLANNED}),
}

APPOINTMENT: Table = {
    AppointmentState.BOOKED: frozenset(
        {AppointmentState.ATTENDED, AppointmentState.NOT_ATTENDED, AppointmentState.CANCELLED}
    ),
    AppointmentState.ATTENDED: frozenset({AppointmentState.NOT_ATTENDED}),
    AppointmentState.NOT_ATTENDED: frozenset({AppointmentState.ATTENDED}),
    AppointmentState.CANCELLED: frozenset(),
}

RESULT: Table = {
    ResultStatus.COLLECTED: frozenset(
        {
            ResultStatus.FINAL,
            ResultStatus.REJECTED,
            ResultStatus.LOST,
            ResultStatus.ENTERED_IN_ERROR,
        }
    ),
    ResultStatus.FINAL: frozenset({ResultStatus.FINAL, ResultStatus.ENTERED_IN_ERROR}),
    ResultStatus.REJECTED: frozenset(
        {ResultStatus.COLLECTED, ResultStatus.FINAL, ResultStatus.ENTERED_IN_ERROR}
    ),
    # A lost sample may be found again.
    ResultStatus.LOST: frozenset(
        {
            ResultStatus.COLLECTED,
            ResultStatus.FINAL,
            ResultStatus.REJECTED,
            ResultStatus.ENTERED_IN_ERROR,
        }
    ),
    ResultStatus.ENTERED_IN_ERROR: frozenset({ResultStatus.COLLECTED, ResultStatus.FINAL}),
}

# Only forward; `queued` again after a failure that may pass is the one way back.
MESSAGE: Table = {
    MessageState.QUEUED: frozenset(
        {
            MessageState.CLAIMED,
            MessageState.WITHHELD,
            MessageState.CANCELLED,
            MessageState.EXPIRED,
            MessageState.QUARANTINED,
        }
    ),
    MessageState.CLAIMED: frozenset(
        {
            MessageState.CLAIMED,
            MessageState.QUEUED,
            MessageState.HANDED_OVER,
            MessageState.WITHHELD,
            MessageState.CANCELLED,
            MessageState.EXPIRED,
            MessageState.QUARANTINED,
            MessageState.FAILED,
        }
    ),
    MessageState.HANDED_OVER: frozenset(
        {
            MessageState.SENT,
            MessageState.QUEUED,
            MessageState.UNKNOWN,
            MessageState.FAILED,
            MessageState.BOUNCED,
            MessageState.QUARANTINED,
            MessageState.EXPIRED,
        }
    ),
    MessageState.UNKNOWN: frozenset(
        {MessageState.QUEUED, MessageState.SENT, MessageState.FAILED, MessageState.DELIVERED}
    ),
    MessageState.SENT: frozenset(
        {MessageState.DELIVERED, MessageState.BOUNCED, MessageState.COMPLAINED}
    ),
    MessageState.DELIVERED: frozenset({MessageState.COMPLAINED}),
    MessageState.BOUNCED: frozenset(),
    MessageState.COMPLAINED: frozenset(),
    MessageState.FAILED: frozenset(),
    # A person may release what was set aside, once the cause is mended.
    MessageState.QUARANTINED: frozenset({MessageState.QUEUED, MessageState.CANCELLED}),
    MessageState.EXPIRED: frozenset(),
    MessageState.WITHHELD: frozenset(),
    MessageState.CANCELLED: frozenset(),
}

# What the post page calls them.
MESSAGE_GROUPS: Mapping[str, frozenset[MessageState]] = {
    "waiting": frozenset({MessageState.QUEUED, MessageState.CLAIMED, MessageState.HANDED_OVER}),
    "sent": frozenset({MessageState.SENT, MessageState.DELIVERED}),
    "to look at": frozenset(
        {
            MessageState.UNKNOWN,
            MessageState.FAILED,
            MessageState.BOUNCED,
            MessageState.COMPLAINED,
            MessageState.QUARANTINED,
            MessageState.EXPIRED,
        }
    ),
    "held": frozenset({MessageState.WITHHELD}),
    "stopped": frozenset({MessageState.CANCELLED}),
}


class IllegalChange(ValueError):
    """A change of state that the table does not list."""


def may_become(table: Table, current: StrEnum, wanted: StrEnum) -> bool:
    """Say whether the table lists this change."""
    return wanted in table[current]


def check_change(table: Table, current: StrEnum, wanted: StrEnum) -> None:
    """Raise IllegalChange, naming both states, unless the table lists the change."""
    if not may_become(table, current, wanted):
        raise IllegalChange(f"{current} cannot become {wanted}.")
