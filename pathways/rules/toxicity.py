"""An adverse event against its baseline: arithmetic in words, and never across lists.

The neuropathy of the disease is there before treatment (clinical facts, section 6), so a grade
alone says little: what counts is the change from the baseline and what it is put down to.
"""

from __future__ import annotations

from pathways.rules.disease_words import ToxicityCause

BASELINE_UNKNOWN = "baseline not recorded, so no change is known"
CAUSES = {
    ToxicityCause.DISEASE: "the disease",
    ToxicityCause.DRUG: "the drug",
    ToxicityCause.BOTH: "disease and drug",
    ToxicityCause.UNKNOWN: "not known",
}


def change_from_baseline(grade: int, baseline: int | None) -> int | None:
    """Return by how many grades it lies above its baseline; None where none was recorded."""
    return None if baseline is None else grade - baseline


def change_words(grade: int, baseline: int | None) -> str:
    """Return the change from the baseline as a reader sees it."""
    change = change_from_baseline(grade, baseline)
    if change is None:
        return BASELINE_UNKNOWN
    if change == 0:
        return f"as at baseline, {_grade(baseline)}"
    way = "above" if change > 0 else "below"
    return f"{abs(change)} {way} its baseline, {_grade(baseline)}"


def cause_words(cause: str) -> str:
    """Return what a clinician put the event down to."""
    return CAUSES[ToxicityCause(cause)]


def comparable(one: str, other: str) -> bool:
    """Whether grades of these two lists may stand beside one another: only those of one list."""
    return one == other


def _grade(baseline: int | None) -> str:
    return f"grade {baseline}" if baseline else "none"
