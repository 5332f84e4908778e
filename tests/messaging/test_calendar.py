"""The calendar file, read by icalendar and by a small reader of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from pathways.messaging import calendar, discreet
from pathways.messaging.envelope import UnsendableError, Visit
from pathways.messaging.gallery import MOVED_VISIT, SENDER, VISIT, WRITTEN_AT


def unfolded(octets: bytes) -> list[str]:
    """Read lines as RFC 5545 says: CRLF ends one, a blank at the start carries the last one on."""
    assert octets.endswith(b"\r\n")
    assert octets.count(b"\n") == octets.count(b"\r\n") == octets.count(b"\r")
    lines: list[bytes] = []
    for line in octets[:-2].split(b"\r\n"):
        assert len(line) <= 75
        assert line
        if line.startswith(b" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode() for line in lines]


def fields(octets: bytes) -> dict[str, str]:
    lines = unfolded(octets)
    inside = lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]
    return dict(line.partition(":")[::2] for line in inside)


def test_a_booking_says_visit_when_and_where_and_nothing_else() -> None:
    found = fields(calendar.publish(VISIT, SENDER, at=WRITTEN_AT))

    assert found == {
        "UID": "k7f3qd2m@mail.northgate.example",
        "SEQUENCE": "0",
        "DTSTAMP": "20270201T090000Z",
        "DTSTART;TZID=Europe/London": "20270302T103000",
        "DTEND;TZID=Europe/London": "20270302T113000",
        "SUMMARY": "Visit – Northgate Clinic",
        "LOCATION": r"Northgate Clinic\, Riverside Building\, 12 Quay Road\, London",
        "CLASS": "PRIVATE",
        "TRANSP": "OPAQUE",
        "STATUS": "CONFIRMED",
    }


def test_the_second_parser_agrees() -> None:
    read = icalendar.Calendar.from_ical(calendar.publish(MOVED_VISIT, SENDER, at=WRITTEN_AT))
    (event,) = read.walk("VEVENT")

    assert read["METHOD"] == "PUBLISH"
    assert event.decoded("dtstart") == MOVED_VISIT.starts_at
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=1)
    assert event["SEQUENCE"] == 1
    assert event["LOCATION"] == "Northgate Clinic, Riverside Building, 12 Quay Road, London"
    assert len(read.walk("VTIMEZONE")) == 1
    assert not read.walk("VALARM")


def test_booking_move_and_cancel_share_one_uid_and_count_up() -> None:
    booked = fields(calendar.publish(VISIT, SENDER, at=WRITTEN_AT))
    moved = fields(calendar.publish(MOVED_VISIT, SENDER, at=WRITTEN_AT))
    gone = calendar.cancel(replace(MOVED_VISIT, sequence=2), SENDER, at=WRITTEN_AT)

    assert booked["UID"] == moved["UID"] == fields(gone)["UID"]
    assert [one["SEQUENCE"] for one in (booked, moved, fields(gone))] == ["0", "1", "2"]
    assert "METHOD:CANCEL" in unfolded(gone)
    assert fields(gone)["STATUS"] == "CANCELLED"


def test_the_zone_in_the_file_gives_the_same_instant_in_summer_and_winter() -> None:
    for zone in ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"):
        for month in (1, 7):
            start = datetime(2027, month, 5, 10, 30, tzinfo=UTC)
            octets = calendar.publish(
                replace(VISIT, starts_at=start), replace(SENDER, time_zone=zone), at=WRITTEN_AT
            )
            (event,) = icalendar.Calendar.from_ical(octets).walk("VEVENT")
            assert event.decoded("dtstart") == start, (zone, month)


def test_signs_with_a_meaning_are_escaped_and_long_lines_folded() -> None:
    place = ("Étage 3; salle B, escalier \\ nord " * 4,)
    octets = calendar.publish(replace(VISIT, place_lines=place), SENDER, at=WRITTEN_AT)
    (event,) = icalendar.Calendar.from_ical(octets).walk("VEVENT")

    assert event["LOCATION"] == place[0]
    assert r"Étage 3\; salle B\, escalier \\ nord" in fields(octets)["LOCATION"]


@pytest.mark.parametrize("method", [calendar.publish, calendar.cancel])
def test_no_line_gives_anything_away(method: object) -> None:
    octets: bytes = method(VISIT, SENDER, at=WRITTEN_AT)  # type: ignore[operator]

    for line in unfolded(octets):
        assert discreet.found(line, "en") == []
    assert b"DESCRIPTION" not in octets
    assert b"PRODID:-//Northgate Clinic//Visits//EN\r\n" in octets


@pytest.mark.parametrize(
    "visit",
    [
        replace(VISIT, uid="a\r\nATTACH:x"),
        replace(VISIT, place_lines=("Room\r\nATTACH:x",)),
        replace(VISIT, minutes=0),
        replace(VISIT, minutes=-60),
    ],
)
def test_a_visit_that_would_break_the_file_is_refused(visit: Visit) -> None:
    with pytest.raises(UnsendableError):
        calendar.publish(visit, SENDER, at=WRITTEN_AT)
