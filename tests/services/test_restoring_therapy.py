"""Property: whatever is given, delayed, held and resumed, the inverse restores every date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.models import Screening, TherapyCourse, TherapyCycle
from pathways.services import scheduling, therapy
from pathways.services.errors import Refused
from tests.courses import FIRST, cycle_of, plan_course
from tests.people import SYSTEM, record
from tests.restoring import OnePerson

deeds = st.lists(
    st.tuples(
        st.sampled_from(["give", "delay", "hold", "stop", "correct"]),
        st.integers(min_value=1, max_value=4),
        st.integers(min_value=1, max_value=20),
    ),
    min_size=1,
    max_size=7,
)
Undo = Callable[[], object]


class RestoringTherapyTest(OnePerson):
    """One person with an Rd planned from June and a record before its first cycle."""

    def furnish(self) -> None:
        """What every example starts with."""
        self.course = plan_course(self.patient)
        record(self.patient, "vegf", date(2026, 5, 20))
        record(self.patient, "pre-cycle-record", FIRST - timedelta(days=1))

    def standing(self) -> tuple[object, ...]:
        """Every cycle date and everything owed, with the identity of each row."""
        cycles = TherapyCycle.objects.filter(course=self.course).order_by("number")
        rows = Screening.objects.open().filter(patient=self.patient).order_by("code")
        course = TherapyCourse.objects.get(pk=self.course.pk)
        return (
            course.state,
            course.began_on,
            course.ended_on,
            list(course.drugs.values_list("drug", "from_on", "until_on")),
            list(cycles.values_list("number", "state", "first_planned_on", "planned_on")),
            list(rows.values_list("pk", "code", "opens_on", "due_on", "overdue_from")),
        )

    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(deeds=deeds)
    def test_the_inverse_of_every_deed_restores_every_date(
        self, deeds: list[tuple[str, int, int]]
    ) -> None:
        before = self.standing()
        undo: list[Undo] = []
        for verb, number, days in deeds:
            inverse = self.do(verb, number, timedelta(days=days))
            if inverse is not None:
                undo.append(inverse)
        for inverse in reversed(undo):
            inverse()
        assert self.standing() == before
        assert scheduling.reschedule([self.enrolment], by=SYSTEM).touched == []

    def do(self, verb: str, number: int, days: timedelta) -> Undo | None:
        """Do one deed as far as the clinic's rules allow, and return what takes it back."""
        course = TherapyCourse.objects.get(pk=self.course.pk)
        cycle = TherapyCycle.objects.filter(course=course, number=number).first()
        try:
            if cycle is None:
                return None
            if verb == "give":
                return self.give(cycle, days)
            if verb == "correct":
                return self.correct(cycle, days)
            if verb == "delay":
                return self.delay(cycle, days)
            if verb == "hold":
                return self.hold(course, days)
            return self.stop(course)
        except Refused:
            return None

    def give(self, cycle: TherapyCycle, days: timedelta) -> Undo | None:
        if cycle.given_on is not None:
            return None
        on, number = cycle.planned_on + days, cycle.number
        therapy.start_cycle(cycle=cycle, given_on=on, by=SYSTEM)
        return lambda: therapy.take_back_day_1(
            cycle=cycle_of(self.course, number), reason="slip", by=SYSTEM
        )

    def correct(self, cycle: TherapyCycle, days: timedelta) -> Undo | None:
        was, number = cycle.given_on, cycle.number
        if was is None:
            return None
        therapy.start_cycle(cycle=cycle, given_on=was + days, by=SYSTEM)
        return lambda: therapy.start_cycle(
            cycle=cycle_of(self.course, number), given_on=was, by=SYSTEM
        )

    def delay(self, cycle: TherapyCycle, days: timedelta) -> Undo | None:
        if cycle.planned.days_late:
            return None  # one delay a cycle: taking it back returns to the first plan
        number = cycle.number
        therapy.delay_cycle(
            cycle=cycle, until_on=cycle.planned_on + days, reason="counts", by=SYSTEM
        )
        return lambda: therapy.take_back_delay(
            cycle=cycle_of(self.course, number), reason="slip", by=SYSTEM
        )

    def hold(self, course: TherapyCourse, days: timedelta) -> Undo:
        on = (course.began_on or FIRST) + days
        therapy.hold_course(course=course, from_on=on, reason="infection", by=SYSTEM)
        return lambda: therapy.resume_course(course=course, on=on, by=SYSTEM)

    def stop(self, course: TherapyCourse) -> Undo:
        therapy.stop_course(course=course, on=date(2026, 11, 21), reason="rash", by=SYSTEM)
        return lambda: therapy.reopen_course(course=course, reason="slip", by=SYSTEM)
