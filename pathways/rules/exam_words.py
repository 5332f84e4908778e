"""The words of a neurological exam: who scored, what was not tested, what a change is put down to."""

from __future__ import annotations

from enum import StrEnum


class ScoringMode(StrEnum):
    """Who scored. The two are different series (clinical facts, section 2, trap 2)."""

    CLINICIAN = "clinician"
    SELF_REPORT = "self-report"


THE_PATIENT = "the patient"  # who scored every self-report; a clinician only wrote it down


class ExamOrigin(StrEnum):
    """Where an exam comes from: examined here, or totals read off a letter from elsewhere."""

    EXAMINED = "examined"
    LETTER = "letter"


class ItemState(StrEnum):
    """Whether an item of an instrument carries a value; the two others are answers too."""

    SCORED = "scored"
    NOT_DONE = "not done"
    NOT_TESTABLE = "not testable"


class Side(StrEnum):
    """The side of the body; empty where an item has none."""

    NONE = ""
    RIGHT = "right"
    LEFT = "left"


class Attribution(StrEnum):
    """What a clinician puts a change down to; empty until somebody says so."""

    DISEASE = "disease"
    TREATMENT = "treatment"
    BOTH = "both"
    OTHER = "other"
    UNCLEAR = "unclear"
