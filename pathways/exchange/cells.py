"""Read one cell: a date, a number, a word from a list. Errors say what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial

from pathways.rules import quantities
from pathways.rules.quantities import COMPARATORS, Quantity, short
from pathways.rules.quantities import Unreadable as BadCell

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LOOKS_LIKE_A_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
EARLIEST = date(1900, 1, 1)


class UnusableFormat(ValueError):
    """A date format that cannot tell one day from another."""


@dataclass(frozen=True, slots=True)
class Dates:
    """How dates are written in this file: ISO, unless a format was given."""

    date_format: str = ""

    def __post_init__(self) -> None:
        if self.date_format:
            check_date_format(self.date_format)

    def read(self, cell: str, *, today: date) -> date | None:
        """Return the date of a cell, None for a blank one. Raises BadCell."""
        if not cell:
            return None
        day = _parse(cell, self.date_format)
        if day < EARLIEST:
            raise BadCell(f"{day} is before {EARLIEST.year}. Check the year")
        if day > today:
            raise BadCell(f"{day} is in the future (today is {today})")
        return day


def check_date_format(date_format: str) -> None:
    """Raise UnusableFormat unless the format writes a whole date with a four-digit year."""
    cure = "Write one such as '%d/%m/%Y' or '%m/%d/%Y'."
    if "%y" in date_format:
        raise UnusableFormat(
            f"Date format {date_format!r} has a two-digit year, which cannot tell 1926 from "
            f"2026. {cure}"
        )
    probe = date(2025, 11, 30)
    try:
        back = datetime.strptime(probe.strftime(date_format), date_format).date()  # noqa: DTZ007
    except ValueError:
        back = None
    if back != probe:
        raise UnusableFormat(f"Date format {date_format!r} does not hold a whole date. {cure}")


@lru_cache(maxsize=65_536)
def _parse(cell: str, date_format: str) -> date:
    if not date_format:
        if ISO_DATE.fullmatch(cell):
            try:
                return date.fromisoformat(cell)
            except ValueError as error:
                raise BadCell(f"there is no day {cell}") from error
        if LOOKS_LIKE_A_DATE.fullmatch(cell):
            raise BadCell(
                f"{cell!r} is ambiguous. Write it as 2025-12-31, or say how dates are written "
                "with --date-format '%d/%m/%Y'"
            )
        raise BadCell(f"{short(cell)} is not a date. Write it as 2025-12-31")
    try:
        return datetime.strptime(cell, date_format).date()  # noqa: DTZ007 - a calendar day
    except ValueError as error:
        raise BadCell(f"{short(cell)} is not a date written as {date_format}") from error


_CURE = "Write it without the comma, or say --decimal comma"
read_quantity = partial(quantities.read_quantity, cure=_CURE)
read_number = partial(quantities.read_number, cure=_CURE)


def read_comparator(cell: str) -> str:
    """Return `<`, `>`, `<=`, `>=` or nothing. Raises BadCell."""
    if not cell:
        return ""
    try:
        return COMPARATORS[cell]
    except KeyError as error:
        raise BadCell(f"{short(cell)} is not one of <, >, <=, >=") from error


def read_word(cell: str, words: Iterable[str], *, also: dict[str, str] | None = None) -> str:
    """Return the listed word, whatever its case and its spaces. Raises BadCell naming them all."""
    plain = re.sub(r"[\s_]+", "-", cell.strip().casefold())
    known = list(words)
    if plain in known:
        return plain
    if also and plain in also:
        return also[plain]
    raise BadCell(f"{short(cell)} is not one of: {', '.join(known)}")


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the listed word that a misspelt one most likely means."""
    near = difflib.get_close_matches(word, list(words), n=1)
    return near[0] if near else None


__all__ = [
    "BadCell",
    "Dates",
    "Quantity",
    "UnusableFormat",
    "check_date_format",
    "nearest",
    "read_comparator",
    "read_number",
    "read_quantity",
    "read_word",
    "short",
]
