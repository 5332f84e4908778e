"""Property: whatever is recorded, decided or paused, the inverse restores every due date."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.models import Enrolment, Observation, Screening
from pathways.rules.lifecycles import ResultStatus
from pathways.services import results, scheduling, screenings
from tests.people import SYSTEM, record
from tests.restoring import OnePerson

DAY = date(2026, 11, 21)
CODES = ("vegf", "neuro-exam", "tsh", "free-t4", "hemoglobin")
deeds = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.integers(min_value=0, max_value=400),
        st.sampled_from([ResultStatus.FINAL, ResultStatus.COLLECTED]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda deed: (deed[0], deed[1]),
)

TURNS = ("final", "awaited", "lost", "found", "corrected", "voided", "returned")
turns = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.integers(min_value=0, max_value=400),
        st.sampled_from(TURNS),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda deed: (deed[0], deed[1]),
)


def plan(enrolment: Enrolment) -> list[tuple[object, ...]]:
    """Everything that is owed, with the identity of each row."""
    rows = Screening.objects.open().filter(enrolment=enrolment).order_by("code")
    return list(
        rows.values_list(
            "pk", "code", "opens_on", "due_on", "overdue_from", "first_due_on", "collected_on"
        )
    )


class RestoringTest(OnePerson):
    """One person in active treatment with one VEGF on record."""

    def furnish(self) -> None:
        """What every example starts with."""
        record(self.patient, "vegf", date(2025, 9, 1))

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(deeds=deeds)
    def test_voiding_every_result_restores_every_date(
        self, deeds: list[tuple[str, int, ResultStatus]]
    ) -> None:
        before = plan(self.enrolment)
        for code, ago, status in deeds:
            record(self.patient, code, DAY - timedelta(days=ago), status=status)
        for row in list(Observation.objects.current().exclude(performed_on=date(2025, 9, 1))):
            results.enter_in_error(observation=row, reason="wrong person", by=SYSTEM)
        assert plan(self.enrolment) == before

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(deeds=turns)
    def test_recording_correcting_losing_and_voiding_then_the_inverse_restores_every_date(
        self, deeds: list[tuple[str, int, str]]
    ) -> None:
        before = plan(self.enrolment)
        for code, ago, turn in deeds:
            self._do(code, DAY - timedelta(days=ago), turn)
        for row in list(Observation.objects.current().exclude(performed_on=date(2025, 9, 1))):
            if row.status != ResultStatus.ENTERED_IN_ERROR:
                results.enter_in_error(observation=row, reason="wrong person", by=SYSTEM)
        assert plan(self.enrolment) == before

    def _do(self, code: str, on: date, turn: str) -> None:
        """One history of a sample: each ends in another word on it."""
        if turn in ("awaited", "lost", "found"):
            row = record(self.patient, code, on, status=ResultStatus.COLLECTED)
            if turn != "awaited":
                row = results.lose(observation=row, reason="never arrived", by=SYSTEM)
            if turn == "found":
                record(self.patient, code, on)
            return
        row = record(self.patient, code, on, value=Decimal(5))
        if turn == "corrected":
            record(self.patient, code, on, value=Decimal(6), reason="misread")
        if turn in ("voided", "returned"):
            results.enter_in_error(observation=row, reason="another person", by=SYSTEM)
        if turn == "returned":
            record(self.patient, code, on, value=Decimal(5))

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(deeds=deeds, code=st.sampled_from(["vegf", "neuro-exam"]))
    def test_a_cessation_taken_back_restores_every_date(
        self, deeds: list[tuple[str, int, ResultStatus]], code: str
    ) -> None:
        for one, ago, status in deeds:
            record(self.patient, one, DAY - timedelta(days=ago), status=status)
        before = plan(self.enrolment)
        row = Screening.objects.open().get(enrolment=self.enrolment, code=code)
        decision = screenings.cease(screening=row, reason="her choice", by=SYSTEM)
        screenings.withdraw_decision(decision=decision, by=SYSTEM)
        assert plan(self.enrolment) == before

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(deeds=deeds)
    def test_the_order_of_entry_does_not_matter(
        self, deeds: list[tuple[str, int, ResultStatus]]
    ) -> None:
        for code, ago, status in deeds:
            record(self.patient, code, DAY - timedelta(days=ago), status=status)
        first = [row[1:] for row in plan(self.enrolment)]
        for row in list(Observation.objects.current().exclude(performed_on=date(2025, 9, 1))):
            results.enter_in_error(observation=row, reason="again", by=SYSTEM)
        for code, ago, status in reversed(deeds):
            record(self.patient, code, DAY - timedelta(days=ago), status=status)
        assert [row[1:] for row in plan(self.enrolment)] == first
        assert scheduling.reschedule([self.enrolment], by=SYSTEM).touched == []
