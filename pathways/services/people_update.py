"""What one row of a list changes about a person: noted down first, written as a set later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from pathways import clock
from pathways.models import Enrolment, Patient, PhasePeriod
from pathways.rules.lifecycles import PHASE_LABELS, EnrolmentState, LifeStatus, Phase
from pathways.services import bulk
from pathways.services.actors import Actor
from pathways.services.contact_update import ContactChanges, Note, update_email, update_phone
from pathways.services.errors import Refused
from pathways.services.list_report import Cell, LineChange, ListReport, cell
from pathways.services.people_known import Known

_make_period = bulk.Maker(PhasePeriod)
DAYS = ("enrolled_on", "phase_since")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as a list gives them. Blank (or None) keeps what is recorded."""

    line: int
    mrn: str
    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    email_consent_on: date | None = None
    enrolled_on: date | None = None
    phase: Phase | None = None
    phase_since: date | None = None


@dataclass
class Report(ListReport):
    """What became of the people of a list, and whether their mail waits for a coordinator."""

    needs_release: bool = False

    def add(self, other: Report) -> None:
        """Count another batch in."""
        super().add(other)
        self.needs_release = self.needs_release or other.needs_release


@dataclass(slots=True)
class Work:
    """What a batch will write, gathered before anything is written."""

    report: Report = field(default_factory=Report)
    new: list[tuple[PersonRow, Patient]] = field(default_factory=list)
    enrol: list[tuple[PersonRow, Patient]] = field(default_factory=list)
    people: list[Patient] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    periods: list[PhasePeriod] = field(default_factory=list)
    new_periods: list[PhasePeriod] = field(default_factory=list)
    contacts: ContactChanges = field(default_factory=ContactChanges)
    changed: dict[Any, tuple[Patient, dict[str, Any]]] = field(default_factory=dict)
    replan: list[int] = field(default_factory=list)


def check_complete(row: PersonRow) -> None:
    """A person nobody knows yet needs a name, a birth date and a place on the pathway."""
    for name in ("given_name", "family_name", "birth_date", "enrolled_on", "phase"):
        if not getattr(row, name):
            raise Refused("is blank, and this person is new. Fill it in", field=name)
    if row.email_consent_on and not row.email:
        raise Refused("is given, but there is no email to agree to", field="email_consent_on")


def note_changes(row: PersonRow, person: Known, by: Actor, work: Work) -> None:
    """Compare one row with what is recorded, and note down what has to change."""
    patient = person.patient
    if row.birth_date is not None and row.birth_date != patient.birth_date:
        raise Refused(
            "is another one than on record for this number. Check the number, or correct the "
            "birth date on the person's page",
            field="birth_date",
        )
    _check_in_care(person)
    if row.email_consent_on and not row.email and person.email is None:
        raise Refused("is given, but there is no email to agree to", field="email_consent_on")
    if person.enrolment is None:
        check_complete(row)
    name_before = f"{patient.family_name}, {patient.given_name}"
    # Nothing below refuses any more, or only before it notes anything down.
    before = _phase_change(row, person, by, work) if person.enrolment else {}
    if not person.enrolment:
        work.enrol.append((row, patient))
        before["enrolled_on"] = None
    for name in ("given_name", "family_name", "sex", "language"):
        value, standing = getattr(row, name), getattr(patient, name)
        if value and value != standing:
            before[name] = standing
            setattr(patient, name, value)
    if before.keys() & {"given_name", "family_name", "sex", "language"}:
        work.people.append(patient)
    notes: list[Note] = []
    changes = work.contacts
    before |= update_email(row.email, row.email_consent_on, person, changes, notes, by=by)
    before |= update_phone(row.phone, row.email_consent_on, person, changes, notes, by=by)
    work.report.notes.extend((row.line, f"{note.field}: {note.reason}") for note in notes)
    if before:
        work.changed[patient.pk] = (patient, before)
        work.report.note_change(
            LineChange(row.line, row.mrn, name_before, is_new=False, cells=_cells(row, before))
        )
    else:
        work.report.unchanged += 1


def newcomer(row: PersonRow) -> LineChange:
    """Return what a line brings about somebody nobody knows yet."""
    cells = tuple(
        cell(name, "", _as_read(name, getattr(row, name)))
        for name in ("phase", "phase_since", "enrolled_on", "email", "phone")
        if getattr(row, name)
    )
    name = f"{row.family_name}, {row.given_name}"
    return LineChange(row.line, row.mrn, name, is_new=True, cells=cells)


