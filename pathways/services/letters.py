"""From a Message row to the bytes of its email.

The row comes with its patient, contact point and clinic already joined, so a batch asks nothing
more of the database. What the words say stands in `Message.values` (see `message_values.py`).
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.conf import settings

from pathways.messaging import emails, mime, staff_emails, tokens
from pathways.messaging.envelope import Links, Recipient, Sender
from pathways.messaging.kinds import KIND_FACTS, MessageKind
from pathways.messaging.rendered import Rendered
from pathways.messaging.staff_emails import StaffKind, StaffLetter
from pathways.models import Audience, Clinic, Message
from pathways.services import message_values


def link_base(clinic: Clinic) -> str:
    """Return the beginning of every link in this clinic's mail."""
    return f"{settings.LINK_SCHEME}://{clinic.link_host}"


def sender_of(clinic: Clinic) -> Sender:
    """Return the clinic as its patients meet it. Kept, because a batch asks for few clinics."""
    return _sender(
        clinic.name,
        clinic.email,
        clinic.mail_domain,
        link_base(clinic),
        clinic.phone,
        clinic.phone_hours,
        clinic.day_night_phone,
        clinic.emergency_number,
        clinic.advice_number,
        clinic.address,
        clinic.time_zone,
        clinic.country,
        clinic.plain_subjects,
    )


@lru_cache(maxsize=256)
def _sender(
    name: str,
    email: str,
    mail_domain: str,
    base: str,
    phone: str,
    phone_hours: str,
    day_night_phone: str,
    emergency_number: str,
    advice_number: str,
    address: str,
    time_zone: str,
    country: str,
    plain_subjects: bool,
) -> Sender:
    return Sender(
        clinic_name=name,
        from_address=email,
        reply_to=email,
        mail_domain=mail_domain,
        ehlo_name=mail_domain,
        link_base=base,
        phone=phone,
        phone_hours=phone_hours,
        day_night_phone=day_night_phone,
        emergency_number=emergency_number,
        advice_number=advice_number,
        address_lines=message_values.lines(address),
        time_zone=time_zone,
        country=country,
        plain_subjects=plain_subjects,
    )


def recipient_of(row: Message) -> Recipient:
    """Return who reads it: the address of today, the patient's first name."""
    point, patient = row.contact_point, row.patient
    return Recipient(
        address=point.value if point is not None else row.to_snapshot,
        first_name=patient.given_name if patient is not None else "",
        language=row.language,
        is_carer=row.to_carer,
    )


def links_of(row: Message) -> Links:
    """Return the signed links of one message."""
    return tokens.links_for(row.pk, link_base=link_base(row.clinic))


def rendered(row: Message, *, at: datetime) -> Rendered | StaffLetter:
    """Return the words of a message. Raises UnsendableError where a fact is missing."""
    if row.audience == Audience.STAFF:
        return _to_staff(row)
    return _render(row, sender_of(row.clinic), recipient_of(row), links_of(row), at)


def bytes_of(row: Message, *, at: datetime) -> bytes:
    """Return the whole email as it goes over the wire. Raises UnsendableError, or worse."""
    sender, recipient, links = sender_of(row.clinic), recipient_of(row), links_of(row)
    if row.audience == Audience.STAFF:
        return mime.build_bytes(
            _to_staff(row),
            sender=sender,
            recipient=recipient,
            message_id=_bracketed(row.message_id),
            at=at,
        )
    return mime.build_bytes(
        _render(row, sender, recipient, links, at),
        sender=sender,
        recipient=recipient,
        message_id=_bracketed(row.message_id),
        at=at,
        references=(_bracketed(row.thread_id),) if row.thread_id else (),
        one_click_stop=links.one_click_stop,
    )


def _to_staff(row: Message) -> StaffLetter:
    sender = sender_of(row.clinic)
    return staff_emails.render(StaffKind(row.kind), sender=sender, values=row.values)


def words_version(row: Message) -> int:
    """Return the version of the words that a message of this kind is written in today."""
    if row.audience == Audience.STAFF:
        return staff_emails.VERSION
    return KIND_FACTS[MessageKind(row.kind)].version


def _render(
    row: Message, sender: Sender, recipient: Recipient, links: Links, at: datetime
) -> Rendered:
    values = row.values
    return emails.render(
        MessageKind(row.kind),
        sender=sender,
        recipient=recipient,
        links=links,
        at=at,
        window=message_values.window_of(values),
        visit=message_values.visit_of(values),
        place_lines=message_values.lines(values.get("place") or ""),
        minutes=values.get("minutes"),
    )


def _bracketed(message_id: str) -> str:
    return message_id if message_id.startswith("<") else f"<{message_id}>"
