"""How a person is reached, and what they agreed to: addresses, numbers, consent, stops."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from pathways import clock
from pathways.messaging.addresses import validate_address
from pathways.messaging.envelope import UnsendableError
from pathways.messaging.kinds import KIND_FACTS, MessageKind
from pathways.models import Consent, ContactPoint, Message, Patient, Purpose
from pathways.rules.deeds import OwedWhile
from pathways.rules.lifecycles import WorkItemKind
from pathways.services import (
    alerts,
    announcements,
    audit,
    message_values,
    patients,
    recipients,
    reminder_stops,
    work_items,
)
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.message_rows import RECALLABLE
from pathways.services.recipients import consents_in_force

__all__ = [
    "consents_in_force",
    "opt_in",
    "opt_out",
    "record_consent",
    "set_email",
    "set_phone",
    "suspend",
]

_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{3,28}[0-9]")


def set_email(
    *, patient: Patient, value: str, by: Actor, verified_how: str = ""
) -> ContactPoint | None:
    """Record the person's email address, or remove it with a blank one.

    One typed in waits for a check unless `verified_how` says how it was proved. Mail waiting for
    the old address is stopped; a word on a visit goes to the new one or is phoned.
    """
    value = value.strip()
    if value:
        try:
            validate_address(value)
        except UnsendableError as error:
            raise Refused(str(error), field="email") from error
    return _set(patient, ContactPoint.EMAIL, value, by, verified_how.strip())


def set_phone(
    *, patient: Patient, value: str, by: Actor, verified_how: str = ""
) -> ContactPoint | None:
    """Record the person's phone number, or remove it with a blank one."""
    value = " ".join(value.split())
    if value and not _PHONE.fullmatch(value):
        raise Refused("Write the number in digits, e.g. 020 7946 0180.", field="phone")
    return _set(patient, ContactPoint.PHONE, value, by, verified_how.strip())


def suspend(*, contact_point: ContactPoint, reason: str, by: Actor) -> ContactPoint:
    """Write no more to this address until somebody records another, or the same one anew."""
    if not reason.strip():
        raise Refused("Say why the address is not to be used.", field="reason")
    with transaction.atomic():
        changed = ContactPoint.objects.filter(
            pk=contact_point.pk, suspended_at__isnull=True
        ).update(suspended_at=clock.now(), suspended_reason=reason.strip()[:120])
        contact_point.refresh_from_db()
        if changed:
            _record(contact_point, "suspended an address", by, {"reason": reason.strip()})
            _stop_mail(contact_point, "the address is suspended", by)
            alerts.assess([contact_point.patient_id], by=by)
    return contact_point


def record_consent(
    *,
    contact_point: ContactPoint,
    purpose: Purpose | str,
    given: bool,
    on: date,
    source: str,
    by: Actor,
) -> Consent:
    """Write down a yes or a no; the newest by its day counts. A no stops what waits at once."""
    if on > clock.today(contact_point.clinic):
        raise Refused(f"{on} lies in the future.", field="on")
    if not source.strip():
        raise Refused("Say how the person told us, e.g. by phone.", field="source")
    with transaction.atomic():
        row = Consent.objects.create(
            clinic=contact_point.clinic,
            patient=contact_point.patient,
            contact_point=contact_point,
            purpose=Purpose(purpose),
            given=given,
            on=on,
            source=source.strip()[:80],
            recorded_at=clock.now(),
            recorded_by=by.name,
        )
        _record(
            contact_point,
            "recorded a yes" if given else "recorded a no",
            by,
            {"purpose": row.purpose, "on": on.isoformat(), "source": row.source},
        )
        in_force = recipients.consents_in_force([contact_point]).get(
            (contact_point.pk, row.purpose)
        )
        if in_force is not None and not in_force.given:
            _stop_mail(contact_point, "the person said no", by, purpose=Purpose(purpose))
        alerts.assess([contact_point.patient_id], by=by)
    return row


def opt_out(*, message: Message, by: Actor, source: str = "stop link") -> bool:
    """Stop all mail to the address this message went to; somebody asks how to reach the person.

    Returns False if it was stopped already: doing it twice changes nothing.
    """
    point = message.contact_point
    if point is None:
        raise Refused("This message went to no address that could be stopped.")
    with transaction.atomic(), alerts.once_each(by=by):
        point = ContactPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
        said = recipients.consents_in_force([point])
        open_purposes = [
            purpose
            for purpose in Purpose
            if (newest := said.get((point.pk, purpose.value))) is not None and newest.given
        ]
        for purpose in open_purposes:
            record_consent(
                contact_point=point,
                purpose=purpose,
                given=False,
                on=clock.today(point.clinic),
                source=source,
                by=by,
            )
        if not open_purposes:
            return False
        work_items.open_item(
            work_items.Deed(
                kind=WorkItemKind.CALL,
                subject=stopped(point),
                summary="The carer stopped the emails to the carer’s address. Ask the patient "
                "how best to send word of visits"
                if point.holder == ContactPoint.CARER
                else "They stopped the emails. Phone, and ask how best to reach them",
                clinic=point.clinic,
                due_on=clock.today(point.clinic),
                patient=point.patient,
                owed_while=OwedWhile.NOT_ON_HOLD,
            ),
            by=by,
        )
    return True


