"""The page that says when to call, and whom: four boxes by urgency, for one clinic.

The signs are the catalogue's; the numbers and the fever limit are the clinic's own. No document is
named by a title that names a disease: somebody may look over the reader's shoulder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pathways.catalogue import (
    Audience,
    CountryEntry,
    GuidanceEntry,
    GuidanceKind,
    Urgency,
    find_country,
    load_countries,
    load_guidance,
)
from pathways.models import Clinic

# Our own drafts; what rests on them was added for the clinic.
_OWN = frozenset({"red-flags", "patient-wording", "recall-rules", "schedule"})
_TITLE = re.compile(r',?\s*"[^"]*"')
_DAY_AND_NIGHT = ", day and night"


@dataclass(frozen=True, slots=True)
class Box:
    """One level: its heading, its signs, and the number to call for them, if there is one."""

    level: str
    title: str
    signs: tuple[str, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A document, without the title, and the part the signs rest on."""

    document: str
    part: str


@dataclass(frozen=True, slots=True)
class GuidancePage:
    """What the page shows."""

    boxes: tuple[Box, ...]
    emergency_words: str  # "15 or 112"
    text_number: str
    advice_number: str
    has_day_and_night_line: bool
    countries: tuple[tuple[str, str], ...]  # name, number: for whoever is travelling
    sources: tuple[Source, ...]
    has_additions: bool


def for_clinic(clinic: Clinic) -> GuidancePage:
    """Return the page of a clinic. No query."""
    country = find_country(clinic.country)
    emergency = _emergency_words(clinic, country)
    entries = _entries()
    return GuidancePage(
        boxes=tuple(_box(entry, clinic, emergency) for entry in entries),
        emergency_words=emergency,
        text_number=country.text_number if country else "",
        advice_number=clinic.advice_number,
        has_day_and_night_line=bool(clinic.day_night_phone),
        countries=tuple(
            (entry.name, entry.emergency_words)
            for entry in sorted(load_countries().values(), key=lambda entry: entry.name)
            if entry.code != clinic.country
        ),
        sources=_sources(entries),
        has_additions=any(source.key in _OWN for entry in entries for source in entry.sources),
    )


def _entries() -> list[GuidanceEntry]:
    order = [Urgency.EMERGENCY, Urgency.SAME_DAY, Urgency.WITHIN_7_DAYS, Urgency.NEXT_VISIT]
    wanted = [
        entry
        for entry in load_guidance()
        if entry.kind is GuidanceKind.WHEN_TO_CALL and entry.audience is Audience.PATIENT
    ]
    return sorted(wanted, key=lambda entry: order.index(entry.level))


def _emergency_words(clinic: Clinic, country: CountryEntry | None) -> str:
    """Return the numbers to dial. A number that the clinic set itself stands alone."""
    if country is not None and clinic.emergency_number in country.emergency_numbers:
        return country.emergency_words
    return clinic.emergency_number


def _box(entry: GuidanceEntry, clinic: Clinic, emergency: str) -> Box:
    filled = {
        "emergency_number": emergency,
        "phone": clinic.phone,
        "day_and_night_line": clinic.day_night_phone or clinic.phone,
        "fever_limit": clinic.fever_threshold,
    }
    title = entry.title.format(**filled)
    if entry.level is Urgency.SAME_DAY and not clinic.day_night_phone:
        # Nobody answers at night, so the heading must not say so.
        title = title.replace(_DAY_AND_NIGHT, "")
    number = {
        Urgency.EMERGENCY: clinic.emergency_number,
        Urgency.SAME_DAY: filled["day_and_night_line"],
        Urgency.WITHIN_7_DAYS: clinic.phone,
    }.get(entry.level, "")
    return Box(
        level=entry.level.value,
        title=title,
        signs=tuple(_capital(sign.format(**filled)) for sign in entry.signs),
        number=number,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _sources(entries: list[GuidanceEntry]) -> tuple[Source, ...]:
    found = {
        Source(_TITLE.sub("", source.document), source.section.partition(",")[0]): None
        for entry in entries
        for source in entry.sources
        if source.key not in _OWN
    }
    return tuple(found)
