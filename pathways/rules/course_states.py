"""A therapy course, its cycles and what was given: each stored state machine as one table."""

from __future__ import annotations

from enum import StrEnum

from pathways.rules.lifecycles import Table


class CourseState(StrEnum):
    """One person receiving one regimen."""

    PLANNED = "planned"
    RUNNING = "running"
    ON_HOLD = "on hold"
    COMPLETED = "completed"
    STOPPED = "stopped"
    ENTERED_IN_ERROR = "entered in error"


# A course that runs is what "while on a drug" means.
COURSE_OPEN = frozenset({CourseState.PLANNED, CourseState.RUNNING, CourseState.ON_HOLD})

COURSE: Table = {
    CourseState.PLANNED: frozenset(
        {
            CourseState.RUNNING,
            CourseState.ON_HOLD,
            CourseState.STOPPED,
            CourseState.ENTERED_IN_ERROR,
        }
    ),
    CourseState.RUNNING: frozenset(
        {
            CourseState.PLANNED,  # the only day 1 given was taken back
            CourseState.ON_HOLD,
            CourseState.COMPLETED,
            CourseState.STOPPED,
            CourseState.ENTERED_IN_ERROR,
        }
    ),
    CourseState.ON_HOLD: frozenset(
        {
            CourseState.PLANNED,
            CourseState.RUNNING,
            CourseState.COMPLETED,
            CourseState.STOPPED,
            CourseState.ENTERED_IN_ERROR,
        }
    ),
    CourseState.COMPLETED: frozenset(
        {
            CourseState.PLANNED,  # from here on: the ending was taken back
            CourseState.RUNNING,
            CourseState.ON_HOLD,
            CourseState.ENTERED_IN_ERROR,
        }
    ),
    CourseState.STOPPED: frozenset(
        {
            CourseState.PLANNED,
            CourseState.RUNNING,
            CourseState.ON_HOLD,
            CourseState.ENTERED_IN_ERROR,
        }
    ),
    CourseState.ENTERED_IN_ERROR: frozenset(),
}


class CycleState(StrEnum):
    """A numbered repeat within a course."""

    PLANNED = "planned"
    STARTED = "started"
    COMPLETED = "completed"
    HELD = "held"
    DISCONTINUED = "discontinued"


CYCLE: Table = {
    CycleState.PLANNED: frozenset({CycleState.STARTED, CycleState.HELD, CycleState.DISCONTINUED}),
    CycleState.STARTED: frozenset(
        {CycleState.PLANNED, CycleState.COMPLETED, CycleState.HELD, CycleState.DISCONTINUED}
    ),
    CycleState.COMPLETED: frozenset({CycleState.STARTED}),
    CycleState.HELD: frozenset({CycleState.PLANNED, CycleState.STARTED, CycleState.DISCONTINUED}),
    CycleState.DISCONTINUED: frozenset({CycleState.PLANNED, CycleState.HELD, CycleState.STARTED}),
}


class AdministrationState(StrEnum):
    """Whether a planned day of a drug was given."""

    GIVEN = "given"
    NOT_GIVEN = "not given"
    MODIFIED = "given, modified"


class EntryKind(StrEnum):
    """A dated entry of care beside the courses: what was done or is on record, from when to when."""

    MOBILISATION = "mobilisation"
    APHERESIS = "apheresis"
    CONDITIONING = "conditioning"
    DAY_0 = "day-0"
    ENGRAFTMENT = "engraftment"
    DAY_100 = "day-100"
    RADIOTHERAPY = "radiotherapy"
    PROCEDURE = "procedure"
    PHYSIOTHERAPY = "physiotherapy"
    ORTHOTICS = "orthotics"
    PAIN_MEDICINE = "pain-medicine"
    SUPPLEMENT = "supplement"
    THROMBOSIS_PROPHYLAXIS = "thrombosis-prophylaxis"
    ZOSTER_PROPHYLAXIS = "zoster-prophylaxis"
    PJP_PROPHYLAXIS = "pjp-prophylaxis"
    BONE_PROTECTION = "bone-protection"
    ILLNESS = "illness"
    MOBILITY = "mobility"
    OTHER = "other"


TRANSPLANT_STEPS = (
    EntryKind.MOBILISATION,
    EntryKind.APHERESIS,
    EntryKind.CONDITIONING,
    EntryKind.DAY_0,
    EntryKind.ENGRAFTMENT,
    EntryKind.DAY_100,
)
PROPHYLAXIS = frozenset(
    {
        EntryKind.THROMBOSIS_PROPHYLAXIS,
        EntryKind.ZOSTER_PROPHYLAXIS,
        EntryKind.PJP_PROPHYLAXIS,
        EntryKind.BONE_PROTECTION,
    }
)