def opt_in(*, message: Message, by: Actor, source: str = "stop page") -> None:
    """Start the mail again to the address this message went to, as the person asks."""
    point = message.contact_point
    if point is None or point.retired_at is not None or point.suspended_at is not None:
        raise Refused("This address is not in use any more. Please call us.")
    with transaction.atomic(), alerts.once_each(by=by):
        for purpose in patients.CONSENTED:
            record_consent(
                contact_point=point,
                purpose=purpose,
                given=True,
                on=clock.today(point.clinic),
                source=source,
                by=by,
            )
        work_items.close_for(
            clinic=point.clinic,
            kind=WorkItemKind.CALL,
            subjects=[stopped(point)],
            outcome="The emails to this address were started again.",
            by=by,
        )


def stopped(point: ContactPoint) -> str:
    """Return the subject of the call that follows a stop: one an address, and its alert's."""
    return f"{point.patient_id}|contact:{point.pk}:stopped"


def _set(
    patient: Patient, kind: str, value: str, by: Actor, verified_how: str
) -> ContactPoint | None:
    now = clock.now()
    with transaction.atomic():
        old: ContactPoint | None = (
            ContactPoint.objects.in_use()
            .select_for_update(no_key=True)
            .filter(patient=patient, kind=kind, holder=ContactPoint.PERSON)
            .first()
        )
        if old is not None and old.value == value and old.suspended_at is None:
            if verified_how and old.verified_at is None:
                old.verified_at, old.verified_how = now, verified_how
                old.save()
                _record(old, f"verified an {kind}", by, {"how": verified_how})
                _settle_check(patient, by)
                alerts.assess([patient.pk], by=by)
            return old
        if old is None and not value:
            return None
        if old is not None:
            old.retired_at = now
            old.save()
        new = None
        if value:
            new = ContactPoint.objects.create(
                clinic=patient.clinic,
                patient=patient,
                kind=kind,
                value=value,
                verified_at=now if verified_how else None,
                verified_how=verified_how,
                added_at=now,
                added_by=by.name,
            )
        # The values themselves stay out of the audit trail; the rows are kept.
        detail = {"old": old.pk if old else None, "new": new.pk if new else None}
        _record(new or old, f"changed the {kind}", by, detail)
        if old is not None and kind == ContactPoint.EMAIL:
            _stop_mail(old, "the address has changed", by)
        if new is not None and kind == ContactPoint.EMAIL:
            if verified_how:
                _settle_check(patient, by)
            else:
                due_on = clock.today(patient.clinic)
                work_items.open_item(patients.check_address(patient, due_on=due_on), by=by)
        alerts.assess([patient.pk], by=by)
    return new


def _settle_check(patient: Patient, by: Actor) -> None:
    work_items.close_for(
        clinic=patient.clinic,
        kind=WorkItemKind.CHECK_ADDRESS,
        subjects=[patients.check_address(patient, due_on=clock.today(patient.clinic)).subject],
        outcome="The address was verified.",
        by=by,
    )


def _stop_mail(
    point: ContactPoint, reason: str, by: Actor, *, purpose: Purpose | None = None
) -> None:
    """Stop what waits for this address; a word on a visit is queued anew or phoned, never lost."""
    waiting = Message.objects.filter(contact_point=point, state__in=RECALLABLE)
    if purpose is not None:
        kinds = [kind.value for kind, facts in KIND_FACTS.items() if facts.purpose == purpose.value]
        waiting = waiting.filter(kind__in=kinds)
    stopped_ids = reminder_stops.call_off_messages(waiting, reason=reason, by=by)
    visits = Message.objects.filter(pk__in=stopped_ids, appointment__isnull=False).select_related(
        "appointment__patient", "appointment__clinic"
    )
    for message in visits:
        kind, visit = MessageKind(message.kind), message.appointment
        if visit is None or kind is MessageKind.TOMORROW:
            continue  # the sweep plans that one again
        if message.appointment_revision == visit.revision:
            told = message_values.visit_of(message.values)
            announcements.announce(
                appointment=visit,
                kind=kind,
                old_starts_at=told.old_starts_at if told else None,
                by=by,
            )


def _record(point: ContactPoint | None, verb: str, by: Actor, detail: Mapping[str, object]) -> None:
    if point is not None:
        audit.record(
            by=by,
            verb=verb,
            subject=point,
            clinic=point.clinic,
            patient=point.patient,
            detail=detail,
        )
