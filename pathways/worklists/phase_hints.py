"""Hints on the overview and on Therapy that the phase and the therapy on record disagree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pathways.models import Enrolment, ScreeningDefinition, TherapyCourse
from pathways.rules.course_states import CourseState
from pathways.rules.lifecycles import Phase
from pathways.rules.phase_hints import not_taken_up, without_checks
from pathways.rules.rule_types import AnchorMode

GOES_ON = frozenset({CourseState.RUNNING, CourseState.ON_HOLD})


def phase_hints(
    enrolment: Enrolment | None, courses: Iterable[TherapyCourse], day: date
) -> tuple[str, ...]:
    """Return what to say, or nothing; at most one question (what the pathway asks for)."""
    if enrolment is None or enrolment.ended_on is not None:
        return ()
    now = next((each for each in enrolment.phases.all() if each.until_on is None), None)
    if now is None:
        return ()
    phase = Phase(now.phase)
    labels = [each.label for each in courses if each.state in GOES_ON and each.cycle_days]
    asking = _asking(enrolment) if labels else frozenset()
    said = (
        without_checks(phase, labels, asking),
        not_taken_up(phase, now.since_on, enrolment.transplant_on, day),
    )
    return tuple(each for each in said if each)


def _asking(enrolment: Enrolment) -> frozenset[Phase]:
    """Return the phases in which the pathway of this person asks for something before a cycle."""
    found = ScreeningDefinition.objects.filter(
        version=enrolment.version_id, anchor_mode=AnchorMode.CYCLE
    )
    return frozenset(Phase(each) for each in found.values_list("phase", flat=True))
