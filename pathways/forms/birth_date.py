"""A birth date in three boxes, taken as people write it.

3, 03, Mar and March are all one month; full-width digits and Japanese years are read as they stand
(messages.md, 8). What cannot be a date is no guess: it costs no try at the birth date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3

LONGEST = 20  # signs in a box
OLDEST_YEAR = 1880
LEAST_LETTERS = 3  # of a month's name
_LANGUAGES = ("en", "es", "fr", "ja")
# The year before the first year of each era; a name, its usual letter, and its one-sign form.
_ERAS: Mapping[str, int] = {
    "明治": 1867,
    "m": 1867,
    "大正": 1911,
    "t": 1911,
    "昭和": 1925,
    "s": 1925,
    "平成": 1988,
    "h": 1988,
    "令和": 2018,
    "r": 2018,
}
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|日)?\.?")
_MONTH = re.compile(r"(\d{1,2})月?\.?")
_YEAR = re.compile(r"(\d{4})年?\.?")
_ERA_YEAR = re.compile(r"([^\W\d]+)\.?(元|\d{1,2})年?\.?")


class NotADate(ValueError):
    """The three boxes hold no day of the calendar. `box` names the one to look at, if it is one."""

    def __init__(self, box: str = "") -> None:
        super().__init__(box)
        self.box = box


def parse(day: str, month: str, year: str) -> date:
    """Return the date, or raise NotADate naming the box that cannot be read."""
    number = _match(_DAY, day)
    if number is None or not 1 <= int(number) <= 31:
        raise NotADate("day")
    which = _month(month)
    if which is None:
        raise NotADate("month")
    when = _year(year)
    if when is None:
        raise NotADate("year")
    try:
        return date(when, which, int(number))
    except ValueError:
        raise NotADate("day") from None


class BirthDateForm(forms.Form):
    """Day, month and year; `cleaned_data["birth_date"]` is the date."""

    day = forms.CharField(max_length=LONGEST)
    month = forms.CharField(max_length=LONGEST)
    year = forms.CharField(max_length=LONGEST)

    def clean(self) -> dict[str, Any]:
        """Read the three boxes together; an error stands at the box to look at."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            cleaned["birth_date"] = parse(cleaned["day"], cleaned["month"], cleaned["year"])
        except NotADate as error:
            self.add_error(error.box or None, "Please check this box.")
        return cleaned


def _plain(words: str) -> str:
    """Return the words in everyday signs: half-width digits, no accents, no capitals, no gaps."""
    narrow = unicodedata.normalize("NFKC", words).casefold()
    if narrow.isascii():
        return "".join(narrow.split())
    bare = (
        sign for sign in unicodedata.normalize("NFD", narrow) if not unicodedata.combining(sign)
    )
    # Composed again, so that Japanese signs keep their own form.
    return "".join(unicodedata.normalize("NFC", "".join(bare)).split())


def _match(pattern: re.Pattern[str], words: str) -> str | None:
    found = pattern.fullmatch(_plain(words))
    return found[1] if found else None


def _month(words: str) -> int | None:
    number = _match(_MONTH, words)
    if number is not None:
        return int(number) if 1 <= int(number) <= 12 else None
    plain = _plain(words).rstrip(".")
    if len(plain) < LEAST_LETTERS:
        return None
    meant = {which for name, which in _month_names() if name.startswith(plain)}
    return meant.pop() if len(meant) == 1 else None


@lru_cache(maxsize=1)
def _month_names() -> tuple[tuple[str, int], ...]:
    """Return the names of the months, long and short, in every language of the clinic's letters."""
    names = {("sept", 9)}
    for language in _LANGUAGES:
        with translation.override(language):
            for table in (MONTHS, MONTHS_3):
                names |= {(_plain(str(name)).rstrip("."), which) for which, name in table.items()}
    return tuple(sorted(names))


def _year(words: str) -> int | None:
    number = _match(_YEAR, words)
    if number is not None:
        year = int(number)
    else:
        era = _ERA_YEAR.fullmatch(_plain(words))
        if era is None or era[1] not in _ERAS:
            return None
        year = _ERAS[era[1]] + (1 if era[2] == "元" else int(era[2]))
    return year if year >= OLDEST_YEAR else None
