"""What makes a clinic's week: the late sample, the bounced address, a death, a change of mind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from pathways.demo import sent_mail
from pathways.demo.history import History
from pathways.demo.people import Awkward, Contact
from pathways.demo.readings import CENTRAL
from pathways.models import (
    Clinic,
    ContactPoint,
    Enrolment,
    Observation,
    Patient,
    Purpose,
    Screening,
    User,
)
from pathways.rules.lifecycles import ResultStatus, Role, ScreeningState
from pathways.services import contacts, enrolments, results, screenings
from pathways.services.actors import Actor
from pathways.services.results import Result


@dataclass(frozen=True, slots=True)
class Case:
    """One awkward person and those who decide about them."""

    patient: Patient
    enrolment: Enrolment
    today: date
    nurse: Actor
    physician: Actor

    def screening(self, code: str) -> Screening:
        """Return the person's open screening of a code."""
        return Screening.objects.select_related("clinic", "enrolment", "definition", "patient").get(
            patient=self.patient, code=code, state=ScreeningState.PLANNED
        )

    def sample(self, days_ago: int) -> Result:
        """Return a VEGF that was drawn and has not come back."""
        return Result(
            patient=self.patient,
            code="vegf",
            performed_on=self.today - timedelta(days=days_ago),
            status=ResultStatus.COLLECTED,
            specimen="plasma",
            lab=CENTRAL,
            sample_number=f"S{self.patient.mrn[-4:]}",
        )

    def ago(self, days: int) -> date:
        """Return a day of the past."""
        return self.today - timedelta(days=days)


def write(
    histories: list[History],
    people: dict[str, Patient],
    clinic: Clinic,
    team: dict[Role, User],
    today: date,
) -> None:
    """Do to each person what makes them awkward, as staff would."""
    running = {
        row.patient_id: row
        for row in Enrolment.objects.in_clinic(clinic).select_related(
            "clinic", "patient", "version"
        )
    }
    nurse = Actor.person(team[Role.NURSE])
    physician = Actor.person(team[Role.HEMATOLOGIST])
    for history in histories:
        person = history.person
        patient = people[person.mrn]
        case = Case(patient, running[patient.pk], today, nurse, physician)
        if person.awkward in _DEEDS:
            _DEEDS[person.awkward](case)
        if person.contact is Contact.BOUNCED:
            sent_mail.come_back(_email(patient))
            contacts.suspend(
                contact_point=_email(patient), reason="bounced: no such mailbox", by=nurse
            )
        if person.contact is Contact.OPTED_OUT:
            _opt_out(_email(patient), today, nurse)


def _email(patient: Patient) -> ContactPoint:
    return ContactPoint.objects.in_use().get(patient=patient, kind=ContactPoint.EMAIL)


def _opt_out(point: ContactPoint, today: date, by: Actor) -> None:
    for purpose in (Purpose.VISITS, Purpose.GUIDANCE):
        contacts.record_consent(
            contact_point=point,
            purpose=purpose,
            given=False,
            on=today - timedelta(days=20),
            source="phone",
            by=by,
        )


def _early_recall(case: Case) -> None:
    screenings.recall_early(
        screening=case.screening("vegf"),
        until_on=case.today + timedelta(days=12),
        reason="Above the lab's limit after a cold; to be repeated in the same lab",
        by=case.physician,
    )
    _entered_in_error(case)


def _entered_in_error(case: Case) -> None:
    wrong = results.record(
        result=Result(
            patient=case.patient,
            code="vegf",
            performed_on=case.ago(75),
            status=ResultStatus.FINAL,
            value=Decimal(410),
            value_text="410",
            unit="pg/mL",
            specimen="plasma",
            lab=CENTRAL,
            sample_number="S8123",
        ),
        by=case.nurse,
    )
    results.enter_in_error(
        observation=wrong, reason="Another person's sample, typed in here", by=case.physician
    )


def _awaiting(case: Case) -> None:
    results.record(result=case.sample(5), by=case.nurse)


