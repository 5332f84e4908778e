"""Results pasted from a laboratory's screen or letter, read line by line.

`VEGF 131 pg/mL`, `Hb 13,2 g/dL (13,0-17,0)`, `TSH: <0.01 mIU/L [0.4 – 4.0] L` and cells between
tabs are understood. A line that begins with no known name, or whose number could be read two
ways, is handed back with the reason; nothing is guessed and nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from pathways.rules.quantities import Quantity, Unreadable, read_number, read_quantity, short

_NUMBER = r"[+\-−]?\d+(?:[.,]\d+)*"
_SIGN = r"<=|>=|<|>|≤|≥"
_VALUE = re.compile(rf"(?P<value>(?:{_SIGN})?\s*{_NUMBER})(?![\w.,])\s*(?P<rest>.*)")
_FLAG = r"(?:[HL*+\-]{1,2}|high|low)"
_LIMITS = re.compile(
    rf"(?:^|[\s(\[])(?:(?P<low>{_NUMBER})\s*(?:-|–|—|to)\s*(?P<high>{_NUMBER})"
    rf"|(?:<=|<|≤|up to)\s*(?P<top>{_NUMBER})|(?:>=|>|≥|from)\s*(?P<bottom>{_NUMBER}))"
    rf"\s*[)\]]?\s*(?P<flag>{_FLAG})?\s*$",
    re.IGNORECASE,
)
# What follows the number begins with another: 1 250 or 1'250 may be one number or two.
_ANOTHER = re.compile(r"['’]?\d[\d.,'’]*(?!\S)")
_NUMERIC = re.compile(r"[<>≤≥]|[+\-−.,]?\d")
_FLAGGED = re.compile(rf"(?:^|\s){_FLAG}(?=\s|$)", re.IGNORECASE)
# Signs between the words of a name, which laboratories set as they like: "IFE, urine", "IFE (urine)".
_APART = r"[\s,()\[\]]"
_ASIDE = re.compile(
    rf"[(\[]?\s*(?P<said>[^\W\d_][^\d()\[\]<>≤≥]*?)\s*[)\]]?[\s:=|,;]*(?P<rest>(?:{_SIGN})?\s*{_NUMBER}.*)"
)

# From a code and words to the specimen they mean; None where it is none of that analyte.
SpecimenOf = Callable[[str, str], str | None]


class Reported(NamedTuple):
    """One result of a pasted text: a number with its unit, limits and specimen, or words."""

    line: str
    code: str
    quantity: Quantity
    words: str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    specimen: str = ""


class Unread(NamedTuple):
    """A pasted line that is not understood, and why."""

    line: str
    why: str


class Pasted(NamedTuple):
    """What a pasted text holds, in its order."""

    reported: tuple[Reported, ...]
    unread: tuple[Unread, ...]


def no_specimen(_: str, __: str) -> None:
    """Know no specimen of any analyte."""


def read_text(text: str, names: Mapping[str, str], specimen_of: SpecimenOf = no_specimen) -> Pasted:
    """Read every line that holds anything; `names` gives the code of each plain name."""
    reported: list[Reported] = []
    unread: list[Unread] = []
    longest_first = sorted(names, key=len, reverse=True)
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        found = _read_line(line, names, longest_first, specimen_of)
        if isinstance(found, Unread):
            unread.append(found)
        else:
            reported.append(found)
    return Pasted(tuple(reported), tuple(unread))


def _read_line(
    line: str, names: Mapping[str, str], longest_first: Iterable[str], specimen_of: SpecimenOf
) -> Reported | Unread:
    """Read one line: a known name, perhaps its specimen, then a number or words."""
    folded = plain_name(line)
    name = next((each for each in longest_first if _begins(folded, each)), None)
    if name is None:
        return Unread(line, "begins with no name of an analyte")
    code = names[name]
    specimen, rest = _aside(_rest_of(line, name), code, specimen_of)
    match = _VALUE.match(rest)
    if match is None:
        if not rest:
            return Unread(line, "holds no value")
        if _NUMERIC.match(rest):
            return Unread(line, f"{short(rest)} is not a number")
        return Reported(line, code, Quantity(None), rest)
    try:
        quantity = read_quantity(match["value"])
        low, high, unit = _after(match["rest"])
    except Unreadable as error:
        return Unread(line, str(error))
    if _ANOTHER.match(unit):
        why = "may be one number or two. Write it as 1250, and the limits last"
        return Unread(line, f"{short(rest)} {why}")
    return Reported(line, code, quantity, "", unit, low, high, specimen)


def plain_name(name: str) -> str:
    """Return a name with its case and the signs between its words made alike, to be compared."""
    return " ".join(re.sub(_APART, " ", name.casefold()).split())


def _rest_of(line: str, name: str) -> str:
    """Return what follows a name, its spaces made one, without the signs that part the two."""
    words = rf"{_APART}+".join(re.escape(word) for word in name.split())
    after = re.sub(rf"^{_APART}*{words}", "", line, flags=re.IGNORECASE)
    # A run of spaces could be parted in ever more ways.
    return " ".join(after.split()).lstrip(")] :;=|,").rstrip(" :;=|,")


def _aside(rest: str, code: str, specimen_of: SpecimenOf) -> tuple[str, str]:
    """Return the specimen that stands between a name and its number, and the rest without it."""
    match = _ASIDE.fullmatch(rest)
    specimen = specimen_of(code, match["said"]) if match else None
    return (specimen, match["rest"]) if match and specimen else ("", rest)


def _begins(folded: str, name: str) -> bool:
    if not folded.startswith(name):
        return False
    after = folded[len(name) : len(name) + 1]
    return not after.isalnum() and after not in ("-", "/", "+")


def _after(rest: str) -> tuple[Decimal | None, Decimal | None, str]:
    """Return limits and unit of what follows the number."""
    limits = _LIMITS.search(rest)
    unit = _unit(rest[: limits.start()] if limits else rest) or _unit(
        (limits and limits["flag"]) or ""
    )
    low = high = None
    if limits is not None:
        low = read_number(limits["low"] or limits["bottom"] or "")
        high = read_number(limits["high"] or limits["top"] or "")
    return low, high, unit


def _unit(text: str) -> str:
    """Return the unit without the flags beside it; an L alone may be litres, so it is asked about."""
    text = text.strip(" ([,;|")
    unit = " ".join(_FLAGGED.sub(" ", text).split()).strip(" ,;|")
    return unit or next((word for word in text.split() if word in "lL"), "")
