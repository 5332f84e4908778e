"""Property: whatever is given, delayed, held or recorded beside it, the inverse restores every date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.models import Observation, Screening, TherapyCourse, TherapyCycle
from pathways.rules.lifecycles import ResultStatus
from pathways.services import results, scheduling, therapy
from pathways.services.errors import Refused
from tests.courses import FIRST, cycle_of, plan_course
from tests.people import SYSTEM, record
from tests.restoring import OnePerson

CODES = ("vegf", "tsh", "free-t4", "pre-cycle-record")
DAY = date(2026, 11, 21)


def deeds(*verbs: str, most: int) -> st.SearchStrategy[list[tuple[str, int, int]]]:
    """Some of these verbs, each about one cycle or code and a number of days."""
    one = st.tuples(st.sampled_from(verbs), st.integers(1, 4), st.integers(1, 20))
    return st.lists(one, min_size=1, max_size=most)


of_therapy = deeds("give", "delay", "hold", "stop", "correct", most=7)
of_both = deeds("record", "correct result", "void", "give", "delay", "correct", most=10)
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
    @given(deeds=of_therapy)
    def test_the_inverse_of_every_deed_restores_every_date(
        self, deeds: list[tuple[str, int, int]]
    ) -> None:
        self.there_and_back(deeds)

    @settings(max_examples=12, deadline=None, derandomize=True)
    @given(deeds=of_both)
    def test_results_and_cycles_in_any_order_then_the_inverses_restore_every_date(
        self, deeds: list[tuple[str, int, int]]
    ) -> None:
        self.there_and_back(deeds)

    def there_and_back(self, deeds: list[tuple[str, int, int]]) -> None:
        """Do the deeds, then their inverses from the last to the first."""
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
        if verb == "record":
            return self.record(CODES[number - 1], DAY - 8 * days)
        if verb in ("correct result", "void"):
            return self.restate(verb, CODES[number - 1])
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

    def record(self, code: str, on: date) -> Undo | None:
        rows = Observation.objects.current().filter(code=code, performed_on=on)
        if rows.filter(status=ResultStatus.FINAL).exists():
            return None
        record(self.patient, code, on, value=None if code == "pre-cycle-record" else Decimal(5))
        return lambda: results.enter_in_error(observation=rows.get(), reason="slip", by=SYSTEM)

    def restate(self, verb: str, code: str) -> Undo | None:
        """Correct or void the latest result of a code."""
        rows = Observation.objects.current().filter(code=code)
        row = rows.filter(status=ResultStatus.FINAL).order_by("performed_on").last()
        if row is None or (verb != "void" and row.value is None):
            return None
        on, value = row.performed_on, row.value
        if verb == "void":
            results.enter_in_error(observation=row, reason="slip", by=SYSTEM)
        else:
            record(self.patient, code, on, value=Decimal(value) + 1, reason="misread")
        return lambda: record(self.patient, code, on, value=value, reason="it was right")

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