def _cells(row: PersonRow, before: dict[str, Any]) -> tuple[Cell, ...]:
    """Return the changes in words; what happens to an address by the consent is one of them."""
    cells = [
        cell(name, _as_read(name, old), _as_read(name, getattr(row, name)))
        for name, old in before.items()
        if hasattr(row, name)
    ]
    if len(cells) < len(before):
        why = before.get("suspended")
        standing = f"address suspended: {why}" if why else "not agreed"
        cells.append(cell("email_consent_on", standing, row.email_consent_on))
    return tuple(cells)


def _as_read(name: str, value: Any) -> Any:
    """Return what a reader knows a recorded value as; days were noted down for the audit trail."""
    if name == "phase" and value:
        return PHASE_LABELS[Phase(value)]
    return date.fromisoformat(value) if name in DAYS and isinstance(value, str) else value


def _check_in_care(person: Known) -> None:
    """A list never brings anybody back: that is a decision on the person's own page."""
    patient, ended = person.patient, person.ended
    if patient.life_status == LifeStatus.DECEASED:
        raise Refused(
            f"this person died on {patient.died_on}. Nothing was changed; if that was recorded by "
            "mistake, take it back on their page",
            field="mrn",
        )
    if person.enrolment is None and ended is not None and ended.ended_on is not None:
        over = ended.ended_on <= clock.today(patient.clinic)
        cure = "return the person to care" if over else "take that back"
        raise Refused(
            f"this person's care here {'ended' if over else 'ends'} on {ended.ended_on} "
            f"({EnrolmentState(ended.state)}). Nothing was changed; {cure} on their page first",
            field="mrn",
        )


def _phase_change(row: PersonRow, person: Known, by: Actor, work: Work) -> dict[str, Any]:
    """Note down another day of enrolment, another phase, or another day of the same phase."""
    enrolment = person.enrolment
    assert enrolment is not None  # noqa: S101 - asked only for people who are enrolled
    before: dict[str, Any] = {}
    *earlier, current = person.phases
    if row.phase and row.phase != current.phase:
        since_on = row.phase_since
        if since_on is None:
            raise Refused(
                f"is blank, but the phase is {PHASE_LABELS[Phase(current.phase)]} on record. "
                "Give the day on which the new phase began",
                field="phase_since",
            )
        if any((old.phase, old.since_on) == (row.phase, since_on) for old in earlier):
            note = f"phase: an older phase; {current.phase} since {current.since_on} stands"
            work.report.notes.append((row.line, note))
        elif since_on < current.since_on:
            raise Refused(
                f"{since_on} is before {current.since_on}, when the recorded phase "
                f"({current.phase}) began. Correct the day, or the phase on the person's page",
                field="phase_since",
            )
        else:
            before |= {"phase": current.phase, "phase_since": str(current.since_on)}
            current.until_on = since_on
            work.periods.append(current)
            work.new_periods.append(period(enrolment, row.phase, since_on, by))
    elif row.phase and row.phase_since and row.phase_since != current.since_on:
        if earlier and row.phase_since < earlier[-1].since_on:
            raise Refused(
                f"{row.phase_since} is before the phase that came before ({earlier[-1].phase} "
                f"since {earlier[-1].since_on}). Correct the day",
                field="phase_since",
            )
        before["phase_since"] = str(current.since_on)
        current.since_on = row.phase_since
        work.periods.append(current)
        for old, following in pairwise(person.phases):
            if following is current:
                old.until_on = current.since_on
                work.periods.append(old)
    elif row.phase_since and row.phase_since != current.since_on:
        note = (
            f"phase_since: given without a phase; {current.phase} since {current.since_on} stands"
        )
        work.report.notes.append((row.line, note))
    if row.enrolled_on and row.enrolled_on != enrolment.enrolled_on:
        before["enrolled_on"] = str(enrolment.enrolled_on)
        enrolment.enrolled_on = row.enrolled_on
        work.enrolments.append(enrolment)
    if before:
        work.replan.append(enrolment.pk)
    return before


def period(enrolment: Enrolment, phase: str, since_on: date, by: Actor) -> PhasePeriod:
    """Return the unsaved period of a phase that begins."""
    return _make_period(
        clinic_id=enrolment.clinic_id,
        enrolment_id=enrolment.pk,
        phase=phase,
        since_on=since_on,
        recorded_at=clock.now(),
        recorded_by=by.name,
    )
