"""One drug in two courses on the same days: refused, with the other course, its days and the way on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pathways import clock
from pathways.models import TherapyCourse, TherapyCycle
from pathways.rules.course_overlap import Stretch, Taking, cycle_period, overlapping, stretches
from pathways.rules.course_states import CycleState
from pathways.rules.observations import Period
from pathways.services.errors import Refused
from pathways.services.therapy_rows import words

ONE_DAY = timedelta(days=1)
# A cycle on hold has no day, and one that its course's end discontinued never comes.
COMING = frozenset({CycleState.PLANNED})


def check_plan_apart(course: TherapyCourse, cycle: TherapyCycle | None, *, field: str) -> None:
    """Refuse a planned cycle, or first day, on which a drug is given or planned in another course."""
    _check(course, _of_plan(course, cycle), field=field, plans=True)


def check_given_apart(
    course: TherapyCourse, cycle: TherapyCycle | None = None, *, field: str
) -> None:
    """Refuse days on which a drug was given in another course; of all cycles where none is named.

    What was given is a fact: no plan of another course stands against it.
    """
    rows = [cycle] if cycle is not None else list(course.cycles.all())
    own = [each for row in rows if row.given_on for each in _of_cycle(course, row)]
    if course.cycle_days is None and course.began_on is not None:
        own = stretches(_takings(course), Period(course.began_on, course.began_on))
    _check(course, own, field=field, plans=False)


def _check(course: TherapyCourse, own: list[Stretch], *, field: str, plans: bool) -> None:
    others = (
        TherapyCourse.objects.standing()
        .filter(patient=course.patient_id)
        .exclude(pk=course.pk)
        .prefetch_related("drugs", "cycles")
    )
    today = clock.today(course.clinic)
    for other in others:
        theirs = [each for each in _days_of(other, today) if each.given or plans]
        found = overlapping(own, theirs)
        if found:
            mine, first = found[0]
            shared = {each.drug for _, each in found if each.cycle == first.cycle}
            labels = {row.drug: row.label for row in other.drugs.all()}
            drugs = " and ".join(sorted(labels[key] for key in shared))
            raise Refused(_refusal(course, mine, other, first, drugs), field=field)


def _refusal(
    course: TherapyCourse, mine: Stretch, other: TherapyCourse, first: Stretch, drugs: str
) -> str:
    period = first.period
    name = other.label if first.cycle is None else f"cycle {first.cycle} of {other.label}"
    last_on = period.until_on
    own = "this course" if mine.cycle is None else f"cycle {mine.cycle} of this course"
    if last_on is None or (first.cycle is None and other.ended_on is None):
        said = f"{drugs} goes on in {other.label}, since {words(period.from_on)}."
        return f"{said} Write down its last day first. A course of other drugs may overlap it."
    stands = "runs" if first.given else "is planned"
    said = f"{drugs}: {name} {stands} from {words(period.from_on)} to {words(last_on)}"
    if mine.period.from_on < period.from_on and mine.period.until_on is not None:
        said += f", and {own} would run to {words(mine.period.until_on)}."
    else:
        said += f"; {own} can begin on {words(last_on + ONE_DAY)}."
    if first.given:
        cure = f"If {other.label} was cut short, put its last day right first"
    else:
        cure = f"If {other.label} ends before, change the number of its last cycle first"
    return f"{said} {cure}. A course of other drugs may overlap it."


def _takings(course: TherapyCourse) -> list[Taking]:
    return [Taking(row.drug, row.from_on, row.until_on) for row in course.drugs.all()]


def _of_plan(course: TherapyCourse, cycle: TherapyCycle | None) -> list[Stretch]:
    if cycle is None:
        first_day = Period(course.planned_on, course.planned_on)
        return stretches(_takings(course), first_day, given=False)
    return _of_cycle(course, cycle)


def _of_cycle(course: TherapyCourse, cycle: TherapyCycle) -> list[Stretch]:
    if course.cycle_days is None:
        return []
    period = cycle_period(cycle.planned, course.cycle_days, course.ended_on)
    given = cycle.given_on is not None
    return stretches(_takings(course), period, cycle.number, given=given)


def _days_of(course: TherapyCourse, today: date) -> Iterator[Stretch]:
    """Yield each cycle; a course without cycles as far as it went, or to today while it goes on."""
    if course.cycle_days is None and course.began_on is not None:
        whole = Period(course.began_on, course.ended_on or today)
        yield from stretches(_takings(course), whole)
    for cycle in course.cycles.all():
        if cycle.given_on is not None or cycle.state in COMING:
            yield from _of_cycle(course, cycle)
