"""Every email in every language with invented people, for the gallery page and for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pathways.messaging.emails import render
from pathways.messaging.envelope import Links, Recipient, Sender, Visit, Window
from pathways.messaging.kinds import MessageKind
from pathways.messaging.rendered import Rendered
from pathways.messaging.staff_emails import StaffKind, StaffLetter
from pathways.messaging.staff_emails import render as render_to_staff

LANGUAGES = ("en", "es", "fr", "ja")
WRITTEN_AT = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)

SENDER = Sender(
    clinic_name="Northgate Clinic",
    from_address="visits@northgate.example",
    reply_to="desk@northgate.example",
    mail_domain="mail.northgate.example",
    ehlo_name="mail.northgate.example",
    link_base="https://visits.northgate.example",
    phone="020 7946 0180",
    phone_hours="Monday to Friday, 8 am to 5 pm",
    day_night_phone="020 7946 0181",
    emergency_number="999",
    advice_number="111",
    address_lines=("Northgate Clinic, Riverside Building", "12 Quay Road, London"),
    time_zone="Europe/London",
    country="GB",
)
LINKS = Links(
    call_me="https://visits.northgate.example/c/example",
    stop="https://visits.northgate.example/s/example",
    one_click_stop="https://visits.northgate.example/u/example",
    when_to_call="https://visits.northgate.example/w/example",
)
WINDOW = Window(date(2027, 2, 22), date(2027, 3, 19), hoped_by_on=date(2027, 1, 22))
VISIT = Visit(
    uid="k7f3qd2m@mail.northgate.example",
    sequence=0,
    starts_at=datetime(2027, 3, 2, 10, 30, tzinfo=UTC),
    minutes=60,
)
MOVED_VISIT = Visit(
    uid=VISIT.uid,
    sequence=1,
    starts_at=datetime(2027, 3, 4, 14, 15, tzinfo=UTC),
    minutes=60,
    old_starts_at=VISIT.starts_at,
)
CANCELLED_VISIT = Visit(uid=VISIT.uid, sequence=1, starts_at=VISIT.starts_at, minutes=VISIT.minutes)
NEW_DAYS = Window(date(2027, 3, 3), date(2027, 3, 19))

# The names that break things, each with what is special about it.
RECIPIENTS: Mapping[str, Recipient] = {
    "plain": Recipient("maya@example.org", "Maya"),
    "longest": Recipient(
        "hubert@example.org",
        "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff Johannes Maximilian",
    ),
    "shortest": Recipient("o@example.org", "O"),
    "right to left": Recipient("maryam@example.org", "مريم"),
    "emoji": Recipient("sunny@example.org", "Sunny 🌻👩🏽‍🌾"),
    "markup": Recipient("tag@example.org", "<script>alert('Al & Bo')</script>"),
    "no name": Recipient("nameless@example.org", ""),
    "carer": Recipient("carer@example.org", "Maya", is_carer=True),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One email as one invented person gets it."""

    kind: MessageKind
    language: str
    recipient_name: str  # key of RECIPIENTS
    recipient: Recipient
    rendered: Rendered


def sample(kind: MessageKind, *, language: str = "en", recipient_name: str = "plain") -> Sample:
    """Return one email of the gallery."""
    base = RECIPIENTS[recipient_name]
    recipient = Recipient(base.address, base.first_name, language, base.is_carer)
    visit = {
        MessageKind.MOVED: MOVED_VISIT,
        MessageKind.CORRECTION: MOVED_VISIT,
        MessageKind.CANCELLED: CANCELLED_VISIT,
        MessageKind.CANCELLED_NO_NEED: CANCELLED_VISIT,
    }.get(kind, VISIT)
    rendered = render(
        kind,
        sender=SENDER,
        recipient=recipient,
        links=LINKS,
        at=WRITTEN_AT,
        window=NEW_DAYS if kind is MessageKind.CANCELLED else WINDOW,
        visit=visit,
        minutes=60,
    )
    return Sample(kind, language, recipient_name, recipient, rendered)


def samples(*, languages: tuple[str, ...] = LANGUAGES) -> list[Sample]:
    """Return every kind in every language for a plain name, then every awkward name in English."""
    plain = [sample(kind, language=language) for language in languages for kind in MessageKind]
    awkward = [
        sample(kind, recipient_name=name)
        for name in RECIPIENTS
        if name != "plain"
        for kind in MessageKind
    ]
    return plain + awkward


STAFF_VALUES: Mapping[StaffKind, Mapping[str, Any]] = {
    StaffKind.ALERT: {
        "number": 41,
        "severity": "same day",
        "answer_by": "Mon 1 Feb 2027, 13:00",
        "step": 1,
        "link": "https://clinic.example/alerts/41/",
        "out_of_hours": "Ring the doctor on call through the switchboard.",
    },
    StaffKind.DIGEST: {
        "day": "Monday 1 Feb",
        "counts": [["same day", 1], ["within 7 days", 21], ["for information", 3]],
        "open": 22,
        "late": 1,
        "rows": [
            {
                "number": 41 + place,
                "severity": "within 7 days" if place else "same day",
                "answer_by": "Tue 2 Feb 2027, 11:00" if place else "Mon 1 Feb 2027, 08:00",
                "link": f"https://clinic.example/alerts/{41 + place}/",
            }
            for place in range(3)
        ],
        "more": 19,
        "link": "https://clinic.example/alerts/",
    },
}


def staff_sample(kind: StaffKind) -> StaffLetter:
    """Return one email to staff of the gallery."""
    return render_to_staff(kind, sender=SENDER, values=STAFF_VALUES[kind])