def _past_its_day(case: Case) -> None:
    results.record(result=case.sample(24), by=case.nurse)


def _rejected(case: Case) -> None:
    sample = case.sample(12)
    results.record(result=sample, by=case.nurse)
    row = Observation.objects.current().get(
        patient=case.patient, sample_number=sample.sample_number
    )
    results.reject(observation=row, reason="Arrived warm", by=case.nurse)
    serum = replace(case.sample(9), code="m-protein", specimen="serum")
    lost = results.record(result=serum, by=case.nurse)
    results.lose(observation=lost, reason="Never reached the laboratory", by=case.nurse)


def _postponed(case: Case) -> None:
    for code in ("neuro-exam", "vegf"):
        screenings.postpone(
            screening=case.screening(code),
            until_on=case.today + timedelta(days=21),
            reason="In hospital after a fall",
            by=case.nurse,
        )


def _postponed_long(case: Case) -> None:
    screenings.postpone(
        screening=case.screening("neuro-exam"),
        until_on=case.today + timedelta(days=120),
        reason="Examined by her home neurologist until spring; blood tests go on here",
        by=case.physician,
        as_physician=True,
    )


def _on_hold(case: Case) -> None:
    _hold(case, 20, 60, "Has asked for time after a bereavement")


def _hold_to_review(case: Case) -> None:
    _hold(case, 70, 65, "Under the care of another hospital for an infection")


def _hold(case: Case, days_ago: int, review_after: int, reason: str) -> None:
    from_on = case.ago(days_ago)
    enrolments.hold(
        enrolment=case.enrolment,
        from_on=from_on,
        reason=reason,
        review_on=from_on + timedelta(days=review_after),
        by=case.nurse,
    )


def _transferred(case: Case) -> None:
    _transfer(case, case.ago(25))


def _moving(case: Case) -> None:
    _transfer(case, case.today + timedelta(days=10))


def _transfer(case: Case, effective_on: date) -> None:
    enrolments.transfer(
        enrolment=case.enrolment,
        effective_on=effective_on,
        reason="Moved house; care goes on at Eastmoor Hospital",
        by=case.nurse,
    )


def _deceased(case: Case) -> None:
    enrolments.record_death(patient=case.patient, died_on=case.ago(18), by=case.physician)


def _withdrawn(case: Case) -> None:
    enrolments.withdraw(
        enrolment=case.enrolment,
        effective_on=case.ago(14),
        reason="Wishes no further follow-up here",
        by=case.nurse,
    )


def _completed(case: Case) -> None:
    enrolments.complete(
        enrolment=case.enrolment,
        effective_on=case.ago(10),
        reason="Goes on with the family doctor, as agreed",
        by=case.physician,
    )


def _requested(case: Case) -> None:
    screenings.request(
        enrolment=case.enrolment,
        code="eye-exam",
        interval="3 months",
        reason="Optic disc swelling seen at diagnosis",
        by=case.physician,
    )


def _ceased(case: Case) -> None:
    screenings.cease(
        screening=case.screening("eye-exam"),
        reason="Followed by an eye clinic of his own choice",
        by=case.physician,
    )


_DEEDS: dict[Awkward, Callable[[Case], None]] = {
    Awkward.EARLY_RECALL: _early_recall,
    Awkward.ENTERED_IN_ERROR: _entered_in_error,
    Awkward.AWAITING: _awaiting,
    Awkward.PAST_ITS_DAY: _past_its_day,
    Awkward.REJECTED: _rejected,
    Awkward.POSTPONED: _postponed,
    Awkward.POSTPONED_LONG: _postponed_long,
    Awkward.ON_HOLD: _on_hold,
    Awkward.HOLD_TO_REVIEW: _hold_to_review,
    Awkward.TRANSFERRED: _transferred,
    Awkward.MOVING: _moving,
    Awkward.DECEASED: _deceased,
    Awkward.WITHDRAWN: _withdrawn,
    Awkward.COMPLETED: _completed,
    Awkward.REQUESTED: _requested,
    Awkward.CEASED: _ceased,
}
