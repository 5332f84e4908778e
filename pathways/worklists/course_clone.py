"""The clone as reports told it, day by day: how much, and what immunofixation of which specimen saw.

Serum alone is not both: what was not looked at is named, with the day it was last looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import find_analyte
from pathways.charts.course.data import Dot, Strip
from pathways.models import Observation
from pathways.rules.alerts_clone import is_found
from pathways.rules.due_phrase import short_date
from pathways.rules.person_facts import Said
from pathways.worklists.course_values import Source, final
from pathways.worklists.result_words import unit_beside, value_words

SPEP = "spep"
FIXATION = {"immunofixation-serum": "serum", "immunofixation-urine": "urine"}
_SEEN = {True: "positive", False: "negative"}


@dataclass(frozen=True, slots=True)
class Report:
    """What one day's report says of the clone: how much, and whether it was seen."""

    on: date
    amount: Observation | None
    fixations: tuple[Observation, ...]

    @property
    def seen(self) -> dict[str, bool]:
        """Whether a band was seen, by specimen; a specimen in unknown words, or none, is left out."""
        told: dict[str, set[bool | None]] = {}
        for row in self.fixations:
            told.setdefault(FIXATION[row.code], set()).add(_seen(row))
        return {
            name: True in said for name, said in told.items() if True in said or None not in said
        }

    @property
    def positive(self) -> bool | None:
        """Positive in serum or in urine is positive; negative is what all of that day say."""
        seen = {_seen(row) for row in self.fixations}
        return True if True in seen else (False if seen == {False} else None)

    @property
    def shown(self) -> str:
        """The amount in short: "3.1", "<0.5", "0.2*" where it is not in the unit of the strip."""
        row = self.amount
        if row is None:
            return ""
        if row.value is not None:
            return row.reading.number + ("*" if self.apart else "")
        return "nd" if _seen(row) is False else ""

    @property
    def apart(self) -> str:
        """What a star beside the amount means: its own unit, or that none was recorded."""
        if self.amount is None or self.amount.value is None:
            return ""
        reading = self.amount.reading
        return "" if reading.unit == strip_unit() else unit_beside(reading)

    @property
    def row(self) -> Observation | None:
        """The result that a reader opens: the amount, else the first immunofixation."""
        return self.amount or next(iter(self.fixations), None)


def strip_unit() -> str:
    """Return the unit that stands in the head of the strip: the catalogue's."""
    entry = find_analyte(SPEP)
    return entry.unit if entry else ""


def clone_reports(rows: Sequence[Observation]) -> list[Report]:
    """Return the reports of the clone by day, oldest first."""
    amounts = {row.performed_on: row for row in final(rows, SPEP)}
    fixed: dict[date, list[Observation]] = {}
    for row in final(rows, *FIXATION):
        fixed.setdefault(row.performed_on, []).append(row)
    return [
        Report(on, amounts.get(on), tuple(fixed.get(on, ()))) for on in sorted({*amounts, *fixed})
    ]


def _seen(row: Observation) -> bool | None:
    """Whether a report found a band; None where its words do not tell."""
    return is_found(
        Said(row.pk, row.code, row.performed_on, row.value_text, row.value, row.comparator)
    )


def fixation_lines(reports: Sequence[Report], today: date) -> list[str]:
    """Return what immunofixation last saw, by specimen, and since when it saw nothing."""
    last = reports[-1]
    lines = ["; ".join([_of_that_day(last), *_not_that_day(reports, today)])]
    since = {name: _since(reports, name) for name, found in last.seen.items() if not found}
    if len(set(since.values())) == 1 and len(since) == len(FIXATION):
        since = {"": next(iter(since.values()))}
    said = [
        f"{f'{name} negative' if name else 'negative'} since {short_date(on, today)}"
        for name, on in since.items()
    ]
    told = ", ".join(said)
    return [*lines, told[0].upper() + told[1:]] if said else lines


def _of_that_day(report: Report) -> str:
    seen = report.seen
    if not seen:
        return "Immunofixation not recorded"
    if len(seen) > 1 and len(set(seen.values())) == 1:
        return f"Immunofixation of {' and '.join(seen)} {_SEEN[next(iter(seen.values()))]}"
    return "Immunofixation " + ", ".join(
        f"of {name} {_SEEN[found]}" for name, found in seen.items()
    )


def _not_that_day(reports: Sequence[Report], today: date) -> list[str]:
    """Say of each specimen that the last report leaves out when it was last looked at."""
    said = []
    for name in FIXATION.values():
        if name in reports[-1].seen:
            continue
        before = [report for report in reports if name in report.seen]
        if before:
            then = f"{short_date(before[-1].on, today)} ({_SEEN[before[-1].seen[name]]})"
            said.append(f"{name} not on record since {then}")
        elif reports[-1].seen:
            said.append(f"{name} not on record")
    return said


def _since(reports: Sequence[Report], name: str) -> date:
    """Return the first day of the run of negatives of a specimen that goes on to the end."""
    on = reports[-1].on
    for report in reversed(reports):
        if report.seen.get(name) is True:
            break
        if name in report.seen:
            on = report.on
    return on


def clone_strip_of(reports: Sequence[Report], source: Source, alerts: Mapping[int, str]) -> Strip:
    """Return the strip of the clone for the chart; `alerts` says what open ones are about."""
    dots = []
    for report in reports:
        parts = [f"M-protein, {short_date(report.on, date.min)}"]
        if report.amount is not None:
            parts.append(value_words(report.amount.reading) or report.amount.value_text)
        parts += [
            f"immunofixation of {FIXATION[row.code]} {row.value_text}".strip()
            for row in report.fixations
        ]
        href = source(report.row.pk) if report.row else ""
        told = [alerts.get(each.pk, "") for each in (report.amount, *report.fixations) if each]
        alert = "; ".join(filter(None, told))
        words = ", ".join(parts) + (f"; open alert: {alert}" if alert else "")
        dots.append(Dot(report.on, report.positive, report.shown, words, href, alert))
    last = _last_report(reports[-1]) if reports else ()
    stars = sorted({report.apart for report in reports} - {""})
    lines = (f"{strip_unit()}; ● IFE + ○ −", *([f"* {' or '.join(stars)}"] if stars else []))
    return Strip("M-protein", lines, tuple(dots), last)


def _last_report(report: Report) -> tuple[str, ...]:
    row = report.amount
    if row is None:
        head = ["no amount"]
    elif row.value is None:  # never the text alone: a "<" may stand in a column of its own
        head = [row.value_text]
    else:
        head = _in_column(row.reading.number, unit_beside(row.reading))
    words = {True: "IFE positive", False: "IFE negative", None: "IFE not recorded"}
    told = words[report.positive]
    if report.positive is not None and len(report.seen) == 1:  # short: the column is narrow
        told = f"IFE {'+' if report.positive else '−'} in {next(iter(report.seen))}"
    return (*(line[:18] for line in head), told)


def _in_column(number: str, unit: str) -> list[str]:
    """Return a value on one line of the narrow column, or its unit on a second one."""
    together = f"{number} {unit}"
    return [together] if len(together) <= 18 else [number, unit]
