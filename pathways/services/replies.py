"""What a patient answers through a link: birth date, "please call me", stop, start again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from pathways import clock
from pathways.models import ContactPoint, GatePause, Message, Patient, Reply, WorkItem
from pathways.rules.deeds import OwedWhile
from pathways.rules.lifecycles import LifeStatus, WorkItemKind
from pathways.services import audit, calendar, contacts, work_items
from pathways.services.actors import Actor
from pathways.services.errors import Refused

TRIES = 5
PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(days=1)
CALL, STOP, START = "call me", "stop", "start again"
OTHER_NUMBER = ", other number: "


class When(StrEnum):
    """The parts of the day in which a person wants to be called."""

    ANY = "any time"
    MORNING = "in the morning"
    AFTERNOON = "in the afternoon"


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """What the gate says: open, or how many tries are left, or until when it is paused."""

    opened: bool
    tries_left: int = TRIES
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallPromise:
    """What the page tells a person who asked for a call."""

    call_by_on: date
    number_ends_in: str  # two digits; blank where no number is recorded
    when: When = When.ANY


def gate_of(*, message: Message) -> GateAnswer:
    """Return how the gate of this message's link stands, without trying it."""
    return _standing(_gates_of(_patient_of(message)), clock.now())


def open_gate(*, message: Message, birth_date: date | None, by: Actor | None = None) -> GateAnswer:
    """Compare a birth date with the one on record. Five wrong ones pause it, and are told.

    The tries are the person's, whichever of their emails they came through, so an older email
    gives a guesser no more of them. Each pause is longer than the last, until the right date comes.
    While it lasts even the right date opens nothing, so guessing gains nothing.
    """
    by = by or _answerer(message)
    patient, now = _patient_of(message), clock.now()
    with transaction.atomic():
        # One person's tries come in one after the other, through however many links at once.
        Patient.objects.select_for_update().get(pk=patient.pk)
        standing = _standing(gates := _gates_of(patient), now)
        if standing.paused_until is not None:
            return standing
        if birth_date is not None and birth_date == patient.birth_date:
            gates.update(failures=0, paused_until=None)
            audit.record(
                by=by,
                verb="opened a link",
                subject=message,
                clinic=message.clinic,
                patient=patient,
            )
            return GateAnswer(opened=True)
        gate, _ = GatePause.objects.get_or_create(message=message)
        gate.failures += 1
        failures = _failures(gates.exclude(pk=gate.pk)) + gate.failures
        if failures % TRIES == 0:
            gate.paused_until = now + _pause(failures // TRIES)
            _tell_clinic(message, patient, by)
        gate.save()
        return _standing(gates, now)


def _gates_of(patient: Patient) -> QuerySet[GatePause]:
    return GatePause.objects.filter(message__patient=patient)


def _failures(gates: QuerySet[GatePause]) -> int:
    """Return the wrong dates since the last right one."""
    return sum(gates.values_list("failures", flat=True))


def _standing(gates: QuerySet[GatePause], now: datetime) -> GateAnswer:
    """Return how a person's gates stand together. A pause that is over gives all tries back."""
    rows = list(gates.all())
    pauses = [row.paused_until for row in rows if row.paused_until and row.paused_until > now]
    if pauses:
        return GateAnswer(opened=False, tries_left=0, paused_until=max(pauses))
    return GateAnswer(opened=False, tries_left=TRIES - sum(row.failures for row in rows) % TRIES)


def _pause(which: int) -> timedelta:
    """Return how long the first, second, … pause in a row lasts: 15 minutes, 1 h, 4 h, … a day."""
    fourfold = min(which - 1, 9)
    return min(PAUSE * (1 << 2 * fourfold), LONGEST_PAUSE)


def standing_call(*, message: Message) -> CallPromise | None:
    """Return what was promised to a person whose asked-for call is still owed, else None."""
    patient = _patient_of(message)
    item = (
        WorkItem.objects.open()
        .filter(clinic=message.clinic, kind=WorkItemKind.CALL, subject=_asked(message))
        .first()
    )
    wish = _last_wish(message, patient) if item is not None else None
    if item is None or wish is None:
        return None
    return _promise(message, wish, item.due_on)


def call_me(
    *, message: Message, when: When | str, by: Actor | None = None, number: str = ""
) -> CallPromise:
    """Ask the clinic to call; asking again before the call changes only what is wished.

    A `number` is one that the person gives instead of the recorded one. It is told to the nurse
    and changes no record, because a link proves less than a call.
    """
    by = by or _answerer(message)
    try:
        wish = When(when)
    except ValueError as error:
        raise Refused("Choose when we can call you.", field="when") from error
    patient, clinic = _patient_of(message), message.clinic
    due_on = calendar.of(clinic).working_day_after(clock.today(clinic))
    detail = f"{wish.value}{OTHER_NUMBER}{number}"[:80] if number else wish.value
    summary = _call_wanted(message, wish, number)
    with transaction.atomic():
        # One person's presses come in one after the other, so a double press is told from a wish.
        Patient.objects.select_for_update().get(pk=patient.pk)
        standing = (
            WorkItem.objects.open()
            .filter(clinic=clinic, kind=WorkItemKind.CALL, subject=_asked(message))
            .first()
        )
        if standing is not None and _last_wish(message, patient) == detail:
            return _promise(message, detail, standing.due_on)
        if standing is not None:
            due_on = standing.due_on
            WorkItem.objects.open().filter(pk=standing.pk).update(summary=summary[:200])
        _reply(message, patient, CALL, detail)
        audit.record(
            by=by,
            verb="asked for a call",
            subject=message,
            clinic=clinic,
            patient=patient,
            detail={"when": wish.value, "other number": bool(number)},
        )
        work_items.open_item(
            work_items.Deed(
                kind=WorkItemKind.CALL,
                subject=_asked(message),
                summary=summary[:200],
                clinic=clinic,
                due_on=due_on,
                patient=patient,
                appointment=message.appointment,
                message=message,
                owed_while=OwedWhile.ALWAYS,
            ),
            by=by,
        )
    return _promise(message, detail, due_on)


def are_stopped(*, message: Message) -> bool:
    """Tell whether no mail of any purpose goes to the address of this message any more."""
    point = message.contact_point
    if point is None:
        return True
    return not any(said.given for said in contacts.consents_in_force([point]).values())


def stop(*, message: Message, by: Actor | None = None, one_click: bool = False) -> bool:
    """Stop the emails to the address this message went to; returns False if they were stopped.

    `one_click` says that the mail program did it, without a birth date (RFC 8058).
    """
    by = by or _answerer(message)
    patient = _patient_of(message)
    if patient.life_status != LifeStatus.ALIVE or message.contact_point is None:
        return False  # nothing is sent any more, and nobody is to be phoned about it
    with transaction.atomic():
        changed = contacts.opt_out(
            message=message, by=by, source="one-click stop" if one_click else "stop page"
        )
        if changed:
            _reply(message, patient, STOP, "one click" if one_click else "")
    return changed


def start_again(*, message: Message, by: Actor | None = None) -> bool:
    """Start the emails again to the address this message went to; False if they never stopped."""
    by = by or _answerer(message)
    with transaction.atomic():
        if message.contact_point is not None:
            # Locked as a stop locks it: of two presses at once the second finds it done.
            ContactPoint.objects.select_for_update().get(pk=message.contact_point.pk)
            if not are_stopped(message=message):
                return False
        contacts.opt_in(message=message, by=by)
        _reply(message, _patient_of(message), START, "")
    return True


def _answerer(message: Message) -> Actor:
    return Actor.carer() if message.to_carer else Actor.patient()


def _asked(message: Message) -> str:
    """Return the subject of the call; a carer's and the patient's own are two."""
    return f"call me:{message.patient_id}" + (":carer" if message.to_carer else "")


def _call_wanted(message: Message, wish: When, number: str) -> str:
    """Say who asked for the call, when they want it, and on which number if not on record."""
    if message.to_carer:
        said = f"The carer asked for a call, not the patient: {wish.value}"
        return said + (f". Call {number}: the carer gave this number" if number else "")
    said = f"They asked for a call: {wish.value}"
    return said + (
        f". Call {number}: they say the number on record is not theirs" if number else ""
    )


def _last_wish(message: Message, patient: Patient) -> str | None:
    """Return what the person last asked for through this message's link, as it was kept."""
    wishes = Reply.objects.filter(message=message, patient=patient, answer=CALL)
    return wishes.order_by("-id").values_list("detail", flat=True).first()


def _promise(message: Message, detail: str, call_by_on: date) -> CallPromise:
    """Return what the page tells: the day, the part of it, and the end of the asker's number."""
    wish, _, number = detail.partition(OTHER_NUMBER)
    if not number:
        phone = (
            ContactPoint.objects.in_use()
            .filter(
                patient=message.patient_id,
                kind=ContactPoint.PHONE,
                holder=ContactPoint.CARER if message.to_carer else ContactPoint.PERSON,
            )
            .first()
        )
        number = phone.value if phone else ""
    digits = [sign for sign in number if sign.isdigit()]
    return CallPromise(call_by_on, "".join(digits[-2:]), When(wish))


def _patient_of(message: Message) -> Patient:
    if message.patient is None:
        raise Refused("This message is about no patient.")
    return message.patient


def _reply(message: Message, patient: Patient, answer: str, detail: str) -> None:
    Reply.objects.create(
        clinic=message.clinic,
        patient=patient,
        message=message,
        answer=answer,
        detail=detail,
        received_at=clock.now(),
    )


def _tell_clinic(message: Message, patient: Patient, by: Actor) -> None:
    work_items.open_item(
        work_items.Deed(
            kind=WorkItemKind.CHECK_ADDRESS,
            subject=f"gate:{patient.pk}",
            summary="Five wrong birth dates at a link. Ask whether the address is still theirs",
            clinic=message.clinic,
            due_on=clock.today(message.clinic),
            patient=patient,
            message=message,
        ),
        by=by,
    )
