"""Lines about the course on the pathway: enrolment, phases, pauses, endings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pathways.models import Enrolment, Patient
from pathways.rules.lifecycles import PHASE_LABELS, Phase
from pathways.worklists.timeline.moment import Moment, Pen


def course_lines(pen: Pen, patient: Patient, enrolments: Iterable[Enrolment]) -> Iterator[Moment]:
    """Yield the lines of every enrolment, and of a death."""
    for enrolment in enrolments:
        yield from _enrolment(pen, enrolment)
    if patient.died_on is not None:
        yield pen.on(patient.died_on, "Died")


def _enrolment(pen: Pen, enrolment: Enrolment) -> Iterator[Moment]:
    version = enrolment.version
    yield pen.on(
        enrolment.enrolled_on, f"Enrolled on {version.pathway.name}, version {version.number}"
    )
    for phase in enrolment.phases.all():
        yield pen.on(
            phase.since_on, f"Phase: {PHASE_LABELS[Phase(phase.phase)]}", phase.recorded_by
        )
    for hold in enrolment.holds.all():
        said = f"On hold: {hold.reason}. To be looked at {pen.day(hold.review_on)}"
        yield pen.on(hold.from_on, said, hold.held_by)
        if hold.until_on is not None:
            yield pen.on(hold.until_on, "Resumed after a hold", hold.resumed_by)
    if enrolment.transplant_on is not None:
        yield pen.on(enrolment.transplant_on, "Transplant, day 0")
    if enrolment.ended_on is not None:
        reason = f": {enrolment.end_reason}" if enrolment.end_reason else ""
        yield pen.on(
            enrolment.ended_on, f"{enrolment.state.capitalize()}{reason}", enrolment.ended_by
        )
    if enrolment.returned_on is not None:
        yield pen.on(enrolment.returned_on, "Returned to this clinic")
