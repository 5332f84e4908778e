"""The calendar file of a visit. It says "Visit", when and where, and nothing else.

PUBLISH and CANCEL share one UID for life; SEQUENCE grows with each change. Source: delivery.md, 6.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vText

from pathways.messaging.dates import in_zone
from pathways.messaging.envelope import IcsMethod, Sender, UnsendableError, Visit, check_line

FILE_NAME = "visit.ics"


def publish(visit: Visit, sender: Sender, *, at: datetime) -> bytes:
    """Return the file that adds the visit, or moves it if its SEQUENCE has grown."""
    return _file(visit, sender, at=at, method=IcsMethod.PUBLISH)


def cancel(visit: Visit, sender: Sender, *, at: datetime) -> bytes:
    """Return the file that takes the visit out again."""
    return _file(visit, sender, at=at, method=IcsMethod.CANCEL)


def _file(visit: Visit, sender: Sender, *, at: datetime, method: str) -> bytes:
    if visit.minutes <= 0:
        raise UnsendableError("The visit has no length. Set its minutes.")
    check_line(visit.uid, "The visit's calendar id")
    start = in_zone(visit.starts_at, sender.time_zone)
    end = in_zone(visit.starts_at + timedelta(minutes=visit.minutes), sender.time_zone)
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("dtstamp", in_zone(at, "UTC"))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", vText(f"Visit – {check_line(sender.clinic_name, 'The clinic name')}"))
    place = visit.place_lines or sender.address_lines
    if place:
        event.add("location", vText(", ".join(check_line(line, "The place") for line in place)))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    event.add("status", "CANCELLED" if method == IcsMethod.CANCEL else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", f"-//{sender.clinic_name}//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_zone(sender.time_zone, start.year))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


@lru_cache(maxsize=256)
def _zone(name: str, year: int) -> Timezone:
    """Return the rules of a zone around one year; kept, because they are slow to work out."""
    first = datetime(year - 1, 1, 1, tzinfo=ZoneInfo("UTC")).date()
    return Timezone.from_tzid(name, first_date=first, last_date=first.replace(year=year + 2))
