"""What a message is made of: plain frozen facts in, rendered words out.

Nothing here knows a model; services fill these in from the rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

# Controls, the two signs that mark a slot, direction marks and overrides, line separators.
_UNFIT = re.compile("[\x00-\x1f\ue000\ue001\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
LONGEST_LINE = 300


class UnsendableError(ValueError):
    """This message cannot be built or addressed as it stands; the row is set aside for a person.

    The text names the field and the cure and never repeats the value, so it is fit for a log.
    """


def check_line(value: str, what: str) -> str:
    """Return the value if it is one clean line, else raise UnsendableError naming `what`."""
    if _UNFIT.search(value):
        raise UnsendableError(
            f"{what} holds a line break, a control sign or a hidden direction sign. Type it again."
        )
    if len(value) > LONGEST_LINE:
        raise UnsendableError(f"{what} is longer than {LONGEST_LINE} characters. Shorten it.")
    return value


@dataclass(frozen=True, slots=True)
class Sender:
    """The clinic as its patients meet it. Hosts are the clinic's own, never the product's."""

    clinic_name: str
    from_address: str
    reply_to: str
    mail_domain: str  # right side of Message-ID and UID
    ehlo_name: str
    link_base: str  # "https://visits.example.org", no slash at the end
    phone: str
    phone_hours: str  # "Monday to Friday, 8 am to 5 pm"
    day_night_phone: str
    emergency_number: str
    advice_number: str
    address_lines: tuple[str, ...]
    time_zone: str
    country: str
    plain_subjects: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who reads it. `first_name` is always the patient's, also in a carer's copy."""

    address: str
    first_name: str
    language: str = "en"
    is_carer: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """Full addresses of the pages behind a message. None: there is no such page, so no row."""

    call_me: str | None = None
    stop: str | None = None
    one_click_stop: str | None = None
    when_to_call: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One booking. `uid` is opaque and the same for life; `sequence` grows with each change."""

    uid: str
    sequence: int
    starts_at: datetime  # aware
    minutes: int
    place_lines: tuple[str, ...] = ()
    old_starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a visit fits, in the clinic's calendar.

    Without a first and a last one the letter names the day hoped for; without that, no day.
    """

    first_on: date | None = None
    last_on: date | None = None
    hoped_by_on: date | None = None


class IcsMethod:
    """The two calendar methods we send; nobody reads an answer, so REQUEST is not among them."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"
