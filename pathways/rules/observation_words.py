"""What is said of a value beside its neighbours: facts and sources, or why nothing can be said.

No word here is a verdict. A value is compared only inside its own series; what is known only as a
bound, has no unit, or was measured while bevacizumab disturbs the test is said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pathways.rules.due_phrase import short_date
from pathways.rules.observations import (
    NO_UNIT,
    Period,
    Reading,
    interfered,
    lowest,
    not_comparable,
    percent_change,
    series_key,
)
from pathways.rules.quantities import shown, written
from pathways.rules.units import printed


class Beside(NamedTuple):
    """What stands beside a value: changes in its series, what it meets, and every doubt."""

    changes: tuple[str, ...] = ()
    criterion: str = ""
    doubts: tuple[str, ...] = ()


class Published(NamedTuple):
    """A published rise above the lowest value of the series, and where it is published."""

    percent: int
    source: str


def with_specimen(label: str, specimen: str) -> str:
    """Return the label with its specimen, named once: "Immunofixation, serum" stays as it is."""
    if not specimen or re.search(rf"\b{re.escape(specimen)}\b", label, re.IGNORECASE):
        return label
    return f"{label}, {specimen}"


def unit_words(unit: str, *, has_unit: bool = True) -> str:
    """Return what stands beside a number: its unit as printed, or that none was recorded.

    `has_unit` is whether values of this code are measured in a unit at all.
    """
    return NO_UNIT if has_unit and not unit else printed(unit)


def in_words(value: Decimal | None, comparator: str, unit: str, *, has_unit: bool = True) -> str:
    """Return a value inside a sentence: "131 pg/mL", "<0.05 (no unit recorded)"; empty for none."""
    if value is None:
        return ""
    return with_unit(shown(value, comparator), unit_words(unit, has_unit=has_unit))


def with_unit(number: str, words: str) -> str:
    """Return a number and what stands beside it as a part of a sentence."""
    return f"{number} ({words})" if words == NO_UNIT else f"{number} {words}".rstrip()


def criterion_words(published: Published) -> str:
    """Return the sentence for a value that meets a published rise: a fact, its source, an offer."""
    return (
        f"Meets the published criterion of more than {published.percent} % above the lowest "
        f"({published.source}). Check recent infection; consider repeating."
    )


def beside(
    reading: Reading,
    earlier: Sequence[Reading],
    *,
    day: date,
    has_unit: bool = True,
    published: Published | None = None,
    bevacizumab: Sequence[Period] = (),
) -> Beside:
    """Return what is said of a reading, given the earlier ones of its code, oldest first.

    `has_unit` is whether values of this code are measured in a unit at all; a score is not, and
    changes by points: a percentage of an ordinal scale says nothing.
    """
    if reading.value is None:
        return Beside()
    alone = _alone(reading, has_unit=has_unit)
    if alone:
        return Beside(doubts=alone)
    if interfered(reading, bevacizumab):
        return Beside(doubts=("Not comparable: bevacizumab within six weeks",))
    doubts = []
    if earlier:
        reasons = not_comparable(reading, earlier[-1], bevacizumab)
        if reasons:
            last = earlier[-1]
            before = in_words(last.value, last.comparator, last.unit, has_unit=has_unit)
            doubts.append(
                f"Not comparable with {before} of {short_date(last.on, day)}: {', '.join(reasons)}"
            )
    own = [
        each
        for each in earlier
        if series_key(each) == series_key(reading) and not interfered(each, bevacizumab)
    ]
    if not own:
        return Beside(doubts=tuple(doubts))
    if not reading.exact:
        return Beside(doubts=(*doubts, "A bound: no change is computed"))
    base = lowest(own)
    changes = [
        said
        for said in (
            _change(reading, base, "its lowest", day, in_percent=has_unit),
            _change(reading, own[-1], "the last", day, in_percent=has_unit)
            if own[-1] is not base
            else "",
        )
        if said
    ]
    return Beside(
        tuple(changes),
        criterion_words(published) if published and meets(reading, base, published) else "",
        tuple(doubts),
    )


def _alone(reading: Reading, *, has_unit: bool) -> tuple[str, ...]:
    """Return why a reading is compared with nothing: what nobody wrote down about it."""
    missing = list(reading.unstated)
    if has_unit and not reading.unit and NO_UNIT not in missing:
        missing.append(NO_UNIT)
    return tuple(f"{words[0].upper()}{words[1:]}: compared with nothing" for words in missing)


def since_first(
    readings: Sequence[Reading], *, day: date, bevacizumab: Sequence[Period] = ()
) -> str:
    """Return the change of the last reading from the first of its own series, empty where none."""
    last = readings[-1]
    own = [
        each
        for each in readings
        if series_key(each) == series_key(last) and not interfered(each, bevacizumab)
    ]
    if last not in own or own[0] == last or not last.exact or _alone(last, has_unit=True):
        return ""
    return _change(last, own[0], "the first", day)


def meets(reading: Reading, base: Reading | None, published: Published) -> bool:
    """Say whether a value lies more than the published rise above an exact lowest value."""
    if base is None or not base.exact or not reading.exact:
        return False
    if base.value is None or reading.value is None or base.value <= 0:
        return False
    return reading.value > base.value * (100 + published.percent) / 100


def _change(
    reading: Reading, base: Reading | None, name: str, day: date, *, in_percent: bool = True
) -> str:
    """Return "+307 % from its lowest, 182 pg/mL on 1 Sep", or why there is no number."""
    if base is None or base.value is None or reading.value is None:
        return ""
    on = in_words(base.value, base.comparator, base.unit, has_unit=in_percent)
    on += f" on {short_date(base.on, day)}"
    if not base.exact:
        return f"No change from {name}, which is a bound: {on}"
    if reading.value == base.value:
        return f"No change from {name}, {on}"
    percent = percent_change(reading.value, base.value) if in_percent else None
    if percent is None:
        return f"{_signed(reading.value - base.value)} from {name}, {on}"
    return f"{_signed(percent)} % from {name}, {on}"


def _signed(number: Decimal) -> str:
    return f"+{written(number)}" if number > 0 else written(number)
