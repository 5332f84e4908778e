"""Bookings of the demo clinic: those that were kept, those that were not, and those to come.

What lies in the past is written as rows, because no service books a past day; what lies ahead is
booked through the service, so that its mail really leaves.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from pathways import clock
from pathways.demo import sent_mail
from pathways.demo.course import on_weekday
from pathways.demo.history import History
from pathways.demo.people import Awkward
from pathways.models import (
    Appointment,
    AppointmentPurpose,
    Clinic,
    Patient,
    Remind,
    Screening,
    User,
)
from pathways.rules.lifecycles import AppointmentState, Role
from pathways.services import appointments, audit, calendar
from pathways.services.actors import Actor

SEED = Actor.system("demo:seed")
QUARTERS = [time(hour, minute) for hour in range(9, 16) for minute in (0, 20, 40)]
BOOKED_LONG_AGO_IN = 3  # days ahead; nearer visits were booked weeks ago, so "tomorrow" mail goes
MINUTES = 60
# What is booked, of all that is done on a day.
BOOKABLE = ("neuro-exam", "hematology-review", "vegf", "skin-organ-exam", "eye-exam", "ncs-emg")


class _Book:
    """Finds free times: no two people at one moment."""

    def __init__(self, clinic: Clinic, today: date) -> None:
        self._zone = ZoneInfo(clinic.time_zone)
        self._days = calendar.of(clinic)
        self._taken: Counter[date] = Counter()
        self._offset = Random(today.toordinal()).randrange(len(QUARTERS))

    def working_day(self, day: date) -> date:
        """Return the day itself, or the next one on which the clinic works."""
        return self._days.next_working_day(day)

    def slot(self, day: date) -> datetime:
        number = (self._taken[day] + self._offset + day.toordinal() * 5) % len(QUARTERS)
        self._taken[day] += 1
        return datetime.combine(day, QUARTERS[number], self._zone)


def write(
    histories: list[History],
    people: dict[str, Patient],
    clinic: Clinic,
    team: dict[Role, User],
    today: date,
) -> None:
    """Write the bookings of everybody."""
    book = _Book(clinic, today)
    nurse = Actor.person(team[Role.NURSE])
    past: list[tuple[Appointment, tuple[str, ...]]] = []
    for history in histories:
        patient = people[history.person.mrn]
        for done in history.days:
            codes = tuple(code for code in BOOKABLE if code in done.codes)
            if codes:
                past.append((_row(patient, book.slot(done.on), nurse, "attended"), codes))
        past += _odd(history, patient, book, nurse, today)
    rows = Appointment.objects.bulk_create([row for row, _ in past])
    AppointmentPurpose.objects.bulk_create(
        AppointmentPurpose(clinic=clinic, appointment=row, patient=row.patient, code=code)
        for row, (_, codes) in zip(rows, past, strict=True)
        for code in codes
    )
    audit.record(
        by=SEED,
        verb="loaded past visits",
        subject=clinic,
        clinic=clinic,
        detail={"visits": len(rows)},
    )
    sent_mail.write(clinic, today)
    _book_ahead(histories, people, book, nurse, today)


def _row(patient: Patient, starts_at: datetime, by: Actor, state: str) -> Appointment:
    state = AppointmentState(state)
    open_still = state is AppointmentState.BOOKED
    return Appointment(
        clinic=patient.clinic,
        patient=patient,
        starts_at=starts_at,
        on=starts_at.date(),
        minutes=MINUTES,
        state=state,
        booked_at=min(starts_at - timedelta(days=24, hours=2), clock.now()),
        booked_by=by.name,
        closed_at=None if open_still else starts_at + timedelta(minutes=MINUTES),
        closed_by="" if open_still else by.name,
    )


def _odd(
    history: History, patient: Patient, book: _Book, by: Actor, today: date
) -> list[tuple[Appointment, tuple[str, ...]]]:
    """Visits that nobody came to, that nobody wrote about, or that were booked long ago."""
    codes = tuple(_owed(patient))
    person = history.person
    missed = {Awkward.NOT_ATTENDED: (9,), Awkward.NOT_ATTENDED_TWICE: (31, 12)}
    found = [
        (
            _row(patient, book.slot(on_weekday(today - timedelta(days=ago))), by, "not attended"),
            codes,
        )
        for ago in missed.get(person.awkward, ())
    ]
    if person.awkward is Awkward.VISIT_UNANSWERED:
        day = on_weekday(today - timedelta(days=2))
        found.append((_row(patient, book.slot(day), by, "booked"), codes))
    if person.visit_in is not None and person.visit_in <= BOOKED_LONG_AGO_IN:
        day = book.working_day(today + timedelta(days=person.visit_in))
        found.append((_row(patient, book.slot(day), by, "booked"), codes))
    return found


def _book_ahead(
    histories: list[History],
    people: dict[str, Patient],
    book: _Book,
    by: Actor,
    today: date,
) -> None:
    for history in histories:
        ahead = history.person.visit_in
        codes = _owed(people[history.person.mrn])
        if ahead is None or ahead <= BOOKED_LONG_AGO_IN or not codes:
            continue
        appointments.book(
            patient=people[history.person.mrn],
            starts_at=book.slot(book.working_day(today + timedelta(days=ahead))),
            minutes=MINUTES,
            codes=codes,
            by=by,
        )


def _owed(patient: Patient) -> list[str]:
    """Return what one visit would serve: the first three that the person is asked to come for."""
    rows = Screening.objects.open().filter(
        patient=patient, definition__remind=Remind.PATIENT, due_on__isnull=False
    )
    return list(rows.order_by("due_on", "code").values_list("code", flat=True)[:3])
