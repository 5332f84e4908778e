"""Read one cell: a date, a number, a word from a list. Errors say what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LOOKS_LIKE_A_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
EARLIEST = date(1900, 1, 1)
NUMBER = re.compile(r"(?P<whole>[+-]?\d{1,12})(?:(?P<sign>[.,])(?P<part>\d{1,12}))?")
COMPARATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">=", "=": ""}
_COMPARED = re.compile(r"(<=|>=|<|>|≤|≥)\s*(.*)", re.DOTALL)


class BadCell(ValueError):
    """What is wrong with a cell, and what to write instead."""


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


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a laboratory gives it: `<0.05` is the value 0.05 with the comparator `<`."""

    value: Decimal | None
    comparator: str = ""


def read_quantity(cell: str, *, decimal: str = "") -> Quantity:
    """Read a number with a decimal point or comma, and a comparator before it if there is one.

    `1,250` could be one and a quarter or more than a thousand, so it is refused unless `decimal`
    ("comma" or "point") says what the comma means. Raises BadCell.
    """
    compared = _COMPARED.fullmatch(cell)
    sign, text = (COMPARATORS[compared[1]], compared[2]) if compared else ("", cell)
    return Quantity(read_number(text, decimal=decimal), sign)


def read_number(cell: str, *, decimal: str = "") -> Decimal | None:
    """Return the number of a cell, None for a blank one. Raises BadCell."""
    if not cell:
        return None
    match = NUMBER.fullmatch(cell)
    if match is None:
        raise BadCell(f"{short(cell)} is not a number. Write it as 1250, 12.5 or <0.05")
    sign = match["sign"]
    if sign == "," and decimal != "comma":
        looks_grouped = len(match["part"]) == 3 and match["whole"].lstrip("+-") != "0"
        if decimal == "point" or looks_grouped:
            raise BadCell(
                f"{cell!r} could be a fraction or a number above a thousand. Write it without "
                "the comma, or say --decimal comma"
            )
    if sign == "." and decimal == "comma":
        raise BadCell(f"{cell!r} has a point, but --decimal comma was said. Write one of the two")
    number = Decimal(cell.replace(",", "."))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        raise BadCell(f"{cell!r} has more than six decimals. Round it")
    return number


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


def short(cell: str) -> str:
    """Return the cell between quotation marks, cut where it is long."""
    return repr(cell if len(cell) <= 40 else cell[:37] + "…")


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the listed word that a misspelt one most likely means."""
    near = difflib.get_close_matches(word, list(words), n=1)
    return near[0] if near else None
