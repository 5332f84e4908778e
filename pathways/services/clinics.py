"""A clinic opens its doors: checked hours, numbers, hosts and names."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import time
from zoneinfo import available_timezones

import holidays
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from pathways import catalogue
from pathways.models import Clinic
from pathways.rules.discretion import telling
from pathways.services import addresses, audit
from pathways.services.actors import Actor
from pathways.services.errors import Refused

HOST = re.compile(
    r"(?=.{1,120}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9](?::\d{1,5})?"
    r"|localhost(?::\d{1,5})?|127\.0\.0\.1(?::\d{1,5})?"
)
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{1,28}")


@dataclass(frozen=True, slots=True)
class NewClinic:
    """What has to be known about a clinic before it can write to anybody."""

    code: str
    name: str
    time_zone: str
    country: str
    phone: str
    phone_hours: str
    address: str
    email: str
    link_host: str
    emergency_number: str = ""
    day_night_phone: str = ""
    opens_at: time = time(9)
    closes_at: time = time(17)
    window_always_open: bool = False
    is_demo: bool = False


def add(*, clinic: NewClinic, by: Actor) -> Clinic:
    """Open a clinic. Raises Refused, naming the field and the cure, if anything will not do."""
    country = clinic.country.strip().upper()
    known = catalogue.find_country(country)
    number = clinic.emergency_number.strip() or (known.emergency_number if known else "")
    _check_zone(clinic.time_zone)
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise Refused(
            f"Country {clinic.country!r} is not two letters. Write it as GB or ES.", field="country"
        )
    if not number:
        raise Refused(
            f"We hold no emergency number for country {country}. "
            "Give the number to dial with --emergency-number.",
            field="emergency_number",
        )
    _check_hosts(clinic)
    for field in ("phone", "day_night_phone"):
        value = getattr(clinic, field)
        if value and not PHONE.fullmatch(value):
            raise Refused(f"{value!r} is not a phone number. Write digits and spaces.", field=field)
    if clinic.opens_at >= clinic.closes_at:
        raise Refused(
            f"The sending window closes at {clinic.closes_at:%H:%M}, not after it opens at "
            f"{clinic.opens_at:%H:%M}. Mail leaves by day only: give an earlier opening.",
            field="window",
        )
    if settings.IN_PRODUCTION:  # elsewhere mail goes to an allow-list, and a host may be invented
        addresses.check_served(clinic.link_host)
    if Clinic.objects.filter(code=clinic.code).exists():
        raise Refused(
            f"There is a clinic {clinic.code!r} already. Choose another code.", field="code"
        )
    if Clinic.objects.filter(link_host__iexact=clinic.link_host).exists():
        raise Refused(
            f"Another clinic's links lead to {clinic.link_host} already. Give this one a host of its "
            f"own, e.g. {clinic.code}.{clinic.link_host.partition('.')[2] or 'example.org'}.",
            field="link_host",
        )
    row = Clinic(
        code=clinic.code,
        name=" ".join(clinic.name.split()),
        time_zone=clinic.time_zone,
        country=country,
        emergency_number=number,
        advice_number=known.advice_number if known else "",
        phone=clinic.phone,
        phone_hours=clinic.phone_hours,
        day_night_phone=clinic.day_night_phone,
        address=clinic.address,
        email=clinic.email,
        link_host=clinic.link_host,
        opens_at=clinic.opens_at,
        closes_at=clinic.closes_at,
        window_always_open=clinic.window_always_open,
        is_demo=clinic.is_demo,
    )
    try:
        row.full_clean()
    except ValidationError as error:
        field, complaints = next(iter(error.message_dict.items()))
        raise Refused(f"{field}: {complaints[0]}", field=field) from error
    with transaction.atomic():
        row.save()
        audit.record(
            by=by, verb="opened a clinic", subject=row, clinic=row, detail={"code": row.code}
        )
    return row


def has_holidays(country: str) -> bool:
    """Say whether we know the public holidays of this country."""
    return country.upper() in holidays.list_supported_countries()


def _check_zone(name: str) -> None:
    zones = available_timezones()
    if name in zones:
        return
    near = difflib.get_close_matches(name, sorted(zones), n=1)
    hint = f" Did you mean {near[0]}?" if near else " Write it as Europe/London."
    raise Refused(f"Time zone {name!r} is not known.{hint}", field="time_zone")


def _check_hosts(clinic: NewClinic) -> None:
    """Refuse what mail providers and shared tablets must not be able to read (principle 2)."""
    for field, text in (
        ("name", clinic.name),
        ("email", clinic.email),
        ("link_host", clinic.link_host),
        ("address", clinic.address),
        ("hours", clinic.phone_hours),
    ):
        if told := telling(text):
            raise Refused(told, field=field)
    if not HOST.fullmatch(clinic.link_host):
        raise Refused(
            f"{clinic.link_host!r} is not a host name. Write it in small letters without "
            "https:// and without a path, as visits.stbrides.example.",
            field="link_host",
        )
    addresses.check(clinic.email)
