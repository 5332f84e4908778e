"""What a Message row remembers of its words: plain JSON in `Message.values`, read at the claim.

Invitations hold the days that suit; visit mail holds the booking as it was when the row was made,
so that a later change of the booking cannot reword a message that is on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pathways.messaging.envelope import Visit, Window
from pathways.models import Appointment, Clinic

Values = dict[str, Any]


def invitation(
    *, good_days: tuple[date, date] | None, hoped_by_on: date | None, minutes: int | None = None
) -> Values:
    """Return the values of `time_to_book` and `overdue`: first and last good day, where several."""
    first_on, last_on = good_days or (None, None)
    return {
        "first_on": first_on and first_on.isoformat(),
        "last_on": last_on and last_on.isoformat(),
        "hoped_by_on": hoped_by_on and hoped_by_on.isoformat(),
        "minutes": minutes,
    }


def visit(
    appointment: Appointment, *, mail_domain: str, old_starts_at: datetime | None = None
) -> Values:
    """Return the values of every message about a booking."""
    return {
        "uid": f"{appointment.uid.hex}@{mail_domain}",
        "sequence": appointment.revision,
        "starts_at": appointment.starts_at.isoformat(),
        "minutes": appointment.minutes,
        "place": appointment.place,
        "old_starts_at": old_starts_at.isoformat() if old_starts_at else None,
    }


def window_of(values: Mapping[str, Any]) -> Window | None:
    """Return the days that suit, if the row names any."""
    if "first_on" not in values:
        return None
    first_on, last_on, hoped_by_on = (
        date.fromisoformat(values[name]) if values.get(name) else None
        for name in ("first_on", "last_on", "hoped_by_on")
    )
    return Window(first_on=first_on, last_on=last_on, hoped_by_on=hoped_by_on)


def visit_of(values: Mapping[str, Any]) -> Visit | None:
    """Return the booking, if the row is about one."""
    if not values.get("starts_at"):
        return None
    old = values.get("old_starts_at")
    return Visit(
        uid=values["uid"],
        sequence=values["sequence"],
        starts_at=datetime.fromisoformat(values["starts_at"]),
        minutes=values["minutes"],
        place_lines=lines(values.get("place") or ""),
        old_starts_at=datetime.fromisoformat(old) if old else None,
    )


def lines(address: str) -> tuple[str, ...]:
    """Return an address written on one line, or on several, as its lines."""
    return tuple(part.strip() for part in address.replace("\n", ",").split(",") if part.strip())


def place_lines(values: Mapping[str, Any], clinic: Clinic) -> tuple[str, ...]:
    """Return where to go: the row's own place, or the clinic's address."""
    return lines(values.get("place") or "") or lines(clinic.address)
