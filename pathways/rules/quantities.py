"""Numbers as laboratories write them: a decimal point or comma, and perhaps a sign before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

NUMBER = re.compile(r"(?P<whole>[+-]?\d{1,12})(?:(?P<sign>[.,])(?P<part>\d{1,12}))?")
# Thousands in groups of three: 1.250,5 or 1,250.5, 1'250 or 1 250 000.
GROUPED = re.compile(
    r"(?P<first>[+-]?\d{1,3})(?P<group>[.,' \u2019\u00a0\u202f])(?P<rest>\d{3}(?:(?P=group)\d{3})*)"
    r"(?P<part>[.,]\d{1,12})?"
)
GROUPED_BY = {".": "a point", ",": "a comma", "'": "an apostrophe", "’": "an apostrophe"}
COMPARATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">=", "=": ""}
SIGNS = {"<": "<", ">": ">", "<=": "≤", ">=": "≥", "": ""}
COMPARED = re.compile(r"(<=|>=|<|>|≤|≥)\s*(.*)", re.DOTALL)
WITHOUT_COMMA = "Write it without the comma"


class Unreadable(ValueError):
    """What cannot be read, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a laboratory gives it: `<0.05` is the value 0.05 with the comparator `<`."""

    value: Decimal | None
    comparator: str = ""


def read_quantity(text: str, *, decimal: str = "", cure: str = WITHOUT_COMMA) -> Quantity:
    """Read a number with a decimal point or comma, and a comparator before it if there is one.

    `1,250` could be one and a quarter or more than a thousand, so it is refused with `cure` unless
    `decimal` ("comma" or "point") says what the comma means. Raises Unreadable.
    """
    compared = COMPARED.fullmatch(text)
    sign, rest = (COMPARATORS[compared[1]], compared[2]) if compared else ("", text)
    number = read_number(rest, decimal=decimal, cure=cure)
    if sign and number is None:
        raise Unreadable(f"{short(text)} has a sign and no number. Write it as <0.05")
    return Quantity(number, sign)


def read_number(text: str, *, decimal: str = "", cure: str = WITHOUT_COMMA) -> Decimal | None:
    """Return the number of a text, None for a blank one. Raises Unreadable."""
    if not text:
        return None
    match = NUMBER.fullmatch(text.replace("−", "-"))
    if match is None:
        _refuse_groups(text)
        raise Unreadable(f"{short(text)} is not a number. Write it as 1250, 12.5 or <0.05")
    sign = match["sign"]
    if sign == "," and decimal != "comma":
        looks_grouped = len(match["part"]) == 3 and match["whole"].lstrip("+-") != "0"
        if decimal == "point" or looks_grouped:
            raise Unreadable(f"{text!r} could be a fraction or a number above a thousand. {cure}")
    if sign == "." and decimal == "comma":
        raise Unreadable(
            f"{text!r} has a point, but --decimal comma was said. Write one of the two"
        )
    number = Decimal(match[0].replace(",", "."))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        raise Unreadable(f"{text!r} has more than six decimals. Round it")
    return number


def _refuse_groups(text: str) -> None:
    """Name the sign between the thousands, which is never guessed away."""
    match = GROUPED.fullmatch(text.replace("−", "-"))
    if match is None or (match["part"] and match["part"][0] == match["group"]):
        return
    by = GROUPED_BY.get(match["group"], "a space")
    plain = match["first"] + match["rest"].replace(match["group"], "") + (match["part"] or "")
    raise Unreadable(f"{short(text)} has {by} between the thousands. Write it without, as {plain}")


def written(value: Decimal | None) -> str:
    """Return a number without the zeros its column adds, with a true minus sign."""
    if value is None:
        return ""
    return f"{value.normalize():f}".replace("-", "−")


def shown(value: Decimal | None, comparator: str = "") -> str:
    """Return a value as a laboratory prints it; a bound keeps its sign."""
    return "" if value is None else f"{SIGNS[comparator]}{written(value)}"


def short(text: str) -> str:
    """Return the text between quotation marks, cut where it is long."""
    return repr(text if len(text) <= 40 else text[:37] + "…")
