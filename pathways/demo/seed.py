"""Fills an empty database with the demo clinic, through the doors that a real clinic uses."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from django.contrib.auth.hashers import make_password
from django.db import transaction

from pathways import clock
from pathways.demo import awkward, disease, exams, findings, measured, therapy, toxicity, visits
from pathways.demo.history import History, history_of
from pathways.demo.people import PEOPLE, Contact
from pathways.demo.therapy_story import therapy_of
from pathways.models import (
    AuditEvent,
    Clinic,
    ContactPoint,
    Enrolment,
    Identifier,
    PathwayVersion,
    Patient,
    PhasePeriod,
    User,
)
from pathways.rules.lifecycles import Phase, Role
from pathways.services import (
    audit,
    catalogue,
    clinics,
    patients,
    registration,
    reminders,
    staff,
)
from pathways.services.actors import Actor

CODE = "stbrides"
TIME_ZONE = "Europe/London"
VERSION = 12  # raise it when the invented data change, and every demo is built anew
SEED = Actor.system("demo:seed")
PASSWORD = "only-for-the-demo"  # noqa: S105 (printed at every start; opens nothing real)
SEEDED = "seeded the demo"
CONSENT_AFTER_DAYS = 1

# Sign-in name, role, name; one of each role. All invented.
STAFF = (
    ("marit", Role.NURSE, "Marit Okafor"),
    ("lindqvist", Role.HEMATOLOGIST, "Johan Lindqvist"),
    ("achterberg", Role.NEUROLOGIST, "Sofie Achterberg"),
    ("ines", Role.COORDINATOR, "Ines Duarte"),
    ("theo", Role.AUDITOR, "Theo Brandt"),
)
SIGNATURES = (
    "Dr J. Lindqvist, hematologist (invented, demo only)",
    "Dr S. Achterberg, neurologist (invented, demo only)",
)


def seeded() -> tuple[date, str] | None:
    """Return the day and the stamp with which this database was filled, or None."""
    event = AuditEvent.objects.filter(verb=SEEDED).order_by("id").last()
    if event is None:
        return None
    return date.fromisoformat(event.detail["day"]), event.detail["stamp"]


def seed(*, link_host: str, stamp: str = "") -> Clinic:
    """Fill the database. The same day gives the same people, dates and values."""
    with transaction.atomic():
        version = catalogue.load(by=SEED)
        clinic = _clinic(link_host)
        today = clock.today(clinic)
        team = _staff(clinic)
        _sign(version, clinic, today)
        findings.write_duties(clinic, team, today)
        histories = [history_of(person, today) for person in PEOPLE]
        people = _register(histories, clinic)
        _complete(histories, people, clinic, team)
        therapies = {h.person.mrn: therapy_of(h, today) for h in histories}
        therapy.write(therapies, people, clinic, team, today)
        measured.write(histories, people, clinic, team)
        exams.write(histories, people, clinic, team)
        measured.write_pre_cycle(therapies, people, clinic, team)
        _enrol(histories, people, clinic, version)
        disease.write(histories, people, clinic, team, today)
        toxicity.write(histories, people, clinic, team, today)
        visits.write(histories, people, clinic, team, today)
        awkward.write(histories, people, clinic, team, today)
        findings.write_check_ins(histories, people, clinic, team, today)
        findings.answer(people, team)
        audit.record(
            by=SEED,
            verb=SEEDED,
            subject=clinic,
            clinic=clinic,
            detail={"day": today.isoformat(), "stamp": stamp},
        )
    return clinic


def _clinic(link_host: str) -> Clinic:
    return clinics.add(
        clinic=clinics.NewClinic(
            code=CODE,
            name="St Bride’s Clinic",
            time_zone=TIME_ZONE,
            country="GB",
            phone="020 7946 0180",
            phone_hours="Monday to Friday, 8 am to 5 pm",
            day_night_phone="020 7946 0181",
            address="St Bride’s Clinic, 14 Quayside, London",
            email=f"visits@{CODE}.example",
            link_host=link_host,
            window_always_open=True,
            is_demo=True,
        ),
        by=SEED,
    )


def _staff(clinic: Clinic) -> dict[Role, User]:
    """One of each role; they share one password, hashed once because hashing is slow on purpose."""
    password = make_password(PASSWORD)
    team = {}
    for username, role, name in STAFF:
        given, _, family = name.partition(" ")
        User.objects.create(
            username=username,
            password=password,
            first_name=given,
            last_name=family,
            email=f"{username}@{CODE}.example",
        )
        team[role] = staff.add(clinic=clinic, username=username, role=role, by=SEED).user
    return team


def _sign(version: PathwayVersion, clinic: Clinic, today: date) -> None:
    signed_on = min(today, max(version.effective_from, today - timedelta(days=400)))
    for name in SIGNATURES:
        catalogue.sign(version=version, clinic=clinic, signed_by=name, signed_on=signed_on, by=SEED)


def _register(histories: list[History], clinic: Clinic) -> dict[str, Patient]:
    """Register everybody; who said yes to email said so on the day after they came."""
    people = {}
    for history in histories:
        person = history.person
        consented = person.email and person.contact is not Contact.UNASKED
        said_on = history.course.enrolled_on + timedelta(days=CONSENT_AFTER_DAYS)
        people[person.mrn] = patients.register(
            clinic=clinic,
            mrn=person.mrn,
            given_name=person.given_name,
            family_name=person.family_name,
            title=person.title,
            birth_date=person.birth_date,
            sex=person.sex,
            language=person.language,
            email=person.email,
            phone=person.phone,
            email_consent_on=said_on if consented else None,
            by=SEED,
        )
    return people


def _enrol(
    histories: list[History], people: dict[str, Patient], clinic: Clinic, version: PathwayVersion
) -> None:
    """Enrol everybody in the phase of today, and write down the phases they came through.

    The results stand already, so what is owed is worked out once, from the whole of it.
    """
    rows = [
        registration.PersonRow(
            line=line,
            mrn=history.person.mrn,
            given_name=history.person.given_name,
            family_name=history.person.family_name,
            birth_date=history.person.birth_date,
            enrolled_on=history.course.enrolled_on,
            phase=history.course.phase,
            phase_since=history.course.phases[-1][1],
        )
        for line, history in enumerate(histories, start=2)
    ]
    report = registration.register_all(rows, clinic=clinic, version=version, by=SEED)
    if report.refused:
        line, refused = report.refused[0]
        raise AssertionError(f"The demo's own line {line} is refused: {refused.message}")
    running = {row.patient_id: row for row in Enrolment.objects.in_clinic(clinic)}
    now = clock.now()
    earlier = []
    for history in histories:
        enrolment = running[people[history.person.mrn].pk]
        enrolment.diagnosed_on = history.diagnosed_on
        enrolment.transplant_on = history.course.since(Phase.POST_TRANSPLANT)
        earlier += [
            PhasePeriod(
                clinic=clinic,
                enrolment=enrolment,
                phase=phase,
                since_on=since_on,
                until_on=until_on,
                recorded_at=now,
                recorded_by=SEED.name,
            )
            for (phase, since_on), (_, until_on) in pairwise(history.course.phases)
        ]
    Enrolment.objects.bulk_update(running.values(), ["diagnosed_on", "transplant_on"])
    PhasePeriod.objects.bulk_create(earlier)
    reminders.replan(running.values(), by=SEED)


def _complete(
    histories: list[History], people: dict[str, Patient], clinic: Clinic, team: dict[Role, User]
) -> None:
    """Add what the form of registering does not ask: flags, numbers, clinician, whose address."""
    for number, history in enumerate(histories):
        patient = people[history.person.mrn]
        patient.flags = list(history.person.flags)
        role = Role.NEUROLOGIST if number % 4 == 1 else Role.HEMATOLOGIST
        patient.named_clinician = team[role]
    Patient.objects.bulk_update(people.values(), ["flags", "named_clinician"])
    Identifier.objects.bulk_create(
        Identifier(
            clinic=clinic,
            patient=people[history.person.mrn],
            kind="nhs_number",
            value=history.person.nhs_number,
        )
        for history in histories
    )
    carers = [h.person.mrn for h in histories if h.person.contact is Contact.CARER]
    ContactPoint.objects.filter(
        patient__mrn__in=carers, patient__clinic=clinic, kind=ContactPoint.EMAIL
    ).update(holder=ContactPoint.CARER)
