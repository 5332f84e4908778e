"""A list says how to reach somebody we know: what it changes, and what stands against it.

What the person or the clinic decided on the day of the list's consent or later stands: a stop,
a suspended address, an address that a person corrected. A blank consent is older than anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pathways import clock
from pathways.models import Clinic, ContactPoint
from pathways.services import patients, work_items
from pathways.services.actors import Actor
from pathways.services.people_known import Known

IMPORTED = "import"


@dataclass(frozen=True, slots=True)
class Note:
    """What a list said that was not followed, and why. Not an error: the record is newer."""

    field: str
    reason: str


@dataclass(slots=True)
class ContactChanges:
    """What a batch changes in addresses and consents."""

    added: list[ContactPoint] = field(default_factory=list)
    retired: list[ContactPoint] = field(default_factory=list)
    confirmed: list[ContactPoint] = field(default_factory=list)
    consents: list[tuple[ContactPoint, dict[str, Any]]] = field(default_factory=list)
    deeds: list[work_items.Deed] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)


def update_email(
    email: str,
    consented_on: date | None,
    person: Known,
    changes: ContactChanges,
    notes: list[Note],
    *,
    by: Actor,
) -> dict[str, Any]:
    """Note down what a list's address and day of consent change; return what was before."""
    point = person.email
    if not email:
        if consented_on is None or point is None:
            return {}
        email = point.value
    if point is None:
        _add_email(email, consented_on, person, changes, by)
        return {"email": None}
    same = point.value.casefold() == email.casefold()
    if same and consented_on is None:
        return {}
    standing = _what_stands(person, point, consented_on, same=same)
    if standing:
        notes.append(Note("email", f"kept as recorded: {standing}"))
        return {}
    if same:
        return _confirm(point, consented_on, person, changes, by)
    point.retired_at = clock.now()
    changes.retired.append(point)
    _add_email(email, consented_on, person, changes, by)
    return {"email": point.value}


def update_phone(
    phone: str,
    consented_on: date | None,
    person: Known,
    changes: ContactChanges,
    notes: list[Note],
    *,
    by: Actor,
) -> dict[str, Any]:
    """Note down another phone number, unless a person gave the recorded one more lately."""
    point = person.phone
    if not phone or (point is not None and _digits(point.value) == _digits(phone)):
        return {}
    if point is not None:
        added_on = _day(point.added_at, person.patient.clinic)
        if _by_person(point) and (consented_on is None or added_on >= consented_on):
            notes.append(Note("phone", f"kept as recorded: corrected on {added_on}"))
            return {}
        point.retired_at = clock.now()
        changes.retired.append(point)
    changes.added.extend(
        patients.contact_rows(
            person.patient,
            email="",
            phone=phone,
            consented_on=None,
            now=clock.now(),
            by=by,
            source=IMPORTED,
        )
    )
    return {"phone": point.value if point else None}


def _what_stands(
    person: Known, point: ContactPoint, consented_on: date | None, *, same: bool
) -> str:
    """Return what is newer than the list's consent, in words; nothing if the list is newer."""

    def is_newer(day: date) -> bool:
        return consented_on is None or day >= consented_on

    clinic = person.patient.clinic
    if point.suspended_at is not None and is_newer(_day(point.suspended_at, clinic)):
        return f"suspended on {_day(point.suspended_at, clinic)} ({point.suspended_reason})"
    noes = [said.on for said in person.said.values() if not said.given]
    if noes and is_newer(max(noes)):
        return f"the person said no to email on {max(noes)}"
    if same:
        return ""
    added_on = _day(point.added_at, clinic)
    if _by_person(point) and is_newer(added_on):
        return f"corrected on {added_on}"
    yeses = [said.on for said in person.said.values() if said.given]
    if yeses and consented_on is not None and max(yeses) > consented_on:
        return f"another address was agreed to on {max(yeses)}"
    return ""


def _confirm(
    point: ContactPoint,
    consented_on: date | None,
    person: Known,
    changes: ContactChanges,
    by: Actor,
) -> dict[str, Any]:
    """The same address with a newer yes: it may be written to (again)."""
    before: dict[str, Any] = {}
    fresh = _address(point.value, consented_on, person, by)
    if point.verified_at is None:
        before["verified"] = None
        point.verified_at, point.verified_how = fresh.verified_at, fresh.verified_how
        changes.settled.append(f"patient:{person.patient.pk}")
    if point.suspended_at is not None:
        before["suspended"] = point.suspended_reason
        point.suspended_at, point.suspended_reason = None, ""
    if before:
        changes.confirmed.append(point)
    for consent in _consents(point, consented_on, by):
        said = person.said.get(consent["purpose"])
        if said is None or not said.given:
            before[f"consent {consent['purpose']}"] = said.given if said else None
            changes.consents.append((point, consent))
    return before


def _address(email: str, consented_on: date | None, person: Known, by: Actor) -> ContactPoint:
    (point,) = patients.contact_rows(
        person.patient,
        email=email,
        phone="",
        consented_on=consented_on,
        now=clock.now(),
        by=by,
        source=IMPORTED,
    )
    return point


def _add_email(
    email: str, consented_on: date | None, person: Known, changes: ContactChanges, by: Actor
) -> None:
    point = _address(email, consented_on, person, by)
    changes.added.append(point)
    if consented_on is None:
        due_on = clock.today(person.patient.clinic)
        changes.deeds.append(patients.check_address(person.patient, due_on=due_on))
    else:
        changes.consents.extend((point, said) for said in _consents(point, consented_on, by))
        changes.settled.append(f"patient:{person.patient.pk}")


def _consents(point: ContactPoint, consented_on: date | None, by: Actor) -> list[dict[str, Any]]:
    """Return the values of the consent rows; the point gets its key only when it is written."""
    return [
        {
            "clinic_id": point.clinic_id,
            "patient_id": point.patient_id,
            "purpose": purpose,
            "given": True,
            "on": consented_on,
            "source": "import",
            "recorded_at": clock.now(),
            "recorded_by": by.name,
        }
        for purpose in patients.CONSENTED
    ]


def _by_person(point: ContactPoint) -> bool:
    """Whoever loads a list does not correct an address by it."""
    return point.source != IMPORTED


def _day(moment: datetime, clinic: Clinic) -> date:
    return moment.astimezone(ZoneInfo(clinic.time_zone)).date()


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)
