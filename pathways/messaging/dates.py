"""Days, times and lengths in words, one table row per language (messages.md, 9).

Day and month names come from Django's own translations; the order and the small words are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.dateformat import format as format_date

LONGEST_SHORT_DAY = 15  # keeps "Cancelled: your visit on …" within 40 characters


@dataclass(frozen=True, slots=True)
class DatePatterns:
    """Django date patterns of one language, and how it says a time and a length."""

    long: str  # Tuesday 2 March 2027
    without_year: str  # Tuesday 2 March
    short: str  # Tue 2 March, for subjects
    shortest: str  # Wed 30 Sept, where `short` is too long
    time: Callable[[int, int], str]
    length: Callable[[int, int], str]  # (hours, minutes)


def _english_time(hour: int, minute: int) -> str:
    if (hour, minute) == (12, 0):
        return "midday"
    if (hour, minute) == (0, 0):
        return "midnight"
    half = "am" if hour < 12 else "pm"
    clock = str((hour - 1) % 12 + 1)
    return f"{clock}:{minute:02d} {half}" if minute else f"{clock} {half}"


def _spanish_time(hour: int, minute: int) -> str:
    if (hour, minute) == (12, 0):
        return "12:00 del mediodía"
    part = "mañana" if hour < 12 else "tarde" if hour < 21 else "noche"
    return f"{(hour - 1) % 12 + 1}:{minute:02d} de la {part}"


def _french_time(hour: int, minute: int) -> str:
    if (hour, minute) == (12, 0):
        return "midi"
    return f"{hour} h {minute:02d}" if minute else f"{hour} h"


def _japanese_time(hour: int, minute: int) -> str:
    if (hour, minute) == (12, 0):
        return "正午"
    half, clock = ("午前", hour) if hour < 12 else ("午後", hour - 12)
    return f"{half}{clock}時{minute}分" if minute else f"{half}{clock}時"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _english_length(hours: int, minutes: int) -> str:
    parts = [_counted(hours, "hour", "hours")] if hours else []
    parts += [_counted(minutes, "minute", "minutes")] if minutes else []
    return "About " + " ".join(parts)


def _spanish_length(hours: int, minutes: int) -> str:
    parts = [_counted(hours, "hora", "horas")] if hours else []
    parts += [_counted(minutes, "minuto", "minutos")] if minutes else []
    return "Más o menos " + " y ".join(parts)


def _french_length(hours: int, minutes: int) -> str:
    parts = [_counted(hours, "heure", "heures")] if hours else []
    parts += [_counted(minutes, "minute", "minutes")] if minutes else []
    return "Environ " + " ".join(parts)


def _japanese_length(hours: int, minutes: int) -> str:
    return "約" + (f"{hours}時間" if hours else "") + (f"{minutes}分" if minutes else "")


PATTERNS: Mapping[str, DatePatterns] = {
    "en": DatePatterns("l j F Y", "l j F", "D j F", "D j M", _english_time, _english_length),
    "es": DatePatterns(
        r"l, j \d\e F \d\e Y",
        r"l, j \d\e F",
        r"l j \d\e F",
        r"l j \d\e M",
        _spanish_time,
        _spanish_length,
    ),
    "fr": DatePatterns("l j F Y", "l j F", "l j F", "D j M", _french_time, _french_length),
    "ja": DatePatterns(
        "Y年n月j日（D）", "n月j日（D）", "n月j日（D）", "n月j日", _japanese_time, _japanese_length
    ),
}


@lru_cache(maxsize=4096)
def _in_words(day: date, pattern: str, language: str) -> str:
    """Format a day under one language; kept, because a mailing repeats few days many times."""
    if language == "fr" and day.day == 1:
        pattern = pattern.replace("j", r"1\e\r")
    with translation.override(language):
        return str(format_date(day, pattern))


def _patterns(language: str) -> DatePatterns:
    return PATTERNS.get(language, PATTERNS["en"])


def _tongue(language: str) -> str:
    return language if language in PATTERNS else "en"


def day_long(day: date, language: str) -> str:
    """Tuesday 2 March 2027."""
    return _in_words(day, _patterns(language).long, _tongue(language))


def day_without_year(day: date, language: str) -> str:
    """Tuesday 2 March; only beside another day that shows the year, or for a day close by."""
    return _in_words(day, _patterns(language).without_year, _tongue(language))


def day_short(day: date, language: str) -> str:
    """Tue 2 March, for a subject; the month is cut where the day would grow too long."""
    patterns = _patterns(language)
    words = _in_words(day, patterns.short, _tongue(language))
    if len(words) <= LONGEST_SHORT_DAY or language != "en":
        return words
    return _in_words(day, patterns.shortest, _tongue(language))


def time_of_day(moment: datetime, language: str) -> str:
    """10:30 am, midday; the moment is already in the clinic's zone."""
    return _patterns(language).time(moment.hour, moment.minute)


def length_of(minutes: int, language: str) -> str:
    """About 1 hour 30 minutes. The count is in minutes and above 0."""
    return _patterns(language).length(*divmod(minutes, 60))


def in_zone(moment: datetime, zone: str) -> datetime:
    """Move an aware instant into the clinic's zone; a naive one is a fault of ours."""
    if moment.tzinfo is None:
        raise ValueError("A visit needs an aware instant; this one has no time zone.")
    return moment.astimezone(ZoneInfo(zone))
