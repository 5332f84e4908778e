"""The line at the head of every page of one person: who, born when, which numbers, which phase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pathways.models import Enrolment, Patient, PhasePeriod
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import PHASE_LABELS, EnrolmentState, Phase


@dataclass(frozen=True, slots=True)
class Banner:
    """The line at the head of every page of one person; `identity` is what tells them from another."""

    patient_id: UUID
    name: str
    title: str
    identity: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    flags: tuple[str, ...]
    died: str

    @property
    def called(self) -> str:
        """The name with its title: "HADDAD, Amira (Mrs)"."""
        return f"{self.name} ({self.title})" if self.title else self.name


def banner_of(patient: Patient, day: date) -> Banner:
    """Return the banner of a person; two questions (numbers, phase)."""
    enrolment = latest_enrolment(patient)
    phases = list(enrolment.phases.all()) if enrolment else []
    return banner_from(patient, enrolment, phases, day)


def latest_enrolment(patient: Patient) -> Enrolment | None:
    """Return the person's latest enrolment with its phases and holds: three questions."""
    return (
        Enrolment.objects.filter(patient=patient)
        .select_related("version__pathway")
        .prefetch_related("phases", "holds")
        .order_by("-enrolled_on", "-id")
        .first()
    )


def banner_from(
    patient: Patient, enrolment: Enrolment | None, phases: list[PhasePeriod], day: date
) -> Banner:
    """Return the banner from rows that are read already; one question (numbers)."""
    numbers = [
        (_number_label(number.kind), _in_groups(number.kind, number.value))
        for number in patient.identifiers.all()
    ]
    identity = (
        ("Born", f"{_long(patient.birth_date)} ({years(patient, day)} y)"),
        *numbers,
        ("Hospital No.", patient.mrn),
    )
    facts = [*identity, ("Phase", phase_words(enrolment, phases, day))]
    if patient.named_clinician is not None:
        facts.append(("Named clinician", str(patient.named_clinician)))
    flags = [str(flag) for flag in patient.flags]
    if enrolment is not None and enrolment.state == EnrolmentState.ON_HOLD:
        flags.insert(0, "On hold")
    died = f"{short_date(patient.died_on, date.min)}" if patient.died_on else ""
    return Banner(
        patient.pk, str(patient), patient.title, identity, tuple(facts), tuple(flags), died
    )


def phase_words(enrolment: Enrolment | None, phases: list[PhasePeriod], day: date) -> str:
    """Return the phase with its first day, or why there is none."""
    if enrolment is None:
        return "not enrolled"
    if enrolment.ended_on is not None:
        ended = "Ends" if enrolment.ended_on > day else "Ended"
        return f"{enrolment.state.capitalize()}. {ended} {short_date(enrolment.ended_on, date.min)}"
    if not phases:
        return ""
    now = phases[-1]
    return f"{PHASE_LABELS[Phase(now.phase)]} since {short_date(now.since_on, date.min)}"


def _number_label(kind: str) -> str:
    return {"nhs_number": "NHS No."}.get(kind, kind.replace("_", " ").capitalize())


def _in_groups(kind: str, value: str) -> str:
    """An NHS number is read in groups of 3, 3 and 4."""
    if kind == "nhs_number" and len(value) == 10:
        return f"{value[:3]} {value[3:6]} {value[6:]}"
    return value


def _long(day: date) -> str:
    return f"{day.day:02d}-{short_date(day, date.min).split()[1]}-{day.year}"


def years(patient: Patient, day: date) -> int:
    """Return the person's age in years, on the day or when they died."""
    end, born = patient.died_on or day, patient.birth_date
    return end.year - born.year - ((end.month, end.day) < (born.month, born.day))
